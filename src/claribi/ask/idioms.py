"""Ways of putting a question that words beside each other make plain: `which 3 months had most orders`."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Number, Phrase, Unit, Unknown
from claribi.ask.roots import same_root
from claribi.ask.vocabulary import Called, Thing, Value, Vocabulary
from claribi.ask.words import COUNTS, stem, stems_of

RANKING = frozenset({"most", "most_of", "most_rows", "best"})
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
# What is asked once more of what was asked for: `and how low was it`.
SIZES = frozenset({"low", "high", "large", "big", "small", "much", "long"})
TRUTHS = {"yes": True, "true": True, "no": False, "false": False}
JOINING_TRUTHS = frozenset({"compare", "versus", "and", "or"})
# How sure one can be that a verb says what a number is called by: `scoring 90 or more`.
BY_VERB = 0.8


def idiomatic(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """The phrases of a question, put as plainly as they are meant."""
    found = [phrase for phrase in phrases if not _is_possessive(phrase)]
    for rewrites in REWRITES:
        found = rewrites(found)
    for reads in READINGS:
        found = reads(found, vocabulary)
    return found


def _is_possessive(phrase: Phrase) -> bool:
    """`department 8's sales`"""
    return isinstance(phrase.meaning, Unknown) and phrase.text.casefold() == "s"


def _kind(phrase: Phrase | None) -> str | None:
    return phrase.meaning.kind if phrase is not None and isinstance(phrase.meaning, Keyword) else None


def _what(phrase: Phrase | None) -> Thing | Value | None:
    return phrase.meaning.best.what if phrase is not None and isinstance(phrase.meaning, Named) else None


def _with_number_before_rank(phrases: list[Phrase]) -> list[Phrase]:
    """`which 3 months had the most orders`: which months had the 3 most."""
    place = next((at for at, phrase in enumerate(phrases[:3]) if isinstance(phrase.meaning, Number)), None)
    if place is None or any(_kind(phrase) not in {"which", "is", "listing"} for phrase in phrases[:place]):
        return phrases
    number, split = phrases[place], phrases[place + 1] if place + 1 < len(phrases) else None
    ranks = next((at for at in range(place + 2, len(phrases)) if _kind(phrases[at]) in RANKING), None)
    if ranks is None or split is None or not _is_several(split) or not _is_place(number):
        return phrases
    which = replace(number, text="which", meaning=Keyword("which"))
    front = phrases[:place] or [which]
    return [*front, *phrases[place + 1 : ranks], number, *phrases[ranks:]]


def _is_several(phrase: Phrase) -> bool:
    """Whether it is what there may be several of: `months`, `departments`."""
    what = _what(phrase)
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
            and _kind(phrase) == "growth"
            and _kind(found[-1]) == "share"
            and found[-1].end == phrase.start
        ):
            found[-1] = replace(
                phrase, text=f"{found[-1].text} {phrase.text}", meaning=Keyword("growth", "change_ratio")
            )
        else:
            found.append(phrase)
    return found


def _is_at_end(phrase: Phrase, phrases: Sequence[Phrase]) -> bool:
    """Whether it follows what grows."""
    return any(_kind(one) == "growth" and one.end <= phrase.start for one in phrases)


def _with_extreme(phrases: list[Phrase]) -> list[Phrase]:
    """`the maximum of points`, with no number that would be bounded."""
    found = list(phrases)
    for at, phrase in enumerate(phrases[:-1]):
        following = _what(phrases[at + 1])
        is_extreme = _kind(phrase) == "compares" and phrase.text.casefold().endswith("imum of")
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
    what = _what(phrase)
    is_mark = isinstance(what, Thing) and what.column is not None and what.column.type == "boolean"
    return is_mark or isinstance(what, Value)


def _or_not(phrases: list[Phrase]) -> list[Phrase]:
    """`average score, weekend or not`: by whether it is one."""
    found = list(phrases)
    for at in range(len(phrases) - 2):
        kinds = (_kind(phrases[at + 1]), _kind(phrases[at + 2]))
        is_end = phrases[at + 2].text.casefold() == "not"
        if kinds[0] in {"or", "and"} and is_end and _is_true_or_value(phrases[at]):
            by = replace(phrases[at], text="by", end=phrases[at].start, meaning=Keyword("by"))
            is_said = at > 0 and _kind(phrases[at - 1]) == "by"
            return [*found[:at], *([] if is_said else [by]), phrases[at], *found[at + 3 :]]
    return found


def _fallen_on(phrases: list[Phrase]) -> list[Phrase]:
    """`what share of sales fell in holiday weeks`: nothing became less."""
    if not any(_kind(phrase) == "share" for phrase in phrases):
        return phrases
    return [
        phrase
        for at, phrase in enumerate(phrases)
        if not (
            phrase.text.casefold() in FALLING
            and at + 2 < len(phrases)
            and _kind(phrases[at + 1]) == "of"
            and _is_true_or_value(phrases[at + 2])
        )
    ]


def _share_of_table(phrases: list[Phrase]) -> list[Phrase]:
    """A stretch of time that stands behind a mark says what the mark is of: `holiday weeks`."""
    return [
        phrase
        for at, phrase in enumerate(phrases)
        if not (
            isinstance(phrase.meaning, Unit)
            and at > 0
            and phrases[at - 1].end == phrase.start
            and _is_mark(phrases[at - 1])
            and any(_kind(one) == "share" for one in phrases[:at])
        )
    ]


def _is_mark(phrase: Phrase) -> bool:
    what = _what(phrase)
    return isinstance(what, Thing) and what.column is not None and what.column.type == "boolean"


def _with_verbs_of_numbers(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`inspections scoring 90 or more`: whose score is so much."""
    found = list(phrases)
    for at, phrase in enumerate(phrases):
        text = phrase.text.casefold()
        if not isinstance(phrase.meaning, Unknown) or not text.endswith("ing"):
            continue
        fitting = [
            m for m in vocabulary.measures() if any(same_root(text, word) for word in stems_of(m.title)[-1:])
        ]
        if len(fitting) == 1:
            found[at] = replace(phrase, meaning=Named((Called(fitting[0], BY_VERB),)))
    return found


