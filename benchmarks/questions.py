"""`python -m benchmarks.questions FOLDER`: how many questions about one's own tables are answered rightly.

The folder holds `csv/*.csv` and `questions.yaml`: a list of `id`, `table` (a file's name without its ending),
`question` and `sql` (DuckDB's; none where the table can not tell). A running server is asked as its users ask
it, without a language model. An answer is right when its rows hold what the SQL's rows hold: further columns
are welcome, a share may be a fraction or in percent, a period the day on which it begins or its usual name.
"""

import argparse
import calendar
import math
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import httpx
import yaml

from benchmarks.__main__ import _client, _server

Rows = Sequence[Sequence[Any]]
MONTHS = [name.casefold() for name in calendar.month_name[1:]]
WEEKDAYS = [name.casefold() for name in calendar.day_name]
CLASS = re.compile(r"under|below|less|over|more|above|\+|<|>|\d ?- ?\d|\d to \d|up to")
WIDEST, TRIED = 40, 200
"""Columns that are compared, and ways of pairing them that are tried at most."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.questions")
    parser.add_argument("folder", type=Path)
    parser.add_argument("ids", type=int, nargs="*", help="only these questions, told in full")
    given = parser.parse_args()
    asked = yaml.safe_load((given.folder / "questions.yaml").read_text(encoding="utf-8"))
    wanted = [one for one in asked if not given.ids or one["id"] in given.ids]
    with (
        tempfile.TemporaryDirectory() as place,
        duckdb.connect() as reference,
        _server(Path(place)) as (url, _),
    ):
        api = _client(url, Path(place))
        files = sorted((given.folder / "csv").glob("*.csv"))
        sources = {file.stem: _uploaded(api, file, reference) for file in files}
        marks = [_asked(api, sources, reference, one, full=bool(given.ids)) for one in wanted]
    print(dict(Counter(marks)), f"right {marks.count('right') / max(len(marks), 1):.1%}")


def _uploaded(api: httpx.Client, file: Path, reference: duckdb.DuckDBPyConnection) -> int:
    reference.execute(f"CREATE TABLE \"{file.stem}\" AS FROM read_csv('{file}', sample_size = -1)")
    with file.open("rb") as content:
        source = api.post("/data-sources", files={"file": (file.name, content)}).raise_for_status().json()
    while (source := api.get(f"/data-sources/{source['id']}").json())["status"] == "preprocessing":
        time.sleep(0.05)
    assert source["status"] == "active", source
    number: int = source["id"]
    return number


def _asked(
    api: httpx.Client,
    sources: dict[str, int],
    reference: duckdb.DuckDBPyConnection,
    one: dict[str, Any],
    *,
    full: bool,
) -> str:
    """How a question was answered: right, refused, or wrong, and with which confidence."""
    given = {"question": one["question"], "source_id": sources[one["table"]]}
    response = api.post("/analysis", json=given)
    answer = response.json()
    if response.status_code >= 400:
        mark, theirs = "error", []
    else:
        theirs = reference.execute(one["sql"]).fetchall() if one.get("sql") else []
        mark = marked(answer, theirs if one.get("sql") else None)
    if mark != "right" or full:
        print(f"{mark:13s} {one['id']:3d} {one['table']}: {one['question']}")
        print(f"    wanted {one.get('sql') or 'no answer'}  {[list(map(str, row)) for row in theirs[:3]]}")
        print(f"    {str(answer.get('text') or answer)[:300]}")
        if answer.get("rows"):
            print(f"    {[column['name'] for column in answer['columns']]} {answer['rows'][:3]}")
            print(f"    {_short(answer['query'])}")
    return mark


def marked(answer: dict[str, Any], wanted: Rows | None) -> str:
    if answer["status"] != "answered":
        return "right" if wanted is None else "refused"
    if wanted is not None and holds(answer["rows"], wanted):
        return "right"
    return f"wrong {answer['confidence']['level']}"


def holds(ours: Rows, theirs: Rows) -> bool:
    """Whether our rows, in any order, hold what theirs do, each of their columns in one of ours."""
    named = [row for row in ours if row[0] is not None]
    if len(ours) == len(theirs) + 1 == len(named) + 1:
        # A line for what has no name, which the SQL left out
        ours = named
    if not theirs or len(ours) != len(theirs):
        return _in_one_row(ours, theirs) or _below_each_other(ours, theirs)
    columns = [[_plain(row[place]) for row in ours] for place in range(min(len(ours[0]), WIDEST))]
    meant = [[_plain(row[place]) for row in theirs] for place in range(len(theirs[0]))]
    wanted = list(zip(*meant, strict=True))
    candidates = [[place for place, own in enumerate(columns) if _alike(own, one)] for one in meant]
    return any(
        _same_rows(list(zip(*(columns[place] for place in chosen), strict=True)), wanted)
        for chosen in islice(_ways(candidates, ()), TRIED)
    )


def _ways(candidates: list[list[int]], chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """The ways to choose another of our columns for each of theirs."""
    if len(chosen) == len(candidates):
        yield chosen
        return
    for place in candidates[len(chosen)]:
        if place not in chosen:
            yield from _ways(candidates, (*chosen, place))


def _in_one_row(ours: Rows, theirs: Rows) -> bool:
    """Whether one row has beside each other what theirs has below each other: two periods, say."""
    if len(ours) != 1 or not 1 < len(theirs) <= WIDEST:
        return False
    numbers = [row[-1] for row in theirs]
    return all(any(_equal(_plain(value), _plain(number)) for value in ours[0]) for number in numbers)


def _below_each_other(ours: Rows, theirs: Rows) -> bool:
    """Whether each name's numbers stand below each other that theirs has in one line."""
    wide = len(theirs[0]) - 1 if theirs else 0
    if not ours or len(ours[0]) != len(("name", "time", "number")) or len(ours) != len(theirs) * wide:
        return False
    found: dict[Any, list[Any]] = {}
    for name, _, number in ours:
        found.setdefault(_plain(name), []).append(_plain(number))
    return all(
        all(any(_equal(one, _plain(value)) for one in found.get(_plain(name), ())) for value in values)
        for name, *values in theirs
    )


