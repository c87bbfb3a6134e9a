"""The place in the phrases of a question that has been reached, and what stands around it."""

from collections.abc import Sequence
from decimal import Decimal

from claribi.ask.intent import Intent, Wanted
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Meaning, Named, Number, Phrase, Unit, Unknown
from claribi.ask.shortening import ABBREVIATED, SURE
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Called, Thing, Value, Vocabulary
from claribi.ask.words import COUNTS, scale_of, stems_of
from claribi.sources.catalog import NUMERIC_TYPES

# How sure one can be of a name that may as well be something else.
UNSURE = 0.78
# What numbers are called by that were asked or planned, not those that it came to.
FOREGONE = frozenset({"orig", "original", "list", "asking", "initial", "previous", "old"})
# What columns of the places are called where something begins and ends.
DIRECTIONS = {
    "from": frozenset({"origin", "from", "source", "start", "departure", "pickup", "sender", "dep"}),
    "to": frozenset({"destination", "to", "target", "end", "arrival", "dropoff", "recipient", "arr"}),
}


class Cursor:
    """Goes through the phrases of a question.

    Args:
        table: Where names are looked for first.
    """

    def __init__(self, phrases: Sequence[Phrase], vocabulary: Vocabulary, table: str | None) -> None:
        self._phrases = list(phrases)
        self._vocabulary = vocabulary
        self._table = table
        self._at = 0
        self._intent = Intent()
        self._number: float | None = None
        # Whether the number taken last had a percent sign.
        self._in_percent = False
        # What the number taken last was multiplied by: a thousand, a million, a billion.
        self._scale = 1
        self._splitting = False
        self._negated = False
        # The number that bounds something, where it is still open what.
        self._bounding = 0.0

    def _meaning(self, ahead: int) -> Meaning | None:
        """Of a phrase from here on; 0: the next one, -2: the one before that just read."""
        place = self._at + ahead
        return self._phrases[place].meaning if 0 <= place < len(self._phrases) else None

    def _keyword_at(self, ahead: int) -> str | None:
        """The kind of a keyword from here on."""
        meaning = self._meaning(ahead)
        return meaning.kind if isinstance(meaning, Keyword) else None

    def _peek(self) -> Phrase | None:
        return self._phrases[self._at] if self._at < len(self._phrases) else None

    def _peek_thing(self) -> Thing | None:
        phrase = self._peek()
        if phrase is None or not isinstance(phrase.meaning, Named):
            return None
        what = self._chosen(phrase).what
        return what if isinstance(what, Thing) else None

    def _thing_at(self, ahead: int) -> Thing | None:
        meaning = self._meaning(ahead)
        what = meaning.best.what if isinstance(meaning, Named) else None
        return what if isinstance(what, Thing) else None

    def _next_is(self, kind: type) -> bool:
        meaning = self._meaning(0)
        return isinstance(meaning, Named) and isinstance(meaning.best.what, kind)

    def _joined_to_unit(self) -> bool:
        """Whether `and` and a unit of time follow: `by region and month`."""
        following = self._meaning(1)
        is_time = isinstance(following, Unit) or self._keyword_at(1) == "cycle"
        return self._keyword_at(0) == "and" and is_time

    def _joined_to(self, kind: type) -> bool:
        """Whether `and` or `or` and another of the kind follow."""
        meaning = self._meaning(1)
        joint = self._keyword_at(0) in {"and", "or"}
        return joint and isinstance(meaning, Named) and isinstance(meaning.best.what, kind)

    def _taken_number(self) -> float | None:
        if self._number is not None:
            number, self._number = self._number, None
            return number
        phrase = self._peek()
        if phrase is None:
            return None
        # What could be a year is a number here.
        if isinstance(phrase.meaning, Stretch) and phrase.text.isdecimal():
            self._at += 1
            return float(phrase.text)
        if isinstance(phrase.meaning, Number):
            self._at += 1
            self._in_percent = phrase.text.rstrip().endswith("%")
            self._scale = scale_of(phrase.text)
            return phrase.meaning.value
        return None

    def _scaled(self, number: float, thing: Thing | None) -> float:
        """A number as a column has it: `50%` of what is kept as 0.5, `100 billion` of billions as 100."""
        most = thing.column.maximum if thing is not None and thing.column is not None else None
        if not isinstance(most, int | float | Decimal) or thing is None:
            return number
        if self._scale > 1 and number > float(most) >= number / self._scale:
            self._intent.doubt(UNSURE, f"{thing.title} taken to be in units of {self._scale:,}")
            return number / self._scale
        return number / 100 if self._in_percent and -1 <= float(most) <= 1 else number

    def _chosen(self, phrase: Phrase) -> Called:
        """What a name stands for here; what else it could have been is told."""
        assert isinstance(phrase.meaning, Named)  # noqa: S101 - only such are asked about
        candidates = phrase.meaning.candidates
        near = [c for c in candidates if self._table in {None, _table_of(c)}] or list(candidates)
        near = _of_fewest(near)
        near.sort(key=_is_foregone)
        near.sort(key=self._borne_out_by, reverse=True)
        near.sort(key=lambda called: _is_written_so(phrase, called), reverse=True)
        near.sort(key=lambda called: self._has_direction(phrase, called), reverse=True)
        if phrase.text.casefold().endswith("s") and near[0].weight == ABBREVIATED:
            # `deals` are rows, each with a deal amount.
            near.sort(key=_is_rows, reverse=True)
        if phrase.text.casefold().endswith("s") and self._is_whole(phrase):
            # `percent of pizzas`: of the rows, though a column is called so as well
            near.sort(key=_is_rows, reverse=True)
        if phrase.text.casefold().endswith("s") and _is_mark(near[0]):
            # `1,000 retweets`: how many each row counts, not the rows that are one
            near.sort(key=_counts_some, reverse=True)
        is_row = _is_own_number(near[0]) and not self._splitting and not self._has_number_behind(phrase)
        if is_row or (phrase.text.casefold().endswith("s") and _numbers_rows(near[0])):
            # `tests` of a table covid_tests, which have a test_id that does not tell them apart
            near.sort(key=_is_rows, reverse=True)
        best = near[0]
        rivals = [c for c in near if best.weight < SURE or c.weight >= best.weight]
        others = sorted({_title(c) for c in rivals if c.what != best.what} - {_title(best)})
        if others:
            told = f"“{phrase.text}” taken as {_title(best)}, not {' or '.join(others[:3])}"
            # Whoever asks for sales of a table called so wants to know how much was sold.
            only_rows = all(_is_rows(c) for c in rivals if c.what != best.what)
            self._intent.doubt(1.0 if only_rows else UNSURE, told)
        elif best.is_told:
            self._intent.doubt(best.weight, f"“{phrase.text}” taken for {_title(best)}")
        return best

    def _before(self, following: Phrase | None) -> Meaning | None:
        """What the phrase means that stands two before another, or last."""
        place = len(self._phrases) if following is None else self._at
        return self._phrases[place - 2].meaning if place > 1 else None

    def _is_whole(self, phrase: Phrase) -> bool:
        """Whether a share is asked of it."""
        before = next(
            (self._phrases[at - 1] for at, p in enumerate(self._phrases) if p is phrase and at), None
        )
        return before is not None and isinstance(before.meaning, Keyword) and before.meaning.kind == "share"

    def _borne_out_by(self, called: Called) -> int:
        """By how many words what stands beside a value says which column it is meant of, or another value."""
        if not isinstance(called.what, Value):
            return 0
        thing, following = called.what.thing, self._peek()
        if following is not None and (said := set(stems_of(following.text)) & set(stems_of(thing.title))):
            return len(said)
        before = self._before(self._peek())
        if isinstance(before, Named) and any(one.what == thing for one in before.candidates):
            # `job satisfaction as low`, where low is a level of other satisfactions as well
            return 1
        named = (p.meaning.candidates for p in self._phrases if isinstance(p.meaning, Named))
        sure = [c[0].what for c in named if len(c) == 1]
        return int(any(isinstance(what, Value) and what.thing == thing for what in sure))

    def _has_number_behind(self, phrase: Phrase) -> bool:
        """`flight 1545`"""
        place = next((at for at, one in enumerate(self._phrases) if one is phrase), len(self._phrases))
        behind = self._phrases[place + 1 : place + 2]
        return bool(behind) and isinstance(behind[0].meaning, Number | Stretch)

    def _has_direction(self, phrase: Phrase, called: Called) -> bool:
        """`from Oslo`, `to Bergen`: a place in the column of where things begin, or where they end."""
        place = next((at for at, one in enumerate(self._phrases) if one is phrase), 0)
        before = self._phrases[place - 1] if place else None
        ends = DIRECTIONS.get(before.text.casefold()) if before is not None else None
        if ends is None or not isinstance(called.what, Value):
            return False
        return bool(ends & set(stems_of(called.what.thing.title)))

    def _can_be_rows(self) -> Called | None:
        """What is counted, where the next name can stand for rows."""
        meaning = self._meaning(0)
        if not isinstance(meaning, Named):
            return None
        rows = next((c for c in meaning.candidates if _is_rows(c)), None)
        if (
            rows is not None
            and isinstance(meaning.best.what, Value)
            and rows.weight < meaning.best.weight == SURE
        ):
            # `hurricane observations`, where some storms are no hurricanes
            return None
        return rows

    def _names_measured(self, names: str) -> Thing | None:
        """The measure that one of these names stands for, whole or as a word of a longer name."""

        known = [tuple(stems_of(name)) for name in names.split()]
        if (told := self._told_apart(known)) is not None:
            return told
        for stems in known:
            for called in sorted(self._vocabulary.names.get(stems, ()), key=lambda one: _literal(one, stems)):
                if isinstance(called.what, Thing) and called.what.kind in {"measure", "metric"}:
                    return called.what
        measures = self._vocabulary.measures(self._table)
        for [stem, *more] in known:
            found = [thing for thing in measures if not more and stem in stems_of(thing.title)]
            if found:
                return min(found, key=foregone)
        return None

    def _told_apart(self, names: Sequence[tuple[str, ...]]) -> Thing | None:
        """`lowest rated on IMDB`: of several ratings the one whose name has a word that nothing explains."""
        titles = {thing: stems_of(thing.title) for thing in self._vocabulary.measures(self._table)}
        sharing = [thing for thing, title in titles.items() if any(set(name) <= set(title) for name in names)]
        for phrase in [p for p in self._phrases if isinstance(p.meaning, Unknown)]:
            found = [thing for thing in sharing if set(stems_of(phrase.text)) <= set(titles[thing])]
            if len(found) == 1 and len(sharing) > 1:
                self._forget(phrase)
                return found[0]
        return None

    def _forget(self, phrase: Phrase) -> None:
        """What has told something apart says nothing more."""
        place = self._phrases.index(phrase)
        if place >= self._at:
            del self._phrases[place]
        elif phrase.text in self._intent.unknown:
            self._intent.unknown.remove(phrase.text)

    def _unknown(self, text: str) -> None:
        self._intent.unknown.append(text)

    def _counts_rows(self) -> bool:
        """Whether rows are counted that nothing named: `how many` by itself."""
        wanted = self._intent.wanted
        return bool(wanted) and wanted[-1] == Wanted(None)


