"""Columns of two sides in a question: goals of both, the home team, `at home`."""

from claribi.ask.cursor import UNSURE
from claribi.ask.lexicon import Keyword
from claribi.ask.outcomes import with_outcomes
from claribi.ask.phrases import Named, Phrase, Unknown
from claribi.ask.shortening import SURE
from claribi.ask.sides import SIDES, other_side, without_side
from claribi.ask.signs import Signs
from claribi.ask.vocabulary import Called, Thing, Value
from claribi.ask.words import stems_of
from claribi.query.columns import Computed
from claribi.query.schemas import Aggregation

# What is said beside a side: `the home side`, `at home`.
BESIDE = frozenset({"home", "away", "side", "at", "the"})
SCORED = frozenset({"scored", "score", "scoring", "scores"})
# How sure one can be that a team is meant as the one of the side that was named.
SAID = 0.82


class Twins(Signs):
    """Reads what is named of two sides."""

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        has_twins = any(other_side(thing.title) in self._titles() for thing in self._vocabulary.things)
        said = {side for p in self._phrases for side in SIDES & set(stems_of(p.text))} if has_twins else set()
        # The one side that the question names.
        self._side = next(iter(said)) if len(said) == 1 else None
        if has_twins:
            self._phrases = with_outcomes(self._phrases, self._vocabulary)
            self._phrases = [p for p in self._phrases if not self._is_side(p) and not self._is_scored(p)]

    def _titles(self) -> set[str]:
        return {thing.title for thing in self._vocabulary.things}

    def _is_side(self, phrase: Phrase) -> bool:
        """Whether a phrase says nothing but on which side."""
        said = set(stems_of(phrase.text))
        named = phrase.meaning
        is_open = isinstance(named, Unknown) or (isinstance(named, Named) and named.best.weight < SURE)
        return self._side is not None and is_open and self._side in said and said <= BESIDE

    def _is_scored(self, phrase: Phrase) -> bool:
        """`goals scored`"""
        is_open = isinstance(phrase.meaning, Unknown) and set(stems_of(phrase.text)) <= SCORED
        named = [p.meaning for p in self._phrases if isinstance(p.meaning, Named)]
        return is_open and any(
            isinstance(one.best.what, Thing) and other_side(one.best.what.title) is not None for one in named
        )

    def _chosen(self, phrase: Phrase) -> Called:
        """Of two sides the one that was named."""
        assert isinstance(phrase.meaning, Named)  # noqa: S101 - only such are asked about
        pair = _pair(phrase.meaning)
        own = [
            called for called in pair if self._side is not None and self._side in _thing(called).title.split()
        ]
        if len(own) != 1:
            return super()._chosen(phrase)
        if self._side not in stems_of(phrase.text):
            told = f"“{phrase.text}” taken as {_thing(own[0]).title}"
            self._intent.doubt(SAID, told)
        return own[0]

    def _is_of_sides(self, phrase: Phrase, what: Thing | Value) -> bool:
        """Whether something is meant of both sides, or of one that nothing tells; it is read then."""
        assert isinstance(phrase.meaning, Named)  # noqa: S101 - only such are asked about
        pair = _pair(phrase.meaning)
        if isinstance(what, Value) and self._is_against(what):
            self._unknown("against")
        elif not pair or self._side is not None:
            return False
        elif isinstance(what, Value):
            # `matches of Hamburg`: at home or away, and both can't be asked for at once
            self._unknown(f"{phrase.text}, at home or away,")
        elif all(_thing(one).kind == "measure" for one in pair):
            self._of_both(_thing(pair[0]), _thing(pair[1]), phrase.text)
        else:
            return False
        return True

    def _is_against(self, value: Value) -> bool:
        """`Dortmund at home against Schalke`: one on each side."""
        before = self._phrases[self._at - 2] if self._at > 1 else None
        is_said = before is not None and before.text.casefold() == "against"
        return is_said and other_side(value.thing.title) in self._titles()

    def _peek_thing(self) -> Thing | None:
        """`8 or more goals`: of both sides together."""
        meaning = self._meaning(0)
        pair = _pair(meaning) if isinstance(meaning, Named) and self._side is None else []
        is_bounded = self._keyword_at(-1) == "bounds" and self._vocabulary.model_id is None
        if is_bounded and pair and all(_thing(one).kind == "measure" for one in pair):
            return self._both(_thing(pair[0]), _thing(pair[1]))
        return super()._peek_thing()

    def _followed_by(self) -> Thing | None:
        """`at least 8 goals`: of both sides together."""
        meaning = self._meaning(0)
        pair = _pair(meaning) if isinstance(meaning, Named) and self._side is None else []
        if pair and all(_thing(one).kind == "measure" for one in pair):
            self._at += 1
            return self._both(_thing(pair[0]), _thing(pair[1]))
        return super()._followed_by()

    def _of_both(self, first: Thing, second: Thing, text: str) -> None:
        """`goals`: those of both sides, all together or of a row on average."""
        each = self._meaning(0)
        rows = self._thing_at(1)
        is_each = isinstance(each, Keyword) and each.kind == "by" and each.value == "each"
        is_per_row = is_each and rows is not None and rows.kind == "rows"
        if self._vocabulary.model_id is not None or self._splitting:
            self._unknown(f"{text} of both sides together")
            return
        if self._aggregation == "avg" and not is_per_row and rows is not None and is_each:
            self._unknown(f"{text} of both sides together")
            return
        self._at += 2 if is_per_row else 0
        self._measure(self._both(first, second), "avg" if is_per_row else None)
        self._intent.doubt(UNSURE, f"“{text}” taken as {first.title} and {second.title} together")

    def _both(self, first: Thing, second: Thing) -> Thing:
        """What both sides have of something in one row."""
        name = f"{without_side(first.title)} of both sides"
        columns = {"first": first.name, "second": second.name}
        computed = Computed(name=name, expression="first + second", columns=columns)
        return self._vocabulary.compute(computed, first.table, "measure", additive=first.additive)

    def _measure(self, thing: Thing, aggregation: Aggregation | None = None) -> None:
        raise NotImplementedError


def _pair(named: Named) -> list[Called]:
    """The two likeliest meanings, where they are the same of two sides."""
    likely = [called for called in named.candidates if called.weight == named.best.weight]
    if len(likely) != 2:  # noqa: PLR2004 - two sides
        return []
    first, second = map(_thing, likely)
    return likely if other_side(first.title) == second.title else []


def _thing(called: Called) -> Thing:
    return called.what.thing if isinstance(called.what, Value) else called.what
