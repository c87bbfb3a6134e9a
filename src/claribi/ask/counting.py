"""Rows in a question: what counts them, and the nouns that stand for them."""

from claribi.ask.adjectives import PEOPLE_COUNTED
from claribi.ask.cursor import UNSURE
from claribi.ask.intent import Single, Split, Wanted
from claribi.ask.phrases import Named, Number, Phrase
from claribi.ask.profiles import fits
from claribi.ask.ranking import LISTED
from claribi.ask.shortening import OF_TIME
from claribi.ask.takings import Takings
from claribi.ask.vocabulary import Thing, Value
from claribi.ask.words import stem, stems_of
from claribi.ask.years import YEAR_WORDS, holds_years, may_hold_years
from claribi.query.schemas import Aggregation, Grain
from claribi.sources.catalog import NUMERIC_TYPES

# Of these the total is one of money.
GIVEN = frozenset({"donation", "payment", "refund", "expense", "grant", "payout", "fee", "tax", "payroll"})
# Columns of places of the calendar.
UNITS: dict[str, Grain] = {
    "month": "month",
    "year": "year",
    "quarter": "quarter",
    "week": "week",
    "day": "day",
}
# What columns of how many work somewhere are called.
STAFF = "headcount employees staff number_of_employees num_employees"
PIECES = frozenset({"item", "piece", "unit"})
HAPPENINGS = frozenset({"booking", "reservation", "event", "incident", "measurement", "reading"})
# Numbers of what comes one after the other: different ones are counted, never added up.
ORDINALS = frozenset(
    {"round", "matchday", "stage", "lap", "chapter", "episode", "season", "semester", "wave"}
)
MANY = frozenset({"traffic", "activity", "child"})
PEOPLE = frozenset({"person", "individual", "case", "sample", "borrower", "applicant", "respondent"})
# Tables of these have a row of each person.
PERSONS = frozenset(
    """
    employee customer patient student player passenger voter applicant respondent member user person athlete
    client teacher senator worker borrower resident driver victim donor visitor guest subscriber developer
    """.split()  # noqa: SIM905 - shorter to read
)
# How sure one can be that a noun which nothing knows means the rows of a table that is not called by a noun.
GUESSED = 0.55


