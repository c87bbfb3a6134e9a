"""What is late or early in a question, where a column tells by how much: `arrived more than an hour late`."""

from claribi.ask.cursor import UNSURE
from claribi.ask.intent import Limit, Wanted
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Number, Phrase, Unit
from claribi.ask.presence import Presence
from claribi.ask.units import converted
from claribi.ask.vocabulary import Thing
from claribi.ask.words import stem, stems_of
from claribi.query.schemas import Operator
from claribi.sources.catalog import NUMERIC_TYPES

DELAY = frozenset({"delay", "lateness", "delayed"})
# What a column of delays is kept in where nothing says so, and from which delay on it can't be hours.
USUAL, LONG = "minute", 100
TURNED: dict[str, Operator] = {">": "<", ">=": "<=", "<": ">", "<=": ">="}


class Schedule(Presence):
    """Reads what is late and what is early."""

    def _on_late(self, operator: Operator, text: str) -> None:
        if self._is_told(text):
            return
        delay = self._delay()
        if delay is None:
            self._unknown(text)
            return
        ranked = self._intent.ranked
        if self._ranking and ranked is not None and ranked.by is None and not self._counts_behind():
            # `the most delayed carrier`: by how late they usually are
            self._ranking, ranked.by = False, Wanted(delay, "avg")
            ranked.ascending = ranked.ascending if operator == ">" else not ranked.ascending
            return
        if self._keyword_at(0) == "compares":
            # `delayed by more than 15 minutes`
            bounds = self._phrases[self._at].meaning
            assert isinstance(bounds, Keyword)  # noqa: S101 - it was looked at
            if self._bound_delay(bounds.value, self._at + 1, delay, is_early=operator == "<"):
                return
        self._splitting = False
        self._intent.limits.append(Limit(operator, 0, delay, of_rows=True))

    def _counts_behind(self) -> bool:
        """Whether rows follow, of which there can be many: `the most delayed flights`."""
        phrase = self._peek()
        return self._can_be_rows() is not None and phrase is not None and phrase.text.casefold().endswith("s")

    def _is_told(self, text: str) -> bool:
        """Whether a column or a value says that rows are late."""
        stems = tuple(stems_of(text))
        value = self._vocabulary.true_of(stems) or self._vocabulary.value_of(stems)
        if value is None or (value.thing.column and value.thing.column.type in NUMERIC_TYPES - {"integer"}):
            return False
        self._value(value)
        return True

    def _on_moved(self, _end: str, _text: str) -> None:
        """`departed in May`: at that time, where several times are known."""
        phrase = self._phrases[self._at - 1]
        if self._vocabulary.tells_when(stem(phrase.text.split()[0])):
            self._is_time_verb(phrase)

    def _on_compares(self, value: Operator, text: str) -> None:
        late = self._late_behind()
        if late is not None:
            self._at, start = late, self._at
            delay = self._delay()
            keyword = self._phrases[late - 1].meaning
            is_early = isinstance(keyword, Keyword) and keyword.value == "<"
            if delay is not None and self._bound_delay(value, start, delay, is_early=is_early):
                self._at = late
                return
            self._unknown(text)
            return
        super()._on_compares(value, text)

    def _late_behind(self) -> int | None:
        """The place behind `late` in `more than 15 minutes late`."""
        place = self._at
        if isinstance(self._meaning(0), Number):
            place += 1
        if self._is_unit(place):
            place += 1
        meaning = self._phrases[place].meaning if self._at < place < len(self._phrases) else None
        return place + 1 if isinstance(meaning, Keyword) and meaning.kind == "late" else None

    def _is_unit(self, place: int) -> bool:
        meaning = self._phrases[place].meaning if place < len(self._phrases) else None
        return isinstance(meaning, Unit) or (isinstance(meaning, Keyword) and meaning.kind == "unit")

    def _bound_delay(self, operator: Operator, place: int, delay: Thing, *, is_early: bool) -> bool:
        """Bounds a delay by the number at a place, in the unit behind it; `an hour` is one."""
        phrase = self._phrases[place] if place < len(self._phrases) else None
        number = phrase.meaning.value if phrase and isinstance(phrase.meaning, Number) else None
        place += 1 if number is not None else 0
        unit = self._phrases[place].text if self._is_unit(place) else None
        if number is None and unit is None:
            return False
        factor = self._factor(delay, stem(unit)) if unit is not None else 1.0
        if factor is None:
            return False
        bound = (1.0 if number is None else number) * factor
        limit = Limit(TURNED.get(operator, operator), -bound, delay, of_rows=True)
        self._intent.limits.append(limit if is_early else Limit(operator, bound, delay, of_rows=True))
        self._at = place + (1 if unit is not None else 0)
        self._splitting = False
        return True

    def _factor(self, delay: Thing, unit: str) -> float | None:
        """How many of its own unit one of another is; a delay of hundreds is told in minutes."""
        own = next((word for word in stems_of(delay.title) if converted(unit, word) is not None), None)
        if own is not None:
            return converted(unit, own)
        most = delay.column.maximum if delay.column is not None else None
        if not isinstance(most, int | float) or most < LONG:
            return None
        self._intent.doubt(UNSURE, f"{delay.title} taken to be in minutes, as nothing tells")
        return converted(unit, USUAL)

    def _delay(self) -> Thing | None:
        """The delay that is meant: that of arrivals or of departures, where both are known."""
        delays = [t for t in self._vocabulary.measures(self._table) if DELAY & set(stems_of(t.title))]
        said = {
            phrase.meaning.value
            for phrase in self._phrases
            if isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "moved"
        }
        said |= {"departure" for phrase in self._phrases if self._is_leaving(phrase)}
        meant = [thing for thing in delays if said & set(stems_of(thing.title))]
        found = meant or delays
        if len(found) > 1:
            others = " or ".join(thing.title for thing in found[1:3])
            self._intent.doubt(UNSURE, f"by {found[0].title}, not by {others}")
        return found[0] if found else None

    @staticmethod
    def _is_leaving(phrase: Phrase) -> bool:
        return isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "gone" and phrase.text == "left"
