"""Single rows in a question: those that it lists, and the one with most of something."""

from dataclasses import replace

from claribi.ask.arithmetic import Arithmetic
from claribi.ask.intent import Ranked, Single, Split, Wanted
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Phrase
from claribi.ask.ranking import EXTREME
from claribi.ask.superlatives import LABELS
from claribi.ask.vocabulary import Thing
from claribi.ask.words import stems_of

# What makes rows more than a list of them.
COUNTING = frozenset({"count", "aggregation", "share", "distribution", "ratio", "running", "moving"})


class Singles(Arithmetic):
    """Reads what asks for rows themselves."""

    def _on_ever(self, _value: None, _text: str) -> None:
        """`lowest temperature ever recorded`: where and when that was as well."""
        wanted, intent = self._intent.wanted, self._intent
        by = wanted[-1] if intent.ranked is not None and intent.splits and wanted else None
        if by is not None and by.thing is not None and by.thing.kind == "measure" and by.aggregation is None:
            # `which region had the highest rate ever`: of all rows
            by.aggregation = "min" if intent.ranked and intent.ranked.ascending else "max"
            return
        if len(wanted) != 1 or intent.splits or intent.ranked or wanted[0].aggregation not in EXTREME:
            return
        if wanted[0].thing is not None and wanted[0].thing.kind == "measure":
            intent.single = Single(wanted[0].thing, ascending=wanted[0].aggregation == "min")

    def _count_each(self) -> None:
        """`how many are slowing and how many accelerating`"""
        counts = sum(isinstance(p.meaning, Keyword) and p.meaning.kind == "count" for p in self._phrases)
        kept = self._intent.kept
        if counts > 1 and len({value.thing for value in kept}) == 1 < len(kept):
            self._intent.compares = True

    def _rank_values(self) -> None:
        """`which of Boston and Denver sold the most`: these are what is ranked."""
        intent, things = self._intent, {value.thing for value in self._intent.kept}
        several = [t for t in things if sum(value.thing == t for value in intent.kept) > 1]
        if intent.ranked is not None and not intent.splits and len(several) == 1 and intent.single is None:
            intent.splits.append(Split(several[0]))

    def _take_extreme(self) -> None:
        """`the sample's highest score`, where nothing was named that could be ranked: the most of it."""
        intent, ranked = self._intent, self._intent.ranked
        [one] = intent.wanted if len(intent.wanted) == 1 else [Wanted(None)]
        is_plain = one.thing is not None and one.thing.kind == "measure" and one.aggregation is None
        if ranked is None or intent.splits or intent.single or not is_plain or ranked.nth:
            return
        if ranked.n == 1 and ranked.good is None and ranked.by in (None, one) and not intent.growth:
            intent.wanted, intent.ranked = [Wanted(one.thing, "min" if ranked.ascending else "max")], None

    def _name_who(self) -> None:
        """`who has the highest bonus`: their name beside it."""
        intent, first = self._intent, self._phrases[0] if self._phrases else None
        [one] = intent.wanted if len(intent.wanted) == 1 else [Wanted(None)]
        if first is None or first.text.casefold() != "who" or one.thing is None or intent.splits:
            return
        label = self._label_of(one.thing.table)
        if (
            label is not None
            and one.aggregation in EXTREME
            and intent.ranked is None
            and intent.single is None
        ):
            intent.splits.append(Split(label))
            intent.ranked = Ranked(1, ascending=one.aggregation == "min", by=one)

    def _list_named(self) -> None:
        """`films directed by Kurosawa`, where each row has a title: which ones, not only how many.

        Of those `in` a place or a year how many there are is more likely what was meant.
        """
        intent = self._intent
        parts = (intent.splits, intent.ranked, intent.growth, intent.versus, intent.pace, intent.differs)
        asks_more = any(parts) or intent.compares or intent.latest is not None
        first = self._phrases[0] if self._phrases else None
        is_who = first is not None and first.text.casefold() == "who" and bool(intent.kept)
        rows = intent.wanted[0].table if len(intent.wanted) == 1 else None
        if is_who and not intent.wanted:
            rows = intent.kept[0].thing.table
            intent.wanted = [Wanted(None, table=rows)]
        if asks_more or rows is None or intent.wanted != [Wanted(None, table=rows)]:
            return
        told = intent.left_out or intent.missing or intent.present or intent.limits or self._said_by
        kinds = {self._keyword_at(at - self._at) for at in range(len(self._phrases))}
        told = told or is_who or (bool(intent.kept) and self._is_which_rows(rows))
        if not told or kinds & COUNTING or any(limit.counts for limit in intent.limits):
            return
        label = self._label_of(rows)
        if label is not None and _names_rows(label) and (is_who or self._is_plural_first()):
            intent.listed = label
        elif label is None and self._is_which_rows(rows) and self._is_plural_first():
            # `which matches have no score`, which have no names: all that is known of each
            intent.limits = [replace(limit, of_rows=True) for limit in intent.limits]
            intent.columns = [t for t in self._vocabulary.things if t.table == rows and t.column is not None]
            intent.wanted = []

    def _is_which_rows(self, table: str | None) -> bool:
        """`which senators declined`"""
        rows = self._thing_at(1 - self._at)
        is_which = self._keyword_at(-self._at) == "which"
        return is_which and rows is not None and rows.kind == "rows" and rows.table == table

    def _is_plural_first(self) -> bool:
        first = next((p for p in self._phrases if isinstance(p.meaning, Named)), None)
        return first is not None and is_plural(first)

    def _is_value_of_rows(self, phrase: Phrase) -> bool:
        """`comedies with a rating of 8`: the rows of that value, where it stands first and in the plural."""
        behind = self._peek()
        is_first = (
            self._at == 1 and behind is not None and behind.text.casefold() in {"with", "having", "whose"}
        )
        return is_first and is_plural(phrase)


def _names_rows(label: Thing) -> bool:
    """Whether names or titles tell nearly every row apart; nobody asks which numbers orders have."""
    is_text = label.column is not None and label.column.type == "string"
    return label.kind == "key" and is_text and bool(set(LABELS) & set(stems_of(label.title)))


def is_plural(phrase: Phrase) -> bool:
    last = phrase.text.casefold().split()[-1]
    return last.endswith("s") and stems_of(last) != [last]
