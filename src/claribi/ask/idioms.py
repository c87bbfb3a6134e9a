"""Ways of putting a question that words beside each other make plain: `which 3 months had most orders`."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from claribi.ask.idioms_by_name import with_names
from claribi.ask.idioms_of_asking import plainly_asked
from claribi.ask.idioms_of_lists import with_lists
from claribi.ask.idioms_of_numbers import plain_numbers
from claribi.ask.idioms_of_rows import with_rows
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import (
    Number,
    Phrase,
    Unit,
    Unknown,
    is_mark,
    is_measured,
    kind_of,
    names_rows,
    what_of,
)
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Thing, Value, Vocabulary
from claribi.ask.words import stem

BEYOND = {"after": ">", "before": "<"}
RANKING = frozenset({"most", "most_of", "most_rows", "best", "lost_most"})
# So many can be asked for in front of what they are: more is a number of another kind.
MOST_PLACES = 100
# What `maximum of`, which bounds a number, is of something that is measured.
EXTREMES = {"<=": "max", ">=": "min"}
# What is done to rows so that a mark says it.
MARKING = frozenset(
    {"flagged", "marked", "labelled", "labeled", "tagged", "classified", "classed", "categorized"}
    | {"categorised", "designated", "recorded", "registered", "listed", "described", "noted"}
)
FALLING = frozenset({"fell", "fall", "falls", "falling", "fallen"})
IN_PERCENT = frozenset({"percent", "percentage", "%", "pct"})
COUNTING_EACH = frozenset({"count", "rows", "by", "has", "is"})
# What is asked once more of what was asked for: `and how low was it`.
SIZES = frozenset({"low", "high", "large", "big", "small", "much", "long"})


# What a time follows in which something was, and what asks for all times.
WITHIN = frozenset({"in", "on", "during", "within", "for"})
SPLITTING = frozenset({"by", "growth", "share", "over_time"})
ENDS = {"first": False, "last": True}
DIFFERING = frozenset({"vary", "varies", "varied", "varying", "differ", "differed", "differing"})


def idiomatic(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """The phrases of a question, put as plainly as they are meant."""
    found = [phrase for phrase in phrases if not _is_possessive(phrase)]
    found = plain_numbers(plainly_asked(found, vocabulary), vocabulary)
    for rewrites in REWRITES:
        found = rewrites(found)
    return with_rows(with_lists(with_names(found, vocabulary), vocabulary), vocabulary)


def _is_possessive(phrase: Phrase) -> bool:
    """`department 8's sales`"""
    return isinstance(phrase.meaning, Unknown) and phrase.text.casefold() == "s"


def _with_number_before_rank(phrases: list[Phrase]) -> list[Phrase]:
    """`which 3 months had the most orders`: which months had the 3 most."""
    place = next((at for at, phrase in enumerate(phrases[:3]) if isinstance(phrase.meaning, Number)), None)
    if place is None or any(kind_of(phrase) not in {"which", "is", "listing"} for phrase in phrases[:place]):
        return phrases
    number, split = phrases[place], phrases[place + 1] if place + 1 < len(phrases) else None
    ranks = next((at for at in range(place + 2, len(phrases)) if kind_of(phrases[at]) in RANKING), None)
    if ranks is None or split is None or not _is_several(split) or not _is_place(number):
        return phrases
    which = replace(number, text="which", meaning=Keyword("which"))
    front = phrases[:place] or [which]
    return [*front, *phrases[place + 1 : ranks], number, *phrases[ranks:]]


def _is_several(phrase: Phrase) -> bool:
    """Whether it is what there may be several of: `months`, `departments`."""
    what = what_of(phrase)
    is_kind = isinstance(phrase.meaning, Unit) or (
        isinstance(what, Thing) and what.kind in {"dimension", "key"}
    )
    return is_kind and stem(phrase.text.split()[-1]) != phrase.text.split()[-1].casefold()


def _is_place(phrase: Phrase) -> bool:
    value = phrase.meaning.value if isinstance(phrase.meaning, Number) else 0.0
    return value == int(value) and 1 <= value <= MOST_PLACES


def _grown_in_percent(phrases: list[Phrase]) -> list[Phrase]:
    """`percentage growth in sales`: of what grows, no share of anything."""
    found: list[Phrase] = []
    for phrase in phrases:
        if (
            found
            and kind_of(phrase) == "growth"
            and kind_of(found[-1]) == "share"
            and found[-1].end == phrase.start
        ):
            found[-1] = replace(
                phrase, text=f"{found[-1].text} {phrase.text}", meaning=Keyword("growth", "change_ratio")
            )
        else:
            found.append(phrase)
    return found


def _has_grown(phrase: Phrase, phrases: Sequence[Phrase]) -> bool:
    """Whether it follows what grows."""
    return any(kind_of(one) == "growth" and one.end <= phrase.start for one in phrases)


def _with_extreme(phrases: list[Phrase]) -> list[Phrase]:
    """`the maximum of points`, with no number that would be bounded."""
    found = list(phrases)
    for at, phrase in enumerate(phrases[:-1]):
        following = what_of(phrases[at + 1])
        is_extreme = kind_of(phrase) == "compares" and phrase.text.casefold().endswith("imum of")
        if is_extreme and isinstance(following, Thing) and isinstance(phrase.meaning, Keyword):
            found[at] = replace(phrase, meaning=Keyword("aggregation", EXTREMES[phrase.meaning.value]))
    return found


def _without_marking(phrases: list[Phrase]) -> list[Phrase]:
    """`are flagged as holiday`: are one."""
    return [
        phrase
        for at, phrase in enumerate(phrases)
        if not (
            isinstance(phrase.meaning, Unknown)
            and phrase.text.casefold() in MARKING
            and at + 1 < len(phrases)
            and _is_true_or_value(phrases[at + 1])
        )
    ]


def _is_true_or_value(phrase: Phrase) -> bool:
    return is_mark(phrase) or isinstance(what_of(phrase), Value)


def _or_not(phrases: list[Phrase]) -> list[Phrase]:
    """`average score, weekend or not`: by whether it is one."""
    found = list(phrases)
    for at in range(len(phrases) - 2):
        kinds = (kind_of(phrases[at + 1]), kind_of(phrases[at + 2]))
        is_end = phrases[at + 2].text.casefold() == "not"
        if kinds[0] in {"or", "and"} and is_end and _is_true_or_value(phrases[at]):
            by = replace(phrases[at], text="by", end=phrases[at].start, meaning=Keyword("by"))
            is_said = at > 0 and kind_of(phrases[at - 1]) == "by"
            return [*found[:at], *([] if is_said else [by]), phrases[at], *found[at + 3 :]]
    return found


def _fallen_on(phrases: list[Phrase]) -> list[Phrase]:
    """`what share of sales fell in holiday weeks`: nothing became less."""
    if not any(kind_of(phrase) == "share" for phrase in phrases):
        return phrases
    return [
        phrase
        for at, phrase in enumerate(phrases)
        if not (
            phrase.text.casefold() in FALLING
            and at + 2 < len(phrases)
            and kind_of(phrases[at + 1]) == "of"
            and _is_true_or_value(phrases[at + 2])
        )
    ]


def _without_unit(phrases: list[Phrase]) -> list[Phrase]:
    """A stretch of time that stands behind a mark says what the mark is of: `holiday weeks`."""
    return [
        phrase
        for at, phrase in enumerate(phrases)
        if not (
            isinstance(phrase.meaning, Unit)
            and at > 0
            and phrases[at - 1].end == phrase.start
            and is_mark(phrases[at - 1])
            and any(kind_of(one) == "share" for one in phrases[:at])
        )
    ]


def _without_afterthought(phrases: list[Phrase]) -> list[Phrase]:
    """`which year had the lowest rate, and how low was it`"""
    for at in range(len(phrases) - 1, 1, -1):
        asks = isinstance(phrases[at].meaning, Unknown) and phrases[at].text.casefold() in SIZES
        rest = {kind_of(phrase) for phrase in phrases[at + 1 :]}
        if asks and kind_of(phrases[at - 1]) == "and" and rest <= {"is"}:
            return phrases[: at - 1]
    for at in range(2, len(phrases) - 1):
        kinds = {kind_of(phrase) for phrase in phrases[at + 1 :]}
        ranks = any(kind_of(phrase) in RANKING for phrase in phrases[:at])
        if ranks and kind_of(phrases[at]) == "and" and "count" in kinds and kinds <= COUNTING_EACH:
            # `and how many records each one has`
            return phrases[:at]
    return phrases


def _each_record(phrases: list[Phrase]) -> list[Phrase]:
    """`of every record`: of the rows, nothing is split."""
    return [
        phrase
        for at, phrase in enumerate(phrases)
        if not (kind_of(phrase) == "by" and at + 1 < len(phrases) and _is_rows(phrases[at + 1]))
        and not (phrase.text.casefold() == "one" and at and kind_of(phrases[at - 1]) == "by")
    ]


def _is_rows(phrase: Phrase) -> bool:
    return kind_of(phrase) == "rows"


def _averaged_by_row(phrases: list[Phrase]) -> list[Phrase]:
    """`average weight per shipment per year`, where each row is a shipment: that of the rows, by year."""
    is_averaged = any(p.meaning == Keyword("aggregation", "avg") for p in phrases)
    for at in range(1, len(phrases) - 1):
        is_each = phrases[at].meaning == Keyword("by", "each") and is_measured(phrases[at - 1])
        if is_averaged and is_each and names_rows(phrases[at + 1]):
            # No average of yearly sums either
            by = [replace(p, meaning=Keyword("by")) if kind_of(p) == "by" else p for p in phrases[at + 2 :]]
            return [*phrases[:at], *by]
    return phrases


def _in_one_time(phrases: list[Phrase]) -> list[Phrase]:
    """`the highest revenue in a single month`: the highest monthly one."""
    ranks = next((at for at, phrase in enumerate(phrases) if kind_of(phrase) in {"most", "most_rows"}), None)
    asks = any(phrase.text.casefold() == "which" or kind_of(phrase) in SPLITTING for phrase in phrases)
    if ranks is None or asks:
        return phrases
    for at in range(ranks + 2, len(phrases)):
        unit = phrases[at].meaning
        number = phrases[at - 1].meaning
        is_one = isinstance(number, Number) and number.value == 1
        behind = at - 2 if is_one else at - 1
        is_said = behind > ranks and phrases[behind].text.casefold() in WITHIN and isinstance(unit, Unit)
        if is_said and not any(isinstance(phrase.meaning, Unit) for phrase in phrases[:at]):
            grain = replace(phrases[at], meaning=Keyword("grain", unit.grain))  # type: ignore[union-attr]  # it is one
            return [*phrases[: ranks + 1], grain, *phrases[ranks + 1 : behind], *phrases[at + 1 :]]
    return phrases


def _most_rows_in_time(phrases: list[Phrase]) -> list[Phrase]:
    """`max orders per day`: the day with most of them."""
    found = list(phrases)
    for at in range(len(phrases) - 3):
        extreme, rows, by, unit = phrases[at : at + 4]
        aggregation = extreme.meaning.value if isinstance(extreme.meaning, Keyword) else None
        is_extreme = kind_of(extreme) == "aggregation" and aggregation in {"max", "min"}
        if is_extreme and names_rows(rows) and kind_of(by) == "by" and isinstance(unit.meaning, Unit):
            found[at] = replace(extreme, meaning=Keyword("most", aggregation == "min"))
    return found


def _differing(phrases: list[Phrase]) -> list[Phrase]:
    """`how does revenue vary by region`, `across regions`: by these."""
    splits = any(kind_of(phrase) == "by" for phrase in phrases)
    return [
        phrase
        for phrase in phrases
        if not (splits and isinstance(phrase.meaning, Unknown) and stem(phrase.text) in DIFFERING)
    ]


def _by_how_much(phrases: list[Phrase]) -> list[Phrase]:
    """`by how much is revenue in Oslo higher than in Rome`: the difference of both."""
    if not phrases or kind_of(phrases[0]) != "by" or len(phrases) < len(("by", "one", "than", "other")):
        return phrases
    for at in range(2, len(phrases) - 1):
        told = phrases[at].meaning
        if not isinstance(told, Keyword) or told.kind != "compares":
            continue
        if not isinstance(phrases[at + 1].meaning, Number):
            side = "less" if str(told.value).startswith("<") else "more"
            differs = replace(phrases[0], meaning=Keyword("differs", side))
            rest = phrases[2:at] if kind_of(phrases[1]) == "is" else phrases[1:at]
            than = replace(phrases[at], meaning=Keyword("and"))
            return [differs, *rest, than, *phrases[at + 1 :]]
    return phrases


def _from_to(phrases: list[Phrase]) -> list[Phrase]:
    """`aged 20 to 29`: between these."""
    for at in range(len(phrases) - 3):
        thing, low, to, high = phrases[at : at + 4]
        are_numbers = all(isinstance(one.meaning, Number) for one in (low, high))
        if are_numbers and to.text.casefold() == "to" and is_measured(thing) and thing.end == low.start:
            between = replace(low, end=low.start, text="between", meaning=Keyword("between"))
            joint = replace(to, text="and", meaning=Keyword("and"))
            return [*phrases[: at + 1], between, low, joint, high, *phrases[at + 4 :]]
    return phrases


def _difference(phrases: list[Phrase]) -> list[Phrase]:
    """`the difference in sales between May and July`: of the two, no change along the way."""
    is_between = any(isinstance(p.meaning, Stretch) and p.meaning.inner is not None for p in phrases)
    return [
        replace(phrase, meaning=Keyword("differs", "more"))
        if is_between and kind_of(phrase) == "growth" and phrase.text.casefold().startswith("difference")
        else phrase
        for phrase in phrases
    ]


def _beyond(phrases: list[Phrase]) -> list[Phrase]:
    """`after day 90`, of a column that numbers the days: those above."""
    for at in range(len(phrases) - 2):
        word, thing, number = phrases[at : at + 3]
        what, operator = what_of(thing), BEYOND.get(word.text.casefold())
        is_number = isinstance(what, Thing) and what.column is not None and what.column.type == "integer"
        if operator and is_number and isinstance(number.meaning, Number) and thing.end == number.start:
            bound = replace(number, end=number.start, text=word.text, meaning=Keyword("compares", operator))
            return [*phrases[:at], thing, bound, *phrases[at + 2 :]]
    return phrases


def _both_ends(phrases: list[Phrase]) -> list[Phrase]:
    """`the earliest and latest ship dates`, `first and last air date`: when it began, and when it ended."""
    for at in range(len(phrases) - 3):
        first, joint, last, time = phrases[at : at + 4]
        what, ends = what_of(time), [_newest(first), _newest(last)]
        if None in ends or kind_of(joint) != "and" or not isinstance(what, Thing) or what.kind != "time":
            continue
        named = [
            replace(p, meaning=Keyword("latest", end)) for p, end in zip((first, last), ends, strict=True)
        ]
        return [*phrases[:at], named[0], time, joint, named[1], *phrases[at + 3 :]]
    return phrases


def _newest(phrase: Phrase) -> bool | None:
    """Whether the one end of a time was said or the other; None where neither was."""
    if isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "latest":
        return bool(phrase.meaning.value)
    return ENDS.get(phrase.text.casefold()) if isinstance(phrase.meaning, Unknown) else None


REWRITES: tuple[Callable[[list[Phrase]], list[Phrase]], ...] = (
    _with_number_before_rank,
    _grown_in_percent,
    _with_extreme,
    _without_marking,
    _or_not,
    _fallen_on,
    _without_unit,
    _each_record,
    _both_ends,
    _from_to,
    _beyond,
    _difference,
    _averaged_by_row,
    _in_one_time,
    _most_rows_in_time,
    _differing,
    _by_how_much,
    _without_afterthought,
)
