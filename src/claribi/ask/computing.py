"""Numbers that no column holds but each row tells: the days between two dates, one number over another.

They are found among the phrases before anything else is read of these, and stand as names of columns then,
which the query works out row by row.
"""

from collections.abc import Sequence
from dataclasses import replace

from claribi.ask.axes import happening
from claribi.ask.classing import WORKED_OUT, Read, decades, edges, is_kind, named, number_named, ranges
from claribi.ask.intent import Decided
from claribi.ask.lasting import PLAIN, duration_of
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Number, Phrase, Unit, Unknown
from claribi.ask.vocabulary import Thing, Vocabulary
from claribi.ask.words import stem, stems_of
from claribi.query.columns import Computed

# How many days there are in longer units, on average.
DAYS = {"week": 7.0, "month": 365.2425 / 12, "year": 365.2425}
# Words between the unit and the times that it is between, which say that time goes by.
PASSING = frozenset(
    {"pass", "passed", "lie", "elapse", "elapsed", "time", "long", "gap", "delay", "lag", "there"}
)
JOINING = frozenset({"and", "to", "until"})
FACTORS = {"half": 0.5, "twice": 2.0, "double": 2.0, "triple": 3.0, "thrice": 3.0}
GAPS = frozenset({"gap", "spread", "margin", "difference"})


def with_computed(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> tuple[list[Phrase], list[Decided]]:
    """The phrases with names of computed columns, and what was decided; models have none."""
    found, decided = list(phrases), list[Decided]()
    if vocabulary.model_id is not None:
        return found, decided
    for reads in (_times, _ratios, _gaps, decades, edges, ranges):
        for _ in range(len(found)):
            read = reads(found, vocabulary)
            if read is None:
                break
            found, thing = read
            decided.append((WORKED_OUT, f"{thing.title}, worked out of each row"))
    return found, decided


def _times(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> Read:
    """`how many days between order and delivery`, `time from start to end`."""
    times = [thing for thing in vocabulary.things if thing.kind == "time"]
    for place, phrase in enumerate(phrases if len(times) > 1 else ()):
        ends = phrase.text.casefold().split()[-1]
        if ends not in {"between", "from"}:
            continue
        pair = _pair_behind(phrases, place, times)
        if pair is None:
            continue
        start, end, last = pair
        first, unit = _unit_before(phrases, place)
        if unit is None:
            continue
        thing = _duration(start, end, unit, vocabulary)
        kept = [p for p in phrases[first:place] if _is_aggregation(p)]
        said = replace(phrase, end=phrases[last].end, meaning=named(thing))
        return [*phrases[:first], *kept, said, *phrases[last + 1 :]], thing
    return None


def _pair_behind(
    phrases: Sequence[Phrase], place: int, times: Sequence[Thing]
) -> tuple[Thing, Thing, int] | None:
    """Two times behind a word, and the place of the second."""
    first = happening(phrases[place + 1], times) if place + 1 < len(phrases) else None
    for at in range(place + 2, min(place + 4, len(phrases))) if first is not None else ():
        second = happening(phrases[at], times)
        if second is not None and first is not None and second != first and second.table == first.table:
            return first, second, at
        if not (isinstance(phrases[at].meaning, Keyword) and phrases[at].text.casefold() in JOINING):
            return None
    return None


def _unit_before(phrases: Sequence[Phrase], place: int) -> tuple[int, str | None]:
    """Where what asks for a time begins, and its unit; none where nothing does."""
    first, unit = place, None
    while first > 0:
        before = phrases[first - 1]
        said = set(stems_of(before.text))
        if isinstance(before.meaning, Unit):
            unit = before.meaning.grain
        elif (isinstance(before.meaning, Unknown | Named) and said & PASSING) or (
            isinstance(before.meaning, Keyword) and before.meaning.kind in {"verb", "takes"}
        ):
            unit = unit or "day"
        elif isinstance(before.meaning, Keyword) and before.meaning.kind in {"count", "is"}:
            pass
        elif not _is_aggregation(before):
            break
        first -= 1
    if phrases[place].text.casefold().startswith(("difference", "gap")):
        unit = unit or "day"
    while unit and first < place and _is_aggregation(phrases[first]):
        first += 1
    return first, unit


def _is_aggregation(phrase: Phrase) -> bool:
    return isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "aggregation"


def _duration(start: Thing, end: Thing, unit: str, vocabulary: Vocabulary) -> Thing:
    """How many of a unit lie between two times of each row."""
    thing = duration_of(start, end, PLAIN.get(unit, "day"), vocabulary)
    if unit in PLAIN:
        return thing
    longer = f"{unit}s from {start.title} to {end.title}"
    parts = {"days": thing.name}
    computed = Computed(name=longer, expression=f"days / {DAYS[unit]!r}", columns=parts)
    return vocabulary.compute(computed, start.table, "measure")


def _ratios(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> Read:
    """`paid more than half of their limit`: what was paid over the limit."""
    for place in range(1, len(phrases) - 2):
        compares, factor = phrases[place], FACTORS.get(stem(phrases[place + 1].text))
        second = place + 2
        if not is_kind(compares, "compares") or factor is None:
            continue
        second += is_kind(phrases[second], "of") and second + 1 < len(phrases)
        pair = [number_named(phrases[place - 1]), number_named(phrases[second])]
        if None in pair or pair[0] == pair[1] or not isinstance(phrases[place + 1].meaning, Unknown):
            continue
        thing = _worked_out(pair, "first / second", "over", vocabulary)
        bound = replace(phrases[second], meaning=Number(factor))
        said = replace(phrases[place - 1], meaning=named(thing))
        return [*phrases[: place - 1], said, compares, bound, *phrases[second + 1 :]], thing
    return None


def _gaps(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> Read:
    """`the largest gap between list price and sale price`, `the average lead of A over B`: of each row."""
    for place, phrase in enumerate(phrases):
        is_gap = stem(phrase.text.split()[0]) in GAPS
        asks = place > 0 and (is_kind(phrases[place - 1], "most") or is_kind(phrases[place - 1], "most_of"))
        at = place + 1 + (is_gap and place + 1 < len(phrases) and is_kind(phrases[place + 1], "between"))
        if is_gap and asks and at + 2 < len(phrases) and is_kind(phrases[at + 1], "and"):
            pair = [number_named(phrases[at]), number_named(phrases[at + 2])]
            if None not in pair and pair[0] != pair[1]:
                thing = _worked_out(pair, "first - second", "minus", vocabulary)
                said = replace(phrase, end=phrases[at + 2].end, meaning=named(thing))
                return [*phrases[:place], said, *phrases[at + 3 :]], thing
        if stem(phrase.text) == "lead" and 0 < place < len(phrases) - 2 and phrases[place + 1].text == "over":
            pair = [number_named(phrases[place - 1]), number_named(phrases[place + 2])]
            if None not in pair and pair[0] != pair[1]:
                thing = _worked_out(pair, "first - second", "minus", vocabulary)
                said = replace(phrases[place - 1], end=phrases[place + 2].end, meaning=named(thing))
                return [*phrases[: place - 1], said, *phrases[place + 3 :]], thing
    return None


def _worked_out(pair: Sequence[Thing | None], expression: str, joint: str, vocabulary: Vocabulary) -> Thing:
    first, second = pair
    assert first is not None  # noqa: S101 - looked at before
    assert second is not None  # noqa: S101 - as above
    name = f"{first.title} {joint} {second.title}"
    columns = {"first": first.name, "second": second.name}
    return vocabulary.compute(
        Computed(name=name, expression=expression, columns=columns), first.table, "measure"
    )
