"""The shares of an answer: what some rows have among all, or each line among all lines."""

from collections.abc import Sequence
from datetime import datetime

from claribi.ask.intent import NotUnderstood
from claribi.ask.measuring import EITHER, SHARE, Measuring
from claribi.query.schemas import Calculation, Filter, Measure, Operator, Period, Ratio


class Sharing(Measuring):
    """Puts together shares."""

    def _shares(self, measures: list[Measure]) -> list[Measure]:
        """Of what some rows have among all: a ratio; of each line: computed over the answer."""
        part = self._part()
        if self._intent.ranked is not None and not part:
            # `share of the ten largest orders`: of all that these have
            measures = [_summed(measure) for measure in measures]
        if not part:
            for measure in measures:
                self._asked["calculations"].append(Calculation(type="share", measure=measure.label))
            if not self._asked["dimensions"]:
                raise NotUnderstood("Say what the share is of, for example “share of revenue by region”")
            return measures
        self._asked["filters"] = [f for f in self._asked["filters"] if f not in part]
        measure = measures[0]
        if measure.aggregation is None:
            raise NotUnderstood("A share of a metric needs to be asked by something")
        among = measure.model_copy(update={"filters": part, "name": "part"})
        return [Measure(ratio=Ratio(numerator=among, denominator=measure), name=SHARE)]

    def _part(self) -> list[Filter]:
        """The conditions on what the share is of; the others hold for the whole as well."""
        intent, filters = self._intent, self._asked["filters"]
        if intent.timed and self._asked.get("period") is not None:
            return self._part_of_time()
        parted = intent.parted or ({intent.part} if intent.rated and intent.part is not None else set())
        if parted:
            return [f for f in filters if f.column in {thing.name for thing in parted}]
        bounds = {limit.thing.name for limit in intent.limits if limit.thing}
        if intent.above:
            # `share of remote employees with a bonus above their salary`: of those that are remote
            return [f for f in filters if f.other is not None or f.column in bounds]
        truths = {v.thing.name for v in intent.kept if self._vocabulary.truth_of(v.thing)}
        if intent.part is not None and not bounds | truths:
            bounds = {intent.part.name}
        plain = [v.thing.name for v in intent.kept if v.thing.name not in truths]
        told = [f for f in filters if f.column in bounds or f.column in truths or f.cycle]
        if told or not plain or any(f.operator == "is_null" for f in filters):
            return told or self._lacking_or_there(filters, plain)
        dimensions = self._asked["dimensions"]
        if any(not dimension.grain and not dimension.cycle for dimension in dimensions):
            intent.doubt(EITHER, f"the share of each line among those with {plain[-1]} as it was named")
            return []
        if len(set(plain)) > 1:
            intent.doubt(EITHER, f"the share of what was named last, {plain[-1]}")
        return [f for f in filters if f.column == plain[-1]]

    def _part_of_time(self) -> list[Filter]:
        """What happened in a time, among all that happened."""
        period: Period = self._asked.pop("period")
        edges: tuple[tuple[Operator, datetime], ...] = ((">=", period.start), ("<", period.end))
        within = [Filter(column=period.column, operator=o, value=edge.isoformat()) for o, edge in edges]
        self._asked["filters"] += within
        return within

    def _lacking_or_there(self, filters: Sequence[Filter], plain: Sequence[str]) -> list[Filter]:
        """What rows lack, or, where nothing else is said of them, what they have: `ended with a medal`."""
        missing = [f for f in filters if f.operator == "is_null"]
        marks = {thing.name for thing in self._intent.present} if not plain else set[str]()
        return missing or [f for f in filters if f.operator == "is_not_null" and f.column in marks]


def _summed(measure: Measure) -> Measure:
    """All of a number that one of each was looked at of."""
    is_extreme = measure.aggregation in {"min", "max"} and measure.name is None
    return measure.model_copy(update={"aggregation": "sum"}) if is_extreme else measure
