"""From the phrases of a question to what it asks for, one phrase after the other."""

from collections.abc import Sequence

from claribi.ask.arranging import arranged
from claribi.ask.columns import listed_columns
from claribi.ask.counting import UNITS
from claribi.ask.idioms_of_lists import shown
from claribi.ask.intent import Above, Intent, Places, Split, Wanted
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Number, Phrase, Unit, Unknown, is_listing
from claribi.ask.ranking import EXTREME
from claribi.ask.spelling import DOERS
from claribi.ask.tallies import Tallies
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Called, Thing, Value, Vocabulary
from claribi.ask.words import scale_of, stems_of
from claribi.ask.years import holds_years, may_hold_years
from claribi.query.schemas import Aggregation

DEFAULT_MOVING = 3
# What a keyword sets, and to what; nothing: to its own value.
SET: dict[str, tuple[str, object]] = {
    "compare": ("compares", True),
    "growth": ("growth", None),
    "versus": ("versus", None),
    "pace": ("pace", None),
    "running": ("running", True),
    "direction": ("descending", None),
    "differs": ("differs", None),
    "ratio": ("ratio", True),
    "why": ("purpose", "why"),
    "forecast": ("purpose", "forecast"),
    "outlier": ("purpose", "outliers"),
}
# Superlatives that a name may begin with which a column is called by.
EXTREMES: dict[str, Aggregation] = {"highest": "max", "lowest": "min"}
# How sure one can be of a name that stands in no place where it could mean something.
LOOSE = 0.7


def intent_of(phrases: Sequence[Phrase], vocabulary: Vocabulary, table: str | None = None) -> Intent:
    """What the phrases of a question ask for together; names are looked for in the table first."""
    return _Listener(phrases, vocabulary, table).listen()