def _alike(ours: list[Any], theirs: list[Any]) -> bool:
    """Whether two columns can hold the same, told by their ends."""
    return len(ours) == len(theirs) and all(any(_equal(one, other) for one in ours) for other in theirs[:3])


def _same_rows(ours: list[tuple[Any, ...]], theirs: list[tuple[Any, ...]]) -> bool:
    left = list(ours)
    for row in theirs:
        found = next((one for one in left if all(map(_equal, one, row))), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _equal(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, float) and isinstance(theirs, float):
        return any(math.isclose(ours, theirs * by, rel_tol=1e-6, abs_tol=1e-9) for by in (1, 100, 0.01))
    if isinstance(ours, float) != isinstance(theirs, float):
        return any(one == other for one in _names(ours) for other in _names(theirs))
    if isinstance(ours, str) and isinstance(theirs, str) and ours != theirs:
        return _same_class(ours, theirs)
    return bool(ours == theirs)


def _same_class(ours: str, theirs: str) -> bool:
    """Whether two classes of a number end alike: `9 to 17` is the `9-16` of whole numbers."""
    ends = [re.findall(r"\d+(?:\.\d+)?", one.replace(",", "")) for one in (ours, theirs)]
    if any(re.match(r"\d{4}-\d\d-\d\d", one) for one in (ours, theirs)):
        return False
    are_classes = all(CLASS.search(one) and found for one, found in zip((ours, theirs), ends, strict=True))
    return are_classes and abs(float(ends[0][-1]) - float(ends[1][-1])) <= 1


def _names(value: Any) -> Iterable[Any]:
    """What a value may also be called: a month or weekday by its number, a year by its first day."""
    yield value
    if isinstance(value, str):
        low = value.casefold()
        if low in MONTHS:
            yield float(MONTHS.index(low) + 1)
        if low in WEEKDAYS:
            yield float(WEEKDAYS.index(low))
        if found := re.fullmatch(r"(\d{4})-01-01", low):
            yield float(found[1])
        if found := re.fullmatch(r"\d{4}-(\d\d)-01", low):
            # Of a single year, a month or quarter may be told by its number
            yield from {float(found[1]), float(found[1]) // 3 + 1}
        if found := re.fullmatch(r"q([1-4])", low):
            yield float(found[1])


def _plain(value: Any) -> Any:
    """A value as what it is compared as: a number, words, or a moment in ISO's words."""
    if value is None or isinstance(value, bool):
        return value if value is None else str(value).casefold()
    if isinstance(value, int | float | Decimal):
        return float(value)
    text = str(value).strip().replace(" ", "T", 1) if isinstance(value, date) else str(value).strip()
    if re.match(r"\d{4}-\d\d-\d\d", text):
        return re.sub(r"T00:00:00(\.0+)?(Z|\+00:00)?$", "", text)
    with suppress(ValueError):
        return float(text)
    return text.casefold()


def _short(query: Any) -> str:
    """A query without what says nothing."""
    if isinstance(query, dict):
        return (
            "{"
            + ", ".join(
                f"{key}: {_short(value)}" for key, value in query.items() if value not in (None, [], {})
            )
            + "}"
        )
    return str(query)


if __name__ == "__main__":
    main()
