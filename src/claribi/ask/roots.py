"""Words that are made from one root: `converted` and `conversion`, `resolve` and `resolution`."""

import re
from collections.abc import Sequence

# First words of what is true or not.
TRUE = frozenset({"is", "has", "was", "had", "are"})
# The fewest letters that two words of one root begin with alike.
ROOT = 4
# The same where one is the other with an ending of verbs.
SHORTEST = 3
ENDINGS = (
    r"(?:e|ed|d|ing|s|y|al|er|or|ion|[aiu]tion|sion|ssion|ery|ment|ulent|ive|ent|ance|ence|ure|ve|ved"
    r"|up|in|out|off)?"
)
# What may follow a root, a letter of which may be doubled or changed: `admi-tted`, `admi-ssion`, `sign-up`.
ENDING = re.compile(rf"[a-z]{{0,2}}{ENDINGS}")
# What may follow a short one: `strike` and `striped` have none in common.
AFTER_SHORT = re.compile(rf"(?:([a-z])\1)?{ENDINGS}")
# Verbs whose past has another root.
PAST = {"won": "win", "lost": "lose", "paid": "pay", "sold": "sell", "bought": "buy", "sent": "send"} | {
    "spent": "spend",
    "left": "leave",
    "rated": "rating",
    "finished": "end",
    "finish": "end",
    "completed": "end",
    "stole": "steal",
    "stolen": "steal",
    "drove": "drive",
    "driven": "drive",
    "threw": "throw",
    "thrown": "throw",
    "caught": "catch",
    "hit": "hits",
    "redeemed": "redemption",
    "redeem": "redemption",
    "redeeming": "redemption",
    "began": "start",
    "begun": "start",
}


def is_done(word: str) -> bool:
    """Whether a word says that something was done: `paid`, `refunded`."""
    return word.isalpha() and (word.casefold().endswith("ed") or word.casefold() in PAST)


def same_root(one: str, other: str) -> bool:
    """Whether two stems differ in nothing but how they end."""
    one, other = (PAST.get(word, word) for word in (one, other))
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) >= SHORTEST and long in {short + ending for ending in ("ed", "ing")}:
        # `ended`
        return True
    alike = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    shared = min(len(one), len(other)) if alike is None else alike
    ending = AFTER_SHORT if shared == ROOT else ENDING
    return shared >= ROOT and all(ending.fullmatch(word[shared:]) for word in (one, other))


def have_roots(stems: Sequence[str], name: Sequence[str]) -> bool:
    """Whether words have the roots of a name: `billed` is not all of `paperless billing`."""
    telling = [word for word in name if word not in TRUE]
    return all(any(same_root(stem, word) for word in telling) for stem in stems) and all(
        any(same_root(stem, word) for stem in stems) for word in telling
    )
