"""A language model that lies: about numbers, directions, names, causes, times and what was said at all.

It takes true wordings and makes them false in ways that read well, so whoever lets one pass prints a lie.
"""

import random
from collections.abc import Callable, Sequence

from claribi.analysis.wording import PHRASES

CAUSES = [
    ", thanks to better marketing",
    ", because of the weather",
    ", driven by new customers",
    ", which proves that the plan works",
]
EXTREMES = [
    ", the highest value ever",
    ", a record",
    ", more than any competitor",
    ", as in every year",
    ", for the third time",
]
NUMBERS = [
    ", about half of it",
    ", twice as much",
    ", by 12 percent",
    ", nearly a million",
    ", by ٣",
    ", some XII in all",
]
NAMES = [", led by the West", ", as Contoso said", ", above all in Paris"]
DENIALS = ["not ", "never ", "hardly ", "almost "]
TURNED = {
    "rose": "fell",
    "grew": "shrank",
    "climbed": "dropped",
    "increased": "decreased",
    "fell": "rose",
    "dropped": "climbed",
    "declined": "grew",
    "decreased": "increased",
    "rise": "fall",
    "increase": "decrease",
    "growth": "decline",
    "fall": "rise",
    "decrease": "increase",
    "decline": "growth",
    "drop": "rise",
    "up": "down",
    "highest": "lowest",
    "lowest": "highest",
    "most": "least",
}
# Places that no word stands before: where they change theirs, nothing else is said.
FREE = {"{subject}", "{when}", "{value}"}
LOOKALIKES = {"a": "а", "e": "е", "o": "о"}  # noqa: RUF001 - that is the trick


def true_wording(template: str, chance: random.Random) -> str:
    """One of the sentences that a template may be put in."""
    phrases = [chance.choice(forms) for forms in PHRASES[template]]
    chance.shuffle(phrases)
    words = chance.choice([" ", ", "]).join(phrases)
    return words[0].upper() + words[1:] + "."


def lie(template: str, chance: random.Random) -> str:
    """A sentence that says something else than the template."""
    while True:
        truth = true_wording(template, chance)
        told = chance.choice(TRICKS)(truth, chance)
        if told != truth:
            return told


def _tail(tails: Sequence[str]) -> Callable[[str, random.Random], str]:
    return lambda truth, chance: truth[:-1] + chance.choice(tails) + "."


def _turned(truth: str, chance: random.Random) -> str:
    words = truth.split(" ")
    able = [n for n, word in enumerate(words) if word.lower().strip(",.") in TURNED]
    if able:
        place = chance.choice(able)
        words[place] = TURNED[words[place].lower().strip(",.")]
    return " ".join(words)


def _swapped(truth: str, chance: random.Random) -> str:
    """Two figures change places."""
    places = [word.strip(",.") for word in truth.split(" ") if word.startswith("{")]
    if len(places) < 2:
        return truth
    one, other = chance.sample(places, 2)
    if {one, other} <= FREE:
        return truth
    return truth.replace(one, "{}").replace(other, one).replace("{}", other)


def _dropped(truth: str, chance: random.Random) -> str:
    words = truth[:-1].split(" ")
    gone = chance.choice([n for n, word in enumerate(words) if word.startswith("{")])
    return " ".join(words[:gone] + words[gone + 1 :]) + "."


def _twice(truth: str, chance: random.Random) -> str:
    place = chance.choice([word.strip(",.") for word in truth.split(" ") if word.startswith("{")])
    return f"{truth[:-1]}, to {place}."


def _denied(truth: str, chance: random.Random) -> str:
    words = truth.split(" ")
    words.insert(chance.randrange(1, len(words)), chance.choice(DENIALS).strip())
    return " ".join(words)


def _foreign(truth: str, chance: random.Random) -> str:
    """A place that belongs to another sentence, or to none."""
    place = chance.choice([word.strip(",.") for word in truth.split(" ") if word.startswith("{")])
    return truth.replace(place, chance.choice(["{secret}", "{0}", "{f1}", "{change.__class__}", "{}"]))


def _lookalike(truth: str, chance: random.Random) -> str:
    letter = chance.choice([letter for letter in LOOKALIKES if letter in truth.lower()])
    return truth.replace(letter, LOOKALIKES[letter], 1)


def _two_sentences(truth: str, _chance: random.Random) -> str:
    return f"{truth} The rest does not matter."


TRICKS: list[Callable[[str, random.Random], str]] = [
    _tail(CAUSES),
    _tail(EXTREMES),
    _tail(NUMBERS),
    _tail(NAMES),
    _turned,
    _swapped,
    _dropped,
    _twice,
    _denied,
    _foreign,
    _lookalike,
    _two_sentences,
]
