"""What superlatives are about: what an adjective measures, and what rows are told apart by."""

from claribi.ask.adjectives import DEAD
from claribi.ask.bounding import Bounding
from claribi.ask.cursor import UNSURE
from claribi.ask.intent import Wanted
from claribi.ask.phrases import Unit
from claribi.ask.vocabulary import Thing
from claribi.ask.words import stems_of

# Less than this share of different names among the rows means that several share one.
SHARED = 0.5
# What rows are called by.
LABELS = ("name", "title", "label", "model")


class Superlatives(Bounding):
    """Tells what is ranked, and by what."""

    def _spells_out(self, thing: Thing) -> bool:
        """Whether a text tells each row apart, but is not what rows are called by."""
        is_text = thing.column is not None and thing.column.type == "string"
        return thing.kind == "key" and is_text and thing != self._label_of(thing.table)

    def _says_by_what(self) -> bool:
        """Whether a number is named further on that things are ranked by."""
        ahead = range(len(self._phrases) - self._at)
        for place in ahead:
            thing = self._thing_at(place)
            before = {self._keyword_at(place - 1), self._keyword_at(place - 2)}
            if "by" in before and thing is not None and thing.kind in {"measure", "metric"}:
                return True
        return False

    def _ranks_times(self) -> bool:
        """Whether times are what is ranked, and no number tells how fast something is."""
        times = self._intent.splits[:1] and self._intent.splits[0].thing is None
        return bool(times) and self._names_measured("speed velocity duration time") is None

    @staticmethod
    def _adds_up(measure: Thing) -> bool:
        """`deadliest year`: the dead of all its rows together."""
        return measure.additive and bool(set(stems_of(DEAD)) & set(stems_of(measure.title)))

    def _is_own_label(self, label: Thing) -> bool:
        """Whether a name is that of the rows: `title`, `model name` of models, no airport's of flights.

        What many rows share tells none of them apart.
        """
        distinct = label.column.distinct if label.column is not None else 0
        if 0 < distinct < SHARED * self._vocabulary.row_counts.get(label.table, 0):
            return False
        others = set(stems_of(label.title)) - set(LABELS)
        return label.kind == "key" or not others or bool(others & set(stems_of(label.table)))

    def _tell_rivals(self, measure: Thing, names: str, text: str) -> None:
        """`longest flight`: by its distance or by its time."""
        known = {tuple(stems_of(name)) for name in names.split()}
        own = [t for t in self._vocabulary.measures(measure.table) if tuple(stems_of(t.title)) in known]
        others = [thing.title for thing in own if thing != measure]
        if measure in own and others:
            self._intent.doubt(UNSURE, f"“{text}” by {measure.title}, not by {' or '.join(others)}")

    def _measured_by_two(self, names: str) -> Thing | None:
        """`longest bill`: what is called by both the word behind the adjective and what that measures."""
        phrase = self._peek()
        if phrase is None:
            return None
        said, measured = set(stems_of(phrase.text)), set(stems_of(names))
        titles = {thing: set(stems_of(thing.title)) for thing in self._vocabulary.measures(self._table)}
        both = [thing for thing, title in titles.items() if said <= title and measured & title]
        if not both or isinstance(phrase.meaning, Unit):
            return None
        # `the 10 priciest sales`, which are the rows as well
        self._at += 1 if self._can_be_rows() is None else 0
        # `coldest temperature`: of several the one that the adjective means first.
        likeliest = set(stems_of(names.split(maxsplit=1)[0]))
        return max(both, key=lambda thing: len(titles[thing] & likeliest))

    def _of_each(self, measure: Thing, *, ascending: bool, is_sum: bool) -> Wanted:
        """Of a day the extreme value counts, of everything else what it usually is."""
        meaning = self._meaning(0)
        if self._adds_up(measure):
            return Wanted(measure)
        if isinstance(meaning, Unit) and meaning.grain in {"day", "hour"} and not measure.additive:
            return Wanted(measure, "min" if ascending else "max")
        return Wanted(measure, None if isinstance(meaning, Unit) and is_sum else "avg")

    def _label_of(self, table: str) -> Thing | None:
        """What rows of a table are told apart by."""
        own = (t for t in self._vocabulary.things if t.table == table and t.kind in {"dimension", "key"})
        named = next((t for t in own if set(t.title.split()) & set(LABELS)), None)
        return named or self._vocabulary.keys.get(table)
