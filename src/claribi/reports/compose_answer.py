"""The answer to a question as a section of a report; each number in it is a figure of the answer's rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from claribi.analysis.figures import Ref, Sentence, Text
from claribi.analysis.findings import Picture
from claribi.analysis.formulas import SETTINGS
from claribi.analysis.languages import Language
from claribi.analysis.ledger import Ledger
from claribi.analysis.names import capitalised, human, label_of, member
from claribi.analysis.story import PREPOSITIONS
from claribi.analysis.templates import fill, listed
from claribi.analysis.texts import decimals_for, is_finite
from claribi.ask import answer
from claribi.charts.spec import ChartSpec
from claribi.query.schemas import Dimension, Measure, Query, Result, ResultColumn
from claribi.reports import compose_charts
from claribi.reports.document import Block, Chart, Code, Heading, Metric, Metrics, Paragraph, Table
from claribi.sources.catalog import NUMERIC_TYPES, TIME_TYPES

ASKED = "The query behind it"
# Further lines can be read where the question was asked.
MOST_LINES = int(SETTINGS["shown_lines"])
MOST_TOLD = 3
BEFORE, RATIO = "{name}, before", "{name}, change in percent"
# What a column that is computed from a measure is called.
DERIVED: Mapping[str, str] = {
    "previous": BEFORE,
    "change": "{name}, change",
    "change_ratio": RATIO,
    "share": "{name}, share",
    "rank": "{name}, rank",
    "running_total": "{name}, running total",
    "moving_average": "{name}, moving average",
}
PERCENT = frozenset({"share", "change_ratio"})
COMPARED = ("previous", "change", "change_ratio")
DRAWN: Mapping[str, str] = {"line": "Line chart", "bar": "Bar chart"}


@dataclass(frozen=True, slots=True)
class Answer:
    """The query that a question was read as, and its answer from the data as they are now."""

    query: Query
    result: Result


@dataclass(frozen=True, slots=True)
class Naming:
    """What the columns of an answer, and the answer itself, are called in a language."""

    measure: Callable[[Measure], str]
    dimension: Callable[[Dimension], str]
    fixed: Callable[..., str]
    title: Callable[[Sequence[str], Sequence[str]], str]

    def columns(self, query: Query) -> dict[str, str]:
        """The names of all columns that the answer to a query has, by their labels."""
        names = {dimension.label: self.dimension(dimension) for dimension in query.dimensions}
        for measure in query.measures:
            said = self.measure(measure)
            names[measure.label] = said
            for kind in COMPARED if query.compare else ():
                names[f"{measure.label}_{kind}"] = self.fixed(DERIVED[kind], name=said)
        names |= {name: capitalised(human(name)) for name in query.columns}
        for calculation in query.calculations:
            name = names[calculation.measure]
            names[calculation.label] = self.fixed(DERIVED[calculation.type], name=name)
        return names


def measures_of(query: Query) -> list[Measure]:
    """What the findings about the same rows can be about: measures that are one aggregate of all of them."""
    return [
        measure.model_copy(update={"name": None})
        for measure in query.measures
        if measure.aggregation is not None and measure.grain is None and not measure.filters
    ]


def in_english(query: Query) -> Naming:
    return Naming(
        measure=lambda measure: capitalised(answer.called(measure, query)),
        dimension=lambda dimension: capitalised(answer.split_by(dimension)),
        fixed=lambda text, **places: text.format(**places),
        title=lambda _measures, _dimensions: answer.title(query),
    )


def blocks(asked: Answer, ledger: Ledger) -> list[Block]:
    """In English: the answer in words, as numbers, a chart and a table, and the query behind it."""
    query, result = asked.query, asked.result
    naming = in_english(query)
    told: list[Block] = [Paragraph(list(_sentences(asked, ledger)))]
    if result.rows and query.measures and not query.dimensions:
        told.append(Metrics([_metric(m, asked, ledger, naming) for m in query.measures]))
    if result.rows and (query.dimensions or query.columns):
        drawn = chart(asked, naming, Language())
        told += [drawn] if drawn else []
        told.append(_table(asked, ledger, naming))
    return [*told, Heading(ASKED, result.evidence_id), Code(result.sql)]


def title(query: Query, naming: Naming) -> str:
    dimensions = [naming.dimension(dimension) for dimension in query.dimensions]
    return naming.title([naming.measure(measure) for measure in query.measures], dimensions)


def chart(asked: Answer, naming: Naming, spoken: Language) -> Chart | None:
    """The chart that the question was answered with; None where it was a number or a table."""
    from claribi.charts.echarts import option  # noqa: PLC0415 - only reports with charts need it

    query, result = asked.query, asked.result
    spec = answer.spec(query, result)
    if spec.type not in DRAWN:
        return None
    names = naming.columns(query)
    picture = _picture(spec.model_copy(update={"title": title(query, naming)}), asked, names)
    drawn = option(picture.spec, picture.columns, picture.rows)
    is_cycle = any(dimension.cycle for dimension in query.dimensions)
    if not spoken.is_english:
        is_time = any(dimension.grain for dimension in query.dimensions)
        drawn = compose_charts.said(drawn, {}, picture.alt, spoken, is_time=is_time, is_cycle=is_cycle)
    alt = f"{spoken.kinds.get(spec.type, DRAWN[spec.type])}: {picture.spec.title}."
    return Chart(
        title=picture.spec.title,
        option=drawn,
        alt=alt,
        columns=[column.name for column in picture.columns],
        rows=compose_charts.cells(picture, spoken, is_cycle=is_cycle),
        evidence_id=result.evidence_id,
    )


def _picture(spec: ChartSpec, asked: Answer, names: Mapping[str, str]) -> Picture:
    """The columns that are drawn, under the names that a reader sees."""
    result = asked.result
    y = spec.y or [measure.label for measure in asked.query.measures]
    shown = [label for label in (spec.x, spec.series, *y) if label is not None]
    places = [result.index(label) for label in shown]
    columns = [result.columns[place] for place in places]
    renamed = {"x": names[spec.x or ""], "y": [names[label] for label in y]}
    renamed |= {"series": names[spec.series]} if spec.series else {}
    return Picture(
        spec=spec.model_copy(update=renamed),
        alt=spec.title,
        columns=[ResultColumn(names[c.name], c.type, c.role) for c in columns],
        rows=[[row[place] for place in places] for row in result.rows],
        evidence_id=result.evidence_id,
    )


def _sentences(asked: Answer, ledger: Ledger) -> Iterator[Sentence]:
    query, result = asked.query, asked.result
    if not result.rows:
        yield fill("answer_none")
    elif not query.dimensions:
        for measure in query.measures:
            yield _alone(measure, asked, ledger)
    elif len(query.dimensions) == 1:
        tell = _over_time if query.dimensions[0].grain else _ranked
        yield from tell(asked, ledger)
    if len(result.rows) > MOST_LINES:
        shown = ledger.integer(result, "setting", name="shown_lines")
        yield fill("answer_cut", count=ledger.integer(result, "count"), shown=shown)


def _alone(measure: Measure, asked: Answer, ledger: Ledger) -> Sentence:
    query, cell = asked.query, partial(_cell, asked, ledger, 0)
    subject, label = answer.called(measure, query), measure.label
    if not query.compare:
        return fill("answer_value", subject=subject, value=cell(label))
    change = cell(f"{label}_change_ratio")
    return fill(
        "answer_compared", subject=subject, value=cell(label), before=cell(f"{label}_previous"), change=change
    )


def _over_time(asked: Answer, ledger: Ledger) -> Iterator[Sentence]:
    query, result = asked.query, asked.result
    dimension, label = query.dimensions[0], query.measures[0].label
    values = result.values(label)
    known = [row for row, value in enumerate(values) if is_finite(value)]
    if len(known) < 2 or dimension.grain is None:  # noqa: PLR2004 - a highest and a lowest
        return

    def when(row: int) -> Sentence:
        moment = ledger.moment(result, row, dimension.label, dimension.grain)
        return fill(PREPOSITIONS[dimension.grain or "day"], moment=moment)

    high, low = (find(known, key=lambda row: values[row]) for find in (max, min))
    yield fill(
        "answer_time",
        subject=answer.called(query.measures[0], query),
        when_high=when(high),
        high=_cell(asked, ledger, high, label),
        when_low=when(low),
        low=_cell(asked, ledger, low, label),
    )


def _ranked(asked: Answer, ledger: Ledger) -> Iterator[Sentence]:
    query, result = asked.query, asked.result
    dimension, label = query.dimensions[0], query.measures[0].label
    shares = [c.label for c in query.calculations if c.type == "share"]
    sorted_by = [sort.field for sort in query.sort if sort.field in {m.label for m in query.measures}]
    shown = [*shares, *sorted_by, label][0]
    rows = [row for row, value in enumerate(result.values(shown)) if is_finite(value)][:MOST_TOLD]
    if not rows or result.columns[result.index(dimension.label)].type in TIME_TYPES:
        return
    members = [
        fill(
            "with",
            member=member(result.values(dimension.label)[row], dimension.label),
            effect=_cell(asked, ledger, row, shown),
        )
        for row in rows
    ]
    first = next((m for m in query.measures if m.label == shown), query.measures[0])
    yield fill("answer_first", subject=answer.called(first, query), members=listed(list(members)))


def _metric(measure: Measure, asked: Answer, ledger: Ledger, naming: Naming) -> Metric:
    cell = partial(_cell, asked, ledger, 0)
    change = cell(f"{measure.label}_change_ratio").figure if asked.query.compare else None
    note = "against the period before" if asked.query.compare == "previous_period" else None
    return Metric(naming.measure(measure), cell(measure.label).figure, change, None, note)


def _table(asked: Answer, ledger: Ledger, naming: Naming) -> Table:
    result, names = asked.result, naming.columns(asked.query)
    shown = [column for column in result.columns if column.name in names]
    dimensions = {dimension.label: dimension for dimension in asked.query.dimensions}

    def cell(row: int, column: ResultColumn) -> Sentence:
        value = result.values(column.name)[row]
        dimension = dimensions.get(column.name)
        is_text = column.type not in NUMERIC_TYPES | TIME_TYPES or value is None
        if dimension is None and not (asked.query.columns and is_text):
            return [_cell(asked, ledger, row, column.name)]
        if dimension is not None and column.type in TIME_TYPES and value is not None:
            return [ledger.moment(result, row, column.name, dimension.grain)]
        return [Text(label_of(value))]

    return Table(
        title=title(asked.query, naming),
        columns=[names[column.name] for column in shown],
        rows=[[cell(row, column) for column in shown] for row in range(min(result.row_count, MOST_LINES))],
        numeric=[column.name not in dimensions and column.type in NUMERIC_TYPES for column in shown],
    )


def _cell(asked: Answer, ledger: Ledger, row: int, label: str) -> Ref:
    """A number of the answer; those of a column have as many digits after the point as each other."""
    query, result = asked.query, asked.result
    calculated = {c.label: c.type for c in query.calculations}
    if label.endswith("_change_ratio") or calculated.get(label) == "change_ratio":
        return ledger.cell(result, row, label, style="signed_percent", decimals=1)
    if answer.is_share(label) or calculated.get(label) in PERCENT:
        return ledger.cell(result, row, label, style="percent", decimals=1)
    values: list[Any] = result.values(label)
    if result.columns[result.index(label)].type in TIME_TYPES:
        return ledger.cell(result, row, label, style="date", decimals=0)
    whole = all(value is None or isinstance(value, int) for value in values)
    return ledger.cell(result, row, label, decimals=0 if whole else decimals_for(values))
