"""Shares and rates in a question: what is the part, and of what."""

from claribi.ask.beside import Beside
from claribi.ask.intent import Wanted
from claribi.ask.phrases import Named
from claribi.ask.predicates import UNTOLD, part_behind
from claribi.ask.vocabulary import Thing, Value
from claribi.ask.words import stems_of


class Parts(Beside):
    """Reads shares and rates."""

    # Whether a percentage of rows was asked for.
    _in_percent_of = False
    # Where a verb stands between the whole of a share and its part.
    _verb: int | None = None

    def _take_part(self) -> None:
        """`percentage of orders on hold by region`: of those in each region."""
        intent = self._intent
        things = {value.thing for value in intent.kept}
        splits = [split for split in intent.splits if split.thing not in things]
        counts = all(one.thing is None and one.ratio is None for one in intent.wanted)
        is_top = intent.ranked is not None and not counts
        of_rows = (self._in_percent_of and not is_top) or (intent.ranked is not None and counts)
        bounds = [limit for limit in (*intent.limits, *intent.above) if not getattr(limit, "counts", False)]
        if of_rows and intent.part is None and len(things) == 1 and splits and not bounds:
            intent.part, intent.rated = next(iter(things)), True
        if self._verb is not None and intent.share:
            # `what share of polio cases came from Texas`: of those of polio
            intent.parted = part_behind(self._phrases, self._verb)

    def _on_share(self, verb: int | None, text: str) -> None:
        """`share of female penguins`: the value that follows is the part."""
        if verb == UNTOLD:
            self._unknown(text)
        self._verb = verb
        before = self._phrases[self._at - 2] if self._at > 1 else None
        said = self._phrases[self._at - 1]
        if before is not None and before.end == said.start and isinstance(before.meaning, Named):
            value = before.meaning.best.what
            if isinstance(value, Value) and text.casefold().endswith(" of"):
                # `organic share of the volume`
                self._intent.share, self._intent.part, self._intent.rated = True, value.thing, True
                return
        meaning, wanted = self._meaning(0), self._intent.wanted
        what = meaning.best.what if isinstance(meaning, Named) else None
        if self._is_percentage_of_name():
            return
        if meaning is None and self._intent.growth and len(self._phrases) > 1:
            # `grew the most in percent`
            self._intent.growth = "change_ratio"
            return
        if isinstance(what, Thing) and self._ranking and (part := self._part_behind()) is not None:
            # `highest share of returned orders by region`
            self._at += 1
            self._intent.kept.append(part)
            self._intent.part, self._intent.rated, self._ranking = part.thing, True, False
        elif isinstance(what, Value):
            self._intent.part = what.thing
            self._ranking = False
        elif isinstance(what, Thing) and what.kind == "measure" and wanted and wanted[-1].thing:
            # `tip as a percentage of the total bill`
            self._intent.ratio = wanted[-1].thing != what
            return
        if isinstance(what, Thing) and what.kind in {"dimension", "key"}:
            self._intent.shared = what
        self._intent.share = True
        self._in_percent_of = text.casefold().startswith(("percent", "proportion"))

    def _is_percentage_of_name(self) -> bool:
        """`average fat percentage`, where that is what is measured."""
        before = self._phrases[self._at - 2] if self._at > 1 else None
        thing, said = self._thing_at(-2), self._phrases[self._at - 1]
        is_joined = before is not None and before.end == said.start
        is_part = thing is not None and thing.kind == "measure" and not thing.additive
        return is_joined and is_part and len(said.text.split()) == 1

    def _is_ratio_by_name(self) -> bool:
        """`debt to income ratio`, of a number that is called `debt_to_income`."""
        before, thing = self._phrases[self._at - 2] if self._at > 1 else None, self._thing_at(-2)
        is_next = before is not None and before.end == self._phrases[self._at - 1].start
        is_said = len(self._phrases[self._at - 1].text.split()) == 1
        return (
            is_next
            and is_said
            and thing is not None
            and bool({"to", "per"} & set(stems_of(thing.title)[1:-1]))
        )

    def _on_rate(self, _value: None, text: str) -> None:
        """`survival rate`: the share of rows of which it is true."""
        kept = self._intent.kept
        if kept and isinstance(self._meaning(-2), Named) and self._vocabulary.truth_of(kept[-1].thing):
            self._intent.share = True
            if not self._intent.wanted:
                self._intent.wanted.append(Wanted(None, table=kept[-1].thing.table))
        elif (part := self._part_behind()) is not None:
            # `highest rate of returned orders by region`
            self._at += 1
            intent = self._intent
            intent.kept.append(part)
            intent.share, intent.part, intent.rated, self._ranking = True, part.thing, True, False
        elif not isinstance(self._meaning(0), Named):
            # `employees who rate their job satisfaction as low`
            self._unknown(text)

    def _part_behind(self) -> Value | None:
        """What a rate or share is of, where that is true or not, or one value."""
        meaning = self._meaning(0)
        what = meaning.best.what if isinstance(meaning, Named) else None
        if isinstance(what, Thing) and (truth := self._vocabulary.truth_of(what)) is not None:
            return Value(what, truth[0])
        return what if isinstance(what, Value) else None
