"""Columns that say how many of something each row has, and verbs that say nothing but what is counted."""

from dataclasses import replace

from claribi.ask.adjectives import DEAD, STRENGTH
from claribi.ask.intent import Limit, Places, Wanted
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Number, Phrase, Unknown
from claribi.ask.presence import NONE
from claribi.ask.roots import same_root
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Called, Thing, Value
from claribi.ask.whole_rows import WholeRows
from claribi.ask.words import stem, stems_of
from claribi.ask.years import may_hold_years
from claribi.query.schemas import Aggregation

# How sure one can be that numbers of each row are to be added up, and that a verb says nothing more.
ADDED_UP, JOINING = 0.8, 0.72
# What columns of numbers are called by that are codes, places or classes, though in the plural.
CODES = frozenset({"class", "series", "code", "id", "status", "address", "rating", "stars", "points"})
# What columns of how large something is are called behind it, and how sure one can be of one.
SIZES, SIZED = ("size", "amount", "volume", "count"), 0.88
AFTER_VERB = frozenset({"most", "compares", "bounds"})
# A mark is lacking in more than this share of the rows, and is one of so few.
MARKED, FEW_MARKS = 0.5, 10
# How sure one can be that rows with a mark are meant, or each row of those that share a name.
MARKED_SO = 0.82
# How sure one can be that what is just mentioned is not to be split by.
MENTIONED = 0.7
# So many phrases may stand between a verb and what it is about.
REACH = 3


