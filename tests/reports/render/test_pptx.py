"""What is particular to PowerPoint."""

import zipfile
from io import BytesIO

import pptx
import pytest
from pptx.util import Pt

from claribi.analysis.figures import Ref, Text
from claribi.reports.document import Bullets, Chart, Metric, Metrics, Section, Table
from claribi.reports.render import FORMATS

LONG = "Donaudampfschifffahrtsgesellschaftskapitän " * 60


def opened(document, drawer):
    return pptx.Presentation(BytesIO(FORMATS["pptx"].render(document, drawer)))


@pytest.fixture(scope="module")
def slides(build, drawer):
    return list(opened(build(), drawer).slides)


def charted(option, rows):
    chart = Chart("Revenue by month", option, "Line chart: revenue.", ["Month", "Revenue"], rows, 9)
    return Section("findings", "Findings", [chart])


def bottom_of(slide):
    return max(shape.top + shape.height for shape in slide.shapes)


def test_each_slide_has_a_title_of_its_own(slides):
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert all(titles)
    assert len(set(titles)) == len(titles)
    assert titles[0] == "Sales of <b>Müller & Söhne</b> #1"


def test_a_screen_reader_is_told_what_pictures_and_tables_show(slides):
    shown = [s for slide in slides for s in slide.shapes if s.has_table or s.shape_type == 13]
    assert len(shown) > 5
    assert all(shape._element.xpath(".//p:cNvPr")[0].get("descr") for shape in shown)


def test_a_long_table_goes_on_with_its_heads(slides):
    tables = [shape.table for slide in slides for shape in slide.shapes if shape.has_table]
    long = [t for t in tables if [cell.text for cell in t.rows[0].cells] == ["Name", "Value", "Share"]]
    names = [row.cells[0].text for table in long for row in list(table.rows)[1:]]
    assert len(long) > 1
    assert names == [f"A name of forty letters, number {n:03} of it" for n in range(60)]


@pytest.mark.parametrize("words", [LONG, "x" * 3000, "語" * 900])
def test_nothing_leaves_the_slide(document, drawer, words):
    cells = [[[Text(words)], [Ref("f0")]]]
    metrics = Metrics([Metric(words[:300], "f0", "f1")] * 4)
    blocks = [
        Bullets([[Text(words)]] * 3),
        Table(words[:400], ["A", words[:200]], cells, [False, True]),
        metrics,
    ]
    document.title = document.subtitle = document.organization = words[:300]
    document.sections = [Section("findings", words[:300], blocks)]
    deck = opened(document, drawer)
    assert all(bottom_of(slide) <= deck.slide_height for slide in deck.slides)
    texts = [s.text_frame.text for slide in deck.slides for s in slide.shapes if s.has_text_frame]
    assert sum(len(text.replace(" ", "")) for text in texts) > 3 * len(words.replace(" ", ""))


def test_the_notes_tell_where_each_number_is_from(slides):
    slide = next(s for s in slides if s.shapes.title.text_frame.text == "Executive summary")
    notes = slide.notes_slide.notes_text_frame.text.splitlines()
    assert "+12.3 %: From query 5, column total, row 2" in notes
    assert "1,234,567.89: From query 9, column total, row 1" in notes


@pytest.mark.parametrize(
    ("series", "kind"),
    [
        ({"type": "line"}, "LINE"),
        ({"type": "line", "areaStyle": {}}, "AREA"),
        ({"type": "bar"}, "COLUMN_CLUSTERED"),
        ({"type": "bar", "stack": "all"}, "COLUMN_STACKED"),
        ({"type": "pie"}, "PIE"),
        ({"type": "pie", "radius": ["40%", "70%"]}, "DOUGHNUT"),
    ],
)
def test_a_chart_is_powerpoints_own(document, drawer, series, kind):
    option = {"series": [series], "yAxis": [{"type": "value"}]}
    document.sections = [charted(option, [["May", "1,200.5"], ["June", "n/a"], ["July", "-3.0"]])]
    chart = next(s for s in opened(document, drawer).slides[1].shapes if s.has_chart).chart
    assert chart.chart_type.name == kind
    assert list(chart.plots[0].categories) == ["May", "June", "July"]
    assert list(chart.plots[0].series[0].values) == [1200.5, None, -3.0]


def test_bars_that_lie_begin_at_the_top(document, drawer):
    option = {"series": [{"type": "bar"}], "yAxis": {"type": "category"}}
    document.sections = [charted(option, [["A", "2"], ["B", "1"]])]
    chart = next(s for s in opened(document, drawer).slides[1].shapes if s.has_chart).chart
    assert chart.chart_type.name == "BAR_CLUSTERED"
    assert chart.category_axis.reverse_order


def test_points_have_two_numbers(document, drawer):
    option = {"series": [{"type": "scatter"}]}
    document.sections = [charted(option, [["1.5", "2"], ["n/a", "1"], ["3", "4"]])]
    content = FORMATS["pptx"].render(document, drawer)
    with zipfile.ZipFile(BytesIO(content)) as parts:
        drawn = next(parts.read(n).decode() for n in parts.namelist() if n.startswith("ppt/charts/chart"))
    assert "<c:scatterChart>" in drawn
    assert [f"<c:v>{n}</c:v>" in drawn for n in ("1.5", "3.0", "4.0")] == [True] * 3


def test_the_words_are_large_enough_to_read(slides):
    body = [
        p for slide in slides[1:4] for s in slide.shapes if s.has_text_frame for p in s.text_frame.paragraphs
    ]
    sizes = [run.font.size for paragraph in body for run in paragraph.runs]
    assert min(sizes) >= Pt(9)
