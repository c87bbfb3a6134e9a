"""How matches ended, where the score of both sides is kept: `home wins`, `share of draws`, `away defeats`."""

from collections.abc import Sequence
from dataclasses import replace

from claribi.ask.intent import Above
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Phrase, Unknown
from claribi.ask.sides import SIDES, other_side, without_side
from claribi.ask.vocabulary import Thing, Vocabulary
from claribi.ask.words import stem, stems_of
from claribi.query.schemas import Operator

WON = frozenset({"win", "wins", "won", "winning", "victory", "beat", "beats"})
LOST = frozenset({"loss", "lose", "loses", "lost", "defeat", "defeated"})
DRAWN = frozenset({"draw", "drawn", "tie", "tied"})
# What decides a match.
SCORES = frozenset({"goal", "score", "point", "pts", "run", "goals"})
OPPOSITE: dict[Operator, Operator] = {">": "<", "<": ">"}


def with_outcomes(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """The phrases, how matches ended put as a comparison of both scores."""
    pair = _scores(vocabulary)
    if pair is None:
        return list(phrases)
    said = {side for phrase in phrases for side in SIDES & set(stems_of(phrase.text))}
    side = next(iter(said)) if len(said) == 1 else None
    return [
        replace(phrase, meaning=Above(*pair, sign)) if (sign := _sign(phrase, side)) is not None else phrase
        for phrase in phrases
    ]


def _scores(vocabulary: Vocabulary) -> tuple[Thing, Thing] | None:
    """The one score that is kept of the home side and of the other."""
    measures = vocabulary.measures()
    titles = {thing.title: thing for thing in measures}
    homes = [
        t for t in measures if "home" in t.title.split() and set(stems_of(without_side(t.title))) & SCORES
    ]
    if len(homes) != 1:
        return None
    away = titles.get(other_side(homes[0].title) or "")
    return (homes[0], away) if away is not None else None


def _sign(phrase: Phrase, side: str | None) -> Operator | None:
    """How the score of the home side stands to the other's; none where the phrase tells no outcome."""
    meaning, word = phrase.meaning, stem(phrase.text)
    is_open = isinstance(meaning, Unknown) or (isinstance(meaning, Keyword) and meaning.kind == "gone")
    if not is_open or not {word, phrase.text.casefold()} & (WON | LOST | DRAWN):
        return None
    if word in DRAWN:
        return "="
    if side is None:
        return None
    sign: Operator = ">" if {word, phrase.text.casefold()} & WON else "<"
    return sign if side == "home" else OPPOSITE[sign]
