"""The rows of an answer that lists them: each by its name, or all that is known of one."""

from dataclasses import replace

from claribi.ask.intent import Formed, NotUnderstood, Split, Wanted
from claribi.ask.timing import Timing
from claribi.ask.vocabulary import Thing
from claribi.query.schemas import Dimension, Filter, Measure, Sort

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
        if not intent.wanted and time is not None:
            intent.wanted, intent.descending = [Wanted(time, "min")], False
        elif not intent.wanted and measures:
            intent.wanted = [Wanted(measures[0], "max")]
        self._asked["limit"] = MOST_LISTED
        return label.title

    def _list_above(self) -> str | None:
        """Lists what has more of one number than of another: rows by their keys, or what was named.

        Returns:
            What is counted, where rows are listed.

        Raises:
            NotUnderstood: Nothing tells the rows apart, or more is asked of them.
        """
        intent, above = self._intent, self._intent.above
        if above is None:
            return None
        parts = (intent.share, intent.ranked, intent.growth, intent.compares)
        is_more = any(parts) or len(intent.splits) > 1 or bool(intent.splits and intent.wanted)
        counted = all(one.thing is None and one.ratio is None for one in intent.wanted)
        key = self._vocabulary.keys.get(self._table) or next(
            filter(self._is_key, self._vocabulary.things), None
        )
        if is_more or not counted or (key is None and not intent.splits):
            raise NotUnderstood(
                "Rows with more in one column than in another can only be listed by their keys"
            )
        is_listed = not intent.splits
        if is_listed and key is not None:
            intent.splits = [Split(key)]
        name = f"{above.first.title} minus {above.second.title}"
        intent.wanted = [Wanted(None, ratio=Formed(name, above.first, above.second, "first - second"))]
        self._asked["having"].append(Filter(column=name, operator=above.operator, value=0))
        self._asked["limit"] = MOST_LISTED
        intent.descending = above.operator.startswith(">")
        return key.title if is_listed and key is not None else None

    def _is_key(self, thing: Thing) -> bool:
        """Whether texts of a column tell nearly every row apart."""
        return (
            thing.kind == "key"
            and thing.table == self._table
            and thing.column is not None
            and thing.column.type == "string"
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
