"""From what a question asks for to a query, and what had to be decided on the way."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from claribi.ask.computed import needed
from claribi.ask.intent import Intent, NotUnderstood, Purpose, Ranked, Split, Wanted
from claribi.ask.measuring import EITHER
from claribi.ask.news import is_bad_news
from claribi.ask.together import Together
from claribi.ask.vocabulary import Thing, Value, Vocabulary
from claribi.ask.years import holds_years, step_of
from claribi.query.members import Top
from claribi.query.schemas import Calculation, Dimension, Filter, Measure, ModelQuery, Operator, Query, Sort

MOST_ROWS = 1_000
RANK = "rank"
# Ranked by how many different ones of so few: hardly what was meant.
FEW, FEW_COUNTED = 5, 0.6
# Of more values than these each by itself may be what was meant; by so many columns rows can be sorted.
FEW_NAMED, MOST_SORTED = 2, 20


@dataclass(slots=True)
class Plan:
    """A query, and how it came about.

    Attributes:
        lead: The measure that the answer is about first, by its name in the answer.
        sureness: How likely this is what was meant, from 0 to 1.
        single: The answer is rows of the table with all that is known of them.
        counted: What was asked how many there are of, where the answer lists them.
    """

    query: Query | ModelQuery
    purpose: Purpose
    lead: str
    choices: list[str] = field(default_factory=list)
    sureness: float = 1.0
    counted: str | None = None
    single: bool = False


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


class _Planner(Together):
    # Texts that values contain, compared with each other.
    _parts: Sequence[Value] = ()
    # What is listed because it was asked how many of them there are.
    _counting: str | None = None

    def plan(self) -> Plan:
        intent = self._intent
        if intent.unknown:
            raise NotUnderstood(f"I don't know what {_listed(intent.unknown)} means here")
        self._counting = self._list_rows() or self._list_above()
        self._compare_values()
        self._keep_stock()
        self._keep_repeated()
        self._follow_years()
        self._keep_pace()
        ends = self._take_ends()
        self._follow_stretch()
        self._follow_panel()
        if intent.columns:
            return self._plain_rows()
        self._take_together()
        wanted = self._wanted()
        measures = self._measures(wanted)
        measures = self._changes(measures, ends) if ends else self._apart(measures)
        if self._parts and len(measures) == 1 and measures[0].aggregation is not None:
            measures = [self._only(measures[0], value) for value in self._parts]
        self._filter()
        self._bound(wanted, measures)
        row = self._show_row()
        if row is not None:
            self._take_time()
            self._asked["measures"] = row
            query, choices = self._query(), intent.choices
            return Plan(query, intent.purpose, row[0].label, choices, intent.sureness, single=True)
        self._asked["dimensions"] = [self._dimension(split) for split in self._splits()]
        self._take_time()
        if intent.share:
            measures = self._shares(measures) + ([self._counted] if self._counted else [])
        self._asked["measures"] = measures
        self._rank(wanted, measures)
        self._calculate(measures)
        self._begin_before()
        self._order(measures)
        if self._told_of_lines is not None:
            self._sum_up(measures[0])
        query = self._query()
        sureness = intent.sureness
        return Plan(query, intent.purpose, measures[0].label, intent.choices, sureness, self._counting)

    def _plain_rows(self) -> Plan:
        """Rows as they stand in the table, some columns of each."""
        intent = self._intent
        self._filter()
        self._bound([], [])
        self._take_time()
        self._asked["columns"] = [thing.name for thing in dict.fromkeys(intent.columns)]
        bounded = [limit for limit in intent.limits if limit.thing in intent.columns]
        times = [thing for thing in intent.columns if thing.kind == "time"]
        lead = next(iter([*(one.thing for one in bounded), *times]), None)
        ranked = intent.ranked
        if ranked is not None and ranked.by is not None and ranked.by.thing is not None:
            lead, intent.descending = ranked.by.thing, not ranked.ascending
            self._asked["limit"] = ranked.n
            self._asked["filters"].append(Filter(column=lead.name, operator="is_not_null"))
        if lead is not None:
            is_down = bool(bounded) and bounded[0].operator.startswith(">")
            down = is_down if intent.descending is None else intent.descending
            # Ties by the others, so that the same data give the same list.
            names = list(dict.fromkeys([lead.name, *self._asked["columns"]]))[:MOST_SORTED]
            self._asked["sort"] = [Sort(field=n, descending=down and n == lead.name) for n in names]
        if intent.distinct:
            self._asked["dimensions"] = [Dimension(column=name) for name in self._asked.pop("columns")]
            self._asked["measures"] = [self._measure(Wanted(None))]
        query = self._query()
        return Plan(query, intent.purpose, intent.columns[0].name, intent.choices, intent.sureness)

    def _filter(self) -> None:
        for values, (one, several) in (
            (self._intent.kept, ("=", "in")),
            (self._intent.left_out, ("!=", "not_in")),
        ):
            by_thing: dict[Thing, list[object]] = {}
            for value in values:
                self._check_reach(value.thing)
                if value.operator != "=":
                    self._filter_part(value, several=values)
                    continue
                known = by_thing.setdefault(value.thing, [])
                known += [] if value.value in known else [value.value]
            for thing, those in by_thing.items():
                operator, said = (one, those[0]) if len(those) == 1 else (several, those)
                if said is None:
                    # What is not marked
                    operator = "is_null" if one == "=" else "is_not_null"
                self._asked["filters"].append(Filter(column=thing.name, operator=operator, value=said))
                if operator == "in" and all(split.thing != thing for split in self._intent.splits):
                    averaged = any(one.aggregation in {"avg", "median"} for one in self._intent.wanted)
                    is_split = bool(self._intent.splits)
                    told = f"all of them together; say “by {thing.title}” for each"
                    is_open = averaged or is_split or len(those) > FEW_NAMED
                    self._intent.doubt(EITHER if is_open else 1.0, told)
        self._compare_columns()
        axis = self._intent.axis
        if axis is not None and axis.table == self._table and axis.column and axis.column.nulls:
            # `terminations`: of those that have one.
            self._asked["filters"].append(Filter(column=axis.name, operator="is_not_null"))
        nulls: tuple[tuple[Operator, list[Thing]], ...] = (
            ("is_null", self._intent.missing),
            ("is_not_null", self._intent.present),
        )
        for asked, things in nulls:
            for thing in things:
                self._check_reach(thing)
                self._asked["filters"].append(Filter(column=thing.name, operator=asked))

    def _compare_values(self) -> None:
        """`Germany compared to France`: side by side."""
        intent = self._intent
        self._compare_with_rest()
        counts = Counter(value.thing for value in intent.kept)
        parts = [value for value in intent.kept if value.operator != "="]
        if intent.compares and len(parts) > 1 and len({value.thing for value in parts}) == 1:
            self._parts, intent.compares = parts, False
            intent.kept = [value for value in intent.kept if value not in parts]
        several = [thing for thing, count in counts.items() if count > 1 and not self._are_parts(thing)]
        if not (intent.compares or intent.differs or intent.ratio) and several:
            intent.compares = self._names_all(several[0])
        if several and intent.splits and not intent.compares and self._averages() and intent.ranked is None:
            # `average rate by year for A and B`: no average of both
            intent.compares = True
        apart = (several, intent.splits, len(intent.places) > 1)
        both = (len(intent.stretches) > 1, len(intent.wanted) > 1, intent.versus)
        if intent.compares and intent.kept and not any((*apart, *both)):
            raise NotUnderstood("Say which two to compare, for example “North and South”")
        if intent.compares and several and all(split.thing != several[0] for split in intent.splits):
            intent.splits.append(Split(several[0]))
            intent.compares = False
        cycles = [place.cycle for place in intent.places]
        if intent.compares and len(cycles) > 1:
            if any(len(place.values) > 1 for place in intent.places) or len(set(cycles)) > 1:
                raise NotUnderstood("I can compare single days of the week or months with each other")
            intent.splits.append(Split(None, cycle=cycles[0]))
            intent.compares = False

    def _averages(self) -> bool:
        """Whether a number is averaged, by its kind or because that was asked."""
        return any(
            one.aggregation in {"avg", "median"} or (one.thing is not None and not one.thing.additive)
            for one in self._intent.wanted
        )

    def _are_parts(self, thing: Thing) -> bool:
        """Whether texts were named that values contain."""
        return any(value.thing == thing and value.operator != "=" for value in self._intent.kept)

    def _names_all(self, thing: Thing) -> bool:
        """`men and women`: where all there are is named, nothing is left out, so each is meant."""
        named = {value.value for value in self._intent.kept if value.thing == thing}
        column = thing.column
        return column is not None and 1 < column.distinct == len(named)

    def _splits(self) -> list[Split]:
        splits = list(self._intent.splits)
        grain = next((s for s in splits if s.thing is None and s.grain and not s.cycle), None)
        time = next((s for s in splits if s.thing is not None and s.thing.kind == "time"), None)
        if grain is not None and time is not None and time.grain is None and time.cycle is None:
            # `per month, by end date`
            splits = [replace(s, grain=grain.grain) if s is time else s for s in splits if s is not grain]
        splits = [s for n, s in enumerate(splits) if not any(_is_same_time(s, one) for one in splits[:n])]
        splits = self._by_months(splits)
        if any((s.thing or s.grain or s.cycle) and self._is_along_time(s) for s in splits):
            # `developed month by month`
            splits = [s for s in splits if s.thing is not None or s.grain or s.cycle]
        moves = self._intent.running or self._intent.moving
        alone = not self._intent.stretches and not self._intent.versus
        if (moves or (self._intent.growth and alone)) and not any(self._is_time(split) for split in splits):
            years = self._years() if self._time is None else None
            along = any(years is not None and split.thing == years for split in splits)
            splits += [] if along else [Split(years)]
        return splits

    def _is_along_time(self, split: Split) -> bool:
        return self._is_time(split) or (split.thing is not None and holds_years(split.thing))

    def _rank(self, wanted: Sequence[Wanted], measures: Sequence[Measure]) -> None:
        ranked = self._intent.ranked
        if ranked is None:
            return
        dimensions = self._asked["dimensions"]
        if not dimensions:
            raise NotUnderstood("Say what to rank, for example “top 5 products by revenue”")
        _check_within(ranked.n, MOST_ROWS, "A ranking has places")
        self._leave_out_nameless()
        place = wanted.index(ranked.by) if ranked.by in wanted and len(measures) == len(wanted) else 0
        measure, ascending = measures[place], self._is_ascending(ranked, wanted[place])
        within = self._within(dimensions)
        measure = self._change or measure
        counted = wanted[place].thing
        if measure.aggregation == "count_distinct" and counted is not None and counted.column is not None:
            few = counted.column.distinct <= FEW
            self._intent.doubt(FEW_COUNTED if few else 1.0, f"how many different ones of {counted.title}")
        if intent_growth := self._intent.growth:
            label = f"{measure.label}_{intent_growth}"
            if not self._asked.get("compare"):
                if len(dimensions) != 1 or dimensions[0].grain is None:
                    raise NotUnderstood("Say between which two periods, for example “from 2023 to 2024”")
                # `which month had the biggest drop`: from the one before
                self._asked["having"].append(Filter(column=label, operator="is_not_null"))
            self._asked["sort"] = [Sort(field=label, descending=not ascending)]
            self._asked["limit"] = ranked.n
        elif within or ranked.nth:
            self._rank_within(ranked, measure, within, ascending=ascending)
        elif len(dimensions) == 1 or all(split.together for split in self._intent.splits):
            self._asked["sort"] = [Sort(field=measure.label, descending=not ascending)]
            self._asked["limit"] = ranked.n
        else:
            first = next((d for d in dimensions if d.grain is None and d.cycle is None), dimensions[0])
            self._asked["top"] = Top(
                dimension=first.label,
                n=ranked.n,
                measure=measure.label,
                ascending=ascending,
                other=None,
            )

    def _leave_out_nameless(self) -> None:
        """Rows that have no name for what is ranked take no place."""
        for thing in {split.thing for split in self._intent.splits if split.thing is not None}:
            if thing.kind in {"dimension", "key"} and thing.column is not None and thing.column.nulls:
                self._asked["filters"].append(Filter(column=thing.name, operator="is_not_null"))
                self._intent.choices.append(f"rows without {thing.title} left out")

    def _within(self, dimensions: Sequence[Dimension]) -> list[str]:
        """What the ranking begins anew in: `in each region`."""
        pairs = list(zip(self._splits(), dimensions, strict=False))
        if len(pairs) < 2 or all(split.together for split, _ in pairs):  # noqa: PLR2004 - what is ranked, and in what
            return []
        first = next((d for split, d in pairs if not split.each), dimensions[0])
        each = [d.label for split, d in pairs if split.each and d is not first]
        if each:
            return each
        others = [d for _, d in pairs if d is not first and not d.grain]
        if others:
            self._intent.doubt(EITHER, f"ranked within each {others[0].label}")
        return [d.label for d in others]

    def _rank_within(self, ranked: Ranked, measure: Measure, within: list[str], *, ascending: bool) -> None:
        self._asked["calculations"].append(
            Calculation(type="rank", measure=measure.label, within=within, ascending=ascending, name=RANK)
        )
        operator: Any = "=" if ranked.nth else "<="
        self._asked["having"].append(Filter(column=RANK, operator=operator, value=ranked.n))
        self._asked["sort"] = [*(Sort(field=label) for label in within), Sort(field=RANK)]

    def _is_ascending(self, ranked: Ranked, by: Wanted) -> bool:
        """Whether the least come first: of what is bad news, the best are those with least."""
        if ranked.good is None:
            return ranked.ascending
        welcome = by.thing.welcome if by.thing else True
        if is_bad_news(by, self._table, self._vocabulary):
            welcome = False
        elif welcome is None:
            self._intent.choices.append("best taken as the highest")
        return ranked.good == (welcome is False)

    def _calculate(self, measures: Sequence[Measure]) -> None:
        intent = self._intent
        if self._asked.get("compare"):
            return
        if intent.moving is not None:
            _check_within(intent.moving, MOST_ROWS, "A moving average is over steps")
        years = self._years() if self._time is None else None
        labels = [d.label for d in self._asked["dimensions"] if years is not None and d.column == years.name]
        along = labels[0] if labels else None
        step = step_of(years) if years is not None and along is not None else 1
        for measure in measures:
            label = measure.label
            asked = (
                ("running_total", intent.running, 1),
                ("moving_average", intent.moving, intent.moving or 1),
            )
            self._asked["calculations"] += [
                Calculation.model_validate({"type": kind, "measure": label, "n": n, "along": along})
                for kind, is_asked, n in (*asked, (intent.growth, intent.growth, step))
                if is_asked
            ]

    def _order(self, measures: Sequence[Measure]) -> None:
        """Lines over time by time, others by size, unless it was said otherwise."""
        dimensions = self._asked["dimensions"]
        if self._asked["sort"] or not dimensions:
            return
        if self._intent.descending is None and any(d.grain or d.cycle for d in dimensions):
            return
        years = {t.name for t in self._vocabulary.things if t.table == self._table and holds_years(t)}
        classes = {name for name, one in self._vocabulary.computed.items() if one.classes is not None}
        months = self._months()
        by_time = years | classes | ({months.name} if months is not None and self._time is None else set())
        along = [d for d in dimensions if d.column in by_time]
        if self._intent.descending is None and along:
            self._asked["sort"] = [Sort(field=dimension.label) for dimension in along]
            return
        descending = self._intent.descending is not False
        self._asked["sort"] = [Sort(field=measures[0].label, descending=descending)]

    def _query(self) -> Query | ModelQuery:
        asked = {name: value for name, value in self._asked.items() if value}
        if "summary" not in asked:
            asked.setdefault("limit", MOST_ROWS)
        if self._vocabulary.model_id is not None:
            return ModelQuery(model_id=self._vocabulary.model_id, **asked)
        assert self._source_id is not None  # noqa: S101 - either a model or a source
        if computed := needed(asked, self._vocabulary):
            asked["computed"] = computed
            told = (f"{one.name}, worked out of each row" for one in computed)
            self._intent.choices += [choice for choice in told if choice not in self._intent.choices]
        return Query(source_id=self._source_id, table=self._table, **asked)


def _is_same_time(split: Split, other: Split) -> bool:
    """`month by month, by the month it ended`"""
    is_time = split.thing is None and other.thing is None
    return is_time and split.grain == other.grain and split.cycle == other.cycle


def _check_within(number: int, most: int, what: str) -> None:
    if not 1 <= number <= most:
        raise NotUnderstood(f"{what} from 1 to {most:,}, not {number:,}")


def _listed(words: Sequence[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