def _is_written_so(phrase: Phrase, called: Called) -> bool:
    """`Luna`, where another one is called LUNA in the same column."""
    return isinstance(called.what, Value) and str(called.what.value) == phrase.text


def _literal(called: Called, stems: Sequence[str]) -> tuple[bool, float, bool]:
    """What is called so itself comes before what only means the same: an actual cost before a budget."""
    says = isinstance(called.what, Thing) and set(stems) <= set(stems_of(called.what.title))
    return not says, -called.weight, isinstance(called.what, Thing) and foregone(called.what)


def _of_fewest(near: list[Called]) -> list[Called]:
    """`Rodent` of the few classes rather than of the many kinds, where both have one called so."""
    same = [c for c in near if isinstance(c.what, Value) and c.weight == near[0].weight]
    columns = {c.what.thing for c in same if isinstance(c.what, Value)}
    if near[0] not in same or len(columns) < len(same):
        return near
    return sorted(same, key=_different_ones) + [c for c in near if c not in same]


def _different_ones(called: Called) -> int:
    column = called.what.thing.column if isinstance(called.what, Value) else None
    return column.distinct if column is not None else 0


def _is_mark(called: Called) -> bool:
    column = called.what.column if isinstance(called.what, Thing) else None
    return column is not None and column.type == "boolean"


