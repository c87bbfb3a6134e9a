"""What the things of a source or model are called: their columns, metrics, rows and values."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from claribi.ask.roots import have_roots
from claribi.ask.shortening import (
    ABBREVIATED,
    BEGUN,
    LETTERS,
    NAMING,
    OF_TIME,
    PARTLY,
    SHORTENED,
    SURE,
    SYNONYM,
    Kind,
    Stems,
    are_alike,
    is_contracted,
    said_in_full,
    shortened,
    synonymous,
    tells_apart,
    without_acronyms,
)
from claribi.ask.synonyms import ALIASES, NAMESAKES, PHRASES, STATES, TAKINGS
from claribi.ask.truths import truth_in
from claribi.ask.value_names import shorter_names
from claribi.ask.words import stems_of
from claribi.query.columns import Computed
from claribi.query.schemas import Operator
from claribi.sources.catalog import Column

# Another word for a value, as `men` for Male.
ALIAS = 0.9
OPPOSITES = ("un", "non", "in")
SQUARE = re.compile(r"\bsq[ _]?ft\b", re.IGNORECASE)
PEOPLES_OF = {
    "female": ("woman", "girl", "lady"),
    "male": ("man", "boy"),
    "married": ("couple",),
    "smoker": ("smoking",),
    "senior": ("elderly",),
}
# What the whole country is called among its states, and what people say of it.
NATION = frozenset({"u s", "us", "usa", "united state", "united state of america", "national", "nationwide"})
NATIONWIDE = frozenset({"whole country", "entire country", "country as whole", "countrywide", "nationally"})
# The most values among which a word may be taken for one that it is only like.
FEW = 300
MOST_WORDS = 4
# Values with more letters on average are texts, not names.
LONGEST_NAMES = 40
# From so many letters on, words that are joined are not so by chance.
LONG = 6
# Words of a number's name that do not say of what it is.
SAYING_LITTLE = frozenset({"total", "amount", "sum", "value", "number", "overall", "whole"})
# How sure one can be of a letter that stands for a word of its column's name.
CODED = 0.88
# How sure one can be of a word that is only in the middle of a name.
PIECE = 0.72


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a question can be about.

    Attributes:
        name: What the query language calls it; of rows, their table.
        additive: Whether a sum of it means something.
        welcome: Whether more of it is good news; None where nothing tells.
        telling: How much it is what people ask this table about, from 0 to 1.
    """

    kind: Kind
    name: str
    table: str
    title: str
    column: Column | None = field(default=None, compare=False)
    additive: bool = True
    welcome: bool | None = None
    telling: float = 0.0


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a dimension, or a text that values contain or begin with."""

    thing: Thing
    value: object
    operator: Operator = "="


@dataclass(frozen=True, slots=True)
class Called:
    """A thing or value that a phrase can mean, and how sure that is.

    Attributes:
        is_told: Whether it is to be told that the phrase was taken for it.
    """

    what: Thing | Value
    weight: float
    is_told: bool = False


def is_one_of_few(called: Called) -> bool:
    """Whether a value is one of so few that a word like it is likely to mean it.

    Among thousands of names there is one like nearly every word: `older` is no Old, `alone` no AllOne.
    """
    column = called.what.thing.column if isinstance(called.what, Value) else None
    return column is None or column.distinct <= FEW


class Vocabulary:
    """All that can be named, by what it is called.

    Args:
        time: The time column of each table.
        model_id: The model that the names are of; None where they are those of one source's tables.
    """

    def __init__(
        self, things: Sequence[Thing], time: Mapping[str, Thing], model_id: int | None = None
    ) -> None:
        self.things = list(things)
        self.time = dict(time)
        self.model_id = model_id
        # Whether the data end long ago.
        self.archived = False
        self.names: dict[Stems, list[Called]] = defaultdict(list)
        self.values: dict[Stems, list[Called]] = defaultdict(list)
        # By their table: what tells its rows apart.
        self.keys: dict[str, Thing] = {}
        self.truths: dict[Thing, tuple[object, object]] = {}
        # Columns of whole sentences.
        self.texts: set[Thing] = set()
        # Tables of which each row is a place or thing at a time, so that nothing is counted by rows.
        self.panels: set[str] = set()
        # By their table: the column that says how many each row is of, where rows are groups.
        self.counted: dict[str, Thing] = {}
        # Columns that are worked out row by row, by their names.
        self.computed: dict[str, Computed] = {}
        # By their table: how long things take, worked out from when they began and ended.
        self.lasting: dict[str, Thing] = {}
        # What is done at both ends of that.
        self.deeds: dict[str, frozenset[str]] = {}
        # How many rows each table has, where that is known.
        self.row_counts: dict[str, int] = {}

    def compute(self, computed: Computed, table: str, kind: Kind, *, additive: bool = False) -> Thing:
        """Let a column be asked for that each row of a table tells, though none holds it."""
        self.computed[computed.name] = computed
        of_text = computed.classes is not None and computed.classes.edges is not None
        column = Column(computed.name, "string" if of_text else "float", "measure")
        return Thing(kind, computed.name, table, computed.name, column, additive=additive)

    def call_otherwise(self, thing: Thing, name: str, weight: float) -> None:
        """Another name for a thing, unless something is called so already."""
        stems = tuple(stems_of(name))
        if stems not in self.names:
            self.names[stems].append(Called(thing, weight))

    def call_also(self, thing: Thing, name: str, weight: float) -> None:
        """Another name for a thing, whatever else is called so."""
        self.names[tuple(stems_of(name))].append(Called(thing, weight))

    def call(self, thing: Thing, name: str, weight: float = SURE) -> None:
        """Let a thing be called by a name, its short forms, and words that mean the same."""
        stems = tuple(stems_of(SQUARE.sub("sqft", name)))
        if thing.kind == "rows" and len(stems) > 1 and stems[-1].isdecimal():
            # `polls` of the table election_polls_2016
            stems = stems[:-1]
        if not stems:
            return
        self._add(stems, thing, weight)
        is_truth = self.truth_of(thing) is not None
        for short, sure in shortened(stems, thing.kind):
            if is_truth and sure < SHORTENED:
                # Of `is_repeated_guest` the guests alone are not all of it.
                continue
            self._add(short, thing, weight * sure)
            for others, likely in synonymous(short[:MOST_WORDS]) if sure >= PARTLY else ():
                self._add_other(others, thing, weight * sure * likely)
        for others, likely in synonymous(stems[:MOST_WORDS]):
            self._add_other(others, thing, weight * likely)
        self._call_peoples(thing, stems[-1], weight if is_truth else 0)
        if (spelled := without_acronyms(thing.column.name if thing.column else "", thing.kind)) is not None:
            self._add(spelled, thing, weight * SHORTENED)
        for phrase in PHRASES.get(" ".join(stems), ()):
            self._add(tuple(stems_of(phrase)), thing, weight * SYNONYM)
        for written, sure in said_in_full(stems):
            self._add(written, thing, weight * sure)

    def _call_peoples(self, thing: Thing, last: str, weight: float) -> None:
        """`women`, where a column tells who is female."""
        for word in PEOPLES_OF.get(last, ()) if weight else ():
            self._add((word,), thing, weight * ALIAS)

    def hold(self, thing: Thing, values: Iterable[object]) -> None:
        """Let a dimension be filtered by these values."""
        values = list(values)
        truth = truth_in(values, has_gaps=thing.column is not None and thing.column.nulls > 0)
        if truth is not None:
            self.truths[thing] = truth
        aliased = are_alike(values)
        written = {" ".join(stems_of(str(value))) for value in values}
        of_states = 2 * len(written & STATES) >= len(written)
        # Sentences are not named by how they begin.
        are_names = sum(len(str(value)) for value in values) <= LONGEST_NAMES * len(values)
        self.texts |= set() if are_names else {thing}
        for value in values:
            stems = tuple(stems_of(str(value)))
            if stems:
                self.values[stems].append(Called(Value(thing, value), SURE))
            others = set(ALIASES.get(" ".join(stems), ())) if aliased else set()
            if of_states and " ".join(stems) in NATION:
                # `nationwide`, where the whole country stands among its states
                others |= NATION | NATIONWIDE
            for alias in (others | NAMESAKES.get(" ".join(stems), set())) - written:
                self.values[tuple(alias.split())].append(Called(Value(thing, value), ALIAS))
            if are_names and str(value).count(", ") == 1:
                # `Golden Retriever` for Retriever, Golden
                last, first = str(value).split(", ")
                self._add_value((*stems_of(first), *stems_of(last)), Value(thing, value))
        for stems, value in shorter_names(values, stems_of(thing.table)) if are_names else ():
            if stems not in self.values:
                self.values[stems].append(Called(Value(thing, value), BEGUN))

    def _add_value(self, stems: Stems, value: Value) -> None:
        """Another way to write a value, unless one is written so itself."""
        if stems and stems not in self.values:
            self.values[stems].append(Called(value, ALIAS))

    def truth_of(self, thing: Thing) -> tuple[object, object] | None:
        """The values that say yes and no, of what is either one or the other."""
        column = thing.column
        if column is None:
            return None
        if column.type == "boolean":
            return True, False
        if column.type == "integer" and (column.distinct, column.minimum, column.maximum) == (2, 0, 1):
            return 1, 0
        return self.truths.get(thing)

    def true_of(self, stems: Stems) -> Value | None:
        """What is true of some rows, by another word of its root: `conversion` for converted."""
        for thing in self.things:
            truth = self.truth_of(thing)
            if truth is not None and have_roots(stems, tuple(stems_of(thing.title))):
                return Value(thing, truth[0])
        return None

    def untrue_of(self, stem: str) -> Value | None:
        """What is not true of some rows: `uninsured`."""
        said = next((stem.removeprefix(one) for one in OPPOSITES if stem.startswith(one)), None)
        true = self.true_of((said,)) if said is not None and len(said) >= LETTERS else None
        truth = self.truth_of(true.thing) if true is not None else None
        return None if true is None or truth is None else Value(true.thing, truth[1])

    def value_of(self, stems: Stems) -> Value | None:
        """A value by another word of its root: `cancellation` for Cancelled."""
        found: list[Value] = [
            called.what  # type: ignore[misc]  # values are called by these names
            for name, several in self.values.items()
            for called in several
            if is_one_of_few(called) and len(name) == len(stems) and have_roots(stems, name)
        ]
        return found[0] if len(set(found)) == 1 else None

    def coded(self, stem: str) -> list[Called]:
        """What a letter stands for: `paperback` for P of a column hard_paper."""
        found = [
            called
            for [letter, *more], several in self.values.items()
            for called in several
            if not more and len(letter) == 1 and letter == stem[:1] and isinstance(called.what, Value)
            if any(
                len(word) >= LETTERS and stem.startswith(word) for word in stems_of(called.what.thing.title)
            )
        ]
        return [Called(one.what, one.weight * CODED) for one in found] if len(found) == 1 else []

    def initials(self, stem: str) -> list[Called]:
        """What a word can mean that is made of first letters: `mpg` for miles per gallon."""
        return [
            Called(called.what, called.weight * ABBREVIATED)
            for name, several in self.names.items()
            for called in several
            if called.weight == SURE and len(name) > 1 and "".join(word[0] for word in name) == stem
        ]

    def abbreviated(self, stems: Stems) -> list[Called]:
        """What columns that are called by the first letters of a phrase it can mean: `pop` for population."""
        said, before = "".join(stems), len("".join(stems[:-1]))
        return [
            Called(called.what, called.weight * ABBREVIATED)
            for name, called in ((name, one) for name, several in self.names.items() for one in several)
            if called.weight == SURE
            and (
                (len(short := "".join(name)) >= before + LETTERS and said.startswith(short))
                or is_contracted(name, stems)
            )
        ]

    def initialled(self, stems: Stems) -> list[Called]:
        """What columns can mean that are called by the first letters of a phrase: `HR` for home runs."""
        short = "".join(stem[:1] for stem in stems)
        return [
            Called(called.what, called.weight * ABBREVIATED)
            for called in self.names.get((short,), ())
            if called.weight == SURE
        ]

    def tells_when(self, stem: str) -> bool:
        """Whether a verb says which of several times is meant."""
        times = [thing for thing in self.things if thing.kind == "time"]
        usual = list(self.time.values())
        names = [tuple(w for w in stems_of(t.title) if w not in OF_TIME) for t in times if t not in usual]
        return any(name and have_roots((stem,), name) for name in names)

    def reaches(self, moment: datetime | None) -> bool:
        """Whether the times of the data begin before and end after a moment."""
        edges = [(c.minimum, c.maximum) for t in self.time.values() if (c := t.column)]
        return moment is not None and any(
            str(low)[:4] <= f"{moment:%Y}" <= str(high)[:4] for low, high in edges if low and high
        )

    def ending(self, stem: str) -> list[Called]:
        """What is called by one word that ends with another: `cars` of gtcars, `shops` of bikeshop_name."""
        found = [thing for thing in self.things if thing.kind in {"rows", "dimension", "key"}]
        return [
            Called(thing, PARTLY)
            for thing in found
            if len(stem) >= LETTERS
            and _without_naming(stems_of(thing.title)).endswith(stem)
            # `guests` of is_repeated_guest are not all of it.
            and self.truth_of(thing) is None
        ]

    def joined(self, stems: Stems) -> list[Called]:
        """What is written apart or together otherwise: `superhero` for Super Hero, `take off` for takeoff."""
        said = "".join(stems)
        if len(said) < LONG:
            return []
        known = chain(self.names.items(), self.values.items())
        return [
            called
            for name, several in known
            if len(name) != len(stems) and "".join(name) == said
            for called in several
            # `bike shop` for bikeshop_name
            if called.weight >= (PARTLY if len(name) == 1 and isinstance(called.what, Thing) else ALIAS)
        ]

    def pieces(self, stems: Stems) -> list[Called]:
        """The one column whose name has these words among others: `aircraft model` of aircraft_make_model.

        One word alone can't be what a number is about: `list` is no list price.
        """
        found, titles = [], [stems_of(measure.title) for measure in self.measures()]
        for thing in self.things:
            title = stems_of(thing.title)
            is_number = thing.kind in {"measure", "metric"}
            is_first = is_number and tells_apart(stems, title, titles)
            is_alone = is_number and (len(stems) == 1 or set(stems) <= SAYING_LITTLE) and not is_first
            is_alone = is_alone or (len(stems) == 1 and self.truth_of(thing) is not None)
            if thing.kind == "rows" or len(title) <= len(stems) or is_alone:
                continue
            rest = iter(title)
            if all(stem in rest for stem in stems):
                found.append(Called(thing, SHORTENED if len(stems) > 1 else PIECE))
        return found if len(found) == 1 else []

    def measures(self, table: str | None = None) -> list[Thing]:
        """What can be aggregated, the most telling first."""
        found = [t for t in self.things if t.kind in {"measure", "metric"} and table in {None, t.table}]
        return sorted(found, key=lambda thing: -thing.telling)

    def _add_other(self, stems: Stems, thing: Thing, weight: float) -> None:
        """Another word; rows that are called sales are no revenue."""
        if thing.kind != "rows" or stems[-1] not in TAKINGS:
            self._add(stems, thing, weight)

    def _add(self, stems: Stems, thing: Thing, weight: float) -> None:
        known = self.names[stems]
        known[:] = [c for c in known if c.what != thing or c.weight >= weight]
        if all(called.what != thing for called in known):
            known.append(Called(thing, weight))


def _without_naming(stems: Sequence[str]) -> str:
    return "".join(stems[:-1] if len(stems) > 1 and stems[-1] in NAMING else stems)