class Tallies(WholeRows):
    """Reads such columns and verbs."""

    def _is_tally(self, thing: Thing) -> bool:
        """Whether a column of small whole numbers counts something of each row: `adults`."""
        column = thing.column
        if column is None or thing.kind != "dimension" or column.type != "integer" or may_hold_years(thing):
            return False
        words = thing.title.split()
        from_none = isinstance(column.minimum, int) and 0 <= column.minimum <= 1
        is_plural = any(stem(word) != word for word in (words[0], words[-1])) and words[-1] not in CODES
        return is_plural and from_none and self._vocabulary.truth_of(thing) is None

    def _counts_otherwise(self, what: Thing) -> bool:
        """`how many adults`, where each booking says how many there were."""
        behind = self._peek()
        is_named = behind is not None and isinstance(behind.meaning, Named)
        after = self._phrases[self._at + 1] if self._at + 1 < len(self._phrases) else None
        rows, is_next = (
            self._thing_at(1),
            behind is not None and after is not None and after.start == behind.end,
        )
        if is_next and rows is not None and rows.kind == "rows" and self._leaves_out_none(what):
            self._at += 2
            self._intent.wanted.append(Wanted(None, table=rows.table))
            return True
        if not self._splitting and is_named and self._is_mark(what) and not self._names_kind(what):
            # `how many medals did Finland get`: the rows that have one
            self._at += 1
            self._intent.present.append(what)
            self._intent.wanted.append(Wanted(None, table=what.table))
            self._intent.doubt(MARKED_SO, f"rows that have a {what.title}")
            return True
        if not self._splitting and is_named and self._is_tally(what) and not self._names_kind(what):
            said: Aggregation | None = self._aggregation
            self._aggregation = None
            self._intent.wanted.append(Wanted(what, said or "sum"))
            self._intent.doubt(ADDED_UP, f"{what.title} of all rows added up")
            self._at += 1
            return True
        return super()._counts_otherwise(what)

    def _is_number_here(self, what: Thing) -> bool:
        """`with no children or babies`: those that have none of them."""
        if self._negated and self._is_tally(what) and not self._splitting:
            self._negated = self._keyword_at(0) in {"or", "and"} and self._is_tally_at(1)
            self._intent.limits.append(Limit("=", 0, what, of_rows=True))
            return True
        if self._aggregation == "sum" and self._is_tally(what) and not self._splitting:
            self._measure(what, "sum")
            return True
        return super()._is_number_here(what)

    def _on_aged(self, _value: None, text: str) -> None:
        """`under 20 years old`: of the age, where it was left open what is bounded."""
        age, limits = self._names_measured("age"), self._intent.limits
        if age is None or not limits:
            self._unknown(text)
        elif limits[-1].thing != age:
            limits[-1] = replace(limits[-1], thing=age, of_rows=True, counts=False)
            if not self._intent.wanted:
                self._intent.wanted.append(Wanted(None, table=age.table))

    def _on_comparative_of(self, names: str, text: str) -> None:
        """`were the athletes older in 2016 than in 1976`"""
        measure, wanted = self._names_measured(names), self._intent.wanted
        kinds = {self._keyword_at(ahead) for ahead in range(len(self._phrases) - self._at)}
        counts_days = any(one.grain is not None for one in wanted)
        if measure is None or not kinds & {"than", "or"} or counts_days:
            # `on how many days was Oslo warmer than Rome`: rows of one held against rows of the other
            self._unknown(text)
            return
        wanted[:] = [one for one in wanted if one.thing is not None or one.ratio is not None]
        if all(one.thing != measure for one in wanted):
            wanted.append(Wanted(measure, None if names == DEAD else "avg"))
        self._intent.compares, self._aggregation = True, None

    def _is_mark(self, what: Thing) -> bool:
        """Whether a dimension marks the few rows that have something: `medals` of athletes."""
        column, rows = what.column, self._vocabulary.row_counts.get(what.table, 0)
        if column is None or what.kind != "dimension" or column.type != "string":
            return False
        return MARKED * rows < column.nulls and 0 < column.distinct <= FEW_MARKS

    def _is_tally_at(self, ahead: int) -> bool:
        thing = self._thing_at(ahead)
        return thing is not None and self._is_tally(thing)

    def _is_deed(self, phrase: Phrase) -> bool:
        """`stole the most bases`: a verb before how many, of what a number tells."""
        said = stem(phrase.text)
        if not said.isalpha() or self._at < 2:  # noqa: PLR2004 - somebody who does it, and the verb
            return False
        counts, place = False, self._at
        for following in self._phrases[place : place + REACH]:
            meaning = following.meaning
            if isinstance(meaning, Keyword) and meaning.kind in AFTER_VERB:
                counts = True
            elif isinstance(meaning, Number | Stretch):
                counts = counts or following is self._phrases[place]
            elif isinstance(meaning, Named):
                return counts and self._joins(said, following)
            elif isinstance(meaning, Keyword) and meaning.kind == "of":
                continue
            elif not isinstance(meaning, Unknown) or not counts:
                return False
        return False

    def _joins(self, said: str, following: Phrase) -> bool:
        """Whether what follows is a number that a verb is about, and how sure that is."""
        assert isinstance(following.meaning, Named)  # noqa: S101 - it was looked at
        thing = following.meaning.best.what
        if not isinstance(thing, Thing) or not (thing.kind == "measure" or self._is_tally(thing)):
            return False
        if any(same_root(said, word) for word in stems_of(thing.title)):
            return True
        is_past = said.endswith("ed") or said in PAST_VERBS
        if is_past:
            self._intent.doubt(JOINING, f"“{said}” taken to say nothing but what is counted")
        return is_past

    def _averaged_last(self) -> None:
        """`on average` behind several numbers, or behind a bound: `cost more than 150 on average`."""
        intent, said = self._intent, self._aggregation
        open_ones = [one for one in intent.wanted if one.thing is not None and one.aggregation is None]
        bounds = [limit for limit in intent.limits if limit.of_rows and limit.thing is not None]
        bounded = bounds[0].thing if len(bounds) == 1 else None
        counted = [one for one in intent.wanted if one.thing in {None, bounded} and one.ratio is None]
        if len(open_ones) > 1 and not intent.ranked:
            for one in open_ones:
                one.aggregation = said
            self._aggregation = None
        elif intent.splits and len(bounds) == 1 and len(counted) == len(intent.wanted):
            bound, place = bounds[0], intent.limits.index(bounds[0])
            intent.limits[place] = replace(bound, of_rows=False)
            intent.wanted = [Wanted(bound.thing, said)]
            self._aggregation = None
        else:
            self._average_of(said)

    def _average_of(self, said: Aggregation | None) -> None:
        """`on average` behind what it is said of."""
        intent = self._intent
        ranked_by = intent.ranked.by if intent.ranked else None
        if ranked_by is not None and ranked_by.aggregation is None:
            ranked_by.aggregation = said
        elif intent.wanted and self._is_counted_number(intent.wanted[-1]) and not intent.splits:
            # `how many games did players play on average`
            intent.wanted[-1].aggregation = said
        elif intent.wanted and intent.wanted[-1].aggregation is None and intent.wanted[-1].thing:
            intent.wanted[-1].aggregation = said
        elif not intent.wanted and said == "avg" and any(s.each for s in intent.splits):
            intent.wanted.append(Wanted(None, "avg"))

    def _is_counted_number(self, wanted: Wanted) -> bool:
        """Whether it was asked how many of something there are that a number of each row tells."""
        counts = any(isinstance(p.meaning, Keyword) and p.meaning.kind == "count" for p in self._phrases)
        return counts and wanted.thing is not None and wanted.aggregation == "sum"

    def _on_most(self, ascending: bool, text: str) -> None:
        """`largest sample`, where a number is called the sample's size; `highest percentage Johnson got`."""
        if text.casefold() in {"strongest", "weakest"} and self._can_be_rows() is not None:
            strength = self._names_measured(STRENGTH)
            if strength is not None:
                self._superlative_of((text.casefold() == "weakest", STRENGTH), text)
                return
        phrase = self._peek()
        sized = self._size_of(stem(phrase.text)) if phrase is not None else None
        behind = self._thing_at(1)
        if sized is not None and phrase is not None:
            self._phrases[self._at] = replace(phrase, meaning=Named((Called(sized, SIZED),)))
        elif self._keyword_at(0) == "share" and behind is not None and behind.kind == "measure":
            self._at += 1 if phrase is not None and " " not in phrase.text else 0
        super()._on_most(ascending, text)

    def _size_of(self, word: str) -> Thing | None:
        """The one number that says how large something is."""
        found = [
            t for t in self._vocabulary.measures(self._table) if t.title in {f"{word} {s}" for s in SIZES}
        ]
        return found[0] if len(found) == 1 else None

    def _on_share(self, value: int | None, text: str) -> None:
        """`average McMullin share`: the number is one already."""
        wanted = self._intent.wanted[-1] if self._intent.wanted else None
        is_last = self._thing_at(-2) is not None and wanted is not None and wanted.thing == self._thing_at(-2)
        if is_last and wanted is not None and wanted.aggregation in {"avg", "median"} and text.isalpha():
            self._intent.doubt(ADDED_UP, f"“{text}” taken as {wanted.thing.title if wanted.thing else text}")
            return
        super()._on_share(value, text)

    def _on_active(self, value: None, text: str) -> None:
        """`how many pollsters were active in Nevada`: those that have rows there."""
        distinct = [one for one in self._intent.wanted if one.aggregation == "count_distinct"]
        if distinct and len(distinct) == len(self._intent.wanted):
            self._intent.doubt(ADDED_UP, f"“{text}” taken as those that have rows")
        else:
            super()._on_active(value, text)

    def _limit(self, before: Thing | None, *, of_rows: bool = False) -> None:
        """`restaurants that average more than 600 calories`"""
        said, known = self._aggregation, len(self._intent.limits)
        super()._limit(before, of_rows=of_rows)
        added = self._intent.limits[known:]
        if said not in {"avg", "median"} or not self._intent.splits or len(added) != 1:
            return
        thing = added[0].thing
        counted = all(one.thing is None and one.ratio is None for one in self._intent.wanted)
        if thing is not None and thing.kind == "measure" and counted and not of_rows:
            self._intent.limits[-1] = replace(added[0], of_rows=False)
            self._intent.wanted = [Wanted(thing, said)]
            self._aggregation = None

    def _bounds_counts(self) -> bool:
        """Whether it is bounded how many rows there are: `years with more than 20 crashes`."""
        for ahead in range(len(self._phrases) - self._at - 2):
            rows = self._thing_at(ahead + 2)
            is_number = isinstance(self._meaning(ahead + 1), Number)
            if (
                self._keyword_at(ahead) == "compares"
                and is_number
                and rows is not None
                and rows.kind == "rows"
            ):
                return True
        return False

    def _is_any_of(self, what: Thing) -> bool:
        """`internet customers`, where the kind of internet is No for others: those that have some."""
        if self._is_marked_by(what):
            return True
        behind = self._peek()
        is_next = behind is not None and behind.start == self._phrases[self._at - 1].end
        if not is_next or self._can_be_rows() is None or self._splitting or self._negated:
            return False
        return self._leaves_out_none(what)

    def _is_marked_by(self, what: Thing) -> bool:
        """`medals per year`, `ended with a medal`: rows that have one."""
        phrase = self._phrases[self._at - 1]
        before = self._phrases[self._at - 2].text.casefold() if self._at > 1 else ""
        is_plural = stem(phrase.text) != phrase.text.casefold()
        is_free = not (self._splitting or self._ranks_things() or self._negated) and self._is_mark(what)
        if not is_free or not (is_plural or before == "with"):
            return False
        self._intent.present.append(what)
        if not self._intent.wanted:
            self._intent.wanted.append(Wanted(None, table=what.table))
        self._intent.doubt(MARKED_SO, f"rows that have a {what.title}")
        return True

    def _leaves_out_none(self, what: Thing) -> bool:
        """Whether a dimension has a value that says that there is none, which is left out then."""
        none = next((v for name in NONE if (v := self._none_of(what, name))), None)
        if none is None:
            return False
        others = self._others_than(none) if self._intent.share else []
        if others:
            # `what share of strikes caused damage`
            self._intent.kept.append(Value(what, others, "in"))
        else:
            self._intent.left_out.append(none)
        self._intent.doubt(ADDED_UP, f"those of any {what.title} but {none.value}")
        return True

    def _mentions(self, what: Thing, text: str) -> None:
        """`strikes with damage`: but those of which there is none; else it is told that nothing is split."""
        if not self._leaves_out_none(what):
            self._intent.doubt(MENTIONED, f"not split by {what.title}; say “by {text}” for that")

    def _others_than(self, value: Value) -> list[object]:
        """All other values of its column, where they are few."""
        named = (one.what for several in self._vocabulary.values.values() for one in several)
        own = {v.value: None for v in named if isinstance(v, Value) and v.thing == value.thing}
        return [one for one in own if one != value.value and not isinstance(one, list)]

    def _on_most_rows(self, ascending: bool, text: str) -> None:
        """`the most frequent magnitude`: how many rows each value of a number has."""
        following = self._peek_thing()
        super()._on_most_rows(ascending, text)
        if following is not None and following.kind == "measure" and not self._intent.splits:
            self._at += 1
            self._split_by(following)
            self._ranking = False

    def _on_extent(self, _value: None, text: str) -> None:
        """`price range`: its least and its most."""
        following, wanted = self._peek_thing(), self._intent.wanted
        if following is not None and following.kind == "measure":
            self._also, self._aggregation = ["min"], "max"
        elif wanted and wanted[-1].thing is not None and wanted[-1].aggregation is None:
            wanted[-1].aggregation = "min"
            wanted.append(Wanted(wanted[-1].thing, "max"))
        else:
            self._unknown(text)

    def _falls_in_time(self, text: str) -> bool:
        """`what share falls in September`: the time is what the share is of, nothing fell."""
        is_time = isinstance(self._meaning(0), Stretch | Places) and text.casefold().startswith("fall")
        self._intent.timed = self._intent.timed or (is_time and self._intent.share)
        return is_time and self._intent.share

    def _on_happened(self, _value: None, _text: str) -> None:
        """`what share of the quakes happened in April`: the time is what the share is of."""
        self._intent.timed = self._intent.share

    def _rank_rows(self) -> None:
        """`top 10 players by runs`, where names do not tell all of them apart: each row is one."""
        intent = self._intent
        self._doubt_rows()
        self._show_when()
        self._edges_of_each()
        self._average_totals()
        self._list_columns()
        self._list_asked()
        self._rank_lines()
        self._rank_by_size()
        self._rank_single_rows()
        super()._rank_rows()
        label = intent.splits[0].thing if len(intent.splits) == 1 else None
        by = intent.ranked.by if intent.ranked is not None else None
        if label is None or by is None or by.thing is None or by.aggregation is not None:
            return
        if self._tells_nearly_apart(label) and by.thing.kind == "measure":
            by.aggregation = "min" if intent.ranked and intent.ranked.ascending else "max"
            intent.doubt(MARKED_SO, f"each row by itself, as several share a {label.title}")


# Past tenses that do not end as others.
PAST_VERBS = frozenset(
    """
    stole drove hit threw ran won lost wrote flew rode ate drank gave took made built sold bought spent paid
    shot caught kept held met sang swam fell rose grew broke chose drew fought got had led left sent saw
    drives steals hits throws runs writes
    """.split()  # noqa: SIM905 - shorter to read
)
