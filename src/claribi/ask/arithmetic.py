"""Arithmetic that a question spells out: `gross minus budget`, `price per piece` of totals."""

from claribi.ask.intent import Formed, Wanted
from claribi.ask.phrases import Phrase
from claribi.ask.schedule import Schedule
from claribi.ask.vocabulary import Thing
from claribi.ask.words import stem

ADDED = frozenset({None, "sum"})
PRICES = frozenset({"price", "cost"})


class Arithmetic(Schedule):
    """Reads arithmetic on two numbers."""

    def _on_minus(self, _value: str, text: str) -> None:
        """`revenue minus cost`"""
        following, wanted = self._peek_thing(), self._intent.wanted
        first = wanted[-1].thing if wanted and wanted[-1].aggregation in ADDED else None
        if first is None or following is None or not _are_amounts(first, following) or self._aggregation:
            self._unknown(text)
            return
        self._at += 1
        name = f"{first.title} minus {following.title}"
        wanted[-1] = Wanted(None, ratio=Formed(name, first, following, "first - second"))

    def _is_price_of_piece(self, phrase: Phrase) -> bool:
        """`average price per item`, where each row has an amount of money and a number of items."""
        each, quantity = self._meaning(0), self._thing_at(1)
        per = self._keyword_at(0) == "by" and getattr(each, "value", None) == "each"
        money = self._money()
        if stem(phrase.text) not in PRICES or not per or quantity is None or money is None:
            return False
        if not _are_amounts(money, quantity) or quantity == money or self._aggregation not in {None, "avg"}:
            return False
        self._at += 2
        name = f"{money.title} per {quantity.title}"
        self._want(Wanted(None, ratio=Formed(name, money, quantity, "first / second")))
        self._intent.choices.append(f"“{phrase.text}” computed from {money.title} and {quantity.title}")
        return True


def _are_amounts(first: Thing, second: Thing) -> bool:
    """Whether both are numbers of one table that can be added up."""
    return (
        all(one.kind == "measure" and one.additive for one in (first, second)) and first.table == second.table
    )
