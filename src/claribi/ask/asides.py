"""Words beside the question itself: what leads to it, what follows it, names that a value behind repeats."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Number, Phrase, Unit, Unknown
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Thing, Value
from claribi.ask.words import Word, stem

# How sure one can be that words say nothing more: before a value in brackets, in a sentence of their own.
REPEATED, APART = 0.9, 0.82
# What follows a verb that only joins a subject with what is counted of it: `hit the most home runs`.
COUNTING = frozenset({"most", "compares", "bounds", "between", "count"})
# What asks for a number, of things that are counted or ranked.
ASKED = frozenset(
    {"count", "aggregation", "share", "top", "most", "most_of", "most_rows", "best", "grew_most"}
)
# So many phrases may stand between such a verb and its object.
REACH = 4
ALL = frozenset({"whole", "entire"})
# What somebody who asks does, in front of all: `name the players with …`.
ASKING = frozenset({"name", "count"})
SENTENCE = re.compile(r"[?!]\s+|(?<=[a-z])[.]\s+(?=[A-Z])")
# What is said beside of what was named: `before 1963, when the vaccine came`.
CLAUSE = re.compile(r",\s+(?:when|which|who|because|i\.e\.|that is)\b[^,?;]*$", re.IGNORECASE)
# Verbs of what has a share: `account for`.
MAKING_UP = frozenset({"account", "represent", "constitute", "comprise"})
LEAD = re.compile(r"^[^?]{10,}?:\s")


def without_asides(phrases: Sequence[Phrase], words: Sequence[Word], question: str) -> list[Phrase]:
    """The phrases, those that say nothing of what is asked marked as asides, with the reason."""
    reasons = dict(_reasons(phrases, words, question))
    return [
        replace(phrase, meaning=Keyword("aside", reasons[place])) if place in reasons else phrase
        for place, phrase in enumerate(phrases)
    ]


def _reasons(
    phrases: Sequence[Phrase], words: Sequence[Word], question: str
) -> Iterator[tuple[int, tuple[float, str]]]:
    """The places of asides: how sure that is, and what is told of it."""
    edges = _edges(question)
    clauses = [match.span() for match in CLAUSE.finditer(question)]
    for place, phrase in enumerate(phrases):
        behind = phrases[place + 1] if place + 1 < len(phrases) else None
        if _is_verb_of(phrases, place):
            yield place, (REPEATED, "")
        elif _asks(phrase, behind, question):
            yield place, (1.0, "")
        if _is_all_of_a_time(phrases, place, words):
            yield place, (REPEATED, "")
        is_unit = isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "unit" and bool(edges)
        if not isinstance(phrase.meaning, Unknown) and not is_unit:
            continue
        told = f"“{phrase.text}” taken to say nothing more"
        if _is_repeated(phrases, place, words, question):
            yield place, (REPEATED, told)
        elif any(_is_rest(phrases, words, edge, phrase) for edge in edges) or _is_of_dimension(
            phrases, place, words
        ):
            yield place, (APART, told)
        elif _says_nothing(phrases, place, words) or _is_short_for(phrases, place, words, question):
            yield place, (REPEATED, "")
        elif any(start <= words[phrase.start].start < end for start, end in clauses):
            yield place, (APART, told)


def _says_nothing(phrases: Sequence[Phrase], place: int, words: Sequence[Word]) -> bool:
    """`the whole year`, `the share that they account for`."""
    phrase = phrases[place]
    is_of_all = place > 0 and words[phrase.start - 1].stem in ALL
    shares = any(isinstance(p.meaning, Keyword) and p.meaning.kind == "share" for p in phrases[:place])
    said = stem(phrase.text)
    return is_of_all or (shares and said in MAKING_UP)


def _is_repeated(phrases: Sequence[Phrase], place: int, words: Sequence[Word], question: str) -> bool:
    """`shortstops (SS)`: the name of a value that stands in brackets behind it."""
    at = place
    while at + 1 < len(phrases) and phrases[at + 1].start == phrases[at].end:
        following = phrases[at + 1]
        gap = question[words[phrases[at].end - 1].end : words[following.start].start]
        if gap.strip() == "(":
            return isinstance(following.meaning, Named) and isinstance(following.meaning.best.what, Value)
        if gap.strip():
            return False
        at += 1
    return False


def _is_short_for(phrases: Sequence[Phrase], place: int, words: Sequence[Word], question: str) -> bool:
    """`female (F)`: how what stands before the brackets is written in short."""
    phrase, before = phrases[place], phrases[place - 1] if place else None
    if before is None or before.end != phrase.start or not isinstance(before.meaning, Named):
        return False
    gap = question[words[before.end - 1].end : words[phrase.start].start]
    behind = question[words[phrase.end - 1].end :]
    is_short = before.text.casefold().startswith(phrase.text.casefold()[:1])
    return gap.strip() == "(" and behind.startswith(")") and is_short


def _is_all_of_a_time(phrases: Sequence[Phrase], place: int, words: Sequence[Word]) -> bool:
    """`over the whole year`: all there is, the `over` as well."""
    phrase, at = phrases[place], phrases[place].start
    if isinstance(phrase.meaning, Unit):
        is_every = at > 1 and words[at - 1].stem == "all" and words[at - 2].stem in {"over", "across"}
        return at > 0 and (words[at - 1].stem in ALL or is_every)
    following = phrases[place + 1] if place + 1 < len(phrases) else None
    is_over = isinstance(phrase.meaning, Keyword) and phrase.text.casefold() == "over"
    return is_over and following is not None and _is_all_of_a_time(phrases, place + 1, words)


def _is_of_dimension(phrases: Sequence[Phrase], place: int, words: Sequence[Word]) -> bool:
    """`phase of flight`, where a column is called phase."""
    at = phrases[place].start
    before = next((p for p in phrases[:place] if p.end == at - 1), None)
    if before is None or not isinstance(before.meaning, Named) or words[at - 1].stem != "of":
        return False
    what, at = before.meaning.best.what, phrases.index(before)
    leads = phrases[at - 1].meaning if at else None
    splits = isinstance(leads, Keyword) and leads.kind in {"by", "which", "count", "most", "most_rows", "top"}
    return isinstance(what, Thing) and what.kind == "dimension" and (splits or not at)


def _asks(phrase: Phrase, behind: Phrase | None, question: str) -> bool:
    """`Name the players …`: what is to be done, though a column is called name."""
    is_first = question.casefold().lstrip().startswith(phrase.text.casefold()) and phrase.start == 0
    following = behind.meaning.best.what if behind and isinstance(behind.meaning, Named) else None
    is_joined = behind is not None and behind.start == phrase.end
    return is_first and stem(phrase.text) in ASKING and isinstance(following, Thing) and not is_joined


def _edges(question: str) -> list[int]:
    """Where a sentence ends and another begins, and where a colon ends what leads to the question."""
    lead = LEAD.match(question)
    breaks = [match.end() for match in SENTENCE.finditer(question)]
    return breaks + ([lead.end()] if lead is not None else [])


def _is_rest(phrases: Sequence[Phrase], words: Sequence[Word], edge: int, phrase: Phrase) -> bool:
    """Whether a phrase is in a part of the question that asks for nothing itself, beside one that does."""
    before = words[phrase.start].start < edge
    sides = {True: False, False: False}
    for one in phrases:
        sides[words[one.start].start < edge] |= _is_number_asked(one)
    return sides[not before] and not sides[before]


def _is_number_asked(phrase: Phrase) -> bool:
    meaning = phrase.meaning
    if isinstance(meaning, Named):
        return isinstance(meaning.best.what, Thing) and meaning.best.what.kind in {"measure", "metric"}
    return isinstance(meaning, Keyword) and meaning.kind in ASKED


def _is_verb_of(phrases: Sequence[Phrase], place: int) -> bool:
    """`hit` of `hit the most home runs`, though a number is called hits: it is none that is asked for."""
    phrase = phrases[place]
    own = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    if not isinstance(own, Thing) or own.kind != "measure" or not place:
        return False
    is_plural = own.title.endswith("s") and not phrase.text.casefold().endswith("s")
    if not is_plural or " " in phrase.text or stem(phrase.text) != phrase.text.casefold():
        return False
    counts = False
    for before, following in pairwise(phrases[place : place + REACH + 1]):
        meaning = following.meaning
        if isinstance(meaning, Keyword) and meaning.kind in COUNTING:
            counts = True
        elif isinstance(meaning, Number | Stretch):
            counts = counts or before is phrase
        elif isinstance(meaning, Named):
            what = meaning.best.what
            return counts and isinstance(what, Thing) and what.kind == "measure" and what != own
        else:
            return False
    return False
