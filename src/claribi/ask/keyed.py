"""Names that stand for something else here: keys for the rows, numbers of few values for what is split by."""

from collections.abc import Sequence
from dataclasses import replace

from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Number, Phrase, Unknown, names_rows, what_of
from claribi.ask.shortening import SURE
from claribi.ask.vocabulary import Called, Thing, Value, Vocabulary
from claribi.ask.words import stem

# A key that tells at least this share of the rows apart names what each of them is.
TELLING_APART = 0.9
# What stands behind a number whose values are meant: `which RAM sizes`.
HEADS = frozenset({"sizes", "levels", "values", "numbers", "counts", "classes", "groups"})
# A whole number of so few values can be split by.
FEW_VALUES = 30
# The same of numbers with fractions, such as four limits that a policy can have.
FEW_FRACTIONS = 12
# Fewer names than that for the ids are not what they are told apart by: first names.
HALF = 0.5
COUNTING = frozenset({"count", "share"})
AVERAGING = frozenset({"avg", "median"})
# What asks for the things themselves, so that their names are the answer.
NAMING = frozenset({"which", "top", "best", "most", "most_of", "most_rows", "rank", "latest", "ever", "sort"})


def rows_by_key(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """The phrases, the name of the one table's key put for its rows where rows are counted or averaged."""
    rows = [thing for thing in vocabulary.things if thing.kind == "rows"]
    key = next((t for t in vocabulary.things if _tells_apart(t, vocabulary)), None)
    if len(rows) != 1 or key is None:
        return list(phrases)
    meaning = Named((Called(rows[0], SURE),))
    return [
        replace(phrase, meaning=meaning) if _names(phrase, key) and _is_of_rows(phrases, place) else phrase
        for place, phrase in enumerate(phrases)
    ]


def told_by_name(phrases: Sequence[Phrase]) -> list[Phrase]:
    """The phrases; who has an id and a name is told by the name, but not where they are counted."""
    return [
        replace(phrase, meaning=Named((named,)))
        if (named := _name_of(phrase)) is not None and not _is_counted(phrases, place)
        else phrase
        for place, phrase in enumerate(phrases)
    ]


def _name_of(phrase: Phrase) -> Called | None:
    """The column of names beside the one of ids that a phrase was taken for."""
    candidates = phrase.meaning.candidates if isinstance(phrase.meaning, Named) else ()
    key = what_of(phrase)
    if not isinstance(key, Thing) or key.column is None or not key.title.endswith((" id", " key", " code")):
        return None
    name = f"{key.title.rpartition(' ')[0]} name"
    found = next((one for one in candidates if isinstance(one.what, Thing) and one.what.title == name), None)
    column = found.what.column if found is not None and isinstance(found.what, Thing) else None
    return found if column is not None and column.distinct >= HALF * key.column.distinct else None


def _is_counted(phrases: Sequence[Phrase], place: int) -> bool:
    before = _before(phrases, place)
    return before is not None and before.kind in COUNTING | {"compares"}


def split_by_numbers(phrases: Sequence[Phrase]) -> list[Phrase]:
    """The phrases, a number of few values put as a dimension where things are split by it: `by ram`."""
    return [
        replace(phrase, meaning=_as_dimension(phrase.meaning)) if _is_split_by(phrases, place) else phrase
        for place, phrase in enumerate(phrases)
    ]


def _as_dimension(meaning: object) -> Named:
    assert isinstance(meaning, Named)  # noqa: S101 - only such are put so
    thing = meaning.best.what
    assert isinstance(thing, Thing)  # noqa: S101 - as above
    return Named((Called(replace(thing, kind="dimension"), meaning.best.weight),))


def _is_split_by(phrases: Sequence[Phrase], place: int) -> bool:
    """Whether a number with few values stands behind `by`, `which` or `top 3`, and another is asked for."""
    meaning = phrases[place].meaning
    thing = meaning.best.what if isinstance(meaning, Named) else None
    if not isinstance(thing, Thing) or thing.kind != "measure" or thing.column is None or not place:
        return False
    most = FEW_VALUES if thing.column.type == "integer" else FEW_FRACTIONS
    if not 1 < thing.column.distinct <= most:
        return False
    before = phrases[place - 1].meaning
    is_each = phrases[place - 1].text.casefold().endswith(" each")
    if isinstance(before, Keyword) and before.kind == "by" and (before.value is None or is_each):
        others = (_is_measured(phrases, at) for at in range(1, place - 1))
        ranks = any(isinstance(p.meaning, Keyword) and p.meaning.kind in NAMING for p in phrases[:place])
        return not ranks and (_is_measured_first(phrases[0]) or any(others) or _counts(phrases[:place]))
    if isinstance(before, Keyword) and before.kind == "by" and _counts(phrases[:place]):
        # `how many processors per process size`; `accidents per vehicle` of a column vehicles are a ratio
        last = thing.title.split()[-1]
        return names_rows(phrases[place - 2]) and stem(last) == last
    text = phrases[place].text.casefold()
    behind = phrases[place + 1] if place + 1 < len(phrases) else None
    is_headed = behind is not None and isinstance(behind.meaning, Unknown) and behind.text.casefold() in HEADS
    is_plural = (text.endswith("s") and stem(text) != text) or is_headed
    is_top = isinstance(before, Number) and place > 1 and _is_keyword(phrases[place - 2], "top")
    return is_plural and (is_top or _is_keyword(phrases[place - 1], "which"))


def _is_measured_first(phrase: Phrase) -> bool:
    what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    return isinstance(what, Thing) and what.kind in {"measure", "metric", "rows"}


def _counts(phrases: Sequence[Phrase]) -> bool:
    return any(_is_keyword(phrase, "count") for phrase in phrases)


def _is_keyword(phrase: Phrase, kind: str) -> bool:
    return isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == kind


def _tells_apart(key: Thing, vocabulary: Vocabulary) -> bool:
    """Whether a text is another one in nearly every row."""
    column, count = key.column, vocabulary.row_counts.get(key.table, 0)
    is_text = key.kind == "key" and column is not None and column.type == "string"
    return is_text and column is not None and 0 < TELLING_APART * count <= column.distinct


def _names(phrase: Phrase, key: Thing) -> bool:
    what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    return isinstance(what, Thing) and what == key and stem(phrase.text).isalpha()


def _is_of_rows(phrases: Sequence[Phrase], place: int) -> bool:
    """Whether what a key names is counted, or what others are an average or share of."""
    keywords = [p.meaning for p in phrases[:place] if isinstance(p.meaning, Keyword)]
    kinds = {keyword.kind for keyword in keywords}
    before = _before(phrases, place)
    if before is None:
        behind = [p.meaning for p in phrases[place + 1 :]]
        splits = any(isinstance(one, Keyword) and one.kind == "by" for one in behind)
        asks = any(isinstance(one, Keyword) and one.kind in NAMING | COUNTING for one in behind)
        measures = any(_is_measured(phrases, at) for at in range(place + 1, len(phrases)))
        return splits and not asks and not measures
    if before.kind == "count":
        return bool(before.value != "different")
    if before.kind == "share":
        return True
    if before.kind == "by" and before.value == "each":
        averaged = any(one.kind == "aggregation" and one.value in AVERAGING for one in keywords)
        return averaged and not kinds & {"most", "most_of", "top"}
    return False


def _is_measured(phrases: Sequence[Phrase], place: int) -> bool:
    """Whether a number is asked for, not one that bounds or that only says which rows."""
    meaning = phrases[place].meaning
    what = meaning.best.what if isinstance(meaning, Named) else None
    if not isinstance(what, Thing) or what.kind not in {"measure", "metric"}:
        return False
    before = phrases[place - 1].meaning
    return not (isinstance(before, Keyword) and before.kind in {"missing", "not", "of"})


def _before(phrases: Sequence[Phrase], place: int) -> Keyword | None:
    """The keyword that a name belongs to, past values that only say which rows."""
    for phrase in reversed(phrases[:place]):
        meaning = phrase.meaning
        if isinstance(meaning, Keyword) and meaning.kind != "of":
            return meaning
        if not isinstance(meaning, Keyword) and not (
            isinstance(meaning, Named) and isinstance(meaning.best.what, Value)
        ):
            return None
    return None
