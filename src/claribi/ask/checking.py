"""An answer held against its question: what was named there must have a part in what is asked of the data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import isclose
from typing import Any

from claribi.ask.intent import NotUnderstood
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Number, Phrase, is_listing
from claribi.ask.plan import Plan
from claribi.ask.vocabulary import Thing, Value
from claribi.query.schemas import ModelQuery, Query

# How sure one can be of an answer in which something that was named has no part.
LEFT_OUT = 0.7
CHECKED = frozenset({"measure", "metric", "dimension"})
# By how much a number may have been multiplied on its way: percent, units, the next whole number.
SCALES = (1, 100, 0.01, 60, 1 / 60, 3_600, 24, 7, 1_000, 0.001, 10**6)


def checked(plan: Plan, phrases: Sequence[Phrase]) -> Plan:
    """The plan, less sure where something that was named has no part in its query."""
    if contradicts(plan.query):
        raise NotUnderstood("No row can meet all these bounds at once; ask for one of them, or by classes")
    missing = left_out(phrases, plan.query)
    if not missing:
        return plan
    words = " and ".join(f"“{text}”" for text in dict.fromkeys(missing))
    told = f"{words} played no part"
    return replace(plan, sureness=min(plan.sureness, LEFT_OUT), choices=[*plan.choices, told])


def left_out(phrases: Sequence[Phrase], query: Query | ModelQuery) -> list[str]:
    """What a question names or counts, in its words, that its query does not speak of."""
    said = list(
        _said(query.model_dump(mode="json", exclude_defaults=True, exclude={"source_id", "model_id"}))
    )
    texts = {one for one in said if isinstance(one, str)}
    numbers = [float(one) for one in said if isinstance(one, int | float) and not isinstance(one, bool)]
    missing = [phrase.text for phrase in phrases if not _has_part(phrase, texts, numbers)]
    is_one = not query.dimensions and not query.columns
    told = [*query.measures, *query.summary]
    averages = "avg" in texts or any(one.ratio or one.formula or one.metric for one in told)
    missing += [phrase.text for phrase in phrases if _is_average(phrase) and not averages]
    # `list the …`, of which a number alone would be told; `the biggest of each year`, of which one line would
    return missing + [
        p.text for p in phrases if (is_one and is_listing(p) and p is phrases[0]) or _asks_each(p, query)
    ]


def _asks_each(phrase: Phrase, query: Query | ModelQuery) -> bool:
    is_each = phrase.meaning == Keyword("by", "each") and "each" in phrase.text.casefold()
    return is_each and query.limit == 1


def _is_average(phrase: Phrase) -> bool:
    return phrase.meaning == Keyword("aggregation", "avg")


def contradicts(query: Query | ModelQuery) -> bool:
    """Whether no row can meet all bounds on a number: below 4 and above 8."""
    lows, highs = dict[str, list[float]](), dict[str, list[float]]()
    for one in query.filters:
        is_number = isinstance(one.value, int | float) and not isinstance(one.value, bool)
        if not is_number or one.cycle is not None:
            continue
        if one.operator in {">", ">=", "="}:
            lows.setdefault(one.column, []).append(float(one.value))
        if one.operator in {"<", "<=", "="}:
            highs.setdefault(one.column, []).append(float(one.value))
    return any(max(lows[column]) > min(highs[column]) for column in lows.keys() & highs.keys())


def _has_part(phrase: Phrase, texts: set[str], numbers: Sequence[float]) -> bool:
    match phrase.meaning:
        case Number(value):
            # `the one with the most`, `a single one`
            return value == 1 or any(_same(value, number) for number in numbers)
        case Named(candidates):
            return any(_is_spoken_of(called.what, texts) for called in candidates)
    return True


def _is_spoken_of(what: Thing | Value, texts: set[str]) -> bool:
    if isinstance(what, Value):
        return what.thing.name in texts or any(what.thing.name in text for text in texts)
    return what.kind not in CHECKED or what.name in texts or any(what.name in text for text in texts)


def _same(value: float, number: float) -> bool:
    by_scale = any(isclose(value * scale, number, rel_tol=1e-9) for scale in SCALES)
    return by_scale or number in {value + 1, value - 1}


def _said(part: Any) -> Iterator[Any]:
    """All texts and numbers of a query."""
    if isinstance(part, Mapping):
        for value in part.values():
            yield from _said(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _said(value)
    else:
        yield part
