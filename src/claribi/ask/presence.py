"""What is there and what is not, in a question: `without a price`, `is missing`, `those who did not`."""

from claribi.ask.intent import Limit, Split, Wanted
from claribi.ask.lexicon import Keyword
from claribi.ask.moments import Moments
from claribi.ask.phrases import Named
from claribi.ask.vocabulary import Thing, Value
from claribi.ask.words import stems_of

HAVING = frozenset({"with", "having"})
# Values that say that there is none.
NONE = ("no", "none", "nothing", "without", "never")
# How sure one can be that `with a discount` is not about how high it is.
HAD = 0.85


class Presence(Moments):
    """Reads what rows must have or lack."""

    def _on_missing(self, _value: None, text: str) -> None:
        following = self._peek_thing()
        meaning = self._meaning(0)
        said = meaning.best.what if isinstance(meaning, Named) else None
        thing = said.thing if isinstance(said, Value) else said
        truth = self._vocabulary.truth_of(thing) if thing is not None else None
        if thing is not None and truth is not None:
            # `has no insurance`, where some are insured
            self._at += 1
            self._value(Value(thing, truth[1]))
            return
        if following is not None and following.column is not None:
            self._at += 1
            self._without(following)
            return
        # `leave out unknown`, where some are called so
        called = self._vocabulary.values.get(tuple(stems_of(text)), [])
        if called and isinstance(called[0].what, Value):
            self._value(called[0].what)
        else:
            self._unknown(text)

    def _on_absent(self, _value: None, text: str) -> None:
        """`is the profit missing`: of what stands before; `without the missing ones`: those are left out."""
        intent, before = self._intent, self._thing_at(-2)
        ahead = next((at for at in range(3) if self._keyword_at(at) not in {"value", "of"}), 0)
        if self._keyword_at(0) == "value" and (told := self._thing_at(ahead)) is not None and told.column:
            # `have a missing value in total charges`
            self._at += ahead + 1
            self._lack(told) if told.column.nulls == 0 else intent.missing.append(told)
            return
        if (following := self._peek_thing()) is not None and following.column is not None:
            # `orders that are missing revenue`
            self._on_missing(None, text)
            return
        if before is None or before.column is None:
            before = next((s.thing for s in reversed(intent.splits) if s.thing is not None), None)
        if before is None or before.column is None:
            self._unknown(text)
            return
        if self._negated:
            self._negated = False
            intent.present.append(before)
            return
        intent.missing.append(before)
        intent.wanted[:] = [one for one in intent.wanted if one.thing != before] or [Wanted(None)]
        intent.splits[:] = [split for split in intent.splits if split.thing != before]

    def _is_had(self, thing: Thing) -> bool:
        """`employees with a bonus`: those that have one, not all of them and how much they have."""
        intent, before = self._intent, self._phrases[self._at - 2] if self._at > 1 else None
        joins = before is not None and before.text.casefold() in HAVING
        column = thing.column
        alone = self._aggregation is None and not self._splitting and len(intent.wanted) == 1
        if not joins or not alone or intent.wanted[0].thing is not None or intent.ranked or column is None:
            return False
        if thing.kind != "measure" or not (column.nulls or column.minimum == 0):
            return False
        if column.nulls:
            intent.present.append(thing)
        else:
            intent.limits.append(Limit(">", 0, thing, of_rows=True))
        intent.doubt(HAD, f"those that have {thing.title}")
        return True

    def _on_has(self, _value: None, _text: str) -> None:
        """`how many animals have a second breed`: those where one is known."""
        thing, intent = self._peek_thing(), self._intent
        counts = [one for one in intent.wanted if one.thing is None and one.ratio is None]
        if thing is None or thing.kind not in {"dimension", "key", "time"} or thing.column is None:
            return
        if len(counts) == len(intent.wanted) == 1 and thing.column.nulls and not intent.splits:
            self._at += 1
            intent.present.append(thing)

    def _without(self, thing: Thing) -> None:
        """`orders without a price`: those that have none; `not sold at a discount`: those where it is 0."""
        self._negated = False
        said = next((self._none_of(thing, name) for name in NONE if self._none_of(thing, name)), None)
        if said is not None:
            # `customers without internet`, where the kind of internet is No for them
            self._value(said)
            return
        self._lack(thing)

    def _lacks_time(self, thing: Thing) -> bool:
        """`orders that haven't been shipped`: those without a time of that."""
        lacks = self._negated and thing.kind == "time" and thing.column is not None and thing.column.nulls > 0
        if lacks and not self._splitting:
            self._without(thing)
            return True
        return False

    def _none_of(self, thing: Thing, name: str) -> Value | None:
        """The value of a dimension that says that there is none."""
        called = self._vocabulary.values.get((name,), ())
        return next((c.what for c in called if isinstance(c.what, Value) and c.what.thing == thing), None)

    def _lack(self, thing: Thing) -> None:
        """A number that every row tells is lacking where it is 0."""
        column = thing.column
        is_told = column is not None and column.nulls == 0 and thing.kind == "measure"
        if is_told and column is not None and (thing.additive or column.minimum == 0):
            self._intent.limits.append(Limit("=", 0, thing, of_rows=True))
        else:
            self._intent.missing.append(thing)

    def _is_complement(self) -> bool:
        """`those who churned compared to those who did not`: of both."""
        kept = self._intent.kept
        if not kept or not (self._intent.compares or self._says_compare()):
            return False
        thing = kept[-1].thing
        if self._vocabulary.truth_of(thing) is None:
            return False
        kept.pop()
        self._intent.splits.append(Split(thing))
        self._intent.compares = False
        return True

    def _says_compare(self) -> bool:
        keywords = (p.meaning for p in self._phrases)
        return any(isinstance(one, Keyword) and one.kind == "compare" for one in keywords)
