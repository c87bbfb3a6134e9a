"""Two columns beside each other in a question: one compared with the other, places from where to where."""

from dataclasses import replace

from claribi.ask.cursor import DIRECTIONS
from claribi.ask.intent import Above, Split, Wanted
from claribi.ask.keyed import TELLING_APART
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Number, Phrase
from claribi.ask.single import COUNTING, Singles
from claribi.ask.superlatives import LABELS
from claribi.ask.vocabulary import Thing
from claribi.ask.words import stems_of
from claribi.query.schemas import Operator

ABOVE = frozenset({">", ">=", "<", "<="})
# What is compared with a budget or plan where only that is named, and what with a price that was asked.
SPENT = frozenset({"cost", "spend", "spending", "spent", "expense", "expenditure"})
PLANNED = frozenset({"budget", "plan", "planned", "estimate", "target"})
GOT = frozenset({"sale", "sold", "selling", "final", "closing"})
ASKED = frozenset({"list", "listed", "listing", "ask", "asking", "asked"})
# A column with another text in so many of the rows names these, not what several of them are of.
NAMING = 0.5
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
        self._compare(Above(first, second, operator))

    def _compare(self, above: Above) -> None:
        """Rows with more in one column than in another; things of several rows as a whole."""
        is_of_numbers = above.operator in ABOVE and above.first.kind == above.second.kind == "measure"
        if is_of_numbers and (subject := self._subject()) is not None:
            above = replace(above, of=subject)
        if above not in self._intent.above:
            self._intent.above.append(above)

    def _subject(self) -> Thing | None:
        """What is asked which of them have more, where each has several rows."""
        intent = self._intent
        named = [split.thing for split in intent.splits if split.thing is not None]
        named += [one.thing for one in intent.wanted if one.thing and one.aggregation == "count_distinct"]
        if self._rows_said is not None or self._said_by or len(named) != 1 or named[0].kind != "dimension":
            return None
        is_counted = any(one.thing is None for one in intent.wanted)
        return None if is_counted or self._names_rows(named[0], NAMING) else named[0]

    def _names_rows(self, thing: Thing | None, least: float) -> bool:
        """Whether a column has another text in at least this share of the rows."""
        column = thing.column if thing is not None else None
        if thing is None or column is None or column.type != "string":
            return False
        return 0 < least * self._vocabulary.row_counts.get(thing.table, 0) <= column.distinct

    def _list_named(self) -> None:
        super()._list_named()
        if self._intent.above and all(one.of is None for one in self._intent.above):
            self._count_compared()
            self._list_compared()

    def _count_compared(self) -> None:
        """`how many items have more sugar than protein`: rows, although one name may stand in several."""
        intent = self._intent
        counts = [p.meaning.value for p in self._phrases if isinstance(p.meaning, Keyword) and _counts(p)]
        things = [one.thing for one in intent.wanted if one.aggregation == "count_distinct"]
        if intent.share and not self._said_by:
            things += [split.thing for split in intent.splits]
        if "different" in counts or len(things) != 1 or not self._names_rows(things[0], NAMING):
            return
        if len(intent.wanted) <= 1 and (counts or intent.share):
            intent.wanted = [Wanted(None, table=intent.above[0].first.table)]
            intent.splits = [split for split in intent.splits if split.thing != things[0]]

    def _list_compared(self) -> None:
        """`houses where the sale price is above the list price`: which ones, where something names them."""
        intent = self._intent
        kinds = {self._keyword_at(at - self._at) for at in range(len(self._phrases))}
        counted = all(one in (Wanted(None), Wanted(None, table=one.table)) for one in intent.wanted)
        parts = (intent.ranked, intent.growth, intent.versus, intent.pace, intent.differs, intent.compares)
        if any(parts) or not counted or kinds & COUNTING or intent.listed is not None:
            return
        things = [split.thing for split in intent.splits if intent.purpose == "answer"]
        if len(things) == 1 and not self._said_by and self._names_rows(things[0], NAMING):
            label = things[0]
        else:
            label = self._row_label(intent.above[0].first.table)
        if label is not None and things in ([], [label]):
            intent.listed, intent.splits = label, []

    def _row_label(self, table: str) -> Thing | None:
        """What tells the rows of a table apart, a name rather than a number."""
        own = [t for t in self._vocabulary.things if t.table == table and t.kind in {"dimension", "key"}]
        names = [thing for thing in own if self._names_rows(thing, TELLING_APART)]
        names.sort(key=lambda thing: not set(LABELS) & set(stems_of(thing.title)))
        keys = [t for t in own if t.kind == "key" and t.column is not None and t.column.type == "string"]
        return next(iter([*names, *keys]), self._vocabulary.keys.get(table))

    def _is_above(self, operator: Operator) -> bool:
        """`where actual hours are higher than planned hours`, `over budget`: of each row."""
        second, wanted = self._peek_thing(), self._intent.wanted
        if isinstance(self._meaning(-2), Number):
            # `10% above the list price`
            return False
        before = self._thing_at(-2)
        of_rows = (before is not None and before.kind == "rows") or self._keyword_at(-2) == "sold"
        said = wanted[-1] if wanted and wanted[-1].thing is not None and not of_rows else None
        first = said.thing if said is not None else self._spent_of(second)
        if (said is not None and said.aggregation is not None) or not self._are_beside(first, second):
            return False
        assert first is not None  # noqa: S101 - both are there
        assert second is not None  # noqa: S101 - as above
        self._at += 1
        if said is not None:
            wanted.pop()
        self._compare(Above(first, second, operator))
        return True

    def _are_beside(self, first: Thing | None, second: Thing | None) -> bool:
        """Whether they are two numbers of one table, of which nothing is aggregated."""
        if first is None or second is None or first == second or self._aggregation is not None:
            return False
        return first.kind == second.kind == "measure" and first.table == second.table

    def _spent_of(self, plan: Thing | None) -> Thing | None:
        """The one number of what was really spent or got, where a budget or what was asked stands alone."""
        title = set(stems_of(plan.title)) if plan is not None else set()
        real = SPENT if PLANNED & title else GOT if ASKED & title else frozenset()
        if plan is None or not real:
            return None
        found = [
            t for t in self._vocabulary.measures(plan.table) if real & set(stems_of(t.title)) and t != plan
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
        self._compare(Above(thing, second, bounds.value))
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


def _counts(phrase: Phrase) -> bool:
    return isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "count"
