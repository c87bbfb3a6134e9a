"""What a question can be about: words for its tables and their values, and the day that the data reach."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from claribi.accounts.principal import Principal
from claribi.ask.naming import of_model, of_tables
from claribi.ask.texts import is_text
from claribi.ask.vocabulary import Called, Thing, Value, Vocabulary
from claribi.ask.words import stems_of
from claribi.ask.years import BEGUN, holds_years
from claribi.core.clock import utc_now
from claribi.core.errors import ClaribiError
from claribi.query.periods import Calendar
from claribi.query.schemas import Dimension, Filter, ModelQuery, Query
from claribi.query.service import Queries, Subject

# Dimensions with more values than these are not looked through for what a question names.
MOST_VALUES = 2_000
# Data that end longer ago than this are asked as if today were their last day.
OLD_DAYS = 45
# In so many columns values are looked for that are not at hand.
MOST_COLUMNS = 4
# So many names are looked for within texts, each of which takes a query for each text.
MOST_SOUGHT = 4
# Names of fewer letters are not looked for within texts; of so many texts each may hold more than a name.
SHORTEST, MANY_TEXTS = 4, 30
# How sure one can be of a name within a text.
WITHIN = 0.86


@dataclass(frozen=True, slots=True)
class Known:
    """Attributes:
    today: The day that questions count back from: today, or the last day of data that end long ago.
    calendar: How years and weeks run.
    """

    vocabulary: Vocabulary
    today: date
    calendar: Calendar
    source_id: int | None
    model_id: int | None
    subject: Any


def known_of(queries: Queries, caller: Principal, source_id: int | None, model_id: int | None) -> Known:
    """What the caller can ask a source or a model about."""
    calendar = Calendar()
    if model_id is not None:
        bound: Any = queries.subject(caller, ModelQuery(model_id=model_id))
        subject: Any = bound
        tables = {name: table.table for name, table in bound.tables.items()}
        vocabulary, calendar = of_model(bound.model, tables, model_id), bound.calendar
    else:
        assert source_id is not None  # noqa: S101 - the schema asks for one of both
        subject = queries.subject(caller, Query(source_id=source_id, table="-"))
        vocabulary = of_tables(subject.tables.values())
    for thing in vocabulary.things:
        if has_names(thing):
            vocabulary.hold(thing, _values(queries, subject, thing, source_id, model_id))
    today = _today(vocabulary)
    vocabulary.archived = today != utc_now().date()
    return Known(vocabulary, today, calendar, source_id, model_id, subject)


def has_names(thing: Thing) -> bool:
    """Whether the values of a thing are texts that a question may name."""
    column = thing.column
    if column is None or thing.kind not in {"dimension", "key"} or column.type != "string":
        return False
    return 0 < column.distinct <= MOST_VALUES


def look_up(queries: Queries, known: Known, words: Sequence[str], plain: Sequence[str] = ()) -> bool:
    """Let values be named that are too many to be kept at hand: of each word the values that are written so.

    Args:
        words: Names, which may also stand within longer texts.
        plain: Other words, which may be whole values.

    Returns:
        Whether there are such values.
    """
    written = {way for word in (*words, *plain) for way in (word, word.lower(), word.upper(), word.title())}
    found = False
    for thing in [t for t in known.vocabulary.things if _has_many_names(t)][:MOST_COLUMNS]:
        among = Filter(column=thing.name, operator="in", value=sorted(written))
        values = _values(queries, known.subject, thing, known.source_id, known.model_id, [among])
        known.vocabulary.hold(thing, values)
        found = found or bool(values)
    return _look_within(queries, known, words) or found


def _look_within(queries: Queries, known: Known, words: Sequence[str]) -> bool:
    """Let names be named that stand within longer texts: a country in `150 km NW of Tobelo, Indonesia`."""
    texts = [thing for thing in known.vocabulary.things if is_text(thing) and _is_long(thing)]
    found = False
    for word in words[:MOST_SOUGHT]:
        stems = tuple(stems_of(word))
        if stems in known.vocabulary.values or len(word) < SHORTEST:
            continue
        whole = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
        for thing in texts[:MOST_COLUMNS] if " " in word else ():
            # `Usain Bolt` for Usain St. Leo Bolt, where no other is called so
            every = [Filter(column=thing.name, operator="contains", value=one) for one in word.split()]
            values = _values(queries, known.subject, thing, known.source_id, known.model_id, every)
            if len(values) == 1:
                known.vocabulary.values[stems].append(Called(Value(thing, values[0]), WITHIN))
                found = True
        for thing in texts[:MOST_COLUMNS] if stems not in known.vocabulary.values else ():
            among = Filter(column=thing.name, operator="contains", value=word)
            values = _values(queries, known.subject, thing, known.source_id, known.model_id, [among])
            if any(whole.search(str(value)) for value in values):
                known.vocabulary.values[stems].append(Called(Value(thing, word, "contains"), WITHIN))
                found = True
    return found


def _is_long(thing: Thing) -> bool:
    """Whether a column tells so many texts apart that names may stand within them."""
    return thing.column is not None and thing.column.distinct >= MANY_TEXTS


def _has_many_names(thing: Thing) -> bool:
    column = thing.column
    named = column is not None and thing.kind in {"dimension", "key"} and column.type == "string"
    return named and not has_names(thing)


def _values(
    queries: Queries,
    subject: Subject,
    thing: Thing,
    source_id: int | None,
    model_id: int | None,
    filters: Sequence[Filter] = (),
) -> list[object]:
    asked: dict[str, Any] = {
        "dimensions": [Dimension(column=thing.name, name="value")],
        "filters": list(filters),
    }
    query: Query | ModelQuery
    if model_id is not None:
        query = ModelQuery(model_id=model_id, **asked)
    else:
        query = Query(source_id=source_id or 0, table=thing.table, **asked)
    try:
        result = queries.run(subject, query, max_rows=MOST_VALUES)
    except ClaribiError:
        return []
    return [value for [value] in result.rows if value not in {None, ""}]


def _today(vocabulary: Vocabulary) -> date:
    today = utc_now().date()
    ends = [_day(thing.column.maximum) for thing in vocabulary.time.values() if thing.column]
    if not ends:
        ends = [_end_of_year(thing.column.maximum) for thing in vocabulary.things if _is_year(thing)]  # type: ignore[union-attr]  # years are columns
    last = max((end for end in ends if end is not None), default=None)
    return last if last is not None and today - last > timedelta(days=OLD_DAYS) else today


def _is_year(thing: Thing) -> bool:
    """Whether a thing is the year in which something happened: `year`, `fiscal_year`; no `birth_year`."""
    return holds_years(thing) and not BEGUN & set(stems_of(thing.title))


def _end_of_year(value: Any) -> date | None:
    return _day(f"{value}-12-31")


def _day(value: Any) -> date | None:
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=UTC).date()
    except ValueError:
        return None
