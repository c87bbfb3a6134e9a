"""What was sold and what it brought, in a question about a table whose columns may say it otherwise."""

from dataclasses import replace

from claribi.ask.cursor import UNSURE
from claribi.ask.intent import Split, Wanted
from claribi.ask.phrases import Number, Phrase
from claribi.ask.ranking import Ranking
from claribi.ask.synonyms import TAKINGS
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Thing
from claribi.ask.words import stem, stems_of
from claribi.query.schemas import Aggregation

# What is taken in, what it is called where no column says so, and what would have to be multiplied.
MONEY = frozenset({"price", "amount", "fare", "fee", "cost", "total", "charge", "payment", "value"})
# What an amount of money is of all that was sold together, or of one piece.
WHOLE, SINGLE = (
    frozenset({"total", "amount", "payment"}),
    frozenset({"unit", "per", "list", "tax", "discount", "tip", "shipping", "refund", "rate"}),
)
QUANTITIES = frozenset({"quantity", "units", "unit", "pieces", "count", "qty"})
PIECEWISE = frozenset({"quantity", "units", "pieces", "sold", "volume"})


# What is no number of pieces though it says that something was sold: a price, the year of it.
NO_PIECES = (MONEY - {"total"}) | {"year", "month", "day", "date"}
# What amounts of money are called after, and what numbers that are none.
CURRENCIES_SAID = frozenset({"dollar", "euro", "usd", "eur", "gbp", "pound"})
NO_MONEY = frozenset({"kwh", "hour", "hr", "minute", "min", "km", "mile", "kg", "lb", "night", "day", "year"})
# What rows that were sold are told by, and how sure one can be of it where they are not.
SALES = frozenset({"sale", "sold", "order", "purchase", "transaction", "invoice"})
HARDLY = 0.55
# What prices are called by that things were really sold for.
SOLD = frozenset({"sale", "sold", "selling", "closing", "final"})
# What keys end with, and the share of different ones below which rows are parts of what they tell apart.
KEYS, REPEATED = frozenset({"id", "number", "no", "key", "code"}), 0.8
# What columns of how much was lent are called by.
LENT = frozenset({"loan", "lent", "lend", "borrowed", "principal", "credit"})


