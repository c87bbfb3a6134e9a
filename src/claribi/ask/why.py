"""Why did a number move? What each value of each dimension did to it between two stretches of time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from claribi.analysis import drivers as driving
from claribi.analysis.drivers import Driver, Drivers
from claribi.analysis.names import capitalised, human, label_of
from claribi.analysis.texts import is_finite, text_of
from claribi.ask import answer
from claribi.ask.chance import stands_firm
from claribi.ask.intent import Intent, NotUnderstood, Split
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Phrase
from claribi.ask.plan import Plan
from claribi.ask.times import Times
from claribi.ask.vocabulary import Thing, Vocabulary
from claribi.charts.numbers import style_of
from claribi.charts.spec import ChartSpec
from claribi.query.periods import whole_months
from claribi.query.schemas import Dimension, Measure, ModelQuery, Query, Result, Sort

# Dimensions with more values than these explain nothing that a person could follow.
MOST_VALUES = 200
MOST_DIMENSIONS = 12
# Dimensions whose values are followed through time, the most telling ones.
MOST_TESTED = 5
UNITS = {1: "month", 3: "quarter", 12: "year"}
LAST_MONTH = ["last", "1", "month"]
# How many values lie behind an average.
WEIGHT = "claribi weight"
FALLING = frozenset(["decrease", "decreased", "decline", "declined", "drop", "dropped", "fall", "fell"])
RISING = frozenset(["increase", "increased", "rise", "rose", "gain", "grow", "grew", "growth"])

Ask = Callable[[Query | ModelQuery], Result]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a number moved.

    Attributes:
        whole: The number in both stretches of time.
        best: The dimension that tells most; None where the change is spread as the number itself is.
        looked: The titles of the dimensions that were looked through.
        query, result: What is shown: by the best dimension, or the whole.
        is_sure: Whether what leads does so beyond chance; False where time is too short to tell.
    """

    whole: Result
    best: Drivers | None
    looked: list[str]
    query: Query | ModelQuery
    result: Result
    is_sure: bool = True


def restated(intent: Intent, times: Times) -> Intent:
    """The question behind it: how did the number move between two stretches of time?"""
    if intent.single or intent.listed or any(one.of for one in intent.above):
        raise NotUnderstood("Why is asked of one number between two times, not of single rows")
    choices, stretches = list(intent.choices), list(intent.stretches)
    found = times.single(LAST_MONTH) if not stretches else None
    if found is not None:
        stretches.append(found[1])
        choices.append("the last whole month, since no period was named")
    versus = intent.versus
    if versus is None and len(stretches) == 1:
        versus = "previous_period"
        choices.append("compared with the stretch of the same length before")
    return replace(
        intent,
        purpose="answer",
        growth=None,
        ranked=None,
        share=False,
        splits=[],
        stretches=stretches,
        versus=versus,
        choices=choices,
    )


def explained(plan: Plan, splits: Sequence[Split], vocabulary: Vocabulary, run: Ask, ask: Ask) -> Explanation:
    """Look through the dimensions for what moved the number.

    Args:
        splits: By what it was asked to be explained, if so.
        run: Answers a query; `ask` keeps its proof as well.

    Raises:
        NotUnderstood: The question names no two stretches of time, or a number that no parts add up to.
    """
    query = plan.query
    if not query.compare:
        raise NotUnderstood("Say when it moved, for example “why did revenue fall in March”")
    measure = query.measures[0]
    weight = _weight(measure, vocabulary)
    whole = ask(query.model_copy(update={"measures": [measure]}))
    things = _candidates(plan, splits, vocabulary)
    asked = {thing: _by(query, measure, weight, thing) for thing in things}
    found = {thing: run(one) for thing, one in asked.items()}
    tables = {
        thing: driving.find_drivers(result, measure.label, thing.name, weight.label if weight else None)
        for thing, result in found.items()
        if not result.truncated and _is_countable(result, measure.label)
    }
    looked = [thing.title for thing in tables]
    best, is_sure = _best(tables, asked, run)
    if best is None and splits and tables:
        thing, table = next(iter(tables.items()))
        best = replace(table, leading=[], against=[])
        return Explanation(whole, best, looked, asked[thing], ask(asked[thing]))
    if best is None:
        return Explanation(whole, None, looked, query, whole)
    shown = next(thing for thing, table in tables.items() if table is best)
    return Explanation(whole, best, looked, asked[shown], ask(asked[shown]), is_sure)


def _best(
    tables: Mapping[Thing, Drivers], asked: Mapping[Thing, Query | ModelQuery], run: Ask
) -> tuple[Drivers | None, bool]:
    """The dimension that tells most beyond chance, and whether there was time enough to tell."""
    telling = sorted(
        (thing for thing, table in tables.items() if table.leading), key=lambda thing: -tables[thing].score
    )
    tests = sum(len(table.members) for table in tables.values())
    for thing in telling[:MOST_TESTED]:
        firm = stands_firm(tables[thing], asked[thing], tests, run)
        if firm is not False:
            return tables[thing], firm is True
    return None, True


