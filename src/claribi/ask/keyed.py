"""Names of keys that stand for the rows: `share of items under 500 calories`, where each row is an item."""

from collections.abc import Sequence
from dataclasses import replace

from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Phrase
from claribi.ask.shortening import SURE
from claribi.ask.vocabulary import Called, Thing, Value, Vocabulary
from claribi.ask.words import stem

# A key that tells at least this share of the rows apart names what each of them is.
TELLING_APART = 0.9
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
