"""A whole report from a table, each of its numbers recomputed from a fresh answer."""

import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import pytest

from claribi.analysis.figures import Ref, Text
from claribi.analysis.formulas import holds, recompute
from claribi.analysis.service import analyse
from claribi.reports.codec import decode, encode
from claribi.reports.compose import compose, figures_of
from claribi.reports.document import (
    Bullets,
    Chart,
    Code,
    EvidenceNote,
    Heading,
    Metrics,
    Paragraph,
    Table,
)
from claribi.reports.schemas import SECTIONS

SALES = """
CREATE TABLE sales AS
SELECT i AS order_id,
       DATE '2022-01-01' + (i // 20)::INT AS sold_on,
       ['north', 'south', 'west'][(i % 3 + 1)::INT] AS region,
       'product ' || i % 12 AS product,
       CASE WHEN i % 9 THEN (50 + hash(i) % 1000 / 10.0)::DECIMAL(12, 2) END AS amount,
       hash(i, 2) % 90 / 7.0 AS delay
FROM range(700 * 20) t(i)
"""


def warehouse(create, name="sales"):
    path = Path(__file__).parents[1] / "analysis" / "conftest.py"
    spec = importlib.util.spec_from_file_location("warehouse", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Warehouse(name, create)


def notes(house):
    def of(ids):
        found = [(i, house.results[i]) for i in sorted(ids)]
        return [
            EvidenceNote(
                i, r.sql, {k: str(v) for k, v in r.parameters.items()}, 1, "v1", "2024-06-01T00:00:00Z"
            )
            for i, r in found
        ]

    return of


def plain(result):
    return {name: str(value) for name, value in result.parameters.items()}


def report(house, analysis=None, sections=SECTIONS, **options):
    return compose(
        analysis or analyse(house, 1, house.table),
        title="Sales",
        question=options.pop("question", None),
        organization="Acme",
        source_name="sales.csv",
        generated_at="2024-06-01T00:00:00Z",
        sections=sections,
        evidence_notes=notes(house),
        **options,
    )


@pytest.fixture(scope="module")
def house():
    house = warehouse(SALES)
    house.execute("UPDATE sales SET amount = amount * 3 WHERE region = 'south' AND sold_on >= '2023-11-01'")
    return house


@pytest.fixture(scope="module")
def document(house):
    return report(house)


def section(document, key):
    return next(s for s in document.sections if s.key == key)


def blocks(document, kind):
    return [block for s in document.sections for block in s.blocks if isinstance(block, kind)]


def sentences(document):
    for s in document.sections:
        for block in s.blocks:
            if isinstance(block, Paragraph):
                yield from block.sentences
            elif isinstance(block, Bullets):
                yield from block.items
            elif isinstance(block, Table):
                yield from (cell for row in block.rows for cell in row)


def said(document, sentence):
    return "".join(
        span.text if isinstance(span, Text) else document.figures[span.figure].text for span in sentence
    )


def test_it_has_the_sections_that_were_asked_for_in_that_order(house, document):
    assert [s.key for s in document.sections] == list(SECTIONS)
    asked = ["findings", "executive_summary"]
    assert [s.key for s in report(house, sections=asked).sections] == asked


def test_every_figure_of_the_document_is_what_a_fresh_answer_gives(house, document):
    assert len(document.figures) > 20
    for figure in document.figures.values():
        fresh = house.again(figure.evidence_id)
        assert holds(figure, fresh), figure
        value = recompute(figure, fresh)
        assert value == figure.value or value == pytest.approx(figure.value, rel=1e-9)


def test_every_figure_that_is_shown_is_in_the_document_and_no_other(document):
    shown = {name for s in document.sections for block in s.blocks for name in figures_of(block)}
    assert shown == document.figures.keys()


def test_no_digit_in_a_sentence_comes_from_anywhere_but_a_figure_or_a_name(document):
    names = {"product"}
    for sentence in sentences(document):
        for span in sentence:
            if isinstance(span, Text):
                words = span.text if not names & set(span.text.lower().split()) else ""
                assert not re.search(r"\d", words), span


def test_the_summary_is_short_and_begins_with_the_answer(document):
    [paragraph] = section(document, "executive_summary").blocks
    assert 3 <= len(paragraph.sentences) <= 6
    first = said(document, paragraph.sentences[0])
    assert "total amount" in first.lower()
    assert first.endswith(".")


def test_the_summary_makes_no_rise_or_fall_of_a_change_that_may_be_chance():
    document = report(warehouse(SALES))
    [paragraph] = section(document, "executive_summary").blocks
    sentences = [said(document, sentence) for sentence in paragraph.sentences]
    [level] = [sentence for sentence in sentences if sentence.startswith("Total amount")]
    assert re.match(r"Total amount came to \S+ in November 2023, after \S+ in October 2023\.", level)
    assert not [sentence for sentence in sentences if "usual from one" in sentence]
    findings = [
        said(document, s) for b in section(document, "findings").blocks for s in getattr(b, "sentences", [])
    ]
    assert sum("usual from one month to the next" in sentence for sentence in findings) <= 1


def test_a_suggestion_stands_once_for_a_measure_and_at_most_twice():
    house = warehouse(SALES)
    analysis = analyse(house, 1, house.table)
    first = analysis.findings[0]
    labels = ["amount", "amount", "delay", "rows"]
    analysis.findings[:] = [
        replace(
            first,
            kind="concentration",
            notable=True,
            measure=replace(first.measure, label=label),
            advice=[Text(f"watch {label} {place}")],
        )
        for place, label in enumerate(labels)
    ]
    [bullets] = section(report(house, analysis, ["recommendations"]), "recommendations").blocks
    told = ["".join(span.text for span in item) for item in bullets.items]
    assert [line for line in told if line.startswith("watch")] == ["watch amount 0", "watch delay 2"]


def test_what_two_findings_suggest_in_the_same_words_stands_once():
    house = warehouse(SALES)
    analysis = analyse(house, 1, house.table)
    first = analysis.findings[0]
    analysis.findings[:] = [
        replace(
            first,
            kind="outlier",
            notable=True,
            heading=f"Unusual {label}",
            measure=replace(first.measure, label=label),
            advice=[Text(f"watch the 8th (see “Unusual {label}”)")],
        )
        for label in ("amount", "delay")
    ]
    [bullets] = section(report(house, analysis, ["recommendations"]), "recommendations").blocks
    told = ["".join(span.text for span in item) for item in bullets.items]
    assert [line for line in told if line.startswith("watch")] == ["watch the 8th (see “Unusual amount”)"]


def test_the_key_metrics_stand_beside_their_change(document):
    [latest, overall] = [b for b in section(document, "key_metrics").blocks if isinstance(b, Metrics)]
    amount = next(item for item in latest.items if item.label == "Total amount")
    assert amount.change is not None
    assert document.figures[amount.change].text.endswith("%")
    assert amount.good is None
    assert all(item.change is None for item in overall.items)


def test_each_finding_has_a_heading_words_and_a_chart(document):
    found = section(document, "findings").blocks
    assert [type(block) for block in found[:3]] == [Heading, Paragraph, Chart]
    assert 4 <= sum(isinstance(block, Heading) for block in found) <= 12


def test_charts_carry_their_data_as_readers_would_see_them(document):
    for chart in blocks(document, Chart):
        assert chart.option
        assert chart.alt
        assert chart.rows
        assert all(len(row) == len(chart.columns) for row in chart.rows)
        assert chart.evidence_id in {note.evidence_id for note in document.queries}


def test_each_recommendation_names_its_finding(document):
    headings = {b.text for b in section(document, "findings").blocks if isinstance(b, Heading)}
    headings |= {b.text for b in section(document, "data_quality").blocks if isinstance(b, Heading)}
    [bullets] = section(document, "recommendations").blocks
    for item in bullets.items:
        [named] = re.findall(r"see “(.+)”", said(document, item))
        assert named in headings


def test_where_nothing_stands_out_nothing_is_recommended():
    quiet = warehouse(
        "CREATE TABLE sales AS SELECT DATE '2024-01-01' + i::INT AS d, 7 AS amount FROM range(60) t(i)"
    )
    [paragraph] = section(report(quiet), "recommendations").blocks
    assert [s[0].text for s in paragraph.sentences] == ["The findings call for no action."]


def test_missing_values_stand_in_a_table(document):
    [table] = [b for b in section(document, "data_quality").blocks if isinstance(b, Table)]
    assert [[said(document, cell) for cell in row] for row in table.rows] == [["amount", "1,556", "11.1 %"]]


def test_rejected_rows_are_mentioned_when_there_are_some(house):
    words = [said_plain(b) for b in section(report(house, has_rejected_rows=True), "data_quality").blocks]
    assert any("could not be read" in text for text in words)


def said_plain(block):
    found = block.sentences if isinstance(block, Paragraph) else []
    return " ".join(span.text for sentence in found for span in sentence if isinstance(span, Text))


def test_the_appendix_shows_the_query_behind_every_figure(document):
    code = {block.text for block in section(document, "appendix").blocks if isinstance(block, Code)}
    used = {figure.evidence_id for figure in document.figures.values()}
    assert used <= {note.evidence_id for note in document.queries}
    assert {note.sql for note in document.queries} <= code


def test_the_period_is_said_in_words(document):
    assert document.period == "1 January 2022 to 1 December 2023"


def test_the_methodology_explains_every_kind_of_finding(house):
    analysis = analyse(house, 1, house.table)
    shown = [b for b in section(report(house, analysis), "methodology").blocks if isinstance(b, Bullets)]
    assert len(shown[1].items) == len({finding.kind for finding in analysis.findings})


def test_a_changed_value_makes_the_right_figures_fail():
    own = warehouse(SALES)
    document = report(own)
    own.execute("UPDATE sales SET amount = amount + 12345 WHERE order_id = 12800")
    failing = {f.id for f in document.figures.values() if not holds(f, own.again(f.evidence_id))}
    touched = {f.id for f in document.figures.values() if f.formula == "cell" and f.column == "sum_amount"}
    of_delay = {f.id for f in document.figures.values() if "delay" in str(f.column)}
    assert failing & touched
    assert of_delay
    assert not failing & of_delay


def test_a_document_survives_its_json(document):
    assert encode(decode(encode(document))) == encode(document)
    again = decode(encode(document))
    assert again.figures == document.figures
    assert [s.key for s in again.sections] == [s.key for s in document.sections]
    first = again.sections[0].blocks[0].sentences[0]
    assert all(isinstance(span, Text | Ref) for span in first)


def test_forged_json_is_found_out(house, document):
    again = decode(encode(document))
    figure = next(f for f in again.figures.values() if f.format == "number")
    forged = replace(figure, text="1")
    assert not holds(forged, house.again(figure.evidence_id))


@pytest.mark.parametrize(
    "select",
    [
        "1 AS amount WHERE false",
        "5.0 AS amount, DATE '2024-01-01' AS d",
        "'r' || i % 3 AS region FROM range(300) t(i)",
        "NULL::DATE AS d, NULL::DOUBLE AS amount FROM range(9)",
    ],
)
def test_a_poor_table_still_makes_a_report(select):
    document = report(warehouse(f"CREATE TABLE sales AS SELECT {select}"))
    assert [s.key for s in document.sections] == list(SECTIONS)
    assert all(s.blocks for s in document.sections)
