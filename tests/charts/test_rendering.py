import re
import struct
import time
from xml.etree import ElementTree as ET

import pytest

from claribi.charts import assets, render_process
from claribi.charts.echarts import option
from claribi.charts.render import Renderer
from claribi.charts.spec import ChartSpec
from claribi.core.errors import QueryError, SettingsError
from claribi.query.schemas import ResultColumn

WIDTH, HEIGHT = 600, 320
REGION = ResultColumn("region", "string", "dimension")
ORDERS = ResultColumn("orders", "integer", "measure")
HOSTILE = [
    '<script>alert("x")</script>',
    "'\"><img src=x onerror=alert(1)>",
    "]]></svg><!-- &lt; &#x3c;",
    "{a|b} {b} {c} $& {value}",
    "\N{WINKING FACE}" * 100,
    "wide " * 40,
    "a\x00b\x08\x1bc\uffff",
    "\N{ARABIC LETTER ALEF}\N{RIGHT-TO-LEFT OVERRIDE}evil",
    "",
]
MANY_BARS = {
    "xAxis": {"type": "category"},
    "yAxis": {},
    "series": [{"type": "bar", "data": list(range(1_000_000))}],
}
PNG_SIZE = struct.Struct(">II")


def texts(svg):
    return " ".join("".join(element.itertext()) for element in ET.fromstring(svg).iter())  # noqa: S314 - ours


def dots(png):
    """Width and height of a PNG."""
    return PNG_SIZE.unpack(png[16:24])


def test_the_words_of_every_chart_are_in_its_picture(renderer, sample):
    svg = renderer.svg(option(sample.spec, sample.columns, sample.rows), WIDTH, HEIGHT)
    missing = [word for word in sample.words if word.replace("&amp;", "&") not in texts(svg)]
    assert not missing, svg


def test_all_text_is_set_in_the_font_that_we_ship(renderer, sample):
    svg = renderer.svg(option(sample.spec, sample.columns, sample.rows), WIDTH, HEIGHT)
    families = set(re.findall(r'font-family[:=]"?([^;"]+)', svg))
    assert families == {assets.FONT_FAMILY}


def test_the_same_option_gives_the_same_picture(renderer, sample):
    made = option(sample.spec, sample.columns, sample.rows)
    assert renderer.svg(made, WIDTH, HEIGHT) == renderer.svg(made, WIDTH, HEIGHT)


def test_a_picture_says_what_it_shows_to_those_who_cannot_see_it(renderer):
    spec = ChartSpec(type="bar", title='Orders & "more"')
    svg = renderer.svg(option(spec, [REGION, ORDERS], [["North", 5], ["South", 3]]), WIDTH, HEIGHT)
    root = ET.fromstring(svg)  # noqa: S314 - ours
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'Bar chart: Orders & "more"; Orders, most 5 at North, least 3 at South.'


@pytest.mark.parametrize(
    "kind", ["bar", "line", "pie", "funnel", "heatmap", "table", "metric", "text", "scatter"]
)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(renderer, kind, name):
    columns = [REGION, ResultColumn(name or "n", "integer", "measure"), ResultColumn("m", "float", "measure")]
    spec = ChartSpec(type=kind, title=name, text=name, unit=name[:20])
    rows = [[name, 5, 0.5], ["plain", 7, 1.5]]
    svg = renderer.svg(option(spec, columns, rows), WIDTH, HEIGHT)
    root = ET.fromstring(svg)  # noqa: S314 - it must parse
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "g", "path", "rect", "text", "tspan", "defs", "clipPath", "style", "polygon"} | {
        "linearGradient",
        "stop",
        "circle",
        "polyline",
        "line",
    }
    assert not any(key.startswith("on") for element in root.iter() for key in element.attrib)
    assert renderer.png(option(spec, columns, rows), 200, 100, 1).startswith(b"\x89PNG")


def test_a_png_shows_something_in_the_size_that_was_asked(renderer, sample):
    made = option(sample.spec, sample.columns, sample.rows)
    blank = renderer.png({"text": {"markdown": ""}}, WIDTH, HEIGHT, 1)
    png = renderer.png(made, WIDTH, HEIGHT, 1)
    assert dots(png) == (WIDTH, HEIGHT)
    assert len(png) > 2 * len(blank)
    assert dots(renderer.png(made, WIDTH, HEIGHT)) == (2 * WIDTH, 2 * HEIGHT)


def test_text_is_in_a_png_too(renderer):
    with_words = renderer.png({"text": {"markdown": "words " * 50}}, 300, 100, 1)
    without = renderer.png({"text": {"markdown": ""}}, 300, 100, 1)
    assert len(with_words) > len(without) + 1000


def test_a_png_of_any_scale_stays_of_a_size_that_fits_into_memory(renderer):
    wide, high = dots(renderer.png({"text": {"markdown": "x"}}, 4000, 4000, 10))
    assert wide * high <= 16_100_000


@pytest.mark.parametrize(("limit", "value"), [("SCRIPT_SECONDS", 1), ("SCRIPT_MEMORY", 64 * 1024 * 1024)])
def test_a_chart_with_too_much_in_it_is_refused_and_the_next_one_is_drawn(monkeypatch, limit, value):
    monkeypatch.setattr(render_process, limit, value)
    painter = render_process.Painter()
    with pytest.raises(QueryError, match="too much in this chart"):
        painter.svg(MANY_BARS, WIDTH, HEIGHT)
    made = option(ChartSpec(type="bar"), [REGION, ORDERS], [["North", 5]])
    assert "North" in texts(painter.svg(made, WIDTH, HEIGHT))


def test_an_option_that_the_engine_does_not_understand_is_an_error_and_no_end(renderer):
    with pytest.raises(RuntimeError, match="TypeError"):
        renderer.svg({"series": [{"type": "line", "data": [1]}]}, WIDTH, HEIGHT)
    assert "<svg" in renderer.svg({"text": {"markdown": "still here"}}, WIDTH, HEIGHT)


def test_five_thousand_rows_are_drawn_fast(renderer):
    columns = [ResultColumn("x", "float", "measure"), ResultColumn("y", "float", "measure")]
    rows = [[i * 1.5, (i * 7919) % 5000 / 3] for i in range(5000)]
    made = option(ChartSpec(type="scatter", x="x", y=["y"]), columns, rows)
    renderer.svg(made, WIDTH, HEIGHT)
    started = time.perf_counter()
    renderer.svg(made, WIDTH, HEIGHT)
    assert time.perf_counter() - started < 1.5


def test_missing_files_say_how_to_get_them(monkeypatch, tmp_path):
    monkeypatch.setattr(assets.resources, "files", lambda _: tmp_path)
    made = Renderer()
    with pytest.raises(SettingsError, match="make setup"):
        made.svg({}, WIDTH, HEIGHT)
    made.close()


def test_numbers_of_a_narrow_table_are_whole_and_what_has_no_room_is_counted(renderer):
    columns = [REGION, *(ResultColumn(f"measure {i}", "integer", "measure") for i in range(9))]
    rows = [["a region with a long name", *(1_234_567 for _ in range(9))] for _ in range(40)]
    words = texts(renderer.svg(option(ChartSpec(type="table"), columns, rows), 400, 220))
    assert "1,234,567" in words
    assert "1,2…" not in words
    assert re.search(r"\d+ more rows, [5-8] more columns", words)
