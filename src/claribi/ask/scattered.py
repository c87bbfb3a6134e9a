"""Names and conditions whose words stand apart: `individuals were affected`, `with and without a partner`."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Number, Phrase, Unknown
from claribi.ask.shortening import SURE
from claribi.ask.vocabulary import Called, Thing, Value, Vocabulary
from claribi.ask.words import stems_of

# How sure one can be of a name whose words stand apart, and of a value that is told by its number.
APART, BY_NUMBER = 0.85, 0.9
# Verbs that join a noun with what is said of it.
JOINING = frozenset({"is", "has", "happened"})
# Behind a value: it is left out.
ASIDE = frozenset({"aside", "excluded", "omitted"})


def gathered(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """The phrases, what belongs together put as one."""
    found = _names(list(phrases), vocabulary)
    found = _without_wholes(_by_number(found, vocabulary))
    return _sides(_left_aside(found), vocabulary)


def _names(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`how many individuals were affected`, of a number that is called so."""
    titles = {tuple(stems_of(t.title)): t for t in vocabulary.things if t.kind == "measure"}
    for place, phrase in enumerate(phrases):
        at = place + 1
        while at < len(phrases) and _is_kind(phrases[at], JOINING):
            at += 1
        if at >= len(phrases) or at == place + 1 or not (_is_open(phrase) and _is_open(phrases[at])):
            continue
        thing = titles.get((*stems_of(phrase.text), *stems_of(phrases[at].text)))
        if thing is not None:
            named = replace(phrase, text=thing.title, meaning=Named((Called(thing, APART),)))
            return [*phrases[:place], named, *phrases[at + 1 :]]
    return phrases


def _is_open(phrase: Phrase) -> bool:
    """Whether a phrase may mean something else than it was taken for."""
    if isinstance(phrase.meaning, Named):
        return phrase.meaning.best.weight < SURE
    return isinstance(phrase.meaning, Unknown) or _is_kind(phrase, {"rows"})


def _by_number(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`posture class 1`, of which the values are called Class 1 and so on."""
    found: list[Phrase] = []
    for phrase in phrases:
        before = found[-1] if found else None
        thing = before.meaning.best.what if before is not None and isinstance(before.meaning, Named) else None
        is_number = isinstance(phrase.meaning, Number) and before is not None and before.end == phrase.start
        if is_number and isinstance(thing, Thing) and thing.kind == "dimension" and before is not None:
            stems = (stems_of(thing.title)[-1], phrase.text)
            values = [c.what for c in vocabulary.values.get(stems, ()) if isinstance(c.what, Value)]
            own = [value for value in values if value.thing == thing]
            if len(own) == 1:
                meaning = Named((Called(own[0], BY_NUMBER),))
                text = f"{before.text} {phrase.text}"
                found[-1] = replace(before, end=phrase.end, text=text, meaning=meaning)
                continue
        found.append(phrase)
    return found


def _without_wholes(phrases: list[Phrase]) -> list[Phrase]:
    """`across all cities`: all of them together."""
    found: list[Phrase] = []
    for phrase in phrases:
        before = found[-1] if found else None
        thing = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
        is_whole = before is not None and _is_kind(before, {"whole"}) and isinstance(thing, Thing)
        if is_whole and isinstance(thing, Thing) and thing.kind in {"dimension", "key"}:
            found.pop()
        elif is_whole and before is not None:
            found[-1] = replace(before, meaning=Keyword("of", None))
            found.append(phrase)
        else:
            found.append(phrase)
    return [replace(p, meaning=Keyword("of", None)) if _is_kind(p, {"whole"}) else p for p in found]


def _left_aside(phrases: list[Phrase]) -> list[Phrase]:
    """`leaving the North aside`"""
    found: list[Phrase] = []
    for phrase in phrases:
        is_aside = isinstance(phrase.meaning, Unknown) and phrase.text.casefold() in ASIDE
        if is_aside and found and _value(found[-1]) is not None:
            found.insert(-1, replace(phrase, start=found[-1].start, meaning=Keyword("not", None)))
        else:
            found.append(phrase)
    return found


def _sides(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`with and without a partner`: both; `in Oslo and in Bergen`: each by itself."""
    found = list(phrases)
    for place in range(len(phrases) - 2):
        first, joint, last = phrases[place : place + 3]
        with_both = first.text.casefold() == "with" and _is_kind(last, {"not"})
        if with_both and _is_kind(joint, {"and", "or"}):
            by = replace(first, end=last.end, meaning=Keyword("by", None))
            named = [_whether(one, vocabulary) for one in phrases[place + 3 : place + 4]]
            return [*phrases[:place], by, *named, *phrases[place + 4 :]]
    for place, (phrase, behind) in enumerate(pairwise(phrases)):
        values = [_value(one) for one in (phrases[place - 1 : place] + phrases[place + 2 : place + 3])]
        is_repeated = _is_kind(phrase, {"and"}) and _is_kind(behind, {"of"})
        if is_repeated and len(values) == 2 and _are_alike(values):  # noqa: PLR2004 - a pair
            found[place] = replace(phrase, meaning=Keyword("compare", None))
    return found


def _whether(phrase: Phrase, vocabulary: Vocabulary) -> Phrase:
    """What is named, or the column that says whether rows have it."""
    value, words = _value(phrase), set(stems_of(phrase.text))
    is_open = value is not None or isinstance(phrase.meaning, Unknown)
    if not is_open or (value is not None and vocabulary.truth_of(value.thing) is not None):
        return phrase
    things = [t for t in vocabulary.things if words <= set(stems_of(t.title)) and vocabulary.truth_of(t)]
    return replace(phrase, meaning=Named((Called(things[0], APART),))) if len(things) == 1 else phrase


def _are_alike(values: Sequence[Value | None]) -> bool:
    """Whether two different values are of one column."""
    first, second = values
    return first is not None and second is not None and first.thing == second.thing and first != second


def _value(phrase: Phrase) -> Value | None:
    what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    return what if isinstance(what, Value) else None


def _is_kind(phrase: Phrase, kinds: frozenset[str] | set[str]) -> bool:
    return isinstance(phrase.meaning, Keyword) and phrase.meaning.kind in kinds
