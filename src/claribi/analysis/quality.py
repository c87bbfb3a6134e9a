"""How far the data can be relied on: how much, from when to when, what is missing, double or cut off."""

from dataclasses import dataclass, field

from claribi.analysis.figures import Ref, Sentence
from claribi.analysis.gather import counted_name
from claribi.analysis.gathered import OverTime
from claribi.analysis.names import human, plural
from claribi.analysis.queries import NEWEST, OLDEST, ROWS, Source
from claribi.analysis.series import dated_rows, is_regular
from claribi.analysis.story import Story
from claribi.analysis.templates import fill
from claribi.query.schemas import Filter, Grain, Measure, Result
from claribi.sources.catalog import Column

# An identifier is meant to be one where so many of its values differ.
UNIQUE = 0.9
# Beyond so many rows, telling all values of an identifier apart costs more than the rest of the analysis.
MOST_TOLD_APART = 5_000_000
# From this part of a column on, its missing values are worth advice.
WORTH_ADVICE = 0.2


@dataclass(frozen=True, slots=True)
class MissingValues:
    """Attributes: missing, share: Figures: rows without a value, and their part of all rows."""

    column: Column
    missing: Ref
    share: Ref
    much: bool


@dataclass(slots=True)
class Quality:
    """Attributes:
    rows: What the data hold, from when to when.
    notes: One sentence for each thing that a reader should know.
    fragments: Which periods were left out for being incomplete.
    unfinished: The last of them, where it is the one that the data stop in.
    """

    rows: Sentence
    notes: list[Sentence] = field(default_factory=list)
    fragments: list[Sentence] = field(default_factory=list)
    unfinished: Sentence | None = None
    missing: list[MissingValues] = field(default_factory=list)


def assess(source: Source, story: Story) -> Quality:
    overview, profile = story.data.overview, story.data.profile
    quality = Quality(rows_sentence(story))
    if overview is None or not overview.values(ROWS.label)[0]:
        return quality
    quality.missing = _missing(overview, story)
    if not quality.missing:
        quality.notes.append(fill("no_missing"))
    quality.notes += _left_out(source, story) + _duplicates(source, story)
    if profile.time is None:
        quality.notes.append(fill("no_time"))
    else:
        quality.notes += _over_time(overview, story)
        begun, unfinished = _fragments(story)
        quality.fragments = [*begun, *unfinished]
        quality.unfinished = unfinished[-1] if unfinished else None
    return quality


def rows_sentence(story: Story) -> Sentence:
    overview, rows = story.data.overview, story.data.profile.rows_name
    if overview is None or not overview.values(ROWS.label)[0]:
        return fill("no_rows")
    count = story.ledger.integer(overview, "cell", row=0, column=ROWS.label)
    if story.data.profile.time is None:
        return fill("rows_timeless", count=count, rows=rows)
    grain: Grain = "year" if story.data.profile.time.in_years else "day"
    start, end = (story.ledger.moment(overview, 0, edge, grain) for edge in (OLDEST, NEWEST))
    return fill("rows", count=count, rows=rows, start=start, end=end)


def _missing(overview: Result, story: Story) -> list[MissingValues]:
    names = {column.name for column in overview.columns}
    found: list[MissingValues] = []
    for column in story.data.profile.table.columns:
        arguments = {"row": 0, "column": counted_name(column), "of": ROWS.label}
        if arguments["column"] not in names:
            continue
        missing = story.ledger.integer(overview, "missing", **arguments)
        if story.ledger.value(missing):
            share = story.ledger.percent(overview, "missing_share", **arguments)
            much = float(story.ledger.value(share) or 0) >= WORTH_ADVICE
            found.append(MissingValues(column, missing, share, much))
    return sorted(found, key=lambda m: -float(story.ledger.value(m.missing) or 0))


def _identifier(story: Story) -> Column | None:
    table = story.data.profile.table
    for column in table.columns:
        known = table.row_count - column.nulls
        if column.role == "id" and known and column.distinct >= UNIQUE * known:
            return column
    return None


def _left_out(source: Source, story: Story) -> list[Sentence]:
    """The rows that are left out where some of them have placeholders for dates."""
    time = story.data.profile.time
    if time is None or time.sane is None:
        return []
    column, sane = time.sane.column, time.sane
    within = [
        Filter(column=column, operator=">=", value=sane.start.isoformat()),
        Filter(column=column, operator="<", value=sane.end.isoformat()),
    ]
    every = Source(source.ask, source.source_id, source.table, filters=source.filters)
    result = every.totals([ROWS, Measure(aggregation="count", name="dated", filters=within)])
    if result is None or not result.rows:
        return []
    count = story.ledger.integer(result, "missing", row=0, column="dated", of=ROWS.label)
    return [fill("placeholders", count=count, rows=story.data.profile.rows_name)]


def _duplicates(source: Source, story: Story) -> list[Sentence]:
    column, table = _identifier(story), story.data.profile.table
    if column is None or table.row_count > MOST_TOLD_APART:
        return []
    measures = [
        Measure(column=column.name, aggregation="count", name="values"),
        Measure(column=column.name, aggregation="count_distinct", name="different"),
    ]
    result = source.totals(measures)
    if result is None:
        return []
    repeated = story.ledger.integer(result, "missing", row=0, column="different", of="values")
    name = human(column.name)
    if not story.ledger.value(repeated):
        return [fill("no_duplicates", column=name)]
    return [fill("duplicates", count=repeated, rows=story.data.profile.rows_name, column=name)]


def _over_time(overview: Result, story: Story) -> list[Sentence]:
    time, main = story.data.profile.time, story.data.main
    if time is not None and time.in_years:
        # Every fifth year, say, is no gap.
        return [] if main is None or is_regular(main.of(ROWS.label)) else _gaps(main, story)
    newest = story.ledger.moment(overview, 0, NEWEST, None)
    notes: list[Sentence] = [fill("newest", moment=newest)]
    return notes + (_gaps(main, story) if main else [])


def _gaps(lines: OverTime, story: Story) -> list[Sentence]:
    arguments = story.range(lines, ROWS.label)
    count = story.ledger.integer(lines.result, "gap_count", **arguments)
    rows, grain = story.data.profile.rows_name, lines.grain
    if not story.ledger.value(count):
        return [fill("no_gaps", grain=grain, rows=rows)]
    nouns = grain if story.ledger.value(count) == 1 else plural(grain)
    verb = "gap" if story.ledger.value(count) == 1 else "gaps"
    return [fill(verb, count=count, grain=nouns, rows=rows)]


def _fragments(story: Story) -> tuple[list[Sentence], list[Sentence]]:
    """One sentence for each incomplete bucket that was left out, at the beginning and at the end."""
    begun: list[Sentence] = []
    unfinished: list[Sentence] = []
    known = {lines.grain: lines for lines in (story.data.main, story.data.periodic) if lines is not None}
    for lines in known.values():
        at_start, at_end = lines.fragments
        if at_start:
            moment = story.moment(lines, lines.first - 1)
            begun.append(fill("fragment_start", grain=lines.grain, moment=moment))
        # Of several that were left out the finding tells.
        if at_end and lines.last + 2 == dated_rows(lines.result, lines.column):
            moment = story.moment(lines, lines.last + 1)
            unfinished.append(fill("fragment_end", grain=lines.grain, moment=moment))
    return begun, unfinished


def worth_advice(quality: Quality) -> list[MissingValues]:
    return [missing for missing in quality.missing if missing.much and missing.column.role != "id"]
