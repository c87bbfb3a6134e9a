"""What a share is of, where a verb tells it from the whole: `what share of polio cases came from Texas`."""

from collections.abc import Sequence
from dataclasses import replace

from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Number, Phrase
from claribi.ask.vocabulary import Thing, Value
from claribi.ask.words import Word

# Verbs between the whole and its part.
JOINING = frozenset(
    {"is", "are", "was", "were", "has", "have", "had", "do", "does", "did", "come", "comes", "came"}
    | {"go", "goes", "went", "take", "takes", "took", "happen", "happens", "happened", "occur", "occurs"}
    | {"who", "that", "which", "with", "without", "having", "wearing", "using"}
    | {"occurred", "belong", "belongs", "belonged", "fall", "falls", "fell", "originate", "originated"}
)

BEING = frozenset({"is", "are", "was", "were"})
# A verb that parts two numbers, of which nothing tells the one as part of the other.
UNTOLD = -1


def predicated(phrases: Sequence[Phrase], words: Sequence[Word]) -> list[Phrase]:
    """The phrases; a share of which both the whole and the part are bounded holds where the part begins."""
    found = list(phrases)
    for place, phrase in enumerate(phrases):
        if isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "share":
            verb = _verb(phrases[place + 1 :], words, phrase.end)
            if verb is None and _is_of_numbers(phrases[place + 1 :], words, phrase.end):
                verb = UNTOLD
            if verb is not None:
                found[place] = replace(phrase, meaning=Keyword("share", verb))
    return found


def part_behind(phrases: Sequence[Phrase], verb: int) -> set[Thing]:
    """The columns that only what stands behind the verb bounds."""
    sides: tuple[set[Thing], set[Thing]] = (set(), set())
    for at, phrase in enumerate(phrases):
        if (thing := _bounded(phrases, at)) is not None:
            sides[phrase.start > verb].add(thing)
    return sides[1] - sides[0]


def _verb(behind: Sequence[Phrase], words: Sequence[Word], start: int) -> int | None:
    """Where a verb stands that has values on both of its sides."""
    values = [phrase.start for at, phrase in enumerate(behind) if _bounded(behind, at) is not None]
    for place in range(start, len(words)):
        if words[place].text.casefold() in JOINING and values and values[0] < place < values[-1]:
            return place
    return None


def _is_of_numbers(behind: Sequence[Phrase], words: Sequence[Word], start: int) -> bool:
    """`what fraction of the bags in Oslo were small ones`, of which a number by itself tells."""
    values = [phrase.start for phrase in behind if _value(phrase) is not None]
    verbs = (place for place in range(start, len(words)) if words[place].text.casefold() in BEING)
    for verb in verbs:
        following = next((phrase for phrase in behind if phrase.start > verb), None)
        if values and values[-1] < verb and following is not None and _is_measure(following):
            return True
    return False


def _bounded(phrases: Sequence[Phrase], at: int) -> Thing | None:
    """The column that a value bounds, or a number behind its name: `campaign 18`."""
    value = _value(phrases[at])
    what = phrases[at].meaning.best.what if isinstance(phrases[at].meaning, Named) else None  # type: ignore[union-attr]  # it is one
    is_numbered = at + 1 < len(phrases) and isinstance(phrases[at + 1].meaning, Number)
    if value is not None:
        return value.thing
    is_named = isinstance(what, Thing) and what.kind in {"key", "dimension"}
    return what if is_numbered and is_named and isinstance(what, Thing) else None


def _is_measure(phrase: Phrase) -> bool:
    what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    return isinstance(what, Thing) and what.kind == "measure"


def _value(phrase: Phrase) -> Value | None:
    what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    return what if isinstance(what, Value) else None