def _without_afterthought(phrases: list[Phrase]) -> list[Phrase]:
    """`which year had the lowest rate, and how low was it`"""
    for at in range(len(phrases) - 1, 1, -1):
        asks = isinstance(phrases[at].meaning, Unknown) and phrases[at].text.casefold() in SIZES
        rest = {_kind(phrase) for phrase in phrases[at + 1 :]}
        if asks and _kind(phrases[at - 1]) == "and" and rest <= {"is"}:
            return phrases[: at - 1]
    return phrases


def _each_record(phrases: list[Phrase]) -> list[Phrase]:
    """`of every record`: of the rows, nothing is split."""
    return [
        phrase
        for at, phrase in enumerate(phrases)
        if not (_kind(phrase) == "by" and at + 1 < len(phrases) and _is_rows(phrases[at + 1]))
    ]


def _is_rows(phrase: Phrase) -> bool:
    return _kind(phrase) == "rows"


def _most_done(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`the most retweeted tweets`: those with the largest retweet count."""
    found = list(phrases)
    for at in range(1, len(phrases)):
        text, before = phrases[at].text.casefold(), phrases[at - 1]
        if not text.endswith("ed") or _kind(before) != "most" or not isinstance(before.meaning, Keyword):
            continue
        fitting = [m for m in vocabulary.measures() if _counts_what_is(text, m)]
        if len(fitting) == 1 and (isinstance(phrases[at].meaning, Unknown) or _is_mark(phrases[at])):
            meaning = Keyword("most_of", (before.meaning.value, fitting[0].title))
            merged = replace(
                before, end=phrases[at].end, text=f"{before.text} {phrases[at].text}", meaning=meaning
            )
            return [*found[: at - 1], merged, *found[at + 1 :]]
    return found


def _counts_what_is(done: str, measure: Thing) -> bool:
    """`retweet_count` of what was retweeted."""
    stems = stems_of(measure.title)
    rest = [word for word in stems if word not in COUNTS]
    return len(rest) < len(stems) and len(rest) == 1 and same_root(done, rest[0])


def _called_as_words(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`total count of all series`, of a column called count; `the construction rate`, of one called rate."""
    own = {m.title: m for m in vocabulary.measures() if m.title in {"count", "rate", "share"}}
    found: list[Phrase] = []
    for phrase in phrases if own else ():
        thing = own.get(stem(phrase.text.split()[0]))
        before = found[-1] if found else None
        is_measured = _kind(before) in {"aggregation", "most"} or isinstance(_what(before), Value)
        if isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "rate_of" and "rate" in own:
            # `the construction rate`
            value = Called(phrase.meaning.value, 1.0)
            found.append(replace(phrase, meaning=Named((value,))))
            found.append(
                replace(phrase, start=phrase.end, text="rate", meaning=Named((Called(own["rate"], 1.0),)))
            )
        elif thing is not None and isinstance(phrase.meaning, Keyword) and is_measured:
            found.append(replace(phrase, meaning=Named((Called(thing, 1.0),))))
        else:
            found.append(phrase)
    return found or phrases


def _both_ends(phrases: list[Phrase]) -> list[Phrase]:
    """`the earliest and latest ship dates`: when it began, and when it ended."""
    for at in range(len(phrases) - 3):
        first, joint, last, time = phrases[at : at + 4]
        what, kinds = _what(time), [_kind(first), _kind(joint), _kind(last)]
        if kinds != ["latest", "and", "latest"] or not isinstance(what, Thing) or what.kind != "time":
            continue
        return [*phrases[:at], first, time, joint, last, *phrases[at + 3 :]]
    return phrases


REWRITES: tuple[Callable[[list[Phrase]], list[Phrase]], ...] = (
    _with_number_before_rank,
    _grown_in_percent,
    _with_extreme,
    _without_marking,
    _or_not,
    _fallen_on,
    _share_of_table,
    _each_record,
    _both_ends,
    _without_afterthought,
)


def _without_table(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`the unemployment rate` of a table about unemployment: its rate."""
    tables = {thing.table for thing in vocabulary.things}
    own = {word for table in tables for word in stems_of(table)} if len(tables) == 1 else set()
    return [
        phrase
        for at, phrase in enumerate(phrases)
        if not (
            isinstance(phrase.meaning, Unknown)
            and set(stems_of(phrase.text)) <= own
            and at + 1 < len(phrases)
            and phrases[at + 1].start == phrase.end
            and _is_measured(phrases[at + 1])
        )
    ]


def _is_measured(phrase: Phrase) -> bool:
    what = _what(phrase)
    return isinstance(what, Thing) and what.kind == "measure"


def _truths(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`sp500 = yes`, `for sp500 yes versus no`: what is true or not of a column that says only that."""
    found: list[Phrase] = []
    said: Thing | None = None
    for phrase in phrases:
        text, mark = phrase.text.casefold(), _what(found[-1]) if found else None
        if text in TRUTHS and said is not None and _kind(found[-1]) in JOINING_TRUTHS:
            found.append(replace(phrase, meaning=_value(said, text, vocabulary)))
        elif text in TRUTHS and _kind(found[-1] if found else None) in {"compares", "is"} and len(found) > 1:
            thing = _what(found[-2])
            if isinstance(thing, Thing) and vocabulary.truth_of(thing) is not None:
                said = thing
                found[-2:] = [replace(phrase, start=found[-2].start, meaning=_value(thing, text, vocabulary))]
            else:
                found.append(phrase)
        elif text in TRUTHS and isinstance(mark, Thing) and vocabulary.truth_of(mark) is not None:
            said = mark
            found[-1] = replace(phrase, start=found[-1].start, meaning=_value(mark, text, vocabulary))
        else:
            found.append(phrase)
    return found


def _value(thing: Thing, text: str, vocabulary: Vocabulary) -> Named:
    truth = vocabulary.truth_of(thing) or (True, False)
    return Named((Called(Value(thing, truth[0] if TRUTHS[text] else truth[1]), 1.0),))


READINGS: tuple[Callable[[list[Phrase], Vocabulary], list[Phrase]], ...] = (
    _truths,
    _called_as_words,
    _without_table,
    _with_verbs_of_numbers,
    _most_done,
)
