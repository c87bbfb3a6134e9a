"""Rows in a question: what counts them, and the nouns that stand for them."""

from claribi.ask.cursor import UNSURE
from claribi.ask.intent import Wanted
from claribi.ask.ranking import Ranking
from claribi.ask.reader import Named, Phrase
from claribi.ask.vocabulary import Thing, Value
from claribi.ask.words import stem
from claribi.query.schemas import Aggregation

PEOPLE = frozenset({"person", "individual", "case", "sample"})
# How sure one can be that a noun which nothing knows means the rows of a table that is not called by a noun.
GUESSED = 0.55


class Counting(Ranking):
    """Reads what is counted."""

    def _is_row_noun(self, phrase: Phrase) -> bool:
        """Whether a word that nothing explains can stand for the rows, and is taken so."""
        if not phrase.text.casefold().endswith("s") or self._splitting:
            return False
        return self._is_behind_value(phrase) or self._is_counted(phrase)

    def _is_counted(self, phrase: Phrase) -> bool:
        """`how many passengers` of the one table `titanic`, which is not called by what its rows are."""
        rows = [thing for thing in self._vocabulary.things if thing.kind == "rows"]
        if len(rows) != 1 or rows[0].table.casefold().endswith("s"):
            return False
        following = self._peek()
        begins = self._at == 1 and following is not None and following.text.casefold() == "with"
        if not begins and self._keyword_at(-2) != "count":
            return False
        if begins:
            self._intent.wanted.append(Wanted(None))
        self._intent.doubt(GUESSED, f"“{phrase.text}” taken for the rows of {rows[0].table}")
        return True

    def _is_behind_value(self, phrase: Phrase) -> bool:
        """`the highest price of compact cars`: what is asked for is known, and the value says which rows."""
        before, wanted = self._meaning(-2), self._intent.wanted
        of_value = isinstance(before, Named) and isinstance(before.best.what, Value)
        if not (of_value and wanted and wanted[-1].thing):
            return False
        if self._phrases[self._at - 2].end != phrase.start:
            return False
        self._intent.doubt(UNSURE, f"“{phrase.text}” taken as what the rows are about")
        return True

    def _on_rows(self, _value: None, text: str) -> None:
        if stem(text) in PEOPLE and (self._splitting or self._intent.limits):
            self._unknown(text)
        elif stem(text) in PEOPLE:
            self._intent.doubt(UNSURE, f"each row taken as one of the {text}")
        if not self._intent.wanted:
            self._intent.wanted.append(Wanted(None, self._aggregation_of_rows()))

    def _on_worth(self, _value: None, text: str) -> None:
        """`average order value`: of each row the measure that is told first."""
        measure = self._money()
        if measure is None:
            self._unknown(text)
            return
        self._intent.wanted.append(Wanted(measure, self._aggregation or "avg"))
        self._aggregation = None
        self._intent.doubt(UNSURE, f"“{text}” taken as {measure.title} of each row")

    def _aggregation_of_rows(self) -> Aggregation | None:
        """Of rows that are counted an average may be asked, of each day or customer."""
        if self._aggregation != "avg":
            return None
        self._aggregation = None
        return "avg"

    def _count(self, *, different: bool) -> None:
        """`how many …`: of rows, of different values, or of what is itself a quantity."""
        averaged = self._aggregation_of_rows()
        wanted = Wanted(None, averaged)
        phrase = self._peek()
        if phrase is not None and isinstance(phrase.meaning, Named):
            called = self._can_be_rows() or self._chosen(phrase)
            what = called.what
            if isinstance(what, Thing) and (self._vocabulary.truth_of(what) is None or different):
                self._at += 1
                self._intent.sureness = min(self._intent.sureness, called.weight)
                if what.kind == "rows":
                    wanted = Wanted(None, averaged, table=what.table)
                elif what.kind in {"measure", "metric"} and not different:
                    wanted = Wanted(what, (averaged or "sum") if what.kind == "measure" else None)
                else:
                    wanted = Wanted(what, "count_distinct")
        elif self._keyword_at(0) == "count":
            return
        self._intent.wanted.append(wanted)
