"""The bounds of an answer: on rows before they are counted or added up, on lines after."""

from collections.abc import Sequence

from claribi.ask.changing import Changing
from claribi.ask.intent import Limit, NotUnderstood, Wanted
from claribi.ask.measuring import EITHER, SHARE
from claribi.ask.vocabulary import Thing, Value
from claribi.query.schemas import Filter, Measure

HAVING_COUNT = "Say what has so many, for example “which customers have more than 10 orders”"
# How sure one can be of what is bounded where nothing was named.
UNSAID = 0.55


class Limiting(Changing):
    """Puts together the bounds of a query."""

    # How many rows each line must have, where what is told of them is a share.
    _counted: Measure | None = None

    def _bound(self, wanted: Sequence[Wanted], measures: list[Measure]) -> None:
        """Bounds on what is asked for by lines hold for these, others for each row."""
        intent = self._intent
        counted = any(limit.counts for limit in intent.limits)
        for limit in intent.limits:
            if self._bounds_share(limit):
                continue
            if limit.counts and intent.splits:
                self._bound_count(limit, measures)
                continue
            thing = limit.thing or (wanted[0].thing if wanted else None)
            is_wanted = any(one.thing == thing for one in intent.wanted)
            if limit.counts:
                raise NotUnderstood(HAVING_COUNT)
            if limit.thing is None and not intent.wanted:
                intent.doubt(UNSAID, "bounded by the number of rows, since no number was named")
            # `years with more than 20 crashes and more than 1,200 deaths`
            is_beside = (
                counted
                and not limit.of_rows
                and bool(intent.splits)
                and thing is not None
                and thing.additive
                and all(_counts(w) for w in wanted)
            )
            about_lines = bool(intent.splits) and (is_wanted or not intent.wanted or is_beside)
            measures += [self._measure(Wanted(thing))] if is_beside and not is_wanted else []
            if (about_lines or thing is None) and not limit.of_rows:
                if not intent.splits:
                    raise NotUnderstood(HAVING_COUNT)
                label = self._having_label(thing, wanted)
                self._asked["having"].append(_having(limit, label))
            elif thing is None or thing.kind == "metric":
                title = thing.title if thing else "This"
                raise NotUnderstood(f"{title} is a number of many rows; ask for it by something")
            else:
                self._check_reach(thing)
                if any(one.aggregation == "count_distinct" for one in wanted) and thing.additive:
                    intent.doubt(EITHER, f"{thing.title} bounded row by row, not in total")
                self._asked["filters"].append(
                    Filter(column=thing.name, operator=limit.operator, value=limit.value)
                )

    def _bounds_share(self, limit: Limit) -> bool:
        """`with a churn rate above 30%`"""
        intent = self._intent
        if not (intent.share and intent.splits) or limit.thing or limit.counts or limit.of_rows:
            return False
        edges = limit.value if isinstance(limit.value, list) else [limit.value]
        shares = [edge / 100 for edge in edges] if max(edges) > 1 else edges
        value = shares if isinstance(limit.value, list) else shares[0]
        self._asked["having"].append(Filter(column=SHARE, operator=limit.operator, value=value))
        return True

    def _bound_count(self, limit: Limit, measures: list[Measure]) -> None:
        """`with more than 500 flights`: how many rows each line has stands beside what was asked for."""
        counted = Wanted(limit.thing, "count_distinct") if limit.thing else Wanted(None)
        count = self._measure(counted)
        if self._intent.share:
            self._counted = count
        elif all(measure.label != count.label for measure in measures):
            measures.append(count)
        self._asked["having"].append(_having(limit, count.label))

    def _having_label(self, thing: Thing | None, wanted: Sequence[Wanted]) -> str:
        measure = next((one for one in wanted if one.thing == thing), Wanted(thing))
        return self._measure(measure).label

    def _filter_part(self, value: Value, several: Sequence[Value]) -> None:
        """`chicken in the name`"""
        parts = [one for one in several if one.operator != "=" and one.thing == value.thing]
        if len(parts) > 1 or value in self._intent.left_out:
            raise NotUnderstood(f"One text at a time can be looked for in {value.thing.title}")
        criterion = Filter(column=value.thing.name, operator=value.operator, value=value.value)
        self._asked["filters"].append(criterion)


def _counts(wanted: Wanted) -> bool:
    return wanted.thing is None and wanted.ratio is None


def _having(limit: Limit, label: str) -> Filter:
    return Filter(column=label, operator=limit.operator, value=limit.value)
