"""Two columns beside each other in a question: one compared with the other, places from where to where."""

from claribi.ask.cursor import DIRECTIONS
from claribi.ask.intent import Above, Split
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Phrase
from claribi.ask.single import Singles
from claribi.ask.vocabulary import Thing
from claribi.ask.words import stems_of
from claribi.query.schemas import Operator

ABOVE = frozenset({">", ">=", "<", "<="})
# What is compared with a budget or plan where only that is named.
SPENT = frozenset({"cost", "spend", "spending", "spent", "expense", "expenditure"})
PLANNED = frozenset({"budget", "plan", "planned", "estimate", "target"})
# What the time of an end is called by.
ENDED = frozenset(
    {
        "closed",
        "close",
        "closing",
        "resolved",
        "end",
        "ended",
        "finished",
        "completed",
        "completion",
        "solved",
    }
)
EDGES = frozenset({"first", "last"})


class Beside(Singles):
    """Reads two columns beside each other."""

    def _on_compares(self, value: Operator, text: str) -> None:
        if not (value in ABOVE and self._number is None and self._is_above(value)):
            super()._on_compares(value, text)

    def _on_compares_of(self, meant: tuple[Operator, str], text: str) -> None:
        """`cost more than their budget`"""
        operator, names = meant
        first, second = self._names_measured(names), self._peek_thing()
        if self._number is not None or not self._are_beside(first, second):
            super()._on_compares_of(meant, text)
            return
        assert first is not None  # noqa: S101 - both are there
        assert second is not None  # noqa: S101 - as above
        self._at += 1
        self._intent.above = Above(first, second, operator)

    def _is_above(self, operator: Operator) -> bool:
        """`where actual hours are higher than planned hours`, `over budget`: of each row."""
        second, wanted = self._peek_thing(), self._intent.wanted
        said = wanted[-1] if wanted and wanted[-1].thing is not None else None
        first = said.thing if said is not None else self._spent_of(second)
        if (said is not None and said.aggregation is not None) or not self._are_beside(first, second):
            return False
        assert first is not None  # noqa: S101 - both are there
        assert second is not None  # noqa: S101 - as above
        self._at += 1
        if said is not None:
            wanted.pop()
        self._intent.above = Above(first, second, operator)
        return True

    def _are_beside(self, first: Thing | None, second: Thing | None) -> bool:
        """Whether they are two numbers of one table, of which nothing is aggregated."""
        if first is None or second is None or first == second or self._aggregation is not None:
            return False
        return first.kind == second.kind == "measure" and first.table == second.table

    def _spent_of(self, plan: Thing | None) -> Thing | None:
        """The one number of what was really spent, where a budget stands alone."""
        if plan is None or not PLANNED & set(stems_of(plan.title)):
            return None
        found = [
            t for t in self._vocabulary.measures(plan.table) if SPENT & set(stems_of(t.title)) and t != plan
        ]
        return found[0] if len(found) == 1 else None

    def _bounds_rows(self, thing: Thing) -> bool:
        """`whose actual hours are higher than the planned hours`, behind the rows."""
        place = self._bound_at()
        bounds = self._phrases[place].meaning if place < len(self._phrases) else None
        second = self._thing_at(place + 1 - self._at)
        if not isinstance(bounds, Keyword) or bounds.kind != "compares" or bounds.value not in ABOVE:
            return super()._bounds_rows(thing)
        if second is None or not self._are_beside(thing, second):
            return super()._bounds_rows(thing)
        self._at = place + 2
        self._intent.above = Above(thing, second, bounds.value)
        return True

    def _on_route(self, _value: None, text: str) -> None:
        """`busiest routes`: from where to where, where one column has each."""
        things = [t for t in self._vocabulary.things if t.kind == "dimension"]
        own = [t for t in things if t.column is not None and t.column.type == "string"]
        ends = [[t for t in own if DIRECTIONS[way] & set(stems_of(t.title))] for way in ("from", "to")]
        if any(len(found) != 1 for found in ends) or ends[0] == ends[1]:
            self._unknown(text)
            return
        self._intent.splits += [Split(found[0], each=self._each, together=True) for found in ends]
        self._splitting = False

    def _on_open(self, _value: None, text: str) -> None:
        """`open tickets`, `are still open`: those without the time of their end."""
        behind = self._peek()
        is_said = self._keyword_at(-2) == "is" or " " in text
        leads = self._can_be_rows() is not None and behind is not None
        times = [t for t in self._vocabulary.things if t.kind == "time" and ENDED & set(stems_of(t.title))]
        found = [t for t in times if t.column is not None and t.column.nulls]
        if (is_said or leads) and len(found) == 1:
            self._intent.missing.append(found[0])
        else:
            self._unknown(text)

    def _is_edge_row(self, phrase: Phrase) -> bool:
        """`first ticket of 2023`: the row itself."""
        text = phrase.text.casefold()
        return text in EDGES and self._is_edge(newest=text == "last")