class _Listener(Tallies):
    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        said = shown(self._phrases, self._vocabulary)
        self._intent.columns, rest = listed_columns(said)
        asked = [phrase for phrase in rest if not is_listing(phrase)]
        self._lists = len(asked) < len(said)
        meant = arranged(asked, self._vocabulary, self._table)
        self._phrases, self._intent.axis = meant.phrases, meant.axis
        for decided in meant.decided:
            self._intent.doubt(*decided)

    def listen(self) -> Intent:
        while self._at < len(self._phrases):
            phrase = self._phrases[self._at]
            self._at += 1
            self._hear(phrase)
        self._end()
        return self._intent

    def _hear(self, phrase: Phrase) -> None:
        match phrase.meaning:
            case Keyword():
                self._keyword(phrase.meaning, phrase.text)
            case Named():
                self._named(phrase, self._chosen(phrase))
            case Stretch():
                self._stretch(phrase.meaning)
            case Places():
                self._places(phrase.meaning, phrase.text)
            case Above():
                self._compare(phrase.meaning)
            case Unit(grain):
                self._unit(grain, phrase.text)
            case Number(value):
                self._number, self._in_percent = value, phrase.text.rstrip().endswith("%")
                self._scale = scale_of(phrase.text)
            case Unknown(text):
                if not self._is_borne_out(phrase):
                    self._unknown(text)

    def _is_borne_out(self, phrase: Phrase) -> bool:
        """Whether a word that is no name stands for something that is known all the same."""
        if self._keyword_at(-2) in {"which", "by"} and phrase.text.casefold().endswith(DOERS):
            # `which inspector`: somebody, no word for the inspection's score.
            return False
        readers = (
            self._is_pieces,
            self._is_row_noun,
            self._is_takings,
            self._is_said_already,
            self._is_time_verb,
            self._is_head,
            self._is_sold,
            self._is_spelled_out,
            self._is_price_of_piece,
            self._is_part_of_number,
            self._is_edge_row,
            self._is_deed,
        )
        return any(reads(phrase) for reads in readers)

    def _end(self) -> None:
        """What was begun and nothing ended."""
        self._take_newest()
        repeats = any(limit.value == self._number for limit in self._intent.limits)
        if self._number is not None and not repeats and not self._is_code(self._number):
            self._unknown(f"{self._number:g}")
        if self._negated and not self._is_complement():
            self._unknown("without")
        if 0 < self._dated < len(self._intent.stretches) and not self._intent.compares:
            # `started in 2021 and finished in 2022`: of two columns of times
            self._unknown("two times of one row")
        missing = self._intent.missing
        if any(one.thing in missing for one in self._intent.wanted if one.aggregation == "count_distinct"):
            # `how many have no name`: rows, not different names
            self._intent.wanted = [Wanted(None)]
        self._count_each()
        self._count_by_column()
        if self._splitting and self._each and len(self._intent.kept) > 1:
            # `for Delta and United each`
            self._intent.compares = True
        if self._aggregation is not None:
            self._averaged_last()
        self._rank_sold()
        self._rank_rows()
        self._count_first()
        self._count_bounded()
        self._name_who()
        self._rank_values()
        self._take_extreme()
        self._list_named()
        self._take_part()

    def _keyword(self, keyword: Keyword, text: str) -> None:
        intent, value = self._intent, keyword.value
        if keyword.kind == "ratio" and self._is_ratio_by_name():
            return
        if keyword.kind == "growth" and self._falls_in_time(text):
            return
        if keyword.kind in SET:
            name, fixed = SET[keyword.kind]
            setattr(intent, name, value if fixed is None else fixed)
            return
        listen = getattr(self, f"_on_{keyword.kind}", None)
        if listen is not None:
            listen(value, text)

    def _on_aggregation(self, value: Aggregation, _text: str) -> None:
        wanted = self._intent.wanted
        splits = self._intent.splits
        if value == "avg" and wanted and splits and splits[-1].each and self._meaning(0) is None:
            # `flights per day on average`
            self._intent.averages = wanted[-1].aggregation == "count_distinct"
            wanted[-1].aggregation = wanted[-1].aggregation if self._intent.averages else "avg"
            return
        if value == "avg" and self._is_average_time():
            return
        if (
            value == "sum"
            and self._aggregation in {"avg", "median"}
            and self._keyword_at(-2) == "aggregation"
        ):
            # `average total cost`: of what each row costs in all
            return
        is_next = self._keyword_at(-2) in {"and", "aggregation"}
        if self._aggregation is not None and is_next and value != "sum":
            # `min, max and average wind`
            self._also.append(self._aggregation)
        self._aggregation = value

    def _on_only(self, _value: None, _text: str) -> None:
        """What follows says which rows, not by what they are split."""
        self._splitting = False

    def _on_count(self, value: str, _text: str) -> None:
        self._count(different=value == "different")

    def _on_by(self, value: str | None, _text: str) -> None:
        self._splitting, self._each, self._said_by = True, value == "each", True

    def _on_distribution(self, _value: None, text: str) -> None:
        """Of a dimension how many rows each value has; of a number there would have to be classes."""
        following = self._peek_thing()
        if following is None or following.kind in {"measure", "metric"}:
            self._unknown(text)
        elif following.kind != "rows":
            self._splitting, self._each = True, False

    def _on_comparative(self, _value: None, text: str) -> None:
        """`more orders in May than in April`: both are told."""
        ahead = range(1, len(self._phrases) - self._at)
        if any(self._keyword_at(place) == "than" for place in ahead) or self._are_alternatives():
            self._intent.compares = True
        else:
            self._unknown(text)

    def _are_alternatives(self) -> bool:
        """`more dogs or cats`: values of one dimension, of which the question is which has more."""
        places = range(-self._at, len(self._phrases) - self._at)
        joint = [at for at in places if self._keyword_at(at) in {"or", "compare"}]
        times = sum(isinstance(phrase.meaning, Stretch) for phrase in self._phrases)
        if joint and times > 1:
            # `better in 2009 or in 2014`
            return True
        named = [m.best.what for p in self._phrases if isinstance(m := p.meaning, Named)]
        values = [what.thing for what in named if isinstance(what, Value)]
        return bool(joint) and any(values.count(thing) > 1 for thing in values)

    def _on_than(self, _value: None, text: str) -> None:
        if self._intent.differs is None and not self._intent.compares:
            self._unknown(text)

    def _on_moving(self, _value: None, _text: str) -> None:
        number = self._taken_number()
        self._intent.moving = DEFAULT_MOVING if number is None else int(number)

    def _on_not(self, _value: None, _text: str) -> None:
        self._negated = True

    def _named(self, phrase: Phrase, called: Called) -> None:
        what = called.what
        if (
            (isinstance(what, Thing) and self._happened(phrase))
            or self._is_of_sides(phrase, what)
            or self._is_said_of_number(phrase, called)
        ):
            return
        self._intent.sureness = min(self._intent.sureness, called.weight)
        if isinstance(what, Value):
            self._doubt_place(what)
            if self._is_value_of_rows(phrase):
                self._intent.wanted.append(Wanted(None, table=what.thing.table))
            self._value(what)
            return
        if may_hold_years(what) and isinstance(self._meaning(0), Stretch) and not self._splitting:
            # `earliest credit line before 1980`
            self._intent.years.append(what)
            return
        begins = self._at == 1 and (self._ranks_later() or self._bounds_counts())
        says_year = "year" in stems_of(phrase.text) or begins
        if holds_years(what) and not self._ranks_things() and not says_year:
            # `built before 1900`, `sold per year`
            self._intent.years.append(what)
            return
        truth = self._vocabulary.truth_of(what)
        if (
            truth is not None
            and (not self._ranks_things() or self._describes_next(phrase))
            and not (what.kind == "measure" and self._aggregation)
        ):
            said, self._negated = truth[1 if self._negated else 0], False
            self._value(Value(what, said))
            return
        if what.kind in {"measure", "metric"}:
            first = phrase.text.casefold().split()[0]
            named = {"max", "min", "highest", "lowest"} & set(stems_of(what.title))
            if first in EXTREMES and not named and self._aggregation is None:
                # `highest temperature` of a column high_temp: the highest of these
                self._aggregation = EXTREMES[first]
            self._measure(what)
        elif self._is_said_of_a_value(what) or self._equals_number(what):
            return
        else:
            self._thing(what, phrase.text)

    def _happened(self, phrase: Phrase) -> bool:
        """`claims settled in March`, which have a settlement date as well as a settled amount."""
        is_said = phrase.text.casefold().endswith("ed") and isinstance(self._meaning(0), Stretch)
        return is_said and self._is_time_verb(phrase)

    def _describes_next(self, phrase: Phrase) -> bool:
        """Whether a number stands right behind: `won revenue` is that of what was won."""
        behind, thing = self._peek(), self._peek_thing()
        if behind is None or behind.start != phrase.end:
            return False
        if (
            self._intent.ranked is not None
            and self._keyword_at(-2) == "by"
            and self._can_be_rows() is not None
        ):
            # `top 3 products by returned orders`
            return True
        return (thing is not None and thing.kind in {"measure", "metric"}) or self._says_takings()

    def _thing(self, what: Thing, text: str) -> None:
        """Rows, a dimension, a key or a time."""
        intent = self._intent
        if what.title in UNITS and what.title != "year" and what.table in self._vocabulary.time:
            # `per month` is by the calendar, though a column numbers the months of a year as well.
            self._unit(what.title, text)
            return
        if what.kind == "rows" and (self._is_takings(self._phrases[self._at - 1]) or self._rows(what.table)):
            return
        if self._lacks_time(what):
            return
        if self._is_event(what, text) or self._is_any_of(what) or self._is_number_here(what):
            return
        if self._aggregation and self._is_numeric(what) and not self._splitting:
            # `average latitude`
            self._measure(what)
        elif self._splitting or self._ranks_things():
            self._split_by(what)
        elif (intent.wanted and self._bounds_next(what)) or what in {s.thing for s in intent.splits}:
            return
        elif intent.wanted or self._aggregation:
            self._mentions(what, text)
        else:
            if self._at == 1 and text.casefold().endswith("s"):
                self._named_first = what
            self._split_by(what)

    def _measure(self, thing: Thing, aggregation: Aggregation | None = None) -> None:
        if self._is_measured_already(thing):
            self._splitting = False
            return
        self._aggregation = self._aggregation or aggregation
        if self._negated:
            self._without(thing)
            return
        bounds = self._aggregation is None and bool(self._intent.wanted)
        if not (bounds and (self._bounds_rows(thing) or self._is_had(thing))):
            self._want_number(thing)

    def _is_measured_already(self, thing: Thing) -> bool:
        """`profit margin (profit divided by sales)`, `shortest route by distance`."""
        intent = self._intent
        if any(one.ratio and thing in (one.ratio.first, one.ratio.second) for one in intent.wanted):
            intent.ratio = False
            return True
        known = [one.thing for one in intent.wanted if one.aggregation in EXTREME]
        known += [intent.ranked.by.thing] if intent.ranked and intent.ranked.by else []
        return self._splitting and not self._each and thing in known

    def _want_number(self, thing: Thing) -> None:
        """What is asked for, what things are ranked by, or what another number is divided by."""
        intent = self._intent
        if self._aggregation is None and not self._splitting and thing.additive:
            self._aggregation = self._as_joined(thing)
        intent.wanted += [Wanted(thing, aggregation) for aggregation in self._also]
        wanted = Wanted(thing, self._aggregation)
        self._aggregation, self._also = None, []
        by_rows = intent.ranked is not None and intent.ranked.by in (None, Wanted(None))
        is_named = bool(intent.splits) or self._rows_said is not None
        if self._ranking or (self._splitting and not self._each and by_rows and is_named):
            self._ranking = self._splitting = False
            if intent.ranked is not None:
                intent.ranked.by = wanted
            elif intent.descending is None:
                intent.descending = True
        elif self._splitting and self._each and intent.wanted and (intent.ranked or not intent.splits):
            # `revenue per unit`: one over the other.
            intent.ratio = True
            if self._phrases[self._at - 2].text.casefold().endswith(" each"):
                intent.doubt(LOOSE, f"over {thing.title}, not split by its single values")
        elif self._splitting and not self._each:
            intent.doubt(LOOSE, f"{thing.title} beside it, not split by its single values")
        self._splitting = False
        if all(known.thing != thing or known.aggregation != wanted.aggregation for known in intent.wanted):
            intent.wanted.append(wanted)

    def _value(self, value: Value) -> None:
        others = [one for one in self._intent.kept if one.thing == value.thing]
        if self._is_per_value() and len(others) == 1 and all(w.thing is None for w in self._intent.wanted):
            # `how many men for every woman`
            self._intent.ratio = True
        elif self._is_per_value():
            # `employees per manager`, where Manager is a job
            self._unknown(self._phrases[self._at - 1].text)
        negated = self._negated and not isinstance(value.value, bool)
        if negated and self._keyword_text() == "without":
            # `employees without a manager`, where Manager is a job
            self._intent.doubt(LOOSE, f"those of another {value.thing.title}")
        (self._intent.left_out if negated else self._intent.kept).append(value)
        if not (self._next_is(Value) or self._joined_to(Value)):
            self._negated = False
        self._splitting = False

    def _keyword_text(self) -> str:
        """What stands before the phrase just read."""
        return self._phrases[self._at - 2].text.casefold() if self._at > 1 else ""

    def _split_by(self, thing: Thing) -> None:
        if thing.kind == "rows":
            self._split_by_rows(thing)
            return
        if all(split.thing != thing for split in self._intent.splits):
            self._intent.splits.append(Split(thing, each=self._splitting and self._each))
        goes_on = self._next_is(Thing) and self._can_be_rows() is None
        if not (self._joined_to(Thing) or self._joined_to_unit() or goes_on):
            self._splitting = False
