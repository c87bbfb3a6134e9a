"""Nouns side by side of which one says nothing more: `by pollster grade`, `amount paid`."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from claribi.ask.intent import Decided
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Phrase, Unknown
from claribi.ask.roots import same_root
from claribi.ask.shortening import SURE, UNIT_WORDS
from claribi.ask.vocabulary import SAYING_LITTLE, SQUARE, Called, Thing, Value, Vocabulary
from claribi.ask.words import stem, stems_of

# How sure one can be that the first of two names only says of what the second is.
HEAD = 0.8
# The same of a number that is kept per unit, called otherwise.
RATE = 0.8
# Of money and the like these are nothing else.
# Words for all of a country or of the world, and how rows say that they are about that.
EVERYWHERE = frozenset({"nationwide", "countrywide", "nationally", "worldwide", "globally"})
NATIONAL = "national"
WHOLES = (("u", "s"), ("us",), ("usa",), ("united", "state"), ("national",), ("nationwide",), ("total",))
FIGURES = SAYING_LITTLE | {"figure", "volume"}
MONEY = frozenset(
    {"paid", "payment", "price", "cost", "revenue", "sale", "charge", "fee", "spent", "incurred"}
)


def named_rates(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """The phrases, `price per square foot` put as the one number that is kept per square foot."""
    titles = {measure: stems_of(SQUARE.sub("sqft", measure.title)) for measure in vocabulary.measures()}
    rates = {measure: title for measure, title in titles.items() if "per" in title[1:-1]}
    found = list(phrases)
    for place in range(len(phrases) - 2 if rates else 0):
        number, per, unit = phrases[place : place + 3]
        is_per = per.text.casefold() == "per" and number.end == per.start and per.end == unit.start
        fitting = [m for m, title in rates.items() if is_per and _is_rate(title, number, unit)]
        if len(fitting) == 1:
            meaning = Named((Called(fitting[0], RATE),))
            text = f"{number.text} per {unit.text}"
            found[place : place + 3] = [replace(number, end=unit.end, text=text, meaning=meaning)]
            return found
    return found


def _is_rate(title: Sequence[str], number: Phrase, unit: Phrase) -> bool:
    """Whether a title says a number per this unit: `cost per sqft`, both of money."""
    place = title.index("per")
    written = [word for stem in title[place + 1 :] for word in UNIT_WORDS.get(stem, (stem,))]
    what, said = set(title[:place]), set(stems_of(number.text))
    is_same = bool(what & said) or (bool(what & MONEY) and bool(said & MONEY))
    return is_same and stems_of(unit.text) in (written, title[place + 1 :])


def everywhere(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """The phrases, `nationwide` put as the value that says so, or left out where none does."""
    found: list[Phrase] = []
    for phrase in phrases:
        said = stem(phrase.text) if isinstance(phrase.meaning, Unknown) else ""
        tells = any(said in stems_of(thing.title) for thing in vocabulary.things)
        if said not in EVERYWHERE | {NATIONAL} or tells:
            found.append(phrase)
            continue
        named = [called for name in WHOLES for called in vocabulary.values.get(name, ())]
        wholes = [one for one in named if isinstance(one.what, Value) and one.weight == SURE]
        if len({one.what for one in wholes}) == 1:
            found.append(replace(phrase, meaning=Named((Called(wholes[0].what, HEAD),))))
        elif said == NATIONAL:
            found.append(phrase)
    return found


def without_deeds(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """The phrases without what rows are said to do by the very name that they have: `states polled most`."""
    rows = {word for t in vocabulary.things if t.kind == "rows" for word in stems_of(t.title)}
    return [
        phrase
        for phrase in phrases
        if not (
            isinstance(phrase.meaning, Unknown)
            and phrase.text.casefold().endswith("ed")
            and any(same_root(stem(phrase.text), word) for word in rows)
        )
    ]


def without_nouns(phrases: Sequence[Phrase]) -> tuple[list[Phrase], list[Decided]]:
    """The phrases without nouns that another one beside them makes say nothing, and what was decided."""
    said, decided = set[int](), list[Decided]()
    for place, (phrase, behind) in enumerate(pairwise(phrases)):
        if phrase.end != behind.start:
            continue
        if _is_figure(phrase) and _is_money(behind):
            said.add(place)
        elif _is_figure(behind) and _is_money(phrase):
            said.add(place + 1)
        elif place and _splits(phrases[place - 1]) and _are_dimensions(phrase, behind):
            said.add(place)
            decided.append((HEAD, f"“{phrase.text} {behind.text}” taken as {behind.text}"))
    return [phrase for place, phrase in enumerate(phrases) if place not in said], decided


def _is_figure(phrase: Phrase) -> bool:
    """`amount`, where no column is called so."""
    return isinstance(phrase.meaning, Unknown) and stem(phrase.text) in FIGURES


def _is_money(phrase: Phrase) -> bool:
    thing = _thing(phrase)
    return thing is not None and thing.kind == "measure" and bool(MONEY & set(stems_of(thing.title)))


def _splits(phrase: Phrase) -> bool:
    return isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "by"


def _are_dimensions(first: Phrase, second: Phrase) -> bool:
    """Two names of what answers are split by, the first of them in the singular."""
    things = (_thing(first), _thing(second))
    is_plural = stem(first.text) != first.text.casefold()
    return not is_plural and all(thing is not None and thing.kind == "dimension" for thing in things)


def _thing(phrase: Phrase) -> Thing | None:
    what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    return what if isinstance(what, Thing) else None
