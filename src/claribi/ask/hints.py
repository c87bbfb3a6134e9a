"""Words that name nothing themselves, but stand beside what tells their meaning."""

from dataclasses import replace

from claribi.analysis.names import PREFIXES
from claribi.analysis.roles import AVERAGED
from claribi.ask.intent import Wanted
from claribi.ask.parts import Parts
from claribi.ask.phrases import Named, Phrase
from claribi.ask.presence import NONE
from claribi.ask.vocabulary import Thing, Value
from claribi.ask.words import stem, stems_of
from claribi.query.schemas import Aggregation

# How sure one can be that a name says no more than the code behind it, which has so many letters at most.
SPELLED_OUT, LONGEST_CODE = 0.85, 4
# The same of a word of one number's name.
LIKELY = 0.76
# The same where what is said of one number is taken for the next as well.
JOINED = 0.82


class Hints(Parts):
    """Reads such words."""

    def _on_aside(self, said: tuple[float, str], _text: str) -> None:
        """Words beside the question itself."""
        sureness, told = said
        self._intent.sureness = min(self._intent.sureness, sureness)
        if told:
            self._intent.doubt(sureness, told)

    def _is_spelled_out(self, phrase: Phrase) -> bool:
        """`Chicago ORD`, `JetBlue (B6)`: a name right before the code that a column has of it."""
        following = self._peek()
        meaning = following.meaning if following is not None else None
        what = meaning.best.what if isinstance(meaning, Named) else None
        if following is None or not isinstance(what, Value) or following.start != phrase.end:
            return False
        code = str(what.value)
        is_code = code.isupper() and len(code) <= LONGEST_CODE and following.text == code
        if phrase.text[:1].islower() or not is_code or phrase.start == 0:
            return False
        self._intent.doubt(SPELLED_OUT, f"“{phrase.text}” taken as another name of {code}")
        return True

    def _is_part_of_number(self, phrase: Phrase) -> bool:
        """`how much did Avatar make worldwide`: a word of one number's name, where no other is asked for."""
        things = [thing for at in range(len(self._phrases)) if (thing := self._thing_at(at - self._at))]
        is_named = self._intent.wanted or any(thing.kind in {"measure", "metric"} for thing in things)
        word = stem(phrase.text)
        found = [t for t in self._vocabulary.measures(self._table) if word in stems_of(t.title)]
        if is_named or len(found) != 1 or not self._intent.kept or self._aggregation is not None:
            return False
        self._measure(found[0])
        self._intent.doubt(LIKELY, f"“{phrase.text}” taken as {found[0].title}")
        return True

    def _count_bounded(self) -> None:
        """`salaries above 120000`: how many, where nothing is asked but which numbers."""
        intent = self._intent
        alone = len(intent.wanted) == len(intent.limits) == 1 and not intent.splits and intent.ranked is None
        if not alone or intent.share or intent.growth or intent.differs or intent.ratio or intent.stretches:
            return
        wanted, limit = intent.wanted[0], intent.limits[0]
        first = self._thing_at(-self._at)
        if wanted.aggregation is not None or first is None or first.kind != "measure":
            return
        if wanted.thing == limit.thing == first:
            intent.wanted[:] = [Wanted(None, table=first.table)]
            intent.limits[:] = [replace(limit, of_rows=True)]
            intent.doubt(JOINED, f"how many rows; say “total” or “average {first.title}” for that")

    def _is_per_value(self) -> bool:
        """Whether a value stands where what is split by would have to be named."""
        before = self._phrases[self._at - 2] if self._at > 1 else None
        is_per = before is not None and before.text.casefold() in {"per", "for each", "for every"}
        return is_per and not isinstance(self._meaning(0), Named) and not self._is_keyword_joint()

    def _is_keyword_joint(self) -> bool:
        return self._keyword_at(0) in {"and", "or"}

    def _as_joined(self, thing: Thing) -> Aggregation | None:
        """`average distance and fare`: both of them averaged."""
        before = self._thing_at(-3)
        wanted = self._intent.wanted[-1] if self._intent.wanted else None
        if self._keyword_at(-2) != "and" or wanted is None or wanted.thing is None or before != wanted.thing:
            return None
        if wanted.aggregation not in {"avg", "median", "max", "min"}:
            return None
        self._intent.doubt(
            JOINED,
            f"{PREFIXES[wanted.aggregation]} {thing.title} as well; say “total {thing.title}” for its sum",
        )
        return wanted.aggregation

    def _is_score(self, thing: Thing) -> bool:
        """Whether a dimension of numbers is one that is averaged: marks, stars."""
        return self._is_numeric(thing) and bool(AVERAGED & set(thing.title.split()))

    def _is_number_here(self, what: Thing) -> bool:
        """Whether a dimension is lacked, bounded or averaged rather than split by."""
        intent = self._intent
        is_text = what.column is not None and what.column.type == "string"
        of = self._phrases[self._at - 2].text.casefold().endswith(" of") if self._at > 1 else False
        if is_text and of and self._aggregation in {"avg", "median"}:
            # `average of the team names`
            self._unknown(f"an average of {what.title}")
            return True
        lacks = is_text and any(self._none_of(what, name) for name in NONE)
        if self._negated and what.column is not None and (what.column.nulls or lacks) and not self._splitting:
            # `appointments without insurance`
            self._without(what)
            return True
        if self._is_score(what) and self._at == 1 and self._keyword_at(0) == "by":
            # `satisfaction by agent`
            self._measure(what, "avg")
            intent.doubt(JOINED, f"{what.title} averaged")
            return True
        if self._is_score(what) and self._ranking and intent.splits:
            # `which channel has the worst satisfaction`, from 1 to 5
            self._measure(what, "avg")
            return True
        # `satisfaction below 3 by channel`
        is_first = not (self._splitting or intent.wanted or self._ranks_things())
        return is_first and self._is_numeric(what) and self._bounds_next(what)
