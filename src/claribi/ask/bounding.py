"""Bounds in a question: `more than 60`, `between 3 and 5`, `heavier than 4,500 g`, `4 cylinders`."""

from claribi.ask.adjectives import LENGTH, PEOPLE_COUNTED, RAIN
from claribi.ask.counted_bounds import CountedBounds
from claribi.ask.intent import Limit, Wanted
from claribi.ask.lexicon import Keyword
from claribi.ask.measured_in import OTHER_UNIT
from claribi.ask.phrases import Named, Number, Unit, Unknown
from claribi.ask.roots import is_done
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Thing, Value
from claribi.ask.words import stem, stems_of
from claribi.query.schemas import Operator
from claribi.sources.catalog import NUMERIC_TYPES

OPERATORS = frozenset({"compares", "between"})
# Whose age a number alone bounds.
PERSONS = frozenset(
    {"customer", "employee", "patient", "person", "user", "member", "student", "passenger", "people", "guest"}
    | {"staff", "worker", "colleague", "subscriber", "man", "woman", "male", "female", "driver", "client"}
)
# Units of how long something lasts, but not of how old somebody is.
TIMES = frozenset({"second", "sec", "minute", "min", "hour", "hr", "day", "week", "month"})
# What says that a number is an age.
OLD = ("older", "younger")
CURRENCY = frozenset("$€£")
# What columns of postal codes are called, and the least of such codes.
POSTAL, LEAST_POSTAL = frozenset({"zip", "postal", "postcode", "plz"}), 1_000