def _weight(measure: Measure, vocabulary: Vocabulary) -> Measure | None:
    """What an average is weighted by.

    Raises:
        NotUnderstood: The measure is made of parts in another way.
    """
    if measure.aggregation == "avg" and measure.column is not None:
        return measure.model_copy(update={"aggregation": "count", "name": WEIGHT})
    metrics = {thing.name: thing.additive for thing in vocabulary.things if thing.kind == "metric"}
    adds_up = measure.aggregation in {"sum", "count"} or metrics.get(measure.metric or "", False)
    if not adds_up:
        raise NotUnderstood("I can tell why sums, counts and averages move; this is none of them")
    return None


def _candidates(plan: Plan, splits: Sequence[Split], vocabulary: Vocabulary) -> list[Thing]:
    named = [split.thing for split in splits if split.thing and split.thing.kind == "dimension"]
    if named:
        return named
    query = plan.query
    one_value = {f.column for f in query.filters if f.operator in {"=", "is_null"} and not f.other}
    found = [
        thing
        for thing in vocabulary.things
        if thing.kind == "dimension"
        and (isinstance(query, ModelQuery) or thing.table == query.table)
        and thing.name not in one_value
        and thing.column is not None
        and 1 < thing.column.distinct <= MOST_VALUES
    ]
    if not found:
        raise NotUnderstood("There is no dimension here that could tell why")
    return found[:MOST_DIMENSIONS]


def _by(
    query: Query | ModelQuery, measure: Measure, weight: Measure | None, thing: Thing
) -> Query | ModelQuery:
    changed = {
        "measures": [measure, weight] if weight else [measure],
        "dimensions": [Dimension(column=thing.name, name=thing.name)],
        "sort": [Sort(field=measure.label, descending=True)],
        "limit": MOST_VALUES + 1,
    }
    return query.model_copy(update=changed)


def _is_countable(result: Result, column: str) -> bool:
    values = [*result.values(column), *result.values(f"{column}_previous")]
    return all(value is None or is_finite(value) for value in values)


def told(plan: Plan, found: Explanation, phrases: Sequence[Phrase]) -> str:
    """The answer in sentences; every number is a cell of the evidence, or a part of a sum over its cells."""
    measure, query = plan.query.measures[0], plan.query
    whole, label = found.whole, measure.label
    change = whole.values(f"{label}_change")[0] if whole.rows else None
    about = answer.called(measure, query)
    if change is None:
        return f"There are no values of {about} to compare{answer.over(query)}."
    now, before = (answer.cell(whole, name, 0) for name in (label, f"{label}_previous"))
    ratio = answer.cell(whole, f"{label}_change_ratio", 0, percent=True, sign=True)
    ago = _ago(query)
    if not change:
        return f"{capitalised(about)}{answer.over(query)} did not move: {now}, as {ago}."
    moved = "rose" if change > 0 else "fell"
    sentences = [f"{capitalised(about)}{answer.over(query)} {moved} to {now}, from {before} {ago} ({ratio})."]
    if _is_contradicted(phrases, rose=change > 0):
        sentences.insert(0, f"It did not {'fall' if change > 0 else 'rise'}.")
    return " ".join([*sentences, *_parts(found, about)])


def _ago(query: Query | ModelQuery) -> str:
    if query.compare == "previous_year":
        return "a year before"
    period = query.period
    months = whole_months(period.start, period.end) if period else None
    return f"in the {UNITS.get(months or 0, 'stretch')} before"


def _parts(found: Explanation, about: str) -> list[str]:
    best = found.best
    if best is None:
        looked = ", ".join(human(title).lower() for title in found.looked)
        return [f"No value stands out beyond chance in {looked}: the change is spread as {about} itself is."]
    title = human(best.dimension.rpartition(".")[2]).lower()
    if not best.leading:
        return [f"No {title} stands out: the change is spread over them as {about} itself is."]
    parts = [_effect(one, best) for one in best.leading]
    sentences = [f"By {title}, most of it is {_listed(parts)}."]
    if not found.is_sure:
        sentences.append("The time is too short to tell that from chance.")
    if best.against:
        sentences.append(f"Against it worked {_listed([_effect(one, best) for one in best.against])}.")
    return sentences


def _effect(driver: Driver, found: Drivers) -> str:
    """`South (+1,100, 89 % of the change)`, or that it is new or gone."""
    spec = ChartSpec(type="table")
    changes = [one.effect for one in found.members]
    effect = style_of(spec, changes).text(driver.effect, sign=True)
    share = text_of(driver.effect / found.change, "percent", 0, None)
    status = {"new": ", new", "lost": ", gone", "kept": ""}[driver.status]
    against = driver.effect / found.change < 0
    return f"{label_of(driver.value)} ({effect}{status if against else f', {share} of the change{status}'})"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _is_contradicted(phrases: Sequence[Phrase], *, rose: bool) -> bool:
    """Whether the question takes for granted that it went the other way."""
    words = {
        word
        for phrase in phrases
        if isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "growth"
        for word in phrase.text.casefold().split()
    }
    return bool(words & (FALLING if rose else RISING))


def shown(found: Explanation, about: str) -> ChartSpec:
    """A bar for what each value did; for averages, which are no sums of these, both stretches."""
    if found.best is None:
        return ChartSpec(type="metric", title=about, comparison=True)
    label, best = found.query.measures[0].label, found.best
    y: list[Any] = [label, f"{label}_previous"] if best.weight else [f"{label}_change"]
    return ChartSpec(
        type="bar", title=f"{about}: what changed", x=best.dimension, y=y, horizontal=not best.weight
    )
