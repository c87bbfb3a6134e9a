"""What is told of the lines of an answer together: how many keep to a bound, what part, their median."""

from claribi.analysis.names import plural
from claribi.ask.everyday_columns import ENTITIES
from claribi.ask.intent import Limit, Split, Wanted
from claribi.ask.limiting import Limiting
from claribi.ask.measuring import SHARE
from claribi.ask.vocabulary import Thing
from claribi.ask.words import stems_of
from claribi.query.schemas import Filter, Formula, Measure, Ratio

# How sure one can be that totals are bounded, not what stands in each row.
TOTALLED = 0.85
# Of more different ones than this part of the rows each has hardly more than one.
ONE_EACH = 0.9
LINES = Measure(aggregation="count")


class Together(Limiting):
    """Puts together what sums the lines up."""

    # What is told of them, and what that is called.
    _told_of_lines: str | None = None
    _told_as = ""

    def _compare_with_rest(self) -> None:
        """`are the tumors of dead patients larger than of living ones`, who are all the others: of both."""
        intent = self._intent
        [value] = intent.kept if len(intent.kept) == 1 else [None]
        numbers = [one for one in intent.wanted if one.thing is not None]
        column = value.thing.column if value is not None else None
        pair = column is not None and column.distinct == len(("this", "the other")) and not column.nulls
        if not (intent.compares and numbers and pair) or value is None or intent.splits:
            return
        if not (intent.stretches or intent.places or intent.versus):
            intent.kept, intent.wanted = [], numbers
            intent.splits.append(Split(value.thing))
            intent.compares = False

    def _follow_panel(self) -> None:
        """`the rate of Ohio since 1990`, of a row for each state and year: what it was in each."""
        intent = self._intent
        [one] = intent.wanted if len(intent.wanted) == 1 else [Wanted(None)]
        [stretch] = intent.stretches if len(intent.stretches) == 1 else [None]
        asks_more = (
            intent.splits,
            intent.ranked,
            intent.share,
            intent.growth,
            intent.compares,
            intent.single,
        )
        is_plain = one.thing is not None and one.thing.kind == "measure" and one.aggregation is None
        if self._table not in self._vocabulary.panels or any(asks_more) or not is_plain or stretch is None:
            return
        is_rate = one.thing is not None and not one.thing.additive
        lasts = stretch.start is None or stretch.end is None or stretch.end.year - stretch.start.year > 1
        if is_rate and lasts and intent.kept and not (intent.limits or intent.differs or intent.versus):
            intent.splits.append(Split(self._years() if self._time is None else None))
            intent.choices.append("told along time; say “average” for one number")

    def _take_together(self) -> None:
        intent = self._intent
        asks_more = (
            intent.ranked,
            intent.growth,
            intent.versus,
            intent.compares,
            intent.differs,
            intent.ratio,
        )
        others = (intent.columns, intent.single, intent.listed, intent.running, intent.moving, intent.above)
        if any(asks_more) or any(others) or intent.purpose != "answer":
            return
        _ = self._count_lines() or self._part_of_lines() or self._median_of_lines() or self._part_of_things()

    def _count_lines(self) -> bool:
        """`on how many days was revenue above 3,000`: of each day together."""
        intent = self._intent
        counted = (
            intent.wanted[0] if intent.wanted and not intent.splits and not intent.share else Wanted(None)
        )
        bound = self._one_bound()
        thing = counted.thing
        if counted.aggregation != "count_distinct" or thing is None or bound is None:
            return False
        if bound.counts:
            return self._count_those_with(counted, bound)
        if bound.thing is None:
            return False
        is_time, beside = thing.kind == "time", intent.wanted[1:]
        if any(one.thing != bound.thing for one in beside) or not (is_time or self._has_several(thing)):
            return False
        said = [one.aggregation for one in beside if one.aggregation]
        if not (is_time or bound.thing.additive) or (bound.of_rows and not is_time and not said):
            return False
        grain = counted.grain or ("day" if is_time else None)
        intent.splits = [Split(thing, grain)]
        intent.wanted, bound.of_rows = [Wanted(bound.thing, said[0] if said else None)], False
        if not said:
            intent.doubt(TOTALLED, f"{bound.thing.title} of each {grain or thing.title} together")
        self._told_of_lines, self._told_as = "count", f"number of {plural(grain or thing.title)}"
        return True

    def _count_those_with(self, counted: Wanted, bound: Limit) -> bool:
        """`how many customers placed more than 10 orders`"""
        intent, thing = self._intent, counted.thing
        if len(intent.wanted) != 1 or thing is None:
            return False
        grain = counted.grain or ("day" if thing.kind == "time" else None)
        intent.splits = [Split(thing, grain)]
        intent.wanted = [Wanted(bound.thing, "count_distinct") if bound.thing else Wanted(None)]
        said = grain or thing.title.removesuffix(" id")
        self._told_of_lines, self._told_as = "count", f"number of {plural(said)}"
        return True

    def _part_of_lines(self) -> bool:
        """`what percentage of products sold more than 100 units`"""
        intent, bound = self._intent, self._one_bound()
        [split] = intent.splits if len(intent.splits) == 1 else [Split(None)]
        wanted = [one for one in intent.wanted if bound is None or one.thing != bound.thing]
        if not intent.share or split.thing is None or split.thing != intent.shared or bound is None or wanted:
            return False
        if bound.thing is not None and not bound.thing.additive:
            return False
        said = [one.aggregation for one in intent.wanted if one.aggregation]
        intent.wanted = [Wanted(bound.thing, said[0] if said else None)]
        intent.share, bound.of_rows = False, False
        intent.doubt(TOTALLED, f"how many of all {plural(split.thing.title)}")
        self._told_of_lines, self._told_as = "share", f"{SHARE} of {plural(split.thing.title)}"
        return True

    def _median_of_lines(self) -> bool:
        """`median revenue per day`: of the sums of days."""
        intent = self._intent
        [one] = intent.wanted if len(intent.wanted) == 1 else [Wanted(None)]
        [split] = intent.splits if len(intent.splits) == 1 else [Split(None)]
        if intent.averages and one.aggregation == "count_distinct" and split.each and one.thing is not None:
            # `different products per order on average`
            self._told_of_lines = "avg"
            unit = split.grain or (split.thing.title if split.thing else "time")
            self._told_as = f"average number of {plural(one.thing.title)} per {unit}"
            return True
        if one.aggregation != "median" or not split.each or split.cycle:
            return False
        thing, of = one.thing, split.thing
        is_entity = of is not None and (of.kind == "key" or bool(ENTITIES & set(stems_of(of.title))))
        if not (is_entity or of is None or of.kind == "time") or (thing is not None and not thing.additive):
            return False
        unit = split.grain or (of.title if of is not None else "time")
        about = thing.title if thing is not None else "number of rows"
        intent.wanted = [Wanted(thing, None if thing is None else "sum", table=one.table)]
        intent.choices.append(f"{about} of each {unit} together, and the median of these")
        self._told_of_lines, self._told_as = "median", f"median {about} per {unit}"
        return True

    def _part_of_things(self) -> bool:
        """`what percentage of states had a law in 1999`: of how many states there are, no share of each."""
        intent, shared = self._intent, self._intent.shared
        [split] = intent.splits if len(intent.splits) == 1 else [Split(None)]
        counts = all(one.thing is None and one.ratio is None for one in intent.wanted)
        if not intent.share or shared is None or split.thing != shared or not counts or intent.limits:
            return False
        is_marked = any(self._vocabulary.truth_of(value.thing) for value in intent.kept)
        if not is_marked or not self._has_several(shared):
            return False
        intent.splits, intent.wanted = [], [Wanted(shared, "count_distinct")]
        intent.doubt(TOTALLED, f"different {plural(shared.title)} counted")
        return True

    def _one_bound(self) -> Limit | None:
        """The one bound that was named, on a number."""
        [limit] = self._intent.limits if len(self._intent.limits) == 1 else [None]
        is_number = limit is not None and (
            limit.counts or (limit.thing is not None and limit.thing.kind == "measure")
        )
        return limit if is_number else None

    def _has_several(self, thing: Thing) -> bool:
        """Whether several rows are of one and the same."""
        rows = self._vocabulary.row_counts.get(thing.table, 0)
        return thing.column is not None and 0 < thing.column.distinct < ONE_EACH * rows

    def _sum_up(self, measure: Measure) -> None:
        """Once the lines are asked for: what is told of them."""
        self._asked["sort"] = []
        if self._told_of_lines == "share":
            bounds: list[Filter] = self._asked.pop("having")
            part = LINES.model_copy(update={"filters": bounds, "name": "part"})
            told = Measure(ratio=Ratio(numerator=part, denominator=LINES), name=self._told_as)
        else:
            said = "avg" if self._told_of_lines == "avg" else "median"
            each = (
                LINES if self._told_of_lines == "count" else Measure(column=measure.label, aggregation=said)
            )
            told = Measure(formula=Formula(expression="told", measures={"told": each}), name=self._told_as)
        self._asked["summary"] = [told]