class Bounding(CountedBounds):
    """Reads bounds."""

    def _on_compares(self, value: Operator, text: str) -> None:
        if value is None and self._number is None and not self._is_number_next():
            self._between_two()
            return
        if self._keyword_at(0) == "once":
            # `more than once`
            self._at += 1
            times = self._phrases[self._at - 1].meaning
            assert isinstance(times, Keyword)  # noqa: S101 - it was looked at
            self._intent.limits.append(Limit(value, times.value, None, counts=True))
            return
        if self._number is None and self._compares_values():
            self._intent.compares = True
            return
        if self._number is None and self._only_joins(text):
            return
        self._at -= 1
        self._limit(self._intent.wanted[-1].thing if self._intent.wanted else None)

    _on_between = _on_compares

    def _only_joins(self, text: str) -> bool:
        """`under overcast skies`, `over all industries`: no bound, as no number is compared."""
        following = self._peek_thing()
        is_number = following is not None and following.kind in {"measure", "metric"}
        return text.casefold() in {"over", "under"} and not (is_number or self._is_number_next())

    def _compares_values(self) -> bool:
        """`more than women`, `higher than in the North`, where another one was named before."""
        place = 1 if self._keyword_at(0) == "of" else 0
        meaning = self._meaning(place)
        what = meaning.best.what if isinstance(meaning, Named) else None
        return isinstance(what, Value) and any(kept.thing == what.thing for kept in self._intent.kept)

    def _is_number_next(self) -> bool:
        phrase = self._peek()
        is_year = phrase is not None and isinstance(phrase.meaning, Stretch) and phrase.text.isdecimal()
        return is_year or isinstance(self._meaning(0), Number)

    def _between_two(self) -> None:
        """`the difference in price between A and B`, `split between A and B`."""
        intent = self._intent
        if intent.growth == "change":
            intent.growth, intent.differs = None, "more"
        if intent.differs is None and not intent.ratio:
            intent.compares = True

    def _on_compares_of(self, meant: tuple[Operator, str], text: str) -> None:
        """`heavier than`: the adjective tells what is bounded, of each row."""
        operator, names = meant
        thing = self._called_by_both(names) or self._names_measured(names)
        number = self._taken_number()
        if names == LENGTH and (thing is None or self._is_time_next()):
            # `longer than 6 hours`, though there is a distance as well
            thing = self._lasting() or thing
        if thing is None:
            # `heavier than 2 carat`
            thing = self._followed_by()
        else:
            factor = self._in_unit_of(thing)
            number = None if number is None else number * factor
        counts = any(one.grain is not None or one.thing is None for one in self._intent.wanted)
        if thing is not None and number is None and not counts and self._compares_values():
            # `is Folsom more expensive than Roseville`
            self._intent.wanted.append(Wanted(thing, "avg"))
            self._intent.compares = True
            return
        if thing is None or thing.kind == "rows" or number is None:
            self._unknown(text)
            return
        self._intent.limits.append(Limit(operator, number, thing, of_rows=True))

    def _called_by_both(self, names: str) -> Thing | None:
        """`flippers longer than`: what is called by the word before and by what the adjective measures."""
        before = self._phrases[self._at - 2] if self._at > 1 else None
        if before is None or not isinstance(before.meaning, Unknown):
            return None
        said, measured = set(stems_of(before.text)), set(stems_of(names))
        titles = {thing: set(stems_of(thing.title)) for thing in self._vocabulary.measures(self._table)}
        found = next((t for t, title in titles.items() if said <= title and measured & title), None)
        if found is not None:
            self._intent.unknown.remove(before.text)
        return found

    def _on_between_of(self, names: str, text: str) -> None:
        """`cost between 10 and 20`"""
        thing, low, high = self._names_measured(names), *self._taken_range()
        if thing is None or low is None or high is None:
            self._unknown(text)
            return
        factor = self._in_unit_of(thing)
        self._intent.limits.append(Limit("between", [low * factor, high * factor], thing, of_rows=True))

    def _on_bounds(self, operator: Operator, text: str) -> None:
        """`5 or more`: the number stands before; `2000 or later`, of a year."""
        before = self._meaning(-2)
        if self._number is None and isinstance(before, Stretch) and self._intent.stretches[-1:] == [before]:
            is_from = operator == ">="
            self._intent.stretches[-1] = Stretch(
                before.start if is_from else None, None if is_from else before.end
            )
            return
        if self._number is None:
            self._unknown(text)
            return
        number, self._number = self._number, None
        following, wanted = self._peek_thing(), self._intent.wanted
        if following is not None and following.column and following.column.type in NUMERIC_TYPES:
            self._at += 1
            self._bound_by_number(following, operator, number)
        elif self._counts_next(operator, number):
            return
        elif self._skips_rows():
            self._intent.limits.append(Limit(operator, number, None, counts=True))
        elif text.casefold().endswith(OLD) and (age := self._age()) is not None:
            self._bound_by_number(age, operator, number)
        elif wanted:
            thing = wanted[-1].thing
            self._intent.limits.append(Limit(operator, self._scaled(number, thing), thing))
        else:
            self._unknown(text)

    def _bound_by_number(self, thing: Thing, operator: Operator, number: float) -> None:
        self._intent.limits.append(Limit(operator, self._scaled(number, thing), thing, of_rows=True))

    def _limit(self, before: Thing | None, *, of_rows: bool = False) -> None:
        """`more than 60`, `between 3 and 5`, of what was named before or is named right after."""
        keyword = self._meaning(0)
        assert isinstance(keyword, Keyword)  # noqa: S101 - one of those that bound
        self._at += 1
        is_money, counts = self._is_money(), False
        low, high = self._taken_range() if keyword.kind == "between" else (self._taken_number(), None)
        if low is None or (high is None and keyword.kind == "between"):
            self._unknown("a bound without a number")
            return
        self._bounding = low
        operator: Operator = keyword.value or "between"
        if self._counts_next(operator, low if high is None else [low, high], of_rows=of_rows):
            return
        if of_rows and self._keyword_at(0) == "rows" and before == self._names_measured(PEOPLE_COUNTED):
            # `affected more than 10,000 people`
            self._at += 1
        following, factor = None if of_rows else self._followed_by(), 1.0
        if following is None and before is None and not self._intent.splits:
            before, of_rows = self._bounded_alone(is_money=is_money), True
            if before is not None and not is_money:
                factor = self._in_unit_of(before)
        if following is not None:
            counts = following.kind == "rows"
            before = None if counts else following
            # `cars with more than 150 horsepower`, but `airlines with more than 500 flights`.
            of_rows = following.kind == "dimension"
        elif before is not None and before.kind == "key":
            before, of_rows = self._age(), True
            if before is None:
                self._unknown("a bound of nothing that is a number")
                return
        elif before is not None:
            factor = self._in_unit_of(before)
        edges = [self._scaled(edge * factor, before) for edge in (low, high) if edge is not None]
        bound = edges[0] if high is None else edges
        self._intent.limits.append(Limit(operator, bound, before, of_rows, counts))

    def _bounded_alone(self, *, is_money: bool) -> Thing | None:
        """What a number bounds of rows by itself: `claims over 10,000`, `employees over 60`."""
        if self._is_time_next():
            # `lasted between 10 and 20 minutes`
            return self._lasting()
        unit = self._peek()
        measured = self._measured_in(stem(unit.text)) if unit is not None else None
        if measured is not None and self._keyword_at(0) == "unit":
            # `above 200 knots`, of a speed in knots
            return measured
        said = {stem for p in self._phrases[: self._at] for stem in stems_of(p.text)}
        if said & PERSONS and not is_money:
            return self._age()
        amount = self._amount_within() or (self._money() if is_money else None)
        if amount is not None:
            self._intent.doubt(OTHER_UNIT, f"bounded by {amount.title}, since nothing else was named")
        return amount

    def _is_time_next(self) -> bool:
        """Whether a number is one of hours or minutes."""
        following = self._peek()
        is_unit = following is not None and (
            self._keyword_at(0) == "unit" or isinstance(following.meaning, Unit)
        )
        return is_unit and following is not None and stem(following.text) in TIMES

    def _taken_range(self) -> tuple[float | None, float | None]:
        """`3 and 5`"""
        low = self._taken_number()
        self._skip_unit()
        if self._keyword_at(0) == "and":
            self._at += 1
        return low, self._taken_number()

    def _followed_by(self) -> Thing | None:
        """What is bounded, where it is named right after the number, perhaps behind its unit."""
        start = self._at
        if self._keyword_at(0) == "of" and self._phrases[self._at].text.casefold() in {"on", "in", "at"}:
            # `got below 10 on Rotten Tomatoes`
            scored = self._thing_at(1)
            if scored is not None and scored.kind == "measure":
                self._at += 2
                return scored
        self._skip_unit()
        is_of = self._keyword_at(0) == "of" and self._phrases[self._at].text.casefold() == "of"
        if (self._at > start and self._keyword_at(0) == "of") or (is_of and self._is_number_of(1)):
            self._at += 1
        following, phrase = self._peek_thing(), self._peek()
        rows = self._can_be_rows()
        is_people = self._keyword_at(0) == "rows" and phrase is not None and stem(phrase.text) != "case"
        people = self._names_measured(PEOPLE_COUNTED) if is_people else None
        if people is not None:
            # `affected more than 10,000 people`
            self._at += 1
            return people
        if rows is not None and phrase is not None and phrase.text.casefold().endswith("s"):
            # `more than 500 animals`, which have an animal name as well
            following = rows.what if isinstance(rows.what, Thing) else following
        if following is None and phrase is not None and stem(phrase.text) in RAIN.split():
            # `more than 20 mm of rain`, where rain is a kind of weather as well
            following = self._names_measured(RAIN)
        is_number = following is not None and following.column and following.column.type in NUMERIC_TYPES
        if following is not None and self._vocabulary.truth_of(following):
            # `under 10 survived`
            following = None
        if following is not None and (following.kind in {"measure", "metric", "rows"} or is_number):
            self._at += 1
            return following
        self._at = start
        return None

    def _is_number_of(self, ahead: int) -> bool:
        """`more than 1,000 of urea`"""
        thing = self._thing_at(ahead)
        return thing is not None and thing.kind == "measure"

    def _is_code(self, number: float) -> bool:
        """`in 98103`, where a column holds postal codes."""
        for thing in self._vocabulary.things:
            if thing.column is None or not set(stems_of(thing.title)) & POSTAL or number < LEAST_POSTAL:
                continue
            code = int(number)
            self._intent.kept.append(Value(thing, code if thing.column.type in NUMERIC_TYPES else str(code)))
            return True
        return False

    def _is_money(self) -> bool:
        phrase = self._peek()
        return phrase is not None and phrase.text[:1] in CURRENCY

    def _bounds_rows(self, thing: Thing) -> bool:
        """Whether a number of each row stands beside a measure, behind what is asked for already."""
        if self._number is not None and isinstance(self._meaning(-2), Number):
            # `with 3 beds and 2 baths`
            self._bound_by_number(thing, "=", self._taken_number() or 0)
        elif self._is_bounded():
            # `orders with a price over 10`
            self._at = self._bound_at()
            self._limit(thing, of_rows=True)
        elif self._is_bounded_behind():
            # `orders with a discount of 50% or more`
            self._at = self._bound_at()
            number, bounds = self._taken_number(), self._phrases[self._at].meaning
            assert isinstance(bounds, Keyword)  # noqa: S101 - it was looked at
            self._at += 1
            self._bound_by_number(thing, bounds.value, number or 0)
        elif isinstance(self._meaning(self._equals()), Number):
            # `orders with quantity 9`, `with a score of 100`
            self._at += self._equals()
            self._bound_by_number(thing, "=", self._taken_number() or 0)
        elif self._keyword_at(-2) == "is" and is_done(self._phrases[self._at - 1].text):
            # `claims that were paid`: those of which something was
            self._bound_by_number(thing, ">", 0)
        else:
            return False
        return True

    def _is_bounded(self) -> bool:
        ahead = self._bound_at() - self._at
        is_number = isinstance(self._meaning(ahead + 1), Number)
        return self._keyword_at(ahead) in OPERATORS and (self._keyword_at(ahead) != "between" or is_number)

    def _equals(self) -> int:
        """How many words stand before a number that is meant exactly: `of`, `is`, or none."""
        following = self._peek()
        says = self._keyword_at(0) == "is" or (following is not None and following.text.casefold() == "of")
        return 1 if says else 0

    def _is_bounded_behind(self) -> bool:
        """Whether a number follows that is bounded by what stands behind it: `of 5 or more`."""
        ahead = self._bound_at() - self._at
        return isinstance(self._meaning(ahead), Number) and self._keyword_at(ahead + 1) == "bounds"

    def _bound_at(self) -> int:
        """The place after words such as `of` and `is`."""
        place = self._at
        while self._keyword_at(place - self._at) in {"of", "is"}:
            place += 1
        return place

    def _equals_number(self, thing: Thing) -> bool:
        """`4 cylinders`, `class 3`: a dimension of numbers beside one is filtered by it."""
        column = thing.column
        if column is None or column.type not in NUMERIC_TYPES or self._splitting:
            return False
        text = self._phrases[self._at - 1].text.casefold()
        if self._number is not None and thing.kind == "key" and stem(text.split()[-1]) != text.split()[-1]:
            # `5 customers` are so many, not the one of that number
            return False
        if self._number is None:
            place = 1 if self._keyword_at(0) in {"is", "of"} else 0
            joins = self._keyword_at(place + 1) == "and" and not isinstance(self._meaning(place + 2), Number)
            is_range = self._keyword_at(place + 1) == "bounds" or joins
            phrase = self._phrases[self._at + place] if self._at + place < len(self._phrases) else None
            if phrase is None or is_range or not phrase.text.strip().isdecimal():
                return False
            self._at += place
        number = self._taken_number()
        if number is None:
            return False
        numbers = [number]
        while self._keyword_at(0) in {"and", "or"} and isinstance(self._meaning(1), Number):
            # `category 4 and 5`
            self._at += 1
            numbers.append(self._taken_number() or 0)
        for one in numbers:
            whole = column.type == "integer" and one == int(one)
            self._intent.kept.append(Value(thing, int(one) if whole else one))
        return True

    def _bounds_next(self, thing: Thing) -> bool:
        """`cylinders over 4`: a dimension of numbers before a bound."""
        column = thing.column
        if column is None or column.type not in NUMERIC_TYPES or not self._is_bounded():
            return False
        counted = self._thing_at(self._bound_at() + 2 - self._at)
        if counted is not None and counted.kind == "rows":
            # `years with more than 20 crashes`
            return False
        self._at = self._bound_at()
        self._limit(thing, of_rows=True)
        return True

    def _is_said_of_a_value(self, thing: Thing) -> bool:
        """`the toys category`, `country Germany`: the value alone says it."""
        following = self._peek()
        if following is not None and isinstance(following.meaning, Named):
            what = self._chosen(following).what
            if isinstance(what, Value) and what.thing == thing and not self._splitting:
                return True
        values = [*self._intent.kept, *self._intent.left_out]
        return bool(values) and values[-1].thing == thing and isinstance(self._meaning(-2), Named)
