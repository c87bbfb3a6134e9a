"""The numbers of an answer: aggregates, averages of groups, ratios, differences and shares."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from claribi.analysis.names import plural
from claribi.analysis.roles import is_calendar, says_that_it_adds_up
from claribi.ask.amounts import only_amount
from claribi.ask.intent import Formed, Intent, NotUnderstood, Split, Wanted
from claribi.ask.roots import same_root
from claribi.ask.synonyms import SYNONYMS
from claribi.ask.vocabulary import Thing, Value, Vocabulary
from claribi.ask.words import stems_of
from claribi.ask.years import holds_years
from claribi.query.schemas import Filter, Formula, Measure, Ratio

# The name of a share of rows.
SHARE = "share"
TELLING = 0.5
# So many letters of a value stand in the name of a column.
LONGEST_NAME = 60
# How sure one can be of what is measured where nothing was named, and of what was read in one of two ways.
ASSUMED, EITHER = 0.75, 0.78
# Of more than so many nobody reads a line for each.
MANY = 100
# Of these each is one of many that things happen to: `revenue per customer` is what one of them brings.
ENTITIES = frozenset(
    word
    for noun in ("customer", "employee", "store", "product", "supplier", "order", "person")
    for word in (noun, *SYNONYMS.get(noun, ()))
) | {
    "user",
    "account",
    "member",
    "patient",
    "student",
    "passenger",
    "guest",
    "visitor",
    "household",
    "company",
}


class Measuring:
    """Puts together the measures of a query.

    Attributes:
        _asked: The query so far, part by part.
    """

    # How much more there was in one time than in another.
    _differs_in_time: Literal["more", "less"] | None = None

    def __init__(self, intent: Intent, vocabulary: Vocabulary, source_id: int | None) -> None:
        # What is decided on the way is noted in a copy.
        self._intent = replace(intent, choices=list(intent.choices), splits=list(intent.splits))
        self._vocabulary, self._source_id = vocabulary, source_id
        self._table = self._main_table()
        self._time = self._axis() or vocabulary.time.get(self._table)
        self._asked: dict[str, Any] = defaultdict(list)

    def _main_table(self) -> str:
        """The table that most of what is named belongs to."""
        intent = self._intent
        measured = [one.thing.table if one.thing else one.table for one in intent.wanted]
        counted = next((table for table in measured if table is not None), None)
        if counted is not None:
            return counted
        named = [split.thing.table for split in intent.splits if split.thing]
        named += [thing.table for thing in intent.columns]
        named += [value.thing.table for value in (*intent.kept, *intent.left_out)]
        named += [limit.thing.table for limit in intent.limits if limit.thing]
        named += [above.first.table for above in intent.above]
        if named:
            return Counter(named).most_common(1)[0][0]
        tables = [thing.table for thing in self._vocabulary.things if thing.kind == "rows"]
        if not tables:
            raise NotUnderstood("There are no tables to ask")
        measures = self._vocabulary.measures()
        return measures[0].table if measures else tables[0]

    def _axis(self) -> Thing | None:
        """The time that was named, or that tells when what is true of the rows came to be so."""
        intent = self._intent
        if intent.axis is not None and intent.axis.table == self._table:
            return intent.axis
        moments = [t for t in self._vocabulary.things if t.kind == "time" and t.table == self._table]
        for value in intent.kept if intent.stretches or any(s.thing is None for s in intent.splits) else ():
            truth = self._vocabulary.truth_of(value.thing)
            said = stems_of(value.thing.title if truth else str(value.value))
            found = next((t for t in moments if any(map(same_root, said, stems_of(t.title)))), None)
            if found is not None and found != self._vocabulary.time.get(self._table):
                intent.doubt(EITHER, f"by {found.title}")
                return found
        return None

    def _check_reach(self, thing: Thing) -> None:
        """A source's tables are asked one at a time; those of a model can be joined."""
        if self._vocabulary.model_id is None and thing.table != self._table:
            raise NotUnderstood(
                f"{thing.title} is in {thing.table}, the rest in {self._table}; a semantic model joins them"
            )

    def _wanted(self) -> list[Wanted]:
        intent = self._intent
        wanted = list(intent.wanted)
        if intent.ranked and intent.ranked.by and intent.ranked.by not in wanted:
            wanted.append(intent.ranked.by)
        if wanted:
            return wanted
        bounded = (
            [one.thing for one in intent.limits if one.thing and not (one.of_rows or one.counts)]
            if intent.splits
            else []
        )
        if counted := [one.thing for one in intent.limits if one.thing and one.counts and intent.splits]:
            # `customers with more than 10 orders`
            return [Wanted(thing, "count_distinct") for thing in dict.fromkeys(counted)]
        if bounded:
            # `cities with more than 1,000 sales`
            return [Wanted(thing) for thing in dict.fromkeys(bounded)]
        measures = self._vocabulary.measures(self._table)
        asks_for_number = intent.ranked or intent.growth or intent.stretches or intent.share or intent.splits
        intent.sureness = min(intent.sureness, ASSUMED)
        # How often things happen is asked for without a word more often than an average of something.
        is_usual = bool(measures) and (
            measures[0].additive or (intent.ranked and intent.ranked.good is not None)
        )
        # Whoever asks for the share of what is so or so, or where most of that is, counts.
        counts = (
            intent.share
            or intent.above
            or any(self._vocabulary.truth_of(value.thing) for value in intent.kept)
        )
        is_only = len(measures) == 1 and intent.ranked is not None and intent.ranked.good is not None
        if (
            (is_only or (is_usual and measures[0].telling >= TELLING))
            and asks_for_number
            and (not intent.limits or (is_usual and measures[0].telling == 1 and self._bounds_amount()))
            and not counts
        ):
            intent.choices.append(f"by {measures[0].title}, since no number was named")
            return [Wanted(measures[0])]
        if not (asks_for_number or intent.kept or intent.missing or intent.places or intent.limits):
            raise NotUnderstood("The question names nothing that these data hold")
        if intent.ranked is not None and intent.ranked.good is not None:
            raise NotUnderstood("Say by what something is best, for example “best region by revenue”")
        counter = self._vocabulary.counted.get(self._table)
        said = counter.title if counter is not None else "the number of rows"
        intent.choices.append(f"by {said}, since no number was named")
        return [Wanted(counter, "sum" if counter is not None else None)]

    def _bounds_amount(self) -> bool:
        """Whether only an amount can be bounded: there are not so many rows."""
        rows = self._vocabulary.row_counts.get(self._table, 0)
        return all(
            one.thing is None and not one.counts and isinstance(one.value, float) and one.value > rows
            for one in self._intent.limits
        )

    def _of_rows(self, wanted: Wanted) -> Measure:
        """How many there are; `the average claim` is of the one number of the rows that adds up."""
        if wanted.aggregation != "avg":
            table = (wanted.table or self._table) if self._vocabulary.model_id else None
            return Measure(aggregation="count", table=table, name="count")
        amount = only_amount(self._vocabulary, self._table)
        if amount is None:
            raise NotUnderstood("Say per what that is averaged, for example “per day”")
        self._intent.doubt(ASSUMED, f"{amount.title} averaged, since no number was named")
        return Measure(column=amount.name, aggregation="avg")

    def _measure(self, wanted: Wanted) -> Measure:
        thing = wanted.thing
        if wanted.ratio is not None:
            return self._formed(wanted.ratio)
        if thing is None:
            return self._of_rows(wanted)
        self._check_reach(thing)
        if wanted.other is not None:
            self._check_reach(wanted.other)
            name = f"correlation of {thing.title} and {wanted.other.title}"
            return Measure(column=thing.name, aggregation="corr", other=wanted.other.name, name=name)
        if thing.kind == "metric":
            return Measure(metric=thing.name)
        if wanted.grain is not None:
            return Measure(column=thing.name, aggregation="count_distinct", grain=wanted.grain)
        aggregation = wanted.aggregation or ("sum" if thing.additive else "avg")
        if wanted.aggregation is None and not thing.additive:
            self._intent.choices.append(f"{thing.title} averaged, since a sum of it means nothing")
        if wanted.aggregation == "sum" and not thing.additive:
            self._intent.choices.append(f"{thing.title} added up as asked, though a sum of it means little")
        return Measure(column=thing.name, aggregation=aggregation)

    def _measures(self, wanted: Sequence[Wanted]) -> list[Measure]:
        """The measures as they are asked for: by themselves, averaged, one over or less another."""
        intent = self._intent
        wanted = _all_averaged(wanted)
        if intent.differs and len(intent.stretches) > 1:
            self._differs_in_time = intent.differs
            intent.differs, intent.compares = None, True
        if intent.differs or intent.ratio:
            return [self._of_two(wanted)]
        if len(wanted) == 1 and self._is_of_one(wanted[0]):
            wanted = [replace(wanted[0], aggregation="avg")]
        if len(wanted) == 1 and wanted[0].aggregation == "avg":
            over = self._averaged_over(wanted[0])
            if over is not None:
                return [self._average(wanted[0], over)]
        found = {measure.label: measure for measure in map(self._measure, wanted)}
        return list(found.values())

    def _formed(self, formed: Formed) -> Measure:
        """A ratio that has a name of its own."""
        parts = {
            name: self._measure(Wanted(thing, None if thing.kind == "metric" else formed.aggregation))
            for name, thing in (("first", formed.first), ("second", formed.second))
        }
        return Measure(formula=Formula(expression=formed.expression, measures=parts), name=formed.name)

    def _is_of_one(self, wanted: Wanted) -> bool:
        """`revenue per customer`: of so many that nobody reads a line for each, what one brings."""
        intent = self._intent
        key = intent.splits[0].thing if len(intent.splits) == 1 and intent.splits[0].each else None
        if key is None or key.column is None or key.column.distinct <= MANY or intent.ranked or intent.limits:
            return False
        is_sum = wanted.aggregation is None and (wanted.thing is None or wanted.thing.additive)
        if is_sum and (key.kind == "key" or set(stems_of(key.title)) & ENTITIES):
            intent.doubt(EITHER, f"of one {key.title}, not of each; say “by {key.title}” for that")
            return True
        return False

    def _averaged_over(self, wanted: Wanted) -> Split | None:
        """What `average revenue per day` takes the average over, where it is of sums and not of rows."""
        thing = wanted.thing
        splits = [split for split in self._intent.splits if split.each and not split.cycle]
        of_time = next((split for split in splits if split.grain), None)
        if self._intent.averages_totals and of_time is not None and thing is not None:
            # `average daily revenue`, of which the prices are known
            return of_time
        if not splits or (thing is not None and (not thing.additive or thing.kind == "metric")):
            return None
        split = splits[0]
        column = split.thing.column if split.thing is not None else None
        is_time = split.thing is None or split.thing.kind == "time"
        is_numbered = column is not None and is_calendar(column)
        if thing is not None and (is_time or is_numbered) and self._is_of_each_row(thing):
            # `average retweet count per year`: of a tweet
            told = f"averaged over the rows of each {split.grain or 'time'}, not over sums"
            self._intent.doubt(EITHER, told)
            return None
        if thing is not None and is_numbered:
            if split.thing == self._years_of_table():
                return split
            raise NotUnderstood(f"{self._table} has no column of times to average over")
        is_entity = split.thing is not None and bool(set(stems_of(split.thing.title)) & (ENTITIES | {"id"}))
        if thing is not None and is_entity and split.thing is not None:
            self._intent.doubt(EITHER, f"over all of one {split.thing.title}, not by rows")
        if thing is None or is_time or is_entity:
            return split
        if split.thing is not None:
            self._intent.choices.append(f"averaged over the rows of each {split.thing.title}, not over sums")
        return None

    def _is_of_each_row(self, thing: Thing) -> bool:
        """Whether nothing in its name says that a number is one of those that are added up."""
        if thing in self._vocabulary.counted.values():
            return False
        is_count = stems_of(thing.title)[-1:] == ["count"]
        return is_count or (thing.column is not None and not says_that_it_adds_up(thing.column))

    def _years_of_table(self) -> Thing | None:
        """The one column of years."""
        own = [t for t in self._vocabulary.things if t.table == self._table and holds_years(t)]
        return own[0] if len(own) == 1 else None

    def _average(self, wanted: Wanted, over: Split) -> Measure:
        """Of the sums of groups: the sum of all over how many groups there are."""
        self._intent.splits.remove(over)
        whole = self._measure(replace(wanted, aggregation=None if wanted.thing is None else "sum"))
        thing = over.thing or self._time
        if thing is None and over.grain == "year":
            thing = self._years_of_table()
        if thing is None:
            raise NotUnderstood(f"{self._table} has no column of times to average over")
        self._check_reach(thing)
        grain = (over.grain if thing.kind == "time" else None) or ("day" if thing.kind == "time" else None)
        counted = wanted.thing
        gaps = counted is not None and counted.column is not None and counted.column.nulls > 0
        known = [Filter(column=counted.name, operator="is_not_null")] if counted and gaps else []
        groups = Measure(
            column=thing.name, aggregation="count_distinct", grain=grain, filters=known, name="groups"
        )
        unit = grain or thing.title
        has = f"have {counted.title}" if counted and gaps else "have rows"
        self._intent.choices.append(f"the total over the number of different {plural(unit)} that {has}")
        about = wanted.thing.title if wanted.thing else "number of rows"
        ratio = Ratio(numerator=whole.model_copy(update={"name": "total"}), denominator=groups)
        return Measure(ratio=ratio, name=f"average {about} per {unit}")

    def _of_two(self, wanted: Sequence[Wanted]) -> Measure:
        """One number over another, or how much more it is."""
        intent = self._intent
        first, second = self._pair(wanted)
        if intent.ratio:
            name = "ratio"
            return Measure(ratio=Ratio(numerator=first, denominator=second), name=name)
        return self._difference(first, second)

    def _difference(self, first: Measure, second: Measure) -> Measure:
        """How much more the first is than the second, or less where that was asked."""
        asked = self._intent.differs or self._differs_in_time
        expression = "second - first" if asked == "less" else "first - second"
        return Measure(
            formula=Formula(expression=expression, measures={"first": first, "second": second}),
            name="difference",
        )

    def _pair(self, wanted: Sequence[Wanted]) -> tuple[Measure, Measure]:
        intent = self._intent
        if len(wanted) == 2:  # noqa: PLR2004 - a pair
            first, second = wanted
            if first.aggregation is not None and second.aggregation is None and second.thing:
                second = replace(second, aggregation=first.aggregation)
            elif intent.ratio and any(one.thing and not one.thing.additive for one in wanted):
                # `price per square meter`: of averages, as prices do not add up.
                first, second = (replace(one, aggregation=one.aggregation or "avg") for one in wanted)
            return self._measure(first), self._measure(second)
        counts = Counter(value.thing for value in intent.kept)
        thing = next((thing for thing, count in counts.items() if count == 2), None)  # noqa: PLR2004 - as above
        if thing is None or len(wanted) != 1:
            raise NotUnderstood("Say which two to compare, for example “North and South”")
        values = [value for value in intent.kept if value.thing == thing]
        intent.kept = [value for value in intent.kept if value.thing != thing]
        one = self._measure(wanted[0])
        if one.aggregation is None:
            raise NotUnderstood("A metric can be compared side by side, for example “North versus South”")
        pair = [self._only(one, value) for value in values]
        return pair[0], pair[1]

    def _only(self, measure: Measure, value: Value) -> Measure:
        self._check_reach(value.thing)
        criterion = Filter(column=value.thing.name, operator=value.operator, value=value.value)
        return measure.model_copy(update={"filters": [criterion], "name": _said_short(value)})


def _all_averaged(wanted: Sequence[Wanted]) -> list[Wanted]:
    """`average height, width and weight`: the average of each."""
    first, rest = wanted[0].aggregation, wanted[1:]
    are_plain = all(one.aggregation is None and one.thing and one.thing.kind == "measure" for one in rest)
    if first not in {"avg", "median"} or not are_plain:
        return list(wanted)
    return [replace(one, aggregation=first) for one in wanted]


def _said_short(value: Value) -> str:
    """A value, or the first of several, as a column of the answer is called by it."""
    first, *more = value.value if isinstance(value.value, list) else [value.value]
    return f"{str(first)[:LONGEST_NAME]}{' …' if more else ''}"
