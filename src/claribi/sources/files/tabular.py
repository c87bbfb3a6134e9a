"""From a table of texts to a typed Parquet file, whatever format the texts came in.

Each step is a scan in DuckDB in constant memory: count how much of every column each reading takes, write the
rows that fit, and only where some don't, set those aside with their line and the reason.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from pathlib import Path

import duckdb

from claribi.core.errors import ValidationFailed
from claribi.sources.catalog import ColumnType
from claribi.sources.files.candidates import (
    MISFIT,
    Ladder,
    Rung,
    fits_or_error,
    parsed_or_error,
    quoted,
    rung_of,
)
from claribi.sources.files.guess import habits, ladders, present
from claribi.sources.files.messages import ConvertedTable, RejectedRow
from claribi.sources.files.statistics import describe

# A column with a larger share of values that don't fit gets a wider type.
TOLERATED = 0.01
# Of so few different values one that does not fit is a category of its own where it stands as often as this.
MOST_CATEGORIES, REPEATED = 40, 3
SHOWN_REJECTS = 1000
SHOWN_VALUE = 200
# Of what the engine can write, this is read fastest, and is no larger than the older encodings under zstd.
PARQUET = "(FORMAT parquet, PARQUET_VERSION V2, COMPRESSION lz4_raw)"


@dataclass
class TextTable:
    """Rows of text that DuckDB can read.

    Attributes:
        relation: What stands behind FROM; its columns are c0, c1, …
        reread: The same for every time but the first; empty where there is no difference.
        parsed: The same with dates and times, by their layouts, read by the engine's reader itself; None
            where it has no such reader.
        names: The columns' names.
        sample: Some rows, to guess from.
        row: SQL of the number of a row.
        number_lines: Fills in `line` in the relation `rejected`, from `row`; None where the row is the line.
        broken: SQL of rows that could not be split into columns: row, column, value, reason, text.
        stated: For each column, what kinds of values the file itself says there are.
    """

    relation: str
    names: list[str]
    sample: Sequence[Sequence[str | None]]
    row: str = "line"
    number_lines: Callable[[duckdb.DuckDBPyConnection], None] | None = None
    broken: str = ""
    reread: str = ""
    parsed: Callable[[Mapping[int, tuple[ColumnType, str]]], str] | None = None
    delimiter: str | None = None
    stated: Sequence[frozenset[str]] = ()
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Choice:
    """How a column is read; as text where there is no rung.

    Attributes:
        fits: SQL that is true where a value fits; empty when all do.
        certain: False where another reading takes as many values.
    """

    value: str
    type: ColumnType
    rung: Rung | None = None
    fits: str = ""
    confidence: float = 1.0
    guess: str = ""
    certain: bool = True


def convert_table(
    connection: duckdb.DuckDBPyConnection,
    table: TextTable,
    name: str,
    output: Path,
    on_progress: Callable[[float], None],
) -> ConvertedTable:
    """Write the table's rows to `output/NAME.parquet`, those that don't fit beside it."""
    file = output / f"{name}.parquet"
    readings = _readings(table)
    total, choices = _straight(connection, table, readings, file)
    written = total
    if not choices:
        total, counts = _profile(connection, table, readings)
        choices = _agree([_choose(i, ladder, counts[i]) for i, ladder in enumerate(readings)])
        choices = [_of_category(connection, table, i, choice) for i, choice in enumerate(choices)]
        on_progress(0.4)
        written = _write(connection, table.reread or table.relation, table.names, choices, file)
    on_progress(0.9)
    misfits = {i: choice for i, choice in enumerate(choices) if choice.fits and written < total}
    rejected = _set_aside(connection, table, misfits, output / f"{name}.rejected.parquet")
    if not written:
        file.unlink()
        raise ValidationFailed(_nothing(rejected[2]))
    if written + rejected[0] != total + rejected[1]:
        raise RuntimeError(f"{total + rejected[1]} rows read, {written + rejected[0]} accounted for")
    guesses = {n: (c.confidence, c.guess) for n, c in zip(table.names, choices, strict=True)}
    return ConvertedTable(
        name=name,
        file=file,
        row_count=written,
        columns=describe(connection, file, written, guesses),
        rejected_count=rejected[0],
        rejected=rejected[2],
        rejected_file=output / f"{name}.rejected.parquet" if rejected[0] else None,
        notes=table.notes,
    )


def _readings(table: TextTable) -> list[list[Ladder]]:
    columns = [[row[i] or "" for row in table.sample] for i in range(len(table.names))]
    habit = habits(columns, table.delimiter)
    stated = table.stated or [frozenset()] * len(columns)
    return [
        ladders(f"c{i}", values, habit, kinds)
        for i, (values, kinds) in enumerate(zip(columns, stated, strict=True))
    ]


def _straight(
    connection: duckdb.DuckDBPyConnection, table: TextTable, readings: list[list[Ladder]], file: Path
) -> tuple[int, list[Choice]]:
    """Trust the sample and write in a single scan; nothing where a value shows that it was wrong."""
    blank = [not present([row[i] or "" for row in table.sample]) for i in range(len(table.names))]
    if any(len(column) > 1 and not empty for column, empty in zip(readings, blank, strict=True)):
        return 0, []
    choices = [
        _trusted(f"c{i}", None if empty else next(iter(column), None), blank=empty)
        for i, (column, empty) in enumerate(zip(readings, blank, strict=True))
    ]
    for parsed in (_parsed(table, choices), (choices, table.relation)):
        if parsed and (written := _try(connection, *parsed, table.names, file)) is not None:
            return written, choices
    return 0, []


def _parsed(table: TextTable, choices: list[Choice]) -> tuple[list[Choice], str] | None:
    """Leave dates and times to the engine's reader, which checks them faster than patterns do."""
    rungs = {i: choice.rung for i, choice in enumerate(choices) if choice.rung and choice.rung.layout}
    # The reader takes one layout for dates and one for times.
    layouts = {i: (rung.type, rung.layout) for i, rung in rungs.items()}
    if not table.parsed or not rungs or len(dict(layouts.values())) < len(set(layouts.values())):
        return None
    read = [
        replace(c, value=f"c{i}", fits=parsed_or_error(f"c{i}")) if i in rungs else c
        for i, c in enumerate(choices)
    ]
    return read, table.parsed(layouts)