class Counting(Takings):
    """Reads what is counted."""

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        # Whether what is split by was introduced by `each` or `per`.
        self._each = False
        # The table whose rows were named.
        self._rows_said: str | None = None
        # What a question begins with in the plural, without asking for anything of it; whether `by` followed.
        self._named_first: Thing | None = None
        self._said_by = False
        # How many stretches of time had been named when it was said of which time they are.
        self._dated = 0
        # By what things are ranked that sold most, unless something else is named.
        self._sold: Thing | None = None

    def _rows(self, table: str) -> bool:
        """Rows that are named; whether that is all they say."""
        intent, self._rows_said = self._intent, table
        measured = bool(intent.wanted) and intent.wanted[-1].thing is not None
        if self._aggregation and self._measure_behind():
            # `average transaction amount`
            return True
        if not (self._splitting or intent.wanted) and self._is_amount_of_row():
            return True
        if not self._splitting:
            if not intent.wanted and not (intent.ranked and intent.ranked.by):
                intent.wanted.append(Wanted(None, self._aggregation_of_rows(), table=table))
        elif not self._each and intent.ranked and not intent.ranked.by:
            # `top 10 states by airports`
            intent.ranked.by, self._splitting = Wanted(None, table=table), False
        elif self._lists_behind():
            # `by pizza type`
            return True
        elif measured:
            # `revenue per order`: each row is one; `total revenue across all orders` stays a total.
            said = intent.wanted[-1].aggregation
            intent.wanted[-1].aggregation = said if said == "median" or (said and not self._each) else "avg"
            self._splitting = False
        else:
            return False
        return True

    def _is_amount_of_row(self) -> bool:
        """`average donation`, `total donations`: of the money that each is, not of how many there are."""
        text = self._phrases[self._at - 1].text
        one = stem(text) == text.casefold() and self._aggregation in {"avg", "median", "max", "min"}
        all_given = stem(text) in GIVEN and self._aggregation == "sum"
        amount = self._names_measured("amount value revenue") if one or all_given else None
        if amount is None:
            return False
        self._intent.doubt(UNSURE, f"“{text}” taken as {amount.title}")
        self._measure(amount)
        return True

    def _measure_behind(self) -> bool:
        """Whether what is measured of the rows stands right behind them."""
        following, phrase = self._peek_thing(), self._peek()
        gap = phrase.start - self._phrases[self._at - 1].end if phrase else 1
        return gap == 0 and following is not None and following.kind == "measure"

    def _lists_behind(self) -> bool:
        """Whether what is split by stands right behind the rows."""
        phrase, following = self._peek(), self._peek_thing()
        is_next = phrase is not None and phrase.start == self._phrases[self._at - 1].end
        return is_next and following is not None and following.kind in LISTED

    def _rank_rows(self) -> None:
        """`the most popular pizza`, `top 5 pizzas by price`: rows are told apart by their names."""
        intent = self._intent
        if self._rows_said is None and self._is_only_table() and self._phrases:
            # `who earns the most`
            tables = [thing.table for thing in self._vocabulary.things if thing.kind == "rows"]
            self._rows_said = tables[0] if self._phrases[0].text.casefold() == "who" else None
        if intent.ranked is None or intent.splits or self._rows_said is None:
            return
        label = self._label_of(self._rows_said)
        if self._is_largest_row():
            return
        if label is None:
            return
        others = [one for one in intent.wanted if one.thing is not None or one.ratio is not None]
        if not others and intent.ranked.by is None:
            # `who built the most cars`
            return
        intent.splits.append(Split(label))
        if others:
            intent.wanted = others
            intent.ranked.by = intent.ranked.by or others[0]

    def _is_largest_row(self) -> bool:
        """`the largest transaction`: the one with most money, where that is what rows are about."""
        intent, ranked = self._intent, self._intent.ranked
        money = self._names_measured("revenue amount price total value cost")
        counted = all(one.thing is None and one.ratio is None for one in intent.wanted)
        if not (self._by_size and counted and money) or ranked is None or ranked.n != 1 or ranked.by:
            return False
        intent.ranked, intent.wanted = None, [Wanted(money, "min" if ranked.ascending else "max")]
        if self._keyword_at(-self._at) == "which":
            # `what was the biggest order`: all of it, not only how big it was.
            intent.single = Single(money, ascending=ranked.ascending)
        intent.doubt(UNSURE, f"by {money.title}, since no number was named")
        return True

    def _is_row_noun(self, phrase: Phrase) -> bool:
        """Whether a word that nothing explains can stand for the rows, and is taken so."""
        if self._is_of_value(phrase):
            return True
        if self._keyword_at(-2) == "most_of" and self._is_only_table():
            # `the oldest passenger`
            self._intent.doubt(UNSURE, f"“{phrase.text}” taken for what the rows are about")
            return True
        is_plural = stem(phrase.text) in MANY or phrase.text.casefold().endswith("s")
        if not is_plural or self._splitting:
            return False
        return self._is_behind_value(phrase) or self._is_counted(phrase) or self._is_happening(phrase)

    def _is_pieces(self, phrase: Phrase) -> bool:
        """`how many items`, where a quantity is known."""
        if stem(phrase.text) not in PIECES or self._keyword_at(-2) != "count":
            return False
        quantity = self._quantity()
        if quantity is None:
            return False
        self._intent.wanted[-1:] = [Wanted(quantity, self._intent.wanted[-1].aggregation or "sum")]
        return True

    def _on_unit(self, value: None, text: str) -> None:
        if not self._is_pieces(self._phrases[self._at - 1]):
            super()._on_unit(value, text)

    def _is_event(self, what: Thing, text: str) -> bool:
        """`signups by month`, where each row has a signup_date: rows are counted at that time."""
        names_time = what.kind == "time" and not OF_TIME & set(stems_of(text))
        words = text.casefold().split()
        is_plural, is_said = (any(word.endswith(end) for word in words) for end in ("s", "ed"))
        splits = self._splitting and not (is_said and self._keyword_at(-2) != "by")
        if not names_time or splits or not (is_plural or is_said or self._intent.wanted):
            return False
        self._intent.axis = what
        if is_said or not is_plural:
            self._splitting = False
            # `how many deals did we close in May`
            return True
        self._rows(what.table)
        return True

    def _count_first(self) -> None:
        """`customers by region`: how many different ones, where nothing else is asked of them."""
        intent = self._intent
        if self._named_first is None or intent.wanted or intent.ranked or intent.limits or intent.growth:
            return
        others = [split for split in intent.splits if split.thing != self._named_first]
        if others and self._said_by:
            intent.splits[:] = others
            intent.wanted.append(Wanted(self._named_first, "count_distinct"))
            intent.doubt(UNSURE, f"how many different ones of {self._named_first.title}")

    def _is_only_table(self) -> bool:
        return sum(thing.kind == "rows" for thing in self._vocabulary.things) == 1

    def _is_happening(self, phrase: Phrase) -> bool:
        """`bookings per month`: what most tables of things that happen hold a row of."""
        wanted = self._intent.wanted
        if (
            self._is_young(phrase)
            or stem(phrase.text) not in HAPPENINGS | MANY
            or not self._is_only_table()
            or self._vocabulary.panels
            or wanted not in ([], [Wanted(None)])
        ):
            return False
        self._intent.doubt(UNSURE, f"each row taken as one of the {phrase.text}")
        wanted[:] = [Wanted(None)]
        return True

    def _is_young(self, phrase: Phrase) -> bool:
        """`how many children`, where an age would tell who is one."""
        return stem(phrase.text) == "child" and self._names_measured("age") is not None

    def _is_of_value(self, phrase: Phrase) -> bool:
        """`joint applications`, where joint is an application type: the value has said it."""
        before = self._meaning(-2)
        what = before.best.what if isinstance(before, Named) else None
        return isinstance(what, Value) and stem(phrase.text) in stems_of(what.thing.title)

    def _is_counted(self, phrase: Phrase) -> bool:
        """`how many passengers` of the one table `titanic`, which is not called by what its rows are."""
        rows = [thing for thing in self._vocabulary.things if thing.kind == "rows"]
        tables = {*self._vocabulary.keys, *self._vocabulary.panels}
        if len(rows) != 1 or rows[0].table in tables or rows[0].table.casefold().endswith("s"):
            return False
        titles = [thing.title for thing in self._vocabulary.things if thing.kind != "rows"]
        if self._is_young(phrase) or fits(stem(phrase.text), titles) is False:
            # `how many buyers` of a table of cars
            return False
        following = self._peek()
        begins = self._at == 1 and following is not None and following.text.casefold() == "with"
        if not begins and self._keyword_at(-2) != "count":
            return False
        if begins:
            self._intent.wanted.append(Wanted(None))
        self._intent.doubt(GUESSED, f"“{phrase.text}” taken for the rows of {rows[0].table}")
        return True

    def _is_behind_value(self, phrase: Phrase) -> bool:
        """`the highest price of compact cars`: what is asked for is known, and the value says which rows."""
        before, wanted = self._meaning(-2), self._intent.wanted
        of_value = isinstance(before, Named) and isinstance(before.best.what, Value)
        if not (of_value and wanted and wanted[-1].thing):
            return False
        if self._phrases[self._at - 2].end != phrase.start:
            return False
        self._intent.doubt(UNSURE, f"“{phrase.text}” taken as what the rows are about")
        return True

    def _on_rows(self, _value: None, text: str) -> None:
        staff = self._names_measured(STAFF) if stem(text) == "headcount" else None
        if staff is not None:
            # `average headcount`, of companies that have so many employees
            self._measure(staff)
            return
        people = self._names_measured(PEOPLE_COUNTED) if stem(text) in PEOPLE - {"case"} else None
        stands_by_year = any(holds_years(thing) for thing in self._vocabulary.things)
        if people is not None and (self._vocabulary.panels or stands_by_year) and self._counts_rows():
            # `how many people live in Japan`, of places at times
            self._intent.wanted[-1:] = [Wanted(people, "sum")]
            return
        if people is not None and (self._splitting or self._ranking):
            # `top 10 states by people affected`
            self._measure(people)
        elif stem(text) in PEOPLE and self._are_people():
            pass
        elif stem(text) in PEOPLE and (self._vocabulary.panels or self._is_of_number_or_split()):
            self._unknown(text)
        elif stem(text) in PEOPLE:
            self._intent.doubt(UNSURE, f"each row taken as one of the {text}")
        if not self._intent.wanted:
            self._intent.wanted.append(Wanted(None, self._aggregation_of_rows()))

    def _are_people(self) -> bool:
        """`people` of a table of employees, whose rows are."""
        tables = [thing.table for thing in self._vocabulary.things if thing.kind == "rows"]
        return len(tables) == 1 and stem(stems_of(tables[0])[-1]) in PERSONS

    def _is_of_number_or_split(self) -> bool:
        """`more than 10,000 people`, `by person`: of a number that nothing tells."""
        splits = self._splitting and self._keyword_at(-2) != "count"
        return splits or isinstance(self._meaning(-2), Number)

    def _is_time_verb(self, phrase: Phrase) -> bool:
        raise NotImplementedError

    @staticmethod
    def _is_numeric(thing: Thing) -> bool:
        """Whether a dimension holds numbers."""
        is_number = thing.column is not None and thing.column.type in NUMERIC_TYPES
        return is_number and thing.kind == "dimension"

    def _aggregation_of_rows(self) -> Aggregation | None:
        """Of rows that are counted an average may be asked, of each day or customer."""
        asked: Aggregation | None = self._aggregation
        if asked not in {"avg", "median"}:
            return None
        self._aggregation = None
        return asked

    def _count(self, *, different: bool) -> None:
        """`how many …`: of rows, of different values, or of what is itself a quantity."""
        phrase = self._peek()
        named = phrase is not None and isinstance(phrase.meaning, Named)
        called = (self._can_be_rows() or self._chosen(phrase)) if named and phrase is not None else None
        what = called.what if called is not None else None
        if isinstance(what, Thing) and not different and self._counts_otherwise(what):
            return
        averaged = self._aggregation_of_rows()
        wanted = Wanted(None, averaged)
        if phrase is not None and called is not None:
            if isinstance(what, Thing) and (self._vocabulary.truth_of(what) is None or different):
                self._at += 1
                self._intent.sureness = min(self._intent.sureness, called.weight)
                label = self._label_of(what.table) if different and what.kind == "rows" else None
                if label is not None:
                    wanted = Wanted(label, "count_distinct")
                    self._intent.doubt(UNSURE, f"{what.title} told apart by {label.title}")
                elif what.kind == "rows":
                    wanted = Wanted(None, averaged, table=what.table)
                    if different:
                        self._intent.doubt(GUESSED, f"each row taken as a different one of {what.title}")
                elif not different and self._is_event(what, phrase.text):
                    return
                elif self._is_quantity(what, averaged, different=different):
                    wanted = Wanted(what, self._aggregation_of_number(averaged, what))
                else:
                    wanted = Wanted(what, "count_distinct")
                    self._intent.averages |= averaged == "avg"
        elif self._keyword_at(0) == "count":
            return
        self._intent.wanted.append(wanted)

    def _is_quantity(self, what: Thing, averaged: Aggregation | None, *, different: bool) -> bool:
        """Whether what is named is a number of something itself: `number of visitors`."""
        if what.kind in {"measure", "metric"}:
            return not (different or _is_ordinal(what))
        return averaged is not None and not different and self._is_numeric(what)

    def _aggregation_of_number(self, averaged: Aggregation | None, what: Thing) -> Aggregation | None:
        """`median number of people affected`: of a number that is a count itself."""
        if what.kind == "metric":
            return None
        said, self._aggregation = self._aggregation, None
        return averaged or said or "sum"

    def _names_kind(self, what: Thing) -> bool:
        """`how many grade A loans`: a dimension before its value only says which rows."""
        behind = self._meaning(1)
        if what.kind != "dimension" or not isinstance(behind, Named | Number):
            return False
        if self._phrases[self._at].end != self._phrases[self._at + 1].start:
            return False
        if isinstance(behind, Number):
            return self._is_numeric(what)
        return any(isinstance(one.what, Value) and one.what.thing == what for one in behind.candidates)

    def _counts_otherwise(self, what: Thing) -> bool:
        """Whether what is named behind `number of` is no different values of a column."""
        is_unit = set(UNITS) & set(stems_of(self._phrases[self._at].text))
        if what.title in UNITS and what.table in self._vocabulary.time and is_unit:
            # `in how many months`: those of the calendar, not the twelve names of them
            time = self._vocabulary.time[what.table]
            self._intent.wanted.append(Wanted(time, "count_distinct", grain=UNITS[what.title]))
        elif may_hold_years(what) and not YEAR_WORDS & set(stems_of(self._phrases[self._at].text)):
            # `how many founders`, where only the year is known in which each was founded
            self._unknown(self._phrases[self._at].text)
        elif self._splitting and self._is_numeric(what):
            # `by number of bedrooms`
            self._split_by(what)
        elif self._names_kind(what):
            self._intent.wanted.append(Wanted(None, self._aggregation_of_rows()))
            return True
        else:
            return False
        self._at += 1
        return True


def _is_ordinal(thing: Thing) -> bool:
    """Whether a number says the place of a round or stage among others."""
    return thing.kind == "measure" and bool(ORDINALS & set(stems_of(thing.title)[-1:]))