def _counts_some(called: Called) -> bool:
    """Whether it is a number of something of each row: `retweet_count`."""
    what = called.what
    return isinstance(what, Thing) and what.kind == "measure" and bool(COUNTS & set(stems_of(what.title)))


def _is_foregone(called: Called) -> bool:
    return isinstance(called.what, Thing) and foregone(called.what)


def foregone(thing: Thing) -> bool:
    """Whether a number is one that was asked or planned first: a list price, where there is a sale price."""
    return bool(FOREGONE & set(stems_of(thing.title)))


def _numbers_rows(called: Called) -> bool:
    """Whether it is a key, or a column named as one: `test_id`, the number `flight` of flights."""
    thing = called.what
    if not isinstance(thing, Thing):
        return False
    is_id = thing.kind == "dimension" and stems_of(thing.title)[-1:] == ["id"]
    return thing.kind == "key" or is_id or _is_own_number(called)


def _is_own_number(called: Called) -> bool:
    """Whether it is the number that rows called so have: `flight` of flights."""
    thing = called.what
    if not isinstance(thing, Thing) or thing.kind != "dimension" or thing.column is None:
        return False
    return thing.column.type in NUMERIC_TYPES and stems_of(thing.title) == stems_of(thing.table)


def _is_rows(called: Called) -> bool:
    return isinstance(called.what, Thing) and called.what.kind == "rows"


def _table_of(called: Called) -> str:
    return called.what.thing.table if isinstance(called.what, Value) else called.what.table


def _title(called: Called) -> str:
    if isinstance(called.what, Value):
        return f"{called.what.thing.title} {called.what.value}"
    return called.what.title
