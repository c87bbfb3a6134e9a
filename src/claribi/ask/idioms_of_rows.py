"""Ways of asking for rows and for parts of them: `10 flights with the longest delay`, `men per woman`."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from claribi.ask.everyday_columns import ENTITIES
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import (
    Named,
    Number,
    Phrase,
    Unit,
    Unknown,
    is_measured,
    kind_of,
    names_rows,
    what_of,
)
from claribi.ask.roots import same_root
from claribi.ask.vocabulary import Called, Thing, Value, Vocabulary
from claribi.ask.words import stem, stems_of

PROFIT = frozenset({"profit", "earnings", "net_income", "result"})
NOTHING = frozenset({"nothing", "none", "zero"})
# Behind these a plural may say of what an average is.
AMONG = frozenset({"across", "among", "over"})
# How verbs end, and no one who does it.
DONE = ("ed", "ing", "deem")
WITH = frozenset({"with", "having"})


def with_rows(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """The phrases of a question, put as plainly as what rows are lets them be meant."""
    for reads in READINGS:
        phrases = reads(phrases, vocabulary)
    return phrases


def _top_of_rows(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`10 packages with the longest check time`: the top 10 by it."""
    phrases = _with_profit(phrases, vocabulary)
    for at in range(min(2, len(phrases) - 4)):
        number, things, joint, most, measure = phrases[at : at + 5]
        what = what_of(things)
        # `5 rows with the highest price: customer, price`
        are_rows = kind_of(things) == "rows" and at + len(phrases[:5]) == len(phrases)
        are_things = (isinstance(what, Thing) and what.kind != "measure") or are_rows
        is_several = isinstance(number.meaning, Number) and are_things
        ranks = kind_of(most) in {"most", "most_of"} and joint.text.casefold() in WITH
        if not (is_several and ranks and is_measured(measure) and isinstance(most.meaning, Keyword)):
            continue
        value = most.meaning.value
        ascending = bool(value[0] if isinstance(value, tuple) else value)
        top = replace(number, end=number.start, text="top", meaning=Keyword("top", ascending))
        by = replace(joint, text="by", meaning=Keyword("by"))
        return [*phrases[:at], top, number, things, by, measure, *phrases[at + 5 :]]
    return phrases


