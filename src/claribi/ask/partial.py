"""Words that stand within values: `gull` in Herring gull and Ring-billed gull, `theft` in `Loss, Theft`."""

from collections.abc import Iterator, Sequence

from claribi.ask.fillers import FILLERS
from claribi.ask.lexicon import KEYWORDS
from claribi.ask.phrases import Meant, Named
from claribi.ask.vocabulary import Called, Thing, Value, Vocabulary, is_one_of_few
from claribi.ask.words import Word, stems_of

# How sure one can be of a word that stands within values, and of one that is said to be among others.
WITHIN, AMONG = 0.7, 0.9
SHORTEST, MOST_WORDS = 3, 4
# Where it is said so, that explains more than the name alone.
SURER = 1.02
# Of more names any word stands in one.
MOST_VALUES = 300
# What is said of rows that have something among other things.
HAVING = frozenset({"involve", "involved", "involving", "include", "included", "including"})


def within_values(words: Sequence[Word], vocabulary: Vocabulary) -> Iterator[Meant]:
    """A word that is no name itself but stands within values of a single column."""
    word = words[0]
    is_free = word.stem.isalpha() and word.text.islower() and len(word.stem) >= SHORTEST and not word.quoted
    if not is_free or word.stem in FILLERS or (word.stem,) in KEYWORDS:
        return
    if (word.stem,) in vocabulary.names or (word.stem,) in vocabulary.values:
        return
    if any(word.stem in stems_of(thing.title) for thing in vocabulary.things):
        return
    found = _values_with((word.stem,), vocabulary)
    if len(found) == 1:
        [(thing, values)] = found.items()
        yield 1, Named((Called(Value(thing, values, "in"), WITHIN),)), WITHIN


def among_others(words: Sequence[Word], vocabulary: Vocabulary, before: Sequence[Word]) -> Iterator[Meant]:
    """`involving theft`: alone, or among other things of the same cell."""
    said = [word.stem for word in before if word.stem not in {"a", "an", "any", "the"}]
    if said[-1:] == [] or said[-1] not in HAVING:
        return
    for length in range(1, min(len(words), MOST_WORDS) + 1):
        stems = tuple(word.stem for word in words[:length])
        named = [c.what for c in vocabulary.values.get(stems, ()) if isinstance(c.what, Value)]
        things = {value.thing for value in named if value.operator == "="}
        for thing, values in _values_with(stems, vocabulary).items():
            if things <= {thing} and len(values) > 1:
                yield length, Named((Called(Value(thing, values, "in"), AMONG),)), SURER


def _values_with(stems: Sequence[str], vocabulary: Vocabulary) -> dict[Thing, list[object]]:
    """By their columns: the values in which these words stand one behind the other."""
    found: dict[Thing, list[object]] = {}
    for name, several in vocabulary.values.items():
        if not any(name[at : at + len(stems)] == tuple(stems) for at in range(len(name))):
            continue
        for called in several:
            what = called.what
            is_name = isinstance(what, Value) and what.operator == "=" and what.thing not in vocabulary.texts
            if isinstance(what, Value) and is_name and is_one_of_few(called):
                values = found.setdefault(what.thing, [])
                values += [what.value] if what.value not in values else []
    return {thing: values for thing, values in found.items() if len(values) <= MOST_VALUES}