class Takings(Ranking):
    """Reads takings."""

    def _on_volume(self, _value: None, text: str) -> None:
        """`dollar volume`: the money that changed hands."""
        named = self._names_measured("volume")
        if named is not None:
            self._measure(named)
        elif not self._is_only_money(text):
            self._unknown(text)

    def _on_takings(self, _value: None, text: str) -> None:
        """`how much did we make`"""
        if text.casefold().endswith((" sell", " sold")) and self._intent.wanted:
            # `how many pieces did we sell`
            self._on_sold(None, text)
            return
        verb, before = stem(text.rsplit(maxsplit=1)[-1]), self._thing_at(-2)
        own = [m for m in self._vocabulary.measures() if [verb] == [stem(word) for word in m.title.split()]]
        # `how much was raised`, where a column is called so
        measure = own[0] if len(own) == 1 else self._names_measured("revenue sales turnover receipts")
        if text.casefold().endswith(" made") and before is not None and before.kind == "rows":
            # `bookings were made by guests`
            return
        if measure is not None:
            self._measure(measure)
        elif not self._is_only_money(text):
            self._unknown(text)

    def _is_takings(self, phrase: Phrase) -> bool:
        """`revenue`, `sales` of a table that has but one amount of money: all of it together."""
        said = stems_of(phrase.text)[-1:]
        ranks = self._splitting and self._intent.ranked is not None
        counted = self._keyword_at(-2) == "count" or (self._intent.wanted and not ranks)
        if said == ["sale"] and phrase.text.casefold().endswith("s") and self._is_price_of_sale():
            # Each row is a sale, of which a price is kept.
            return False
        return not counted and bool(set(said) & TAKINGS) and self._is_only_money(phrase.text)

    def _quantity(self) -> Thing | None:
        """How many pieces each row is about: `quantity`, `units sold`; no unit price."""
        titles = {thing: set(thing.title.split()) for thing in self._vocabulary.measures(self._table)}
        found = [t for t, said in titles.items() if said & PIECEWISE and not said & NO_PIECES]
        return min(found, key=lambda thing: "total" not in titles[thing], default=None)

    def _on_sold(self, _value: None, text: str) -> None:
        """`how many lattes did we sell`: pieces, where their number is known."""
        wanted, quantity = self._intent.wanted, self._quantity()
        prices = self._sold_for()
        if prices and self._is_for_money():
            self._price_sold(prices[0])
            return
        if self._is_time_verb(self._phrases[self._at - 1]):
            # `properties sold in May`, where it is known when they were.
            return
        if quantity is not None and self._counts_pieces():
            wanted[-1] = Wanted(quantity, wanted[-1].aggregation or "sum")
            self._intent.doubt(UNSURE, f"“{text}” counted by {quantity.title}")
        elif not wanted:
            money = self._names_measured("revenue sales")
            self._sold = quantity if money is None or "sold" in stems_of(money.title) else money
        elif wanted[-1].thing is None and wanted[-1].ratio is None and not self._tells_sales():
            # `how many homes were sold`, where nothing says that rows are what was sold
            self._intent.doubt(HARDLY, f"each row taken as one that was {text}")

    def _counts_pieces(self) -> bool:
        """Whether what is counted can be pieces: no orders, each of which is of several."""
        wanted, before = self._intent.wanted, self._phrases[self._at - 2] if self._at > 1 else None
        counts = bool(wanted) and wanted[-1].thing is None and wanted[-1].ratio is None
        return counts and (before is None or not SALES & set(stems_of(before.text)))

    def _are_rows(self, text: str) -> bool:
        """Whether a table is called by what was said: `sales` of home_sales are rows."""
        tables = [thing.table for thing in self._vocabulary.things if thing.kind == "rows"]
        return any(set(stems_of(text)[-1:]) & set(stems_of(table)) for table in tables)

    def _is_for_money(self) -> bool:
        """`sold for less than $50,000`, `what did it sell for`."""
        following = self._peek()
        if following is None or following.text.casefold() != "for":
            return self._keyword_at(0) in {"compares", "between"} and isinstance(self._meaning(1), Number)
        is_time = isinstance(self._meaning(1), Stretch)
        self._at += 0 if is_time else 1
        return not is_time

    def _price_sold(self, price: Thing) -> None:
        """The price that things were sold for: bounded of each row, or averaged."""
        if self._keyword_at(0) in {"compares", "between"}:
            if not self._intent.wanted:
                self._intent.wanted.append(Wanted(None, table=price.table))
            self._limit(price, of_rows=True)
        elif not any(one.thing for one in self._intent.wanted):
            self._intent.wanted[:] = []
            self._measure(price, None if self._aggregation else "avg")

    def _on_lent(self, _value: None, text: str) -> None:
        """`how much was lent`: the amount of each loan, not what else is called an amount."""
        wanted = self._intent.wanted
        if any(one.thing is None and one.ratio is None for one in wanted):
            # `how many loans were lent`
            return
        own = [t for t in self._vocabulary.measures(self._table) if LENT & set(stems_of(t.title))]
        amounts = [t for t in own if "amount" in stems_of(t.title)] or own
        if wanted and wanted[-1].thing in amounts:
            return
        if len(amounts) != 1 or (wanted and wanted[-1].thing is not None and "amount" not in self._said()):
            self._lent_otherwise(text)
            return
        if wanted:
            wanted.pop()
        self._measure(amounts[0], "sum")
        self._intent.doubt(UNSURE, f"“{text}” taken as {amounts[0].title}")

    def _lent_otherwise(self, text: str) -> None:
        if self._intent.wanted:
            self._intent.doubt(HARDLY, f"“{text}” taken to say nothing more")
        else:
            self._unknown(text)

    def _said(self) -> set[str]:
        return {word for phrase in self._phrases for word in stems_of(phrase.text)}

    def _tells_sales(self) -> bool:
        """Whether the name of a table or column says that something was sold, or for how much."""
        titles = (
            set(stems_of(thing.title)) | set(stems_of(thing.table)) for thing in self._vocabulary.things
        )
        return not self._vocabulary.panels and any(SALES & title for title in titles)

    def _rank_sold(self) -> None:
        """`which warehouse sold the least`"""
        intent = self._intent
        counts = all(one.thing is None and one.ratio is None for one in intent.wanted)
        by = intent.ranked.by if intent.ranked is not None else None
        if self._sold is not None and intent.differs and not intent.wanted:
            # `how much more did store 1 sell than store 2`
            intent.wanted = [Wanted(self._sold)]
            intent.doubt(UNSURE, f"by {self._sold.title}, since no number was named")
        if self._sold is not None and intent.ranked and counts and (by is None or by in intent.wanted):
            # `sold the least`, `sold the most avocados`
            intent.wanted = [Wanted(self._sold)]
            intent.ranked.by = None if by is None else intent.wanted[0]
            intent.doubt(UNSURE, f"by {self._sold.title}, since no number was named")

    def _is_only_money(self, text: str) -> bool:
        tables = {thing.table for thing in self._vocabulary.things}
        if len(tables) > 1:
            return False
        measures = self._vocabulary.measures()
        money = [
            t for t in measures if set(stems_of(t.title)) & MONEY and not set(stems_of(t.title)) & SINGLE
        ]
        paid = [t for t in measures if set(stems_of(t.title)) & CURRENCIES_SAID and t.additive]
        money = [t for t in money if not set(stems_of(t.title)) & NO_MONEY]
        whole = paid if len(paid) == 1 else [t for t in money if set(stems_of(t.title)) & WHOLE]
        if not whole and not self._are_rows(text):
            whole = self._sold_for()
        counted = any(set(stems_of(t.title)) & QUANTITIES for t in measures)
        if len(whole) == 1:
            money = whole
        elif len(money) != 1 or counted:
            return False
        self._intent.doubt(UNSURE, f"“{text}” taken as the sum of {money[0].title}")
        self._measure(money[0], "sum")
        return True

    def _is_price_of_sale(self) -> bool:
        """Whether all that is known of what was sold is its price, and no total was asked for."""
        prices = self._sold_for()
        is_price = bool(prices) and "price" in stems_of(prices[0].title)
        return is_price and self._aggregation is None and self._keyword_at(-2) != "aggregation"

    def _sold_for(self) -> list[Thing]:
        """The one price that things were sold for: no list price and no original one."""
        measures = self._vocabulary.measures(self._table)
        named = {thing: set(stems_of(thing.title)) for thing in measures}
        found = [thing for thing, words in named.items() if {"price", "amount"} & words and SOLD & words]
        return found if len(found) == 1 else []

    def _is_sold(self, _phrase: Phrase) -> bool:
        """`CDs sold`, where a quantity tells how many pieces there were."""
        quantity = self._quantity() if self._keyword_at(0) == "sold" else None
        if quantity is None or self._intent.wanted not in ([], [Wanted(None)]):
            return False
        self._at += 1
        self._intent.wanted[:] = [Wanted(quantity, "sum")]
        self._intent.doubt(UNSURE, f"counted by {quantity.title}")
        return True

    def _on_worth(self, _value: None, text: str) -> None:
        """`average order value`: of each row the measure that is told first."""
        order = self._repeated_key(stems_of(text)[0])
        measure = self._money() or (self._names_measured("price") if order is not None else None)
        if measure is None:
            self._unknown(text)
            return
        if order is not None:
            # Prices of the lines of an order add up.
            measure = replace(measure, additive=True)
        self._intent.wanted.append(Wanted(measure, self._aggregation or "avg"))
        averages, self._aggregation = self._aggregation in {None, "avg"}, None
        if order is not None and averages:
            # Each order stands in several rows.
            self._intent.splits.append(Split(order, each=True))
        else:
            self._intent.doubt(UNSURE, f"“{text}” taken as {measure.title} of each row")

    def _repeated_key(self, noun: str) -> Thing | None:
        """What tells orders apart, where rows are parts of them: `order_id`."""
        own = [t for t in self._vocabulary.things if t.kind in {"key", "dimension"} and t.column is not None]
        called = [one.what for one in self._vocabulary.names.get((noun,), ())]
        named = [
            t for t in own if (stems_of(t.title)[0] == noun or t in called) and stems_of(t.title)[-1] in KEYS
        ]
        rows = self._vocabulary.row_counts
        return next(
            (t for t in named if t.column and 0 < t.column.distinct < REPEATED * rows.get(t.table, 0)), None
        )

    def _on_value(self, _value: None, text: str) -> None:
        """`value of deals in negotiation`: the amount of money, where no number is named."""
        ahead = range(len(self._phrases) - self._at)
        things = [thing for place in ahead if (thing := self._thing_at(place)) and thing.kind == "measure"]
        money = self._names_measured("value amount revenue") if self._table is None else None
        if money is None or any(one.thing for one in self._intent.wanted) or set(things) - {money}:
            return
        self._measure(money)
        self._intent.doubt(UNSURE, f"“{text}” taken as {money.title}")

    def _measure(self, thing: Thing, aggregation: Aggregation | None = None) -> None:
        raise NotImplementedError

    def _is_time_verb(self, phrase: Phrase) -> bool:
        raise NotImplementedError
