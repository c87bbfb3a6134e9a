"""From what a question asks for to a query, and what had to be decided on the way."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from claribi.ask.intent import Intent, Limit, Purpose, Ranked, Split, Wanted
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Thing, Vocabulary
from claribi.ask.words import stems_of
from claribi.query.periods import shift
from claribi.query.schemas import (
    Calculation,
    Dimension,
    Filter,
    Grain,
    Measure,
    ModelQuery,
    Period,
    Query,
    Ratio,
    Sort,
    Top,
)

MOST_ROWS = 1_000
# How many buckets a line over time has at most, by the grain that is tried first.
GRAINS: tuple[tuple[Grain, int], ...] = (("day", 62), ("week", 60), ("month", 72), ("quarter", 60))
DAYS: dict[str, int] = {"day": 1, "week": 7, "month": 30, "quarter": 91}
# Nobody asked to see the rest as one line.
NO_OTHER = None


class NotUnderstood(Exception):
    """The question can't be answered; the message says what is missing."""


@dataclass(slots=True)
class Plan:
    """A query, and how it came about.

    Attributes:
        lead: The measure that the answer is about first, by its name in the answer.
        sureness: How likely this is what was meant, from 0 to 1.
    """

    query: Query | ModelQuery
    purpose: Purpose
    lead: str
    choices: list[str] = field(default_factory=list)
    sureness: float = 1.0


def plan_of(intent: Intent, vocabulary: Vocabulary, source_id: int | None) -> Plan:
    """The query that answers a question.

    Args:
        source_id: Of the tables, where the words are not those of a model.

    Raises:
        NotUnderstood
    """
    try:
        return _Planner(intent, vocabulary, source_id).plan()
    except ValidationError as refused:
        # The query language has rules of its own about what goes together.
        reason = str(refused.errors()[0]["msg"]).removeprefix("Value error, ")
        raise NotUnderstood(f"That can't be asked in one question: {reason}") from None


