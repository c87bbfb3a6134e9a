"""Units in a question: those of a number, and those that say what is measured."""

from dataclasses import replace

from claribi.analysis.names import human
from claribi.ask.cursor import Cursor
from claribi.ask.phrases import Named, Unit
from claribi.ask.units import converted
from claribi.ask.vocabulary import Called, Thing
from claribi.ask.words import stem, stems_of
from claribi.query.schemas import Aggregation

# A number of another unit than its column's is a wrong one.
OTHER_UNIT = 0.78
WAYS = frozenset({"mile", "km", "kilometer", "kilometre"})
MONEY = frozenset({"dollar", "euro", "pound", "usd", "eur", "gbp"})
ENERGY = frozenset({"kwh", "mwh", "watt"})
# How names of columns put them.
AREAS = {"square meter": "sqm", "square metre": "sqm", "square foot": "sqft", "square feet": "sqft"}


class MeasuredIn(Cursor):
    """Reads units."""

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

    def _measure(self, thing: Thing, aggregation: Aggregation | None = None) -> None:
        raise NotImplementedError


def name_of(thing: Thing) -> list[str]:
    return stems_of(thing.title if thing.column is None else human(thing.column.name))