def _with_profit(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`with the biggest loss`: the lowest profit, where no column holds losses."""
    profits = [m for m in vocabulary.measures() if PROFIT & set(stems_of(m.title))]
    losses = any("loss" in stems_of(m.title) for m in vocabulary.measures())
    for at, phrase in enumerate(phrases):
        if kind_of(phrase) == "lost_most" and len(profits) == 1 and not losses and at > 2:  # noqa: PLR2004 - `5 orders with`
            least = replace(phrase, meaning=Keyword("most", True))
            profit = replace(phrase, start=phrase.end, meaning=Named((Called(profits[0], 1.0),)))
            return [*phrases[:at], least, profit, *phrases[at + 1 :]]
    return phrases


def _per_value(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`male patients per female patient`: men over women, whatever rows stand behind them."""
    for at in range(1, len(phrases) - 1):
        after = what_of(phrases[at + 1])
        if phrases[at].text.casefold() != "per" or not isinstance(after, Value):
            continue
        before = next((what_of(p) for p in phrases[:at] if isinstance(what_of(p), Value)), None)
        if isinstance(before, Value) and before.thing == after.thing and before != after:
            behind = phrases[at + 2 :]
            rest = behind[1:] if behind and names_rows(behind[0]) else behind
            ratio = replace(phrases[0], end=phrases[0].start, text="ratio of", meaning=Keyword("ratio"))
            joint = replace(phrases[at], text="to", meaning=Keyword("of"))
            return [ratio, *phrases[:at], joint, phrases[at + 1], *rest]
    return phrases


def _of_one(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`sales per order by segment`: what one of them brings in each segment."""
    if any(kind_of(phrase) in {"aggregation", "most", "top", "which", "compares"} for phrase in phrases):
        return phrases
    for at in range(1, len(phrases) - 2):
        what, before = what_of(phrases[at + 1]), what_of(phrases[at - 1])
        is_asked = isinstance(before, Thing) and before.kind in {"measure", "rows", "key"}
        if phrases[at].text.casefold() != "per" or not is_asked or not _is_entity(what):
            continue
        splits = [p for p in phrases[at + 2 :] if kind_of(p) in {"by", "grain", "over_time"}]
        if splits and not any(kind_of(phrase) == "by" for phrase in phrases[:at]):
            average = replace(phrases[0], end=phrases[0].start, text="average")
            return [replace(average, meaning=Keyword("aggregation", "avg")), *phrases]
    return phrases


def _is_entity(what: Thing | Value | None) -> bool:
    if not isinstance(what, Thing) or what.kind not in {"key", "dimension"}:
        return False
    return bool(set(stems_of(what.title)) & ENTITIES)


def _none_of(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`import nothing`: 0 of it."""
    found: list[Phrase] = []
    for phrase in phrases:
        is_none = isinstance(phrase.meaning, Unknown) and phrase.text.casefold() in NOTHING
        is_joined = is_none and len(found) > 1 and kind_of(found[-1]) == "of"
        if is_joined and (is_measured(found[-2]) or _is_numbered(what_of(found[-2]))):
            # `depend on nothing`
            found.pop()
        is_bound = is_none and bool(found) and (is_measured(found[-1]) or _is_numbered(what_of(found[-1])))
        found.append(replace(phrase, meaning=Number(0.0)) if is_bound else phrase)
    return found


def _of_seconds(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`above 600 seconds`: no second place."""
    return [
        phrase
        for at, phrase in enumerate(phrases)
        if not (
            at
            and phrase.text.casefold() == "seconds"
            and kind_of(phrase) == "nth"
            and isinstance(phrases[at - 1].meaning, Number)
        )
    ]


def _not_so(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`that are not on sale`, of what is or is not: those that are not."""
    for at in range(len(phrases) - 2):
        negated = kind_of(phrases[at]) == "not" and kind_of(phrases[at + 1]) == "of"
        untrue = _told(phrases[at + 2], vocabulary, is_true=False) if negated else None
        if untrue is not None:
            return [*phrases[:at], untrue, *phrases[at + 3 :]]
    return phrases


def _among_those(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`percentage of orders on sale among those paid by card`: the whole is what stands behind `among`."""
    share = next((at for at, phrase in enumerate(phrases) if kind_of(phrase) == "share"), None)
    for at in range(1, len(phrases) - 1):
        whole = _told(phrases[at + 1], vocabulary)
        if share is None or share > at or phrases[at].text.casefold() != "among" or whole is None:
            continue
        part = [true for one in phrases[share + 1 : at] if (true := _told(one, vocabulary)) is not None]
        if not part:
            return phrases
        of = replace(phrases[at], meaning=Keyword("of"))
        plain = [one for one in phrases[share + 1 : at] if _told(one, vocabulary) is None]
        front = [*phrases[:share], replace(phrases[share], meaning=Keyword("share", phrases[-1].end))]
        return [*front, *plain, of, whole, *phrases[at + 2 :], *_moved_behind(part, phrases)]
    return phrases


def _told(phrase: Phrase, vocabulary: Vocabulary, *, is_true: bool = True) -> Phrase | None:
    """What is true of a row or not, as the value that says that it is, or is not."""
    mark = what_of(phrase)
    truth = vocabulary.truth_of(mark) if isinstance(mark, Thing) else None
    if not isinstance(mark, Thing) or truth is None:
        return None
    return replace(phrase, meaning=Named((Called(Value(mark, truth[0 if is_true else 1]), 1.0),)))


def _moved_behind(part: Sequence[Phrase], phrases: Sequence[Phrase]) -> list[Phrase]:
    """Phrases put behind all others: the part of a share stands behind its verb."""
    end = phrases[-1].end + 1
    return [replace(one, start=one.start + end, end=one.end + end) for one in part]


def _done_as_table(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`how many coupons were redeemed`, of a table of redemptions: all of its rows were."""
    tables = {thing.table for thing in vocabulary.things}
    deeds = [stems_of(table)[-1] for table in tables if stems_of(table)]
    return [
        phrase
        for phrase in phrases
        if not (
            isinstance(phrase.meaning, Unknown)
            and len(deeds) == 1 < len(phrases)
            and phrase.text.casefold().endswith(DONE)
            and same_root(stem(phrase.text), deeds[0])
        )
    ]


def _year_of_years(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`by vintage year`, where vintages are years."""
    return [
        phrase
        for at, phrase in enumerate(phrases)
        if not (
            at
            and isinstance(phrase.meaning, Unit)
            and phrase.meaning.grain == "year"
            and phrases[at - 1].end == phrase.start
            and _is_numbered(what_of(phrases[at - 1]))
        )
    ]


def _is_numbered(what: Thing | Value | None) -> bool:
    column = what.column if isinstance(what, Thing) and what.kind == "dimension" else None
    return column is not None and column.type == "integer"


def _across_all(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`average rate across states per year`: of all of them, in each year."""
    averages = (Keyword("aggregation", "avg"), Keyword("aggregation", "median"))
    is_averaged = any(phrase.meaning in averages for phrase in phrases)
    for at in range(1, len(phrases) - 3):
        is_plural = stem(phrases[at + 1].text) != phrases[at + 1].text.casefold()
        is_over = kind_of(phrases[at]) == "by" and phrases[at].text.casefold() in AMONG and is_plural
        what, splits = what_of(phrases[at + 1]), kind_of(phrases[at + 2]) == "by"
        if is_averaged and is_over and splits and isinstance(what, Thing) and what.kind == "dimension":
            return [*phrases[:at], *phrases[at + 2 :]]
    return phrases


def _split_by_number(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`packages by number of authors`, `which ages have more than 25 patients`: by each number."""
    ranks = {kind_of(phrase) for phrase in phrases} & {"top", "most", "most_of", "best"}
    counted = _counts_rows(phrases) and not ranks
    for at in range(1, len(phrases)):
        place = at - 1 if kind_of(phrases[at - 1]) != "count" else at - 2
        before, what = kind_of(phrases[place]) if place >= 0 else None, what_of(phrases[at])
        is_whole = (
            isinstance(what, Thing)
            and what.kind == "measure"
            and what.column is not None
            and what.column.type == "integer"
        )
        is_by = before == "by" and phrases[place].text.casefold() != "per" and place < at - 1
        is_which = before == "which" and any(kind_of(phrase) == "compares" for phrase in phrases[at:])
        if is_whole and isinstance(what, Thing) and counted and (is_by or is_which):
            split = Named((Called(replace(what, kind="dimension"), 1.0),))
            by = replace(phrases[place], meaning=Keyword("by")) if is_by else phrases[place]
            return [*phrases[:place], by, replace(phrases[at], meaning=split), *phrases[at + 1 :]]
    return phrases


def _counts_rows(phrases: Sequence[Phrase]) -> bool:
    """Whether rows are counted: asked for first, or bounded."""
    for at, phrase in enumerate(phrases):
        what = what_of(phrase)
        if isinstance(what, Thing) and what.kind in {"rows", "key"}:
            before = kind_of(phrases[at - 1]) if at else None
            is_bounded = at > 1 and isinstance(phrases[at - 1].meaning, Number)
            return at == 0 or before == "count" or is_bounded
    return False


def _whose(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`married and unmarried households`, of rows that households have: those of them, not by each."""
    asks = any(kind_of(p) in {"count", "aggregation"} or is_measured(p) for p in phrases)
    return [
        phrase
        for at, phrase in enumerate(phrases)
        if not (
            asks
            and at > 1
            and phrases[at - 1].end == phrase.start
            and isinstance(what_of(phrases[at - 1]), Value)
            and kind_of(phrases[at - 2]) in {"and", "or", "compare"}
            and _is_key(what_of(phrase))
            and stem(phrase.text) != phrase.text.casefold()
        )
    ]


def _is_key(what: Thing | Value | None) -> bool:
    return isinstance(what, Thing) and what.kind == "key"


def _as_share(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`women as a share of all patients in Oslo`: which share of patients in Oslo are women."""
    at = next((at for at, phrase in enumerate(phrases) if kind_of(phrase) == "share"), None)
    values = [p for p in phrases[:at] if isinstance(what_of(p), Value)] if at else []
    if at is None or len(values) != 1 or not phrases[at].text.casefold().endswith(" of"):
        return phrases
    behind = [p for p in phrases[at + 1 :] if isinstance(what_of(p), Value)]
    others = [p for p in phrases[:at] if p not in values and kind_of(p) is None]
    if not behind or not all(map(names_rows, others)) or kind_of(phrases[at - 1]) in {"by", "which"}:
        return phrases
    share = replace(phrases[at], meaning=Keyword("share", phrases[-1].end))
    return [share, *phrases[at + 1 :], *_moved_behind(values, phrases)]


READINGS: tuple[Callable[[list[Phrase], Vocabulary], list[Phrase]], ...] = (
    _done_as_table,
    _whose,
    _as_share,
    _of_seconds,
    _none_of,
    _not_so,
    _among_those,
    _year_of_years,
    _split_by_number,
    _across_all,
    _top_of_rows,
    _per_value,
    _of_one,
)
