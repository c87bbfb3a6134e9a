"""The rows of an answer that lists them: each by its name, or all that is known of one."""

from dataclasses import replace

from claribi.ask.intent import Split, Wanted
from claribi.ask.timing import Timing
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
        intent.wanted = [Wanted(thing, "max") for thing in dict.fromkeys(bounded)]
        if not bounded and time is not None:
            intent.wanted, intent.descending = [Wanted(time, "min")], False
        elif not bounded and measures:
            intent.wanted = [Wanted(measures[0], "max")]
        self._asked["limit"] = MOST_LISTED
        return label.title

    def _show_row(self) -> list[Measure] | None:
        """All that is known of the rows with most or least of something."""
        single = self._intent.single
        if single is None or self._vocabulary.model_id is not None:
            return None
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