class _Planner:
    def __init__(self, intent: Intent, vocabulary: Vocabulary, source_id: int | None) -> None:
        self._intent, self._vocabulary, self._source_id = intent, vocabulary, source_id
        self._choices = list(intent.choices)
        self._table = self._main_table()
        self._time = vocabulary.time.get(self._table)
        self._asked: dict[str, Any] = defaultdict(list)

    def plan(self) -> Plan:
        intent = self._intent
        if intent.purpose != "answer":
            raise NotUnderstood("I can tell how much, when, of what and why, not yet what comes next")
        if intent.unknown:
            raise NotUnderstood(f"I don't know what {_listed(intent.unknown)} means here")
        self._compare_values()
        self._keep_pace()
        wanted = self._wanted()
        measures = [self._measure(one) for one in wanted]
        self._filter()
        self._bound(wanted)
        self._asked["dimensions"] = [self._dimension(split) for split in self._splits()]
        self._take_time()
        if intent.share:
            measures = self._shares(measures)
        self._asked["measures"] = measures
        self._rank(wanted, measures)
        self._calculate(measures)
        self._order(measures)
        return Plan(self._query(), intent.purpose, measures[0].label, self._choices, intent.sureness)

    def _main_table(self) -> str:
        """The table that most of what is named belongs to."""
        intent = self._intent
        measured = [one.thing.table if one.thing else one.table for one in intent.wanted]
        counted = next((table for table in measured if table is not None), None)
        if counted is not None:
            return counted
        named = [split.thing.table for split in intent.splits if split.thing]
        named += [value.thing.table for value in (*intent.kept, *intent.left_out)]
        if named:
            return Counter(named).most_common(1)[0][0]
        tables = [thing.table for thing in self._vocabulary.things if thing.kind == "rows"]
        if not tables:
            raise NotUnderstood("There are no tables to ask")
        measures = self._vocabulary.measures()
        return measures[0].table if measures else tables[0]

    def _wanted(self) -> list[Wanted]:
        intent = self._intent
        wanted = list(intent.wanted)
        if intent.ranked and intent.ranked.by and intent.ranked.by not in wanted:
            wanted.append(intent.ranked.by)
        if wanted:
            return wanted
        measures = self._vocabulary.measures(self._table)
        asks_for_number = intent.ranked or intent.growth or intent.stretches or intent.share or intent.splits
        intent.sureness = min(intent.sureness, ASSUMED)
        # How often things happen is asked for without a word more often than an average of something.
        is_usual = bool(measures) and (
            measures[0].additive or (intent.ranked and intent.ranked.good is not None)
        )
        if is_usual and measures[0].telling >= TELLING and asks_for_number and not intent.limits:
            self._choices.append(f"by {measures[0].title}, since no number was named")
            return [Wanted(measures[0])]
        if not (asks_for_number or intent.kept or intent.missing):
            raise NotUnderstood("The question names nothing that these data hold")
        self._choices.append("by the number of rows, since no number was named")
        return [Wanted(None)]

    def _measure(self, wanted: Wanted) -> Measure:
        thing = wanted.thing
        if thing is None:
            table = (wanted.table or self._table) if self._vocabulary.model_id else None
            return Measure(aggregation="count", table=table, name="count")
        self._check_reach(thing)
        if thing.kind == "metric":
            return Measure(metric=thing.name)
        aggregation = wanted.aggregation or ("sum" if thing.additive else "avg")
        if wanted.aggregation is None and not thing.additive:
            self._choices.append(f"{thing.title} averaged, since a sum of it means nothing")
        if wanted.aggregation == "sum" and not thing.additive:
            self._choices.append(f"{thing.title} added up as asked, though a sum of it means little")
        return Measure(column=thing.name, aggregation=aggregation)

    def _filter(self) -> None:
        for values, (one, several) in (
            (self._intent.kept, ("=", "in")),
            (self._intent.left_out, ("!=", "not_in")),
        ):
            by_thing: dict[Thing, list[object]] = {}
            for value in values:
                self._check_reach(value.thing)
                by_thing.setdefault(value.thing, []).append(value.value)
            for thing, those in by_thing.items():
                operator, said = (one, those[0]) if len(those) == 1 else (several, those)
                self._asked["filters"].append(Filter(column=thing.name, operator=operator, value=said))

        for thing in self._intent.missing:
            self._check_reach(thing)
            self._asked["filters"].append(Filter(column=thing.name, operator="is_null"))

    def _bound(self, wanted: Sequence[Wanted]) -> None:
        """Bounds on what is asked for by lines hold for these, others for each row."""
        for limit in self._intent.limits:
            thing = limit.thing or (wanted[0].thing if wanted else None)
            about_lines = bool(self._intent.splits) and any(one.thing == thing for one in self._intent.wanted)
            if (about_lines or thing is None) and not limit.of_rows:
                self._asked["having"].append(_having(limit, self._measure(Wanted(thing)).label))
            elif thing is None or thing.kind == "metric":
                title = thing.title if thing else "This"
                raise NotUnderstood(f"{title} is a number of many rows; ask for it by something")
            else:
                self._asked["filters"].append(
                    Filter(column=thing.name, operator=limit.operator, value=limit.value)
                )

    def _keep_pace(self) -> None:
        """`month over month`: of one period against the one before, or from each to the next."""
        intent = self._intent
        if intent.pace is None:
            return
        if intent.stretches and not any(self._is_time(split) for split in intent.splits):
            intent.versus = "previous_year" if intent.pace == "year" else "previous_period"
            return
        intent.growth = intent.growth or "change_ratio"
        if not any(self._is_time(split) for split in intent.splits):
            intent.splits.append(Split(None, intent.pace))

    def _compare_values(self) -> None:
        """`Germany compared to France`: side by side."""
        intent = self._intent
        counts = Counter(value.thing for value in intent.kept)
        several = [thing for thing, count in counts.items() if count > 1]
        if intent.compares and several and all(split.thing != several[0] for split in intent.splits):
            intent.splits.append(Split(several[0]))
            intent.compares = False

    def _splits(self) -> list[Split]:
        splits = list(self._intent.splits)
        moves = self._intent.running or self._intent.moving or self._intent.purpose == "forecast"
        alone = not self._intent.stretches and not self._intent.versus
        if (moves or (self._intent.growth and alone)) and not any(self._is_time(split) for split in splits):
            splits.append(Split(None))
        return splits

    def _is_time(self, split: Split) -> bool:
        return split.thing is None or split.thing.kind == "time"

    def _dimension(self, split: Split) -> Dimension:
        if not self._is_time(split):
            assert split.thing is not None  # noqa: S101 - no time
            self._check_reach(split.thing)
            return Dimension(column=split.thing.name)
        thing = split.thing or self._time
        years = self._years()
        if thing is None and years is not None and split.grain in {None, "year"}:
            return Dimension(column=years.name)
        if thing is None:
            raise NotUnderstood(f"{self._table} has no column of times to split by")
        self._check_reach(thing)
        grain = split.grain or self._grain(thing)
        return Dimension(column=self._time_name(thing), grain=grain, name=grain)

    def _grain(self, thing: Thing) -> Grain:
        """One that gives a line that can be read."""
        days = self._days(thing)
        for grain, most in GRAINS:
            if days is None or days / DAYS[grain] <= most:
                if days is None:
                    continue
                return grain
        return "year" if days is not None else "month"

    def _days(self, thing: Thing) -> float | None:
        """How many days the answer is about."""
        for stretch in self._intent.stretches:
            if stretch.start and stretch.end:
                return (stretch.end - stretch.start) / timedelta(days=1)
        column = thing.column
        try:
            first, last = (
                (str(edge)[:10] for edge in (column.minimum, column.maximum)) if column else ("", "")
            )
            from datetime import date  # noqa: PLC0415 - only here

            return float((date.fromisoformat(last) - date.fromisoformat(first)).days)
        except ValueError:
            return None

    def _time_name(self, thing: Thing) -> str:
        return "time" if self._vocabulary.model_id and thing == self._time else thing.name

    def _take_time(self) -> None:
        stretches = self._intent.stretches
        if not stretches and not self._intent.versus:
            return
        if self._time is None:
            self._take_years(stretches)
            return
        column = self._time_name(self._time)
        stretches = stretches or self._whole_of_now()
        first = stretches[0]
        if len(stretches) > 1:
            first = self._compared(stretches)
        if first.start is not None and first.end is not None:
            self._asked["period"] = Period(column=column, start=first.start, end=first.end)
        else:
            operator, edge = (">=", first.start) if first.start else ("<", first.end)
            assert edge is not None  # noqa: S101 - one of them is there
            self._asked["filters"].append(Filter(column=column, operator=operator, value=edge.isoformat()))
            return
        along = any(self._is_time(split) for split in self._intent.splits)
        if self._intent.versus:
            self._asked["compare"] = self._intent.versus
        elif (self._intent.growth or self._intent.compares) and not along:
            self._asked["compare"] = "previous_period"
            self._choices.append("compared with the stretch of the same length before")

    def _take_years(self, stretches: Sequence[Stretch]) -> None:
        """Tables without times often have years, as numbers."""
        years = self._years()
        whole = all(
            edge is None or (edge.month, edge.day) == (1, 1) for s in stretches for edge in (s.start, s.end)
        )
        if years is None or not whole or len(stretches) != 1 or self._intent.versus:
            raise NotUnderstood(f"{self._table} has no column of times")
        stretch = stretches[0]
        first = stretch.start.year if stretch.start else None
        last = stretch.end.year - 1 if stretch.end else None
        if first == last:
            self._asked["filters"].append(Filter(column=years.name, operator="=", value=first))
            return
        for operator, year in ((">=", first), ("<=", last)):
            if year is not None:
                self._asked["filters"].append(Filter(column=years.name, operator=operator, value=year))

    def _years(self) -> Thing | None:
        own = (thing for thing in self._vocabulary.things if thing.table == self._table)
        return next(
            (t for t in own if t.column and t.column.type == "integer" and stems_of(t.title) == ["year"]),
            None,
        )

    def _whole_of_now(self) -> list[Stretch]:
        raise NotUnderstood("Say which period to compare, for example “in 2024 compared to the year before”")

    def _compared(self, stretches: Sequence[Stretch]) -> Stretch:
        """Of two stretches the later one, compared with the earlier; they must be alike."""
        years = [stretch for stretch in stretches if stretch.relative and stretch.unit == "year"]
        others = [stretch for stretch in stretches if stretch.unit not in {None, "year"}]
        if len(years) == len(others) == 1:
            # `March compared to last year`: to March of that year.
            self._intent.versus = "previous_year"
            return others[0]
        if len(stretches) > 2:  # noqa: PLR2004 - a pair
            raise NotUnderstood("I can compare two periods, not more")
        earlier, later = sorted(stretches, key=lambda stretch: stretch.start or stretch.end or 0)
        if earlier.start is None or later.start is None or later.end is None:
            raise NotUnderstood("Two periods that are compared need both a start and an end")
        if earlier.end == later.start and earlier.unit == later.unit and earlier.unit is not None:
            self._intent.versus = "previous_period"
        elif shift(later.start, -1, "year") == earlier.start:
            self._intent.versus = "previous_year"
        else:
            raise NotUnderstood(
                "I can compare a period with the one before it, or with the same a year before"
            )
        return later

    def _shares(self, measures: list[Measure]) -> list[Measure]:
        """Of one value among all: a ratio; of each: computed over the lines of the answer."""
        bounds = [limit.thing.name for limit in self._intent.limits if limit.thing and limit.of_rows]
        names = {value.thing.name for value in self._intent.kept} | set(bounds)
        if self._asked["dimensions"] or not names:
            for measure in measures:
                self._asked["calculations"].append(Calculation(type="share", measure=measure.label))
            if not self._asked["dimensions"]:
                raise NotUnderstood("Say what the share is of, for example “share of revenue by region”")
            return measures
        filters = [f for f in self._asked["filters"] if f.column in names]
        self._asked["filters"] = [f for f in self._asked["filters"] if f.column not in names]
        measure = measures[0]
        if measure.aggregation is None:
            raise NotUnderstood("A share of a metric needs to be asked by something")
        part = measure.model_copy(update={"filters": filters, "name": "part"})
        return [Measure(ratio=Ratio(numerator=part, denominator=measure), name="share")]

    def _rank(self, wanted: Sequence[Wanted], measures: Sequence[Measure]) -> None:
        ranked = self._intent.ranked
        if ranked is None:
            return
        dimensions = self._asked["dimensions"]
        if not dimensions:
            raise NotUnderstood("Say what to rank, for example “top 5 products by revenue”")
        _check_within(ranked.n, MOST_ROWS, "A ranking has places")
        place = wanted.index(ranked.by) if ranked.by in wanted else 0
        measure, ascending = measures[place], self._is_ascending(ranked, wanted[place])
        if len(dimensions) == 1:
            self._asked["sort"] = [Sort(field=measure.label, descending=not ascending)]
            self._asked["limit"] = ranked.n
            return
        first = next((d for d in dimensions if d.grain is None), dimensions[0])
        self._asked["top"] = Top(
            dimension=first.label,
            n=ranked.n,
            measure=measure.label,
            ascending=ascending,
            other=NO_OTHER,
        )

    def _is_ascending(self, ranked: Ranked, by: Wanted) -> bool:
        """Whether the least come first: of what is bad news, the best are those with least."""
        if ranked.good is None:
            return ranked.ascending
        welcome = by.thing.welcome if by.thing else True
        if welcome is None:
            self._choices.append("best taken as the highest")
        return ranked.good == (welcome is False)

    def _calculate(self, measures: Sequence[Measure]) -> None:
        intent = self._intent
        if self._asked.get("compare"):
            return
        if intent.moving is not None:
            _check_within(intent.moving, MOST_ROWS, "A moving average is over steps")
        for measure in measures:
            if intent.running:
                self._asked["calculations"].append(Calculation(type="running_total", measure=measure.label))
            if intent.moving:
                self._asked["calculations"].append(
                    Calculation(type="moving_average", measure=measure.label, n=intent.moving)
                )
            if intent.growth:
                self._asked["calculations"].append(Calculation(type=intent.growth, measure=measure.label))

    def _order(self, measures: Sequence[Measure]) -> None:
        """Lines over time by time, others by size, unless it was said otherwise."""
        dimensions = self._asked["dimensions"]
        if self._asked["sort"] or not dimensions:
            return
        if self._intent.descending is None and any(d.grain for d in dimensions):
            return
        descending = self._intent.descending is not False
        self._asked["sort"] = [Sort(field=measures[0].label, descending=descending)]

    def _check_reach(self, thing: Thing) -> None:
        """A source's tables are asked one at a time; those of a model can be joined."""
        if self._vocabulary.model_id is None and thing.table != self._table:
            raise NotUnderstood(
                f"{thing.title} is in {thing.table}, the rest in {self._table}; a semantic model joins them"
            )

    def _query(self) -> Query | ModelQuery:
        asked = {name: value for name, value in self._asked.items() if value}
        asked.setdefault("limit", MOST_ROWS)
        if self._vocabulary.model_id is not None:
            return ModelQuery(model_id=self._vocabulary.model_id, **asked)
        assert self._source_id is not None  # noqa: S101 - either a model or a source
        return Query(source_id=self._source_id, table=self._table, **asked)


TELLING = 0.5
# How sure one can be of what is measured where nothing was named.
ASSUMED = 0.75


def _check_within(number: int, most: int, what: str) -> None:
    if not 1 <= number <= most:
        raise NotUnderstood(f"{what} from 1 to {most:,}, not {number:,}")


def _having(limit: Limit, label: str) -> Filter:
    return Filter(column=label, operator=limit.operator, value=limit.value)


def _listed(words: Sequence[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
