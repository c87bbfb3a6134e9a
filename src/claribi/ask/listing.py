"""The rows of an answer that lists them: each by its name, or all that is known of one."""

from dataclasses import replace

from claribi.ask.intent import Above, Formed, NotUnderstood, Split, Wanted
from claribi.ask.measuring import EITHER
from claribi.ask.timing import Timing
from claribi.ask.vocabulary import Thing
from claribi.query.schemas import Dimension, Filter, Measure, Sort
from claribi.sources.catalog import NUMERIC_TYPES

# So many are listed, which tells how many there are.
MOST_LISTED = 100_000
# So many columns of one row are told.
MOST_COLUMNS = 20


class Listing(Timing):
    """Puts together what a query lists."""

    def _list_rows(self) -> str | None:
        """Lists rows by their names, with what was bounded of them or when they were; what that is called."""
        intent = self._intent
        label = intent.listed
        if label is None:
            return None
        bounded = [limit.thing for limit in intent.limits if limit.thing is not None]
        intent.limits = [replace(limit, of_rows=True) for limit in intent.limits]
        intent.splits.append(Split(label))
        time, measures = self._time, self._vocabulary.measures(self._table)
        told = [thing for thing in intent.beside if thing.kind in {"measure", "time"}]
        intent.splits += [Split(thing) for thing in intent.beside if thing not in told]
        intent.wanted = [
            Wanted(thing, "min" if thing.kind == "time" else "max") for thing in dict.fromkeys(bounded + told)
        ]
        numbers = [above for above in intent.above if above.first.column and _is_number(above.first)]
        if not intent.wanted and numbers:
            # Those come first that have most more, or most less.
            intent.wanted = [_difference(above) for above in numbers]
            intent.descending = numbers[0].operator.startswith(">")
        elif not intent.wanted and intent.above:
            both = [thing for above in intent.above for thing in (above.first, above.second)]
            intent.wanted = [Wanted(thing, "min") for thing in dict.fromkeys(both) if thing.kind == "time"]
            intent.wanted = intent.wanted or [Wanted(None)]
        elif not intent.wanted and time is not None:
            intent.wanted, intent.descending = [Wanted(time, "min")], False
        elif not intent.wanted and measures:
            intent.wanted = [Wanted(measures[0], "max")]
        self._asked["limit"] = MOST_LISTED
        return label.title

    def _list_above(self) -> str | None:
        """Lists things that have more of one number than of another, by their totals or averages.

        Returns:
            What is counted, where it was asked how many there are.

        Raises:
            NotUnderstood: More is asked of them.
        """
        intent = self._intent
        totals = [above for above in intent.above if above.of is not None]
        if not totals:
            return None
        things = list(dict.fromkeys(above.of for above in totals))
        counted = [Wanted(thing, "count_distinct") for thing in things]
        is_counted = intent.wanted == counted and not intent.splits
        parts = (intent.share, intent.ranked, intent.growth, intent.compares)
        if (
            any(parts)
            or len(things) > 1
            or not (is_counted or (len(intent.splits) == 1 and not intent.wanted))
        ):
            raise NotUnderstood("Things with more of one number than of another can only be listed by these")
        intent.splits = [Split(things[0])]
        intent.wanted = [_difference(above) for above in totals]
        for above, wanted in zip(totals, intent.wanted, strict=True):
            name = wanted.ratio.name if wanted.ratio else ""
            self._asked["having"].append(Filter(column=name, operator=above.operator, value=0))
        self._asked["limit"] = MOST_LISTED
        intent.descending = totals[0].operator.startswith(">")
        title = things[0].title if things[0] is not None else ""
        adds_up = all(_adds_up(above) for above in totals)
        told = f"by the totals of each {title}" if adds_up else f"by the averages of each {title}"
        intent.doubt(1.0 if adds_up else EITHER, told)
        return title if is_counted else None

    def _compare_columns(self) -> None:
        """Only rows with more in one column than in another."""
        for above in self._intent.above:
            if above.of is None:
                self._check_reach(above.first)
                self._asked["filters"].append(
                    Filter(column=above.first.name, operator=above.operator, other=above.second.name)
                )

    def _show_row(self) -> list[Measure] | None:
        """All that is known of the rows with most or least of something."""
        single = self._intent.single
        if single is None or self._vocabulary.model_id is not None:
            return None
        if single.thing.kind == "time" and self._intent.axis is not None and self._time is not None:
            # `the last ticket closed`
            single = replace(single, thing=self._time)
        own = [t for t in self._vocabulary.things if t.table == self._table and t.column is not None]
        others = [thing for thing in own if thing != single.thing]
        # Each line is one row then, never numbers of several.
        others.sort(key=lambda thing: thing.kind == "measure")
        extreme = Measure(column=single.thing.name, aggregation="min" if single.ascending else "max")
        self._asked["dimensions"] = [Dimension(column=thing.name) for thing in others[:MOST_COLUMNS]]
        self._asked["filters"].append(Filter(column=single.thing.name, operator="is_not_null"))
        self._asked["sort"] = [Sort(field=extreme.label, descending=not single.ascending)]
        self._asked["limit"] = single.n
        return [extreme]


def _difference(above: Above) -> Wanted:
    """How much more there is of one than of the other; averaged where sums of them mean nothing."""
    first, second = above.first, above.second
    name = f"{first.title} minus {second.title}"
    return Wanted(
        None, ratio=Formed(name, first, second, "first - second", "sum" if _adds_up(above) else "avg")
    )


def _adds_up(above: Above) -> bool:
    return above.first.additive and above.second.additive


def _is_number(thing: Thing) -> bool:
    return thing.column is not None and thing.column.type in NUMERIC_TYPES
