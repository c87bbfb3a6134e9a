"""Ways of putting a question that the names of columns make plain: `most retweeted`, of a retweet_count."""

from collections.abc import Callable
from dataclasses import replace

from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Phrase, Unknown, is_mark, is_measured, kind_of, what_of
from claribi.ask.roots import same_root
from claribi.ask.vocabulary import Called, Thing, Value, Vocabulary
from claribi.ask.words import COUNTS, stem, stems_of

TRUTHS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
JOINING_TRUTHS = frozenset({"compare", "versus", "and", "or"})
# Whom rows are about.
PEOPLE = frozenset(
    {"patient", "customer", "employee", "person", "user", "client", "student", "passenger", "member"}
)
# How sure one can be that a verb says what a number is called by: `scoring 90 or more`.
BY_VERB = 0.8


def with_names(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """The phrases of a question, put as plainly as the columns let them be meant."""
    for reads in READINGS:
        phrases = reads(phrases, vocabulary)
    return phrases


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


def _most_done(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`the most retweeted tweets`: those with the largest retweet count."""
    found = list(phrases)
    for at in range(1, len(phrases)):
        text, before = phrases[at].text.casefold(), phrases[at - 1]
        if not text.endswith("ed") or kind_of(before) != "most" or not isinstance(before.meaning, Keyword):
            continue
        fitting = [m for m in vocabulary.measures() if _counts_what_is(text, m)]
        if len(fitting) == 1 and (isinstance(phrases[at].meaning, Unknown) or is_mark(phrases[at])):
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
        is_measured = kind_of(before) in {"aggregation", "most"} or isinstance(what_of(before), Value)
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


def _without_table(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`the unemployment rate` of a table about unemployment: its rate."""
    tables = {thing.table for thing in vocabulary.things}
    named = [word for table in tables for word in stems_of(table)] if len(tables) == 1 else []
    # `Forbes companies` of forbes2000
    own = {*named, *(stem(word.rstrip("0123456789")) for word in named)}
    return [
        phrase
        for at, phrase in enumerate(phrases)
        if not _is_of_rows(phrases, at, own)
        and not (
            isinstance(phrase.meaning, Unknown)
            and set(stems_of(phrase.text)) <= own
            and at + 1 < len(phrases)
            and phrases[at + 1].start == phrase.end
            and (is_measured(phrases[at + 1]) or isinstance(phrases[at + 1].meaning, Unknown))
        )
    ]


def _is_of_rows(phrases: list[Phrase], at: int, own: set[str]) -> bool:
    """`covid tests` of covid_testing: the rows, though a value is called covid."""
    rows = what_of(phrases[at + 1]) if at + 1 < len(phrases) else None
    is_next = isinstance(rows, Thing) and rows.kind == "rows" and phrases[at + 1].start == phrases[at].end
    return is_next and isinstance(what_of(phrases[at]), Value) and set(stems_of(phrases[at].text)) <= own


def _without_people(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`inpatient patients`: whoever the rows are about, though a value of another column is called so."""
    return [
        phrase
        for at, phrase in enumerate(phrases)
        if not (at and phrases[at - 1].end == phrase.start and _are_people(phrase, phrases[at - 1]))
    ]


def _are_people(phrase: Phrase, before: Phrase) -> bool:
    one, other, noun = what_of(phrase), what_of(before), stem(phrase.text)
    is_plural = noun in PEOPLE and noun != phrase.text.casefold()
    return is_plural and isinstance(one, Value) and isinstance(other, Value) and one.thing != other.thing


def _truths(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`sp500 = yes`, `for sp500 yes versus no`: what is true or not of a column that says only that."""
    found: list[Phrase] = []
    said: Thing | None = None
    for phrase in phrases:
        text = phrase.text.casefold()
        behind = 2 if kind_of(found[-1] if found else None) in {"compares", "is"} else 1
        mark = what_of(found[-behind]) if text in TRUTHS and len(found) >= behind else None
        truth = vocabulary.truth_of(mark) if isinstance(mark, Thing) else None
        if isinstance(mark, Thing) and truth is not None and (not text.isdecimal() or truth == (1, 0)):
            said = mark
            start = found[-behind].start
            found[-behind:] = [replace(phrase, start=start, meaning=_value(mark, text, vocabulary))]
        elif text in TRUTHS and said is not None and kind_of(found[-1]) in JOINING_TRUTHS:
            found.append(replace(phrase, meaning=_value(said, text, vocabulary)))
        else:
            found.append(phrase)
    return found


def _value(thing: Thing, text: str, vocabulary: Vocabulary) -> Named:
    truth = vocabulary.truth_of(thing) or (True, False)
    return Named((Called(Value(thing, truth[0] if TRUTHS[text] else truth[1]), 1.0),))


def _by_columns(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`by airbag`, of a column one of whose values is called so as well: by the column."""
    found = list(phrases)
    for at in range(1, len(phrases)):
        meaning = phrases[at].meaning
        if kind_of(phrases[at - 1]) != "by" or not isinstance(meaning, Named):
            continue
        columns = [c for c in meaning.candidates if isinstance(c.what, Thing) and c.what.kind == "dimension"]
        if columns and columns[0].weight >= meaning.best.weight:
            found[at] = replace(phrases[at], meaning=Named((columns[0],)))
    return found


def _part_of_number(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`what percentage of total rides came from casual riders`, of two columns: the one over the other."""
    share = next((at for at, phrase in enumerate(phrases) if kind_of(phrase) == "share"), None)
    numbers = [at for at, phrase in enumerate(phrases) if is_measured(phrase)]
    if share is None or len(numbers) != 2 or numbers[0] < share:  # noqa: PLR2004 - a part and a whole
        return phrases
    whole, part = numbers
    between = {kind_of(phrase) for phrase in phrases[share + 1 : part] if not is_measured(phrase)}
    one, other = what_of(phrases[whole]), what_of(phrases[part])
    is_of_one = one is not None and other is not None and one != other and one.table == other.table  # type: ignore[union-attr]  # measures are things
    if not is_of_one or not between <= {"of", "is", "aggregation"} or part - whole < 2:  # noqa: PLR2004 - a verb
        return phrases
    over = replace(phrases[whole], start=phrases[part].start, text="over", meaning=Keyword("ratio"))
    return [*phrases[:share], phrases[part], over, phrases[whole], *phrases[part + 1 :]]


READINGS: tuple[Callable[[list[Phrase], Vocabulary], list[Phrase]], ...] = (
    _truths,
    _called_as_words,
    _without_table,
    _without_people,
    _with_verbs_of_numbers,
    _most_done,
    _by_columns,
    _part_of_number,
)