def _try(
    connection: duckdb.DuckDBPyConnection, choices: list[Choice], relation: str, names: list[str], file: Path
) -> int | None:
    """Write all rows; None where a value doesn't fit its choice."""
    try:
        written = _write(connection, relation, names, choices, file)
        if not _misread(connection):
            return written
    except duckdb.InvalidInputException as error:
        if MISFIT not in str(error):
            raise
    _forget(connection, file)
    return None


def _misread(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the reader met values that were not of the layout it was told."""
    told = "SELECT 1 FROM duckdb_tables() WHERE table_name = 'reject_errors'"
    found = "SELECT 1 FROM reject_errors WHERE error_type = 'CAST' LIMIT 1"
    return bool(connection.execute(told).fetchall() and connection.execute(found).fetchall())


def _forget(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Leave nothing of a scan that did not go well."""
    file.unlink(missing_ok=True)
    connection.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")


def _trusted(column: str, ladder: Ladder | None, *, blank: bool) -> Choice:
    rung = ladder.rungs[0] if ladder else None
    fits = fits_or_error(column, rung)
    if rung is not None:
        return Choice(rung.value, rung.type, rung, fits, guess=f"all values are {rung.words}")
    if blank:
        return Choice("NULL::VARCHAR", "string", fits=fits, guess="it has no values")
    return Choice(f"nullif({column}, '')", "string", guess="the values are text")


Counts = list[list[int]]


def _profile(
    connection: duckdb.DuckDBPyConnection, table: TextTable, readings: list[list[Ladder]]
) -> tuple[int, list[Counts]]:
    """How many rows there are; for each column and ladder, how many values stand where.

    The counts of a ladder: codes, each rung, no rung.
    """
    rungs, counts = [], ["count(*)"]
    for i, column in enumerate(readings):
        # A column that nobody asks for is not looked at, and what is broken in it not found.
        rungs.append(f"c{i}")
        counts.append(f"count(c{i})")
        for j, ladder in enumerate(column):
            rungs.append(f"{rung_of(f'c{i}', ladder.rungs, ladder.codes)} AS r{i}_{j}")
            steps = [-2, *range(len(ladder.rungs) + 1)]
            counts += [f"count(*) FILTER (r{i}_{j} = {step})" for step in steps]
    query = f"SELECT {', '.join(counts)} FROM (SELECT {', '.join(rungs)} FROM {table.relation})"  # noqa: S608 - ours
    [(total, *flat)] = connection.execute(query).fetchall()
    found = iter(flat)
    return total, [_counts(column, found) for column in readings]


def _counts(column: list[Ladder], found: Iterator[int]) -> Counts:
    next(found)
    return [[next(found) for _ in range(len(ladder.rungs) + 2)] for ladder in column]


def _choose(i: int, readings: list[Ladder], counts: Counts) -> list[Choice]:
    """The readings that take most values, which are several where they are as good."""
    judged = [(_judge(i, la, numbers), numbers) for la, numbers in zip(readings, counts, strict=True)]
    usable = [(choice, numbers[-1]) for choice, numbers in judged if choice is not None]
    if not usable:
        return [_text(i, readings, counts)]
    fewest = min(misfits for _, misfits in usable)
    return [choice for choice, misfits in usable if misfits == fewest]


def _judge(i: int, ladder: Ladder, numbers: Sequence[int]) -> Choice | None:
    """The lowest rung that takes all that the whole ladder takes; None where it takes too little."""
    codes, *steps, misfits = numbers
    filled = sum(steps) + misfits
    if codes or not sum(steps) or misfits > TOLERATED * filled:
        return None
    top = max(k for k, count in enumerate(steps) if count)
    rung = ladder.rungs[top]
    fits = f"({rung_of(f'c{i}', ladder.rungs[: top + 1], ladder.codes)}) <= {top}" if misfits else ""
    share = (filled - misfits) / filled
    counted = f"all {filled:,}" if not misfits else f"{filled - misfits:,} of {filled:,}"
    return Choice(rung.value, rung.type, rung, fits, round(share, 4), f"{counted} values are {rung.words}")


def _text(i: int, readings: list[Ladder], counts: Counts) -> Choice:
    value = f"nullif(c{i}, '')"
    for ladder, (codes, *steps, misfits) in zip(readings, counts, strict=True):
        if codes:
            return Choice(
                value,
                "string",
                guess=f"{codes:,} values are codes with leading zeros or hyphens, kept as text",
            )
        if sum(steps):
            words, filled = ladder.rungs[-1].words, sum(steps) + misfits
            guess = f"only {sum(steps):,} of {filled:,} values are {words}, so all are kept as text"
            return Choice(value, "string", guess=guess, confidence=round(misfits / filled, 4))
    return Choice(value, "string", guess="the values are text")


def _of_category(connection: duckdb.DuckDBPyConnection, table: TextTable, i: int, choice: Choice) -> Choice:
    """Text where a word stands again and again among a few numbers: grades 9 to 12, and `other`."""
    if not choice.fits:
        return choice
    found = connection.execute(
        f"SELECT c{i}, count(*), NOT ({choice.fits}) AS is_word FROM {table.relation} "  # noqa: S608 - ours
        f"WHERE c{i} IS NOT NULL GROUP BY ALL LIMIT {MOST_CATEGORIES + 1}"
    ).fetchall()
    words = [(text, count) for text, count, is_word in found if is_word]
    if len(found) > MOST_CATEGORIES or not words or min(count for _, count in words) < REPEATED:
        return choice
    text, count = max(words, key=itemgetter(1))
    others = choice.rung.words if choice.rung else "others"
    guess = f"“{text[:SHOWN_VALUE]}” stands {count:,} times among a few {others}"
    return Choice(f"nullif(c{i}, '')", "string", guess=f"{guess}, so all are kept as text", confidence=0.9)


def _agree(columns: list[list[Choice]]) -> list[Choice]:
    """One reading a column; where two are as good, the one that another column of the file bears out."""
    settled = {choices[0].rung.words for choices in columns if len(choices) == 1 and choices[0].rung}
    return [_pick(choices, settled) for choices in columns]


def _pick(choices: list[Choice], settled: set[str]) -> Choice:
    if len(choices) == 1:
        return choices[0]
    chosen = next((c for c in choices if c.rung and c.rung.words in settled), None)
    if chosen is not None:
        guess = f"{chosen.guess}, as in another column of the file"
        return Choice(chosen.value, chosen.type, chosen.rung, chosen.fits, 0.9, guess)
    first, second = choices[:2]
    other = second.rung.words if second.rung else "text"
    guess = f"{first.guess}; they could also be {other}"
    return Choice(first.value, first.type, first.rung, first.fits, 0.5, guess, certain=False)


def _write(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    names: list[str],
    choices: list[Choice],
    file: Path,
) -> int:
    outputs = [f"{c.value} AS {_identifier(n)}" for c, n in zip(choices, names, strict=True)]
    fitting = [choice.fits for choice in choices if choice.fits]
    where = f" WHERE {' AND '.join(fitting)}" if fitting else ""
    query = f"SELECT {', '.join(outputs)} FROM {relation}{where}"  # noqa: S608 - names are quoted
    [(written,)] = connection.execute(f"COPY ({query}) TO {quoted(str(file))} {PARQUET}").fetchall()
    return int(written)


def _set_aside(
    connection: duckdb.DuckDBPyConnection, table: TextTable, misfits: dict[int, Choice], file: Path
) -> tuple[int, int, list[RejectedRow]]:
    """Write the rejected rows; how many they are, how many of them were broken, and the first of them."""
    connection.execute(
        'CREATE OR REPLACE TEMP TABLE rejected (line BIGINT, "row" BIGINT, "column" VARCHAR, value VARCHAR, '
        "reason VARCHAR, text VARCHAR, broken BOOLEAN)"
    )
    if table.broken:
        connection.execute(f"INSERT INTO rejected SELECT NULL, *, true FROM ({table.broken})")  # noqa: S608 - ours
    if misfits:
        connection.execute(_misfits(table, misfits))
    totals = "SELECT count(*), count(*) FILTER (broken) FROM rejected"
    [(count, broken)] = connection.execute(totals).fetchall()
    if not count:
        return 0, 0, []
    if table.number_lines is not None:
        table.number_lines(connection)
    else:
        connection.execute('UPDATE rejected SET line = "row"')
    ordered = 'SELECT line, "column", value, reason, text FROM rejected ORDER BY line, "row"'
    connection.execute(f"COPY ({ordered}) TO {quoted(str(file))} {PARQUET}")
    first = connection.execute(f"{ordered} LIMIT {SHOWN_REJECTS}").fetchall()
    return count, broken, [_rejected(*row) for row in first]


def _misfits(table: TextTable, misfits: dict[int, Choice]) -> str:
    columns = range(len(table.names))
    which = " ".join(f"WHEN NOT ({choice.fits}) THEN {i}" for i, choice in misfits.items())
    names = " ".join(f"WHEN {i} THEN {quoted(table.names[i])}" for i in misfits)
    values = " ".join(f"WHEN {i} THEN c{i}" for i in misfits)
    reasons = " ".join(
        f"WHEN {i} THEN {quoted(f'not one of the {choice.rung.words}')}"
        for i, choice in misfits.items()
        if choice.rung
    )
    row = f"to_json([{', '.join(f'c{i}' for i in columns)}])::VARCHAR"
    numbered = f'SELECT {table.row} AS "row", * FROM {table.reread or table.relation}'  # noqa: S608 - our own names
    return (
        f'INSERT INTO rejected SELECT NULL, "row", CASE bad {names} END, CASE bad {values} END, '  # noqa: S608 - quoted
        f"CASE bad {reasons} END, {row}, false "
        f"FROM (SELECT *, CASE {which} ELSE -1 END AS bad FROM ({numbered})) WHERE bad >= 0"
    )


def _rejected(line: int, column: str | None, value: str | None, reason: str, text: str | None) -> RejectedRow:
    shown = value if value is not None else text or ""
    return RejectedRow(line, column, shown[:SHOWN_VALUE], reason)


def _nothing(rejected: list[RejectedRow]) -> str:
    if not rejected:
        return "The file has a header but no rows; upload one with data in it"
    first = rejected[0]
    return f"Not one row of the file can be read; line {first.line}: {first.reason}"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
