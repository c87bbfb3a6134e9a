"""What a question asks for, phrase by phrase, before it is put into the query language."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from claribi.ask.lexicon import Keyword
from claribi.ask.reader import Meaning, Named, Number, Phrase, Unit, Unknown
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import SURE, Called, Thing, Value, Vocabulary
from claribi.ask.words import stem, stems_of
from claribi.query.schemas import Aggregation, Comparison, Grain, Operator

Purpose = Literal["answer", "why", "forecast", "outliers"]
DEFAULT_TOP, DEFAULT_MOVING = 5, 3
# What a keyword sets, and to what; nothing: to its own value.
SET: dict[str, tuple[str, object]] = {
    "share": ("share", True),
    "compare": ("compares", True),
    "growth": ("growth", None),
    "versus": ("versus", None),
    "pace": ("pace", None),
    "running": ("running", True),
    "direction": ("descending", None),
    "why": ("purpose", "why"),
    "forecast": ("purpose", "forecast"),
    "outlier": ("purpose", "outliers"),
}


@dataclass(slots=True)
class Wanted:
    """A number that is asked for; without a thing it is how many rows there are, perhaps of a table."""

    thing: Thing | None
    aggregation: Aggregation | None = None
    table: str | None = None


@dataclass(slots=True)
class Split:
    """What the answer is split by; without a thing, time by a grain, or by one that suits."""

    thing: Thing | None
    grain: Grain | None = None


@dataclass(slots=True)
class Limit:
    """A bound on a number: of each row, or of each line of the answer."""

    operator: Operator
    value: float | list[float]
    thing: Thing | None
    of_rows: bool = False


@dataclass(slots=True)
class Ranked:
    """Attributes:
    good: Whether the best were asked for, or the worst; None where it was said which way.
    """

    n: int
    ascending: bool
    good: bool | None = None
    # By what, where that was said.
    by: Wanted | None = None


@dataclass(slots=True)
class Intent:
    """What a question asks for.

    Attributes:
        choices: What was decided where it could have been meant otherwise, in sentences.
        unknown: Words that nothing explains.
        sureness: Of the least sure of the names, 0 to 1.
    """

    purpose: Purpose = "answer"
    wanted: list[Wanted] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    kept: list[Value] = field(default_factory=list)
    left_out: list[Value] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    # What rows must have no value of.
    missing: list[Thing] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    ranked: Ranked | None = None
    share: bool = False
    growth: Literal["change", "change_ratio"] | None = None
    versus: Comparison | None = None
    pace: Grain | None = None
    compares: bool = False
    running: bool = False
    moving: int | None = None
    descending: bool | None = None
    choices: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    sureness: float = 1.0


def intent_of(phrases: Sequence[Phrase], vocabulary: Vocabulary, table: str | None = None) -> Intent:
    """What the phrases of a question ask for together.

    Args:
        table: Where names are looked for first.
    """
    return _Listener(phrases, vocabulary, table).listen()


class _Listener:
    def __init__(self, phrases: Sequence[Phrase], vocabulary: Vocabulary, table: str | None) -> None:
        self._phrases = phrases
        self._vocabulary = vocabulary
        self._table = table
        self._at = 0
        self._intent = Intent()
        self._aggregation: Aggregation | None = None
        self._number: float | None = None
        self._negated = False
        self._splitting = False
        # Whether the next number asked for is what things are ranked by.
        self._ranking = False

    def listen(self) -> Intent:
        while self._at < len(self._phrases):
            phrase = self._phrases[self._at]
            self._at += 1
            match phrase.meaning:
                case Keyword():
                    self._keyword(phrase.meaning, phrase.text)
                case Named():
                    self._named(phrase, self._chosen(phrase))
                case Stretch():
                    self._intent.stretches.append(phrase.meaning)
                case Unit(grain):
                    self._unit(grain, phrase.text)
                case Number(value):
                    self._number = value
                case Unknown(text):
                    self._intent.unknown.append(text)
        if self._number is not None:
            self._intent.unknown.append(f"{self._number:g}")
        if self._negated:
            self._intent.unknown.append("without")
        return self._intent

    def _keyword(self, keyword: Keyword, text: str) -> None:
        intent, value = self._intent, keyword.value
        if keyword.kind in SET:
            name, fixed = SET[keyword.kind]
            setattr(intent, name, value if fixed is None else fixed)
            return
        listen = getattr(self, f"_on_{keyword.kind}", None)
        if listen is not None:
            listen(value, text)

    def _on_aggregation(self, value: Aggregation, _text: str) -> None:
        self._aggregation = value

    def _on_count(self, value: str, _text: str) -> None:
        self._count(different=value == "different")

    def _on_by(self, _value: None, _text: str) -> None:
        self._splitting = True

    def _on_grain(self, value: Grain, _text: str) -> None:
        self._intent.splits.append(Split(None, value))

    def _on_over_time(self, _value: None, _text: str) -> None:
        if all(split.thing is not None or split.grain is not None for split in self._intent.splits):
            self._intent.splits.append(Split(None))

    def _on_top(self, ascending: bool, _text: str) -> None:
        self._rank(ascending=ascending)

    def _on_best(self, good: bool, _text: str) -> None:
        self._rank(ascending=False, good=good)

    def _on_most(self, ascending: bool, _text: str) -> None:
        self._superlative(ascending=ascending)

    def _on_most_rows(self, ascending: bool, _text: str) -> None:
        self._superlative(ascending=ascending, by=Wanted(None))

    def _on_most_of(self, measured: tuple[bool, str], text: str) -> None:
        self._superlative_of(measured, text)

    def _on_moving(self, _value: None, _text: str) -> None:
        number = self._taken_number()
        self._intent.moving = DEFAULT_MOVING if number is None else int(number)

    def _on_not(self, _value: None, _text: str) -> None:
        self._negated = True

    def _on_compares(self, _value: Operator, _text: str) -> None:
        self._at -= 1
        self._limit(self._intent.wanted[-1].thing if self._intent.wanted else None)

    _on_between = _on_compares

    def _on_missing(self, _value: None, text: str) -> None:
        following = self._peek_thing()
        if following is None or following.column is None:
            self._intent.unknown.append(text)
            return
        self._at += 1
        self._intent.missing.append(following)

    def _on_sort(self, _value: None, _text: str) -> None:
        self._ranking = True

    def _on_which(self, _value: None, _text: str) -> None:
        self._which()

    def _on_rows(self, _value: None, _text: str) -> None:
        if not self._intent.wanted:
            self._intent.wanted.append(Wanted(None))

    def _named(self, phrase: Phrase, called: Called) -> None:
        what = called.what
        self._intent.sureness = min(self._intent.sureness, called.weight)
        if isinstance(what, Value):
            self._value(what)
            return
        if what.kind in {"measure", "metric"}:
            self._measure(what)
            return
        if self._is_said_of_a_value(what):
            return
        if what.column is not None and what.column.type == "boolean" and not self._ranks_things():
            self._value(Value(what, not self._negated))
            return
        if self._splitting and what.kind == "rows" and self._intent.wanted and self._intent.wanted[-1].thing:
            # `revenue per order`: each row is one.
            self._intent.wanted[-1].aggregation = "avg"
            self._splitting = False
        elif self._splitting or self._ranks_things():
            self._split(what)
        elif what.kind == "rows":
            if not self._intent.wanted and not (self._intent.ranked and self._intent.ranked.by):
                self._intent.wanted.append(Wanted(None, table=what.table))
        elif self._intent.wanted or self._aggregation:
            self._intent.choices.append(f"not split by {what.title}; say “by {phrase.text}” for that")
        else:
            self._split(what)

    def _measure(self, thing: Thing) -> None:
        intent = self._intent
        if self._negated:
            # `orders without a price`: those that have none.
            self._negated = False
            intent.missing.append(thing)
            return
        if self._aggregation is None and intent.wanted and self._is_bounded():
            # `orders with a price over 10`: of each order.
            self._at = self._bound_at()
            self._limit(thing, of_rows=True)
            return
        wanted = Wanted(thing, self._aggregation)
        self._aggregation = None
        if self._ranking or (self._splitting and intent.ranked and intent.splits and not intent.ranked.by):
            self._ranking = self._splitting = False
            if intent.ranked is not None:
                intent.ranked.by = wanted
            elif intent.descending is None:
                intent.descending = True
        self._splitting = False
        if all(known.thing != thing or known.aggregation != wanted.aggregation for known in intent.wanted):
            intent.wanted.append(wanted)

    def _value(self, value: Value) -> None:
        negated = self._negated and not isinstance(value.value, bool)
        (self._intent.left_out if negated else self._intent.kept).append(value)
        if not (self._next_is(Value) or self._joined_to(Value)):
            self._negated = False
        self._splitting = False

    def _split(self, thing: Thing) -> None:
        if all(split.thing != thing for split in self._intent.splits):
            self._intent.splits.append(Split(thing))
        if not (self._joined_to(Thing) or self._joined_to_unit() or self._next_is(Thing)):
            self._splitting = False

    def _unit(self, grain: str, text: str) -> None:
        if self._splitting or self._ranks_things():
            self._intent.splits.append(Split(None, grain))  # type: ignore[arg-type]  # units are grains
            self._splitting = self._joined_to(Thing) or self._joined_to_unit()
        else:
            self._intent.unknown.append(text)

    def _count(self, *, different: bool) -> None:
        """`how many …`: of rows, of different values, or of what is itself a quantity."""
        wanted: Wanted | None = None
        phrase = self._peek()
        if phrase is not None and isinstance(phrase.meaning, Named):
            called = _rows_among(phrase.meaning) or self._chosen(phrase)
            what = called.what
            if isinstance(what, Thing):
                self._at += 1
                self._intent.sureness = min(self._intent.sureness, called.weight)
                if what.kind == "rows":
                    wanted = Wanted(None, table=what.table)
                elif what.kind in {"measure", "metric"} and not different:
                    wanted = Wanted(what, "sum" if what.kind == "measure" else None)
                else:
                    wanted = Wanted(what, "count_distinct")
        elif isinstance(phrase and phrase.meaning, Keyword) and phrase.meaning.kind == "count":  # type: ignore[union-attr]
            return
        self._intent.wanted.append(wanted or Wanted(None))

    def _rank(self, *, ascending: bool, good: bool | None = None) -> None:
        """`top 5 …`, `the best …`."""
        number, following = self._taken_number(), self._peek()
        one = (
            following is not None
            and stem(following.text.split()[-1]) == following.text.split()[-1].casefold()
        )
        places = (1 if one else DEFAULT_TOP) if number is None else int(number)
        self._intent.ranked = Ranked(places, ascending, good)

    def _superlative(self, *, ascending: bool, by: Wanted | None = None) -> None:
        """`which … has the most …`, `the 3 largest …`, `highest price`."""
        intent = self._intent
        number, following = self._taken_number(), self._peek_thing()
        is_measure = following is not None and following.kind == "measure"
        if is_measure and number is None and not intent.splits and by is None and not self._lists_next():
            self._aggregation = "min" if ascending else "max"
            return
        intent.ranked = Ranked(1 if number is None else int(number), ascending, by=by)
        if by is not None:
            return
        self._ranking = True
        if following and following.kind in {"rows", "key"} and intent.splits:
            self._count(different=False)
            intent.ranked.by = intent.wanted[-1]
            self._ranking = False

    def _lists_next(self) -> bool:
        """Whether what is ranked comes behind the measure: `highest revenue month`."""
        meaning = self._meaning(1)
        if isinstance(meaning, Named):
            what = meaning.best.what
            return isinstance(what, Thing) and what.kind in {"dimension", "key"}
        return isinstance(meaning, Unit)

    def _superlative_of(self, measured: tuple[bool, str], text: str) -> None:
        """`longest`, `cheapest`: the adjective tells what is measured."""
        ascending, names = measured
        found = (
            called.what
            for name in names.split()
            for called in self._vocabulary.names.get(tuple(stems_of(name)), ())
            if isinstance(called.what, Thing) and called.what.kind == "measure"
        )
        measure = next(found, None)
        if measure is None:
            self._intent.unknown.append(text)
            return
        following = self._peek_thing()
        if self._intent.splits or (following is not None and following.kind == "dimension"):
            self._superlative(ascending=ascending, by=Wanted(measure, "avg"))
            return
        self._intent.wanted.append(Wanted(measure, "min" if ascending else "max"))

    def _which(self) -> None:
        """`which regions …`: what follows is what the answer lists."""
        following = self._peek_thing()
        is_listed = following is not None and following.kind in {"dimension", "key", "time"}
        if is_listed or isinstance(self._meaning(0), Unit):
            self._splitting = True

    def _limit(self, before: Thing | None, *, of_rows: bool = False) -> None:
        """`more than 60`, `between 3 and 5`, of what was named before or is named right after."""
        keyword = self._meaning(0)
        assert isinstance(keyword, Keyword)  # noqa: S101 - one of those that bound
        self._at += 1
        low = self._taken_number()
        high = None
        if keyword.kind == "between":
            if isinstance(meaning := self._meaning(0), Keyword) and meaning.kind == "and":
                self._at += 1
            high = self._taken_number()
        if low is None or (high is None and keyword.kind == "between"):
            self._intent.unknown.append("a bound without a number")
            return
        following = self._peek_thing()
        if following is not None and following.kind in {"measure", "metric", "rows"} and not of_rows:
            self._at += 1
            before = None if following.kind == "rows" else following
        operator: Operator = keyword.value or "between"
        bound = low if high is None else [low, high]
        self._intent.limits.append(Limit(operator, bound, before, of_rows))

    def _is_bounded(self) -> bool:
        meaning = self._meaning(self._bound_at() - self._at)
        return isinstance(meaning, Keyword) and meaning.kind in {"compares", "between"}

    def _bound_at(self) -> int:
        """The place after words such as `of` and `is`."""
        place = self._at
        while place < len(self._phrases):
            meaning = self._phrases[place].meaning
            if not (isinstance(meaning, Keyword) and meaning.kind in {"of", "is"}):
                break
            place += 1
        return place

    def _chosen(self, phrase: Phrase) -> Called:
        """What a name stands for here; what else it could have been is told."""
        assert isinstance(phrase.meaning, Named)  # noqa: S101 - only such are asked about
        candidates = phrase.meaning.candidates
        near = [c for c in candidates if self._table in {None, _table_of(c)}] or list(candidates)
        best = near[0]
        rivals = [c for c in near if best.weight < SURE or c.weight >= best.weight]
        others = sorted({_title(c) for c in rivals if c.what != best.what} - {_title(best)})
        if others:
            told = f"“{phrase.text}” taken as {_title(best)}, not {' or '.join(others[:3])}"
            if told not in self._intent.choices:
                self._intent.choices.append(told)
        return best

    def _is_said_of_a_value(self, thing: Thing) -> bool:
        """`the toys category`, `country Germany`: the value alone says it."""
        following = self._peek()
        if following is not None and isinstance(following.meaning, Named):
            what = self._chosen(following).what
            if isinstance(what, Value) and what.thing == thing and not self._splitting:
                return True
        values = [*self._intent.kept, *self._intent.left_out]
        before = self._phrases[self._at - 2].meaning if self._at > 1 else None
        return bool(values) and values[-1].thing == thing and isinstance(before, Named)

    def _ranks_things(self) -> bool:
        """Whether `top` or `which` waits for what it lists."""
        return self._splitting or (self._intent.ranked is not None and not self._intent.splits)

    def _taken_number(self) -> float | None:
        if self._number is not None:
            number, self._number = self._number, None
            return number
        phrase = self._peek()
        is_year = isinstance(phrase and phrase.meaning, Stretch) and phrase.text.isdecimal()  # type: ignore[union-attr]
        if phrase is not None and (isinstance(phrase.meaning, Number) or is_year):
            # What could be a year is a number here.
            self._at += 1
            return float(phrase.text) if phrase.text.isdecimal() else phrase.meaning.value  # type: ignore[union-attr]  # looked at
        return None

    def _meaning(self, ahead: int) -> Meaning | None:
        place = self._at + ahead
        return self._phrases[place].meaning if place < len(self._phrases) else None

    def _peek(self) -> Phrase | None:
        return self._phrases[self._at] if self._at < len(self._phrases) else None

    def _peek_thing(self) -> Thing | None:
        phrase = self._peek()
        if phrase is None or not isinstance(phrase.meaning, Named):
            return None
        what = self._chosen(phrase).what
        return what if isinstance(what, Thing) else None

    def _next_is(self, kind: type) -> bool:
        meaning = self._meaning(0)
        return isinstance(meaning, Named) and isinstance(meaning.best.what, kind)

    def _joined_to_unit(self) -> bool:
        """Whether `and` and a unit of time follow: `by region and month`."""
        joint = self._meaning(0)
        return isinstance(joint, Keyword) and joint.kind == "and" and isinstance(self._meaning(1), Unit)

    def _joined_to(self, kind: type) -> bool:
        """Whether `and` or `or` and another of the kind follow."""
        joint, meaning = self._meaning(0), self._meaning(1)
        return (
            isinstance(joint, Keyword)
            and joint.kind in {"and", "or"}
            and isinstance(meaning, Named)
            and isinstance(meaning.best.what, kind)
        )


def _rows_among(named: Named) -> Called | None:
    """What is counted, where a name can stand for rows."""
    return next((c for c in named.candidates if isinstance(c.what, Thing) and c.what.kind == "rows"), None)


def _table_of(called: Called) -> str:
    return called.what.thing.table if isinstance(called.what, Value) else called.what.table


def _title(called: Called) -> str:
    if isinstance(called.what, Value):
        return f"{called.what.thing.title} {called.what.value}"
    return called.what.title
