"""Whether a value is meant that is spelt like a word of every question: `open`, `free`, `in`."""

import re
from collections.abc import Sequence

from claribi.ask.conditions import CONDITIONS
from claribi.ask.fillers import FILLERS
from claribi.ask.lexicon import KEYWORDS
from claribi.ask.shortening import SURE
from claribi.ask.vocabulary import ALIAS, Called, Value
from claribi.ask.words import Word

# From so many letters on, a word that says little otherwise is taken for a value.
LONG = 6
# Codes of fewer letters, such as `per` for Peru, are meant only where they are not written like a word.
LETTERS = 4
# Letters of states that are words or parts of words as well.
LETTERS_ALONE = frozenset({"id", "co", "oh", "la", "de", "al", "pa", "ma", "mo", "md", "mt", "pr", "mi"})
UNITS_ALONE = frozenset({"hour", "day", "week", "month", "quarter", "year"})
WORDS_APART = re.compile(r"[\s_-]+")


def is_meant(called: Called, words: Sequence[Word]) -> bool:
    """A value that is spelt like a word of every question is meant only where it is written as it is."""
    stems = tuple(word.stem for word in words)
    if stems == ("no",) and isinstance(called.what, Value) and not words[0].quoted:
        # `no churn`, where others are told by yes and no
        return False
    if stems[0] in LETTERS_ALONE and len(words) == 1 and isinstance(called.what, Value):
        # no Idaho in `how many ids`
        return words[0].quoted or called.weight == SURE or words[0].text.isupper()
    keyword = KEYWORDS.get(stems)
    # A status `open` or `free` is more likely than what these say of rows otherwise.
    is_said = keyword is not None and keyword.kind not in {*CONDITIONS, "over_time"}
    common = is_said or all(stem in FILLERS or stem in UNITS_ALONE for stem in stems)
    if not common or not isinstance(called.what, Value):
        return True
    if len(words) > 1 and called.weight == ALIAS and not is_said:
        # `put down`, which the lexicon knows as a name of it
        return True
    said, value = " ".join(word.text for word in words), str(called.what.value)
    # `single employees`, but no state of Indiana in every `in`
    is_long = len(value) >= LONG and stems not in KEYWORDS
    is_written = said == value and not (len(value) < LETTERS and said.islower())
    is_same = said.casefold() == WORDS_APART.sub(" ", value).casefold()
    # `outside the US`, whose values are written out
    is_short = called.weight == ALIAS and len(words) == 1 and words[0].text.isupper() and len(said) > 1
    return words[0].quoted or is_written or is_short or (is_long and is_same)
