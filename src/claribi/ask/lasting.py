"""How long things take, where a table tells only when they began and when they ended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from claribi.ask.vocabulary import Thing, Vocabulary
from claribi.ask.words import stems_of
from claribi.query.columns import Computed, Duration

Unit = Literal["day", "hour", "minute", "second"]
# How sure one can be of what is worked out from two times.
WORKED_OUT = 0.8
PLAIN: dict[str, Unit] = {"day": "day", "hour": "hour", "minute": "minute", "second": "second"}


@dataclass(frozen=True, slots=True)
class Pair:
    """What two times of a row are called, and what lies between them.

    Attributes:
        fine: What the time between is told in where columns tell the hour.
    """

    starts: frozenset[str]
    ends: frozenset[str]
    names: tuple[str, ...]
    fine: Unit = "hour"


def _pair(starts: str, ends: str, names: str, fine: Unit = "hour") -> Pair:
    return Pair(
        frozenset(starts.split()), frozenset(ends.split()), tuple(n.strip() for n in names.split(",")), fine
    )


# The likeliest first: of a table with several only the first one that fits is how long things take.
PAIRS = (
    _pair("admission admit admitted", "discharge discharged", "length of stay, stay, hospital stay"),
    _pair("checkin check_in arrival", "checkout check_out departure", "length of stay, stay", "day"),
    _pair("pickup", "dropoff", "trip duration, ride duration, trip time, ride time, duration", "minute"),
    _pair(
        "open opened created create creation submitted reported report received logged filed",
        "close closed resolved resolution completed completion solved settled fixed",
        "resolution time, time to resolution, time to resolve, time to close, closing time, handling time,"
        " processing time, turnaround time, turnaround, cycle time, duration, days to close, days open",
    ),
    _pair(
        "order ordered purchase purchased placed",
        "ship shipped shipping dispatch dispatched",
        "shipping time, time to ship, days to ship, shipping delay, processing time, handling time",
        "day",
    ),
    _pair(
        "order ordered purchase purchased placed ship shipped shipping",
        "deliver delivered delivery arrival received",
        "delivery time, time to deliver, days to deliver, transit time, lead time",
        "day",
    ),
    _pair(
        "hire hired join joined joining", "left leave leaving termination terminated exit", "tenure", "day"
    ),
    _pair(
        "start started begin began begun from launch launched",
        "end ended finish finished stop stopped to until",
        "duration, length, how long",
        "minute",
    ),
)


def call_durations(vocabulary: Vocabulary) -> None:
    """Let the time between two times of each row be asked for by its names; the first table's count."""
    for table in [thing.table for thing in vocabulary.things if thing.kind == "rows"]:
        found = next(_pairs(vocabulary, table), None)
        if found is None or any("duration" in stems_of(m.title) for m in vocabulary.measures(table)):
            continue
        pair, start, end = found
        is_fine = all(time.column and time.column.type == "timestamp" for time in (start, end))
        thing = duration_of(start, end, pair.fine if is_fine else "day", vocabulary)
        vocabulary.lasting[table] = thing
        vocabulary.deeds[table] = pair.starts | pair.ends
        for name in pair.names:
            vocabulary.call_otherwise(thing, name, WORKED_OUT)


def duration_of(start: Thing, end: Thing, unit: Unit, vocabulary: Vocabulary) -> Thing:
    """How many of a unit lie between two times of each row."""
    name = f"{unit}s from {start.title} to {end.title}"
    computed = Computed(name=name, duration=Duration(start=start.name, end=end.name, unit=unit))
    return vocabulary.compute(computed, start.table, "measure")


def _pairs(vocabulary: Vocabulary, table: str) -> Iterator[tuple[Pair, Thing, Thing]]:
    times = [thing for thing in vocabulary.things if thing.kind == "time" and thing.table == table]
    for pair in PAIRS:
        start, end = _only(times, pair.starts), _only(times, pair.ends)
        if start is not None and end is not None and start != end:
            yield pair, start, end


def _only(times: Sequence[Thing], words: frozenset[str]) -> Thing | None:
    """The one time that is called by one of these words."""
    found = [thing for thing in times if words & {*stems_of(thing.title), thing.title.replace(" ", "_")}]
    return found[0] if len(found) == 1 else None
