"""Words that stand for each other in the names of columns and in values, from the files of the lexicon."""

from collections.abc import Iterable, Sequence

from claribi.ask import wordbook
from claribi.ask.words import stem

# What is taken in.
TAKINGS = frozenset({"revenue", "sale", "turnover", "money", "takings", "proceeds", "income"})
# What several words together are called otherwise.
PHRASES = wordbook.phrases()


def _joined(phrase: str) -> str:
    """A phrase as it is compared."""
    return " ".join(map(stem, phrase.split()))


def _aliases() -> dict[str, frozenset[str]]:
    """By a value: other words for it; a letter stands for a word, no word for a letter."""
    found: dict[str, frozenset[str]] = {}
    for group in wordbook.groups("values"):
        names = {_joined(phrase) for phrase in group}
        words = frozenset(name for name in names if len(name) > 1)
        for name in names:
            found[name] = found.get(name, frozenset()) | (words - {name})
    for short, name in (state.split(maxsplit=1) for state in wordbook.pairs("states")):
        letters, whole = stem(short), _joined(name)
        found[letters] = found.get(letters, frozenset()) | {whole}
        found[whole] = found.get(whole, frozenset()) | {letters}
    return found


def _namesakes() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for country, _, people in (pair.rpartition(" ") for pair in wordbook.pairs("peoples")):
        found.setdefault(_joined(country), set()).add(stem(people))
    for value, *others in wordbook.groups("namesakes"):
        found.setdefault(_joined(value), set()).update(map(_joined, others))
    return found


def _synonyms(groups: Iterable[Sequence[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for group in groups:
        stems = frozenset(map(stem, group))
        for one in stems:
            found[one] = found.get(one, frozenset()) | (stems - {one})
    return found


# By a value: other words for it, whatever the other values are.
NAMESAKES = _namesakes()
# The same where most values have some.
ALIASES = _aliases()
# The letters and the names of states.
STATES = frozenset(_joined(part) for pair in wordbook.pairs("states") for part in pair.split(maxsplit=1))
SYNONYMS = _synonyms(wordbook.groups("synonyms"))
# Who may be meant by one of the others.
NEAR = _synonyms(wordbook.groups("loose"))
