"""Whether a sentence in other words says what its template says: a language model's is kept only then.

No program can tell whether any sentence is true. Whether a sentence is another wording of one that is true
can be told, if it is made of the same phrases: each of them once, in one of the forms listed here, in any
order, with nothing between them but words that change nothing. The phrases give each place its part
(`to {now}`, `from {before}`), so no figures can change places; and there is no digit, number word, name,
cause, negation, direction or superlative in a wording that its template does not have itself.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from claribi.analysis.templates import TEMPLATES, Claim, filled

# Words that change nothing, wherever they stand.
GLUE = frozenset(
    {"the", "a", "an", "and", "it", "its", "this", "that", "was", "were", "is", "had", "has", "with"}
)
OPENINGS = ("in addition", "besides", "moreover", "also", "next")
LONGEST = 400
TOKEN = re.compile(r"\{[a-z_]+\}|[a-z]+")
# All that may be in a wording: words of the 26 letters, places, and these marks.
ALLOWED = re.compile(r"(?:[A-Za-z]|\{[a-z_]+\}|[ ,;:])+\.")

_ABOUT = ("about", "roughly", "around")
_BEFORE = ("from", "after", "against", "compared with")


def _each(pattern: str, **words: Sequence[str]) -> list[str]:
    """A form for each of the words in a place of the pattern."""
    forms = [pattern]
    for name, choices in words.items():
        forms = [form.replace(f"<{name}>", word) for form in forms for word in choices]
    return forms


def _moved(verbs: Sequence[str], nouns: Sequence[str], way: str) -> list[list[str]]:
    return [
        ["{subject}"],
        _each("<verb> by {change}", verb=verbs)
        + _each("<noun> of {change}", noun=nouns)
        + [f"{way} {{change}}"],
        ["to {now}", "reaching {now}", "at {now}", "came to {now}", "stood at {now}"],
        ["{when}"],
        _each("<before> {before} {when_before}", before=_BEFORE),
    ]


def _trend(verbs: Sequence[str]) -> list[list[str]]:
    return [
        ["{subject}"],
        _each("<verb> by <about> {change}", verb=verbs, about=_ABOUT)
        + _each("<verb> over time by <about> {change}", verb=verbs, about=_ABOUT),
        ["{when}"],
    ]


def _driver(nouns: Sequence[str]) -> list[list[str]]:
    return [
        _each("{member} <verb> most to <noun> of {subject}", verb=("added", "contributed"), noun=nouns),
        ["{when}"],
        _each("{effect} which {share} of it", noun=nouns)
        + _each("{effect} or {share} of <noun>", noun=nouns)
        + _each("{effect} {share} of <noun>", noun=nouns),
    ]


_RISE, _FALL = ("rise", "increase", "growth"), ("fall", "decrease", "decline", "drop")
_ROSE, _FELL = ("rose", "grew", "climbed", "increased"), ("fell", "dropped", "declined", "decreased")
# What each template may be made of: phrases, each in its forms. Those that are not here have one form.
PHRASES: Mapping[str, list[list[str]]] = {
    "change_up": _moved(_ROSE, _RISE, "up"),
    "change_down": _moved(_FELL, _FALL, "down"),
    "trend_up": _trend(_ROSE),
    "trend_down": _trend(_FELL),
    "driver_up": _driver(_RISE),
    "driver_down": _driver(_FALL),
    "level": [["{subject}"], ["came to {value}", "stood at {value}", "amounted to {value}"], ["{when}"]],
    "level_all": [
        ["over all data"],
        ["{subject} came to {value}", "{subject} stood at {value}", "{subject} amounted to {value}"],
    ],
    "outlier": [
        ["{subject} stood out"],
        ["{when}"],
        ["{value}", "at {value}", "reaching {value}"],
        _each("where <about> {expected} to be expected", about=_ABOUT)
        + _each("where <about> {expected} expected", about=_ABOUT)
        + _each("against expected {expected}"),
    ],
    "one_holds": [
        ["{member} alone"],
        ["made up {share} of {subject}", "accounted for {share} of {subject}"],
        ["{value} of {whole}"],
    ],
    "rank_average": [
        ["{subject}"],
        ["highest for {high} at {high_value}", "highest for {high} {high_value}"],
        ["lowest for {low} at {low_value}", "lowest for {low} {low_value}"],
    ],
}


def reworded(claim: Claim, wording: str) -> Claim | None:
    """The claim in these words, its own figures and names in the places; None where it says more or else.

    Args:
        wording: One sentence with the places of the claim's template, such as `In {when}, {subject} …`.
    """
    text = " ".join(wording.split())
    if len(text) > LONGEST or not ALLOWED.fullmatch(text):
        return None
    if not _is_made_of(_tokens(_without_opening(text)), _phrases(claim.template)):
        return None
    return filled(claim.template, text, claim.parts)


def vocabulary(template: str) -> list[list[str]]:
    """The phrases of a template in all their forms, to be shown to whoever is to find words for it."""
    return PHRASES.get(template) or [[TEMPLATES[template]]]


def _without_opening(text: str) -> str:
    opening, comma, rest = text.partition(",")
    return rest if comma and opening.lower() in OPENINGS else text


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(token for token in TOKEN.findall(text.lower()) if token not in GLUE)


@cache
def _phrases(template: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    return tuple(tuple(_tokens(form) for form in forms) for forms in vocabulary(template))


def _is_made_of(tokens: tuple[str, ...], phrases: Sequence[Sequence[tuple[str, ...]]]) -> bool:
    """Whether the tokens are the phrases, each once in one of its forms, in some order."""
    if not phrases:
        return not tokens
    return any(
        _is_made_of(rest, [*phrases[:number], *phrases[number + 1 :]])
        for number, forms in enumerate(phrases)
        for rest in _behind(tokens, forms)
    )


def _behind(tokens: tuple[str, ...], forms: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """What is left of the tokens behind each form that they begin with."""
    for form in set(forms):
        if form and tokens[: len(form)] == form:
            yield tokens[len(form) :]
