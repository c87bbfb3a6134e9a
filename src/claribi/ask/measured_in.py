"""Units in a question, and what is bounded or lasts where only a unit or nothing says what is measured."""

from dataclasses import replace

from claribi.analysis.names import human
from claribi.ask.cursor import Cursor, foregone
from claribi.ask.phrases import Named, Unit
from claribi.ask.roots import same_root
from claribi.ask.shortening import LASTING
from claribi.ask.units import converted
from claribi.ask.vocabulary import Called, Thing
from claribi.ask.words import stem, stems_of
from claribi.query.schemas import Aggregation

# A number of another unit than its column's is a wrong one.
OTHER_UNIT = 0.78
WAYS = frozenset({"mile", "km", "kilometer", "kilometre"})
MONEY = frozenset({"dollar", "euro", "pound", "usd", "eur", "gbp"})
ENERGY = frozenset({"kwh", "mwh", "watt"})
# What is told less of a table is no amount of money.
LEAST_TELLING = 0.3
# How names of columns put them.
AREAS = {"square meter": "sqm", "square metre": "sqm", "square foot": "sqft", "square feet": "sqft"}


class MeasuredIn(Cursor):
    """Reads units, and finds what they are of."""

    def _skip_unit(self) -> None:
        if self._keyword_at(0) == "unit" or isinstance(self._meaning(0), Unit):
            self._at += 1

    def _in_unit_of(self, thing: Thing) -> float:
        """What to multiply a number by that has a unit behind it, to have it in the unit of its column.

        Where the column does not say what it is measured in, that is told.
        """
        phrase = self._peek()
        if phrase is None or not (self._keyword_at(0) == "unit" or isinstance(phrase.meaning, Unit)):
            return 1.0
        self._at += 1
        words = set(name_of(thing))
        [unit, *_] = stems_of(phrase.text)
        if unit in words:
            return 1.0
        factor = next((found for word in words if (found := converted(unit, word))), None)
        if factor is None:
            self._intent.doubt(
                OTHER_UNIT, f"{thing.title} taken to be in the unit of “{phrase.text}”, as nothing tells"
            )
            return 1.0
        self._intent.choices.append(f"“{phrase.text}” put into the unit of {thing.title}")
        return factor

    def _on_unit(self, _value: None, text: str) -> None:
        """A unit belongs to a number, or to what is asked for: `in dollars`."""
        if self._number is not None or self._keyword_at(-2) in {"of", "compares", "between"}:
            return
        following, phrase = self._peek_thing(), self._peek()
        is_joined = phrase is not None and phrase.start == self._phrases[self._at - 1].end
        if stem(text) in MONEY and is_joined and following is not None and following.kind == "measure":
            # `dollar volume`
            return
        unit = AREAS.get(text.casefold().rstrip("s"), stem(text))
        if self._splitting and (measure := self._measured_in(unit)):
            # `cost per kg`
            self._measure(measure)
            return
        named = [t for t in self._vocabulary.measures(self._table) if unit in name_of(t)]
        if len(named) == 1 and unit in ENERGY:
            # `kWh per month`, of a column kwh_total
            self._measure(named[0])
            return
        way = self._names_measured("distance") if stem(text) in WAYS else None
        if way is None:
            self._unknown(text)
        else:
            # `total miles flown`
            self._phrases[self._at - 1] = replace(
                self._phrases[self._at - 1], meaning=Named((Called(way, OTHER_UNIT),))
            )
            self._at -= 1

    def _measured_in(self, unit: str) -> Thing | None:
        """The one number whose name says that it is measured in a unit."""
        found = [thing for thing in self._vocabulary.measures(self._table) if name_of(thing)[-1:] == [unit]]
        return found[0] if len(found) == 1 else None

    def _lasting(self) -> Thing | None:
        """What takes time: what else was said of it, or the unit, tells which."""
        found = [t for t in self._vocabulary.measures(self._table) if set(name_of(t)[-1:]) & LASTING]
        said = [stem(phrase.text) for phrase in self._phrases]
        return max(
            found,
            key=lambda t: sum(any(same_root(word, part) for word in said) for part in name_of(t)),
            default=self._vocabulary.lasting.get(self._table or self._only_table()),
        )

    def _only_table(self) -> str:
        tables = {thing.table for thing in self._vocabulary.things}
        return next(iter(tables)) if len(tables) == 1 else ""

    def _amount_within(self) -> Thing | None:
        """An amount that can be as large as the number that bounds it: a price, not that of a square foot."""
        amount = self._names_measured("amount value price")
        words = {"amount", "value", "price"}
        rivals = [t for t in self._vocabulary.measures(self._table) if words & set(stems_of(t.title))]
        within = [
            t
            for t in rivals
            if t.column and isinstance(m := t.column.maximum, int | float) and m >= self._bounding
        ]
        return amount if amount is None or amount in within or not within else min(within, key=foregone)

    def _age(self) -> Thing | None:
        """What a number alone bounds of a person: `patients over 65`."""
        age = self._names_measured("age")
        if age is not None:
            self._intent.doubt(OTHER_UNIT, f"bounded by {age.title}")
        return age

    def _money(self) -> Thing | None:
        """What an amount of money can be of where nothing is named: the measure that is told first."""
        sums = [thing for thing in self._vocabulary.measures(self._table) if thing.kind == "measure"]
        sums.sort(key=foregone)
        return sums[0] if sums and sums[0].additive and sums[0].telling >= LEAST_TELLING else None

    def _measure(self, thing: Thing, aggregation: Aggregation | None = None) -> None:
        raise NotImplementedError


def name_of(thing: Thing) -> list[str]:
    return stems_of(thing.title if thing.column is None else human(thing.column.name))
