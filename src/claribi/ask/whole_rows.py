"""Rows themselves in a question: the one with most of something, when and where it was, columns of each."""

from collections.abc import Sequence
from dataclasses import replace

from claribi.analysis.names import plural
from claribi.ask.amounts import only_amount
from claribi.ask.beside import NAMING
from claribi.ask.columns import named_in_front
from claribi.ask.cursor import UNSURE
from claribi.ask.intent import Single, Split, Wanted
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Number, Phrase, kind_of, names_rows, what_of
from claribi.ask.ranking import EXTREME
from claribi.ask.single import COUNTING, is_plural
from claribi.ask.synonyms import TAKINGS
from claribi.ask.twins import Twins
from claribi.ask.vocabulary import Thing, Value
from claribi.ask.words import stems_of

# What says how large a row is.
SIZE = "revenue amount price total value cost size quantity"
# What keys are called that are numbers of rows, no names.
NUMBERING = frozenset({"id", "key", "code", "no", "number", "uuid", "identifier"})
# Names that tell so many of the rows apart are those of single rows.
NEARLY_ALL = 0.9
# So many columns named in front are a list of them.
FEWEST_LISTED = 2
# Names of what rows are about; of fewer different ones than this share of the rows many share each.
NAMED, SHARED_BY_MANY = frozenset({"name", "title"}), 0.9


PACES = frozenset({"hourly", "daily", "weekly", "monthly", "quarterly", "yearly", "annual"})
# What the names of people are called.
OF_PEOPLE = frozenset({"first", "last", "full", "family", "given"})
# What a noun with bounds is made of, and the fewest phrases of one.
NAMING_ROWS = frozenset({None, "of", "and", "compares", "bounds", "between", "unit", "is", "has"})
FEWEST_NAMING = 4


def _value_of(phrase: Phrase) -> object:
    return phrase.meaning.value if isinstance(phrase.meaning, Keyword) else None


class WholeRows(Twins):
    """Reads what asks for rows themselves."""

    # Whether it was asked for a list.
    _lists = False
    # Whether it was asked when or where the row was that has most of something.
    _asks_when = False

    def _on_when(self, value: None, text: str) -> None:
        """`when was the deadliest crash`: the row itself, its time among all that is known of it."""
        kinds = {self._keyword_at(ahead) for ahead in range(len(self._phrases) - self._at)}
        if self._at == 1 and kinds & {"most_of", "most"} and self._vocabulary.time:
            self._asks_when = True
        else:
            super()._on_when(value, text)

    def _on_where(self, value: None, text: str) -> None:
        """`where was the strongest quake`: the row itself, its place among all that is known of it."""
        kinds = {self._keyword_at(at - self._at) for at in range(len(self._phrases))}
        if kinds & {"most_of", "most"} and not self._intent.splits and "aggregation" not in kinds:
            self._asks_when = True
        else:
            super()._on_where(value, text)

    def _doubt_rows(self) -> None:
        """Rows of which several have one name may be several of one thing: observations of a storm."""
        intent = self._intent
        if not any(one.thing is None and one.ratio is None for one in intent.wanted):
            return
        things = [t for t in self._vocabulary.things if t.kind == "dimension" and t.column is not None]
        for phrase in self._phrases:
            named = phrase.meaning.candidates if isinstance(phrase.meaning, Named) else ()
            rows = next(
                (one.what for one in named if isinstance(one.what, Thing) and one.what.kind == "rows"), None
            )
            said = stems_of(phrase.text)
            for thing in things if rows is not None else ():
                if (thing.title in NAMED or stems_of(thing.title) == said) and self._is_shared(thing):
                    intent.doubt(
                        UNSURE, f"every row counted; say “different {plural(thing.title)}” for those"
                    )
                    return

    def _is_shared(self, thing: Thing) -> bool:
        """Whether a name stands in many rows."""
        rows = self._vocabulary.row_counts.get(thing.table, 0)
        return thing.column is not None and 0 < thing.column.distinct < SHARED_BY_MANY * rows

    def _list_asked(self) -> None:
        """`list the storms that reached category 5`: their names, each once, not only how many there are."""
        intent = self._intent
        said = intent.wanted[0] if len(intent.wanted) == 1 else None
        parts = (intent.splits, intent.ranked, intent.growth, intent.share, intent.compares, intent.single)
        if said is None or any(parts):
            return
        counts = said.aggregation == "count_distinct" and any(limit.counts for limit in intent.limits)
        if counts and self._keyword_nowhere("count"):
            # `months with at least 20 orders`
            intent.splits, intent.wanted = [Split(said.thing, said.grain)], []
            return
        if not (self._lists or self._names_rows_only()):
            return
        rows = said.table or self._only_table()
        bounds = [limit.thing for limit in intent.limits if limit.thing and limit.thing.kind == "measure"]
        if said.aggregation == "count_distinct" and self._keyword_nowhere("count"):
            # `list the months in which the price was above 6`
            intent.splits, intent.wanted = (
                [Split(said.thing, said.grain)],
                [Wanted(one) for one in bounds[:1]],
            )
            intent.limits = [replace(limit, of_rows=False) for limit in intent.limits]
        elif rows and said in (Wanted(None), Wanted(None, table=rows)):
            self._list_rows_of(rows, bounded=bool(bounds))

    def _names_rows_only(self) -> bool:
        """`chips with at least 8 threads`: rows with a bound that have names; nothing is asked of them."""
        if not self._intent.limits or self._rows_said is None or len(self._phrases) < FEWEST_NAMING:
            return False
        label = self._label_of(self._rows_said)
        kinds = {kind_of(phrase) for phrase in self._phrases}
        is_named = label is not None and label.kind == "key" and self._says_what(label)
        is_number = isinstance(self._phrases[0].meaning, Number)
        return is_named and kinds <= NAMING_ROWS and not is_number

    def _list_rows_of(self, table: str, *, bounded: bool) -> None:
        intent, label = self._intent, self._label_of(table)
        tells = self._says_what if label is not None and label.kind == "key" else self._is_of_rows
        if label is not None and not tells(label):
            label = None
        if label is not None and label.kind == "key":
            intent.listed = label
        elif label is not None:
            intent.splits.append(Split(label))
        elif intent.kept or intent.stretches or intent.left_out or bounded:
            # `list all accidents in Oslo`, which have no names: all that is known of each
            intent.limits = [replace(limit, of_rows=True) for limit in intent.limits]
            intent.columns = [t for t in self._vocabulary.things if t.table == table and t.column is not None]
            intent.wanted = []

    def _is_of_rows(self, label: Thing) -> bool:
        """Whether a name is that of the rows: the ship_name that many orders share is of something else."""
        others = set(stems_of(label.title)) - NAMED - OF_PEOPLE
        rows = {stem for phrase in self._phrases if names_rows(phrase) for stem in stems_of(phrase.text)}
        is_of_rows = bool(others & (set(stems_of(label.table)) | rows))
        return not others or is_of_rows or not self._is_shared(label)

    @staticmethod
    def _says_what(label: Thing) -> bool:
        """Whether a key is a name that says what a row is, no number of it."""
        is_text = label.column is not None and label.column.type == "string"
        last = stems_of(label.title)[-1]
        return is_text and (bool(NAMED & set(stems_of(label.title))) or last not in NUMBERING)

    def _keyword_nowhere(self, kind: str) -> bool:
        return all(not isinstance(p.meaning, Keyword) or p.meaning.kind != kind for p in self._phrases)

    def _show_when(self) -> None:
        """The row with most of what was asked for, where it was asked when that was."""
        intent = self._intent
        extreme = [one for one in intent.wanted if one.thing and one.aggregation in EXTREME]
        by = intent.ranked.by if intent.ranked and intent.ranked.by else (extreme[0] if extreme else None)
        if not self._asks_when or by is None or by.thing is None or intent.single is not None:
            return
        is_least = intent.ranked.ascending if intent.ranked else by.aggregation == "min"
        intent.single = Single(by.thing, ascending=is_least)
        intent.wanted, intent.ranked, intent.splits = [Wanted(by.thing, by.aggregation or "max")], None, []

    def _average_totals(self) -> None:
        """`average daily revenue`, `average total cost per month`: of what each day or month came to."""
        averages = [p for p in self._phrases if kind_of(p) == "aggregation" and _value_of(p) == "avg"]
        sums = [p for p in self._phrases if kind_of(p) == "aggregation" and _value_of(p) == "sum"]
        takings = any(stem in TAKINGS for p in self._phrases for stem in stems_of(p.text))
        paces = any(kind_of(p) == "grain" and p.text.casefold() in PACES for p in self._phrases)
        each = any(split.each and split.grain for split in self._intent.splits)
        self._intent.averages_totals = bool(averages) and (takings or bool(sums)) and (paces or each)

    def _edges_of_each(self) -> None:
        """`the latest order of each customer`: when that was."""
        intent = self._intent
        of_each = [split for split in intent.splits if split.thing is not None and split.thing.kind != "time"]
        if intent.single is not None and intent.single.thing.kind == "time" and of_each:
            intent.wanted = [Wanted(intent.single.thing, "min" if intent.single.ascending else "max")]
            intent.single = None

    def _list_columns(self) -> None:
        """`list place, time and magnitude of all quakes stronger than 5.5`: these of each row."""
        intent, kinds = self._intent, {self._keyword_at(at - self._at) for at in range(len(self._phrases))}
        if self._ranks_columns():
            return
        asks_more = intent.ranked or intent.growth or intent.single or intent.compares or intent.above
        is_bounded = intent.kept or intent.limits or intent.stretches or intent.left_out or intent.missing
        behind = False
        if not intent.columns:
            if asks_more or self._said_by or kinds & COUNTING or not is_bounded or intent.purpose != "answer":
                return
            named = named_in_front(_without_values_in_front(self._phrases))[0]
            behind = len(named) < FEWEST_LISTED and self._lists
            if behind:
                # `list the companies with more than 200 people, together with their sales`
                named = list(dict.fromkeys([*named, *self._named_behind()]))
            asks_rows = self._lists or self._rows_said is not None or any(map(self._tells_rows_apart, named))
            are_numbers = all(thing.kind == "measure" for thing in named) and not self._lists
            if len(named) < FEWEST_LISTED or not asks_rows or are_numbers:
                return
            key = self._vocabulary.keys.get(self._rows_said or "")
            intent.columns = list(dict.fromkeys([*([key] if key else []), *named]))
            intent.distinct = self._rows_said is None and self._repeats(named[0])
        bounds = [one.thing for one in intent.limits if one.thing is not None and one.thing.kind == "measure"]
        if behind and not intent.distinct:
            # `list the orders above 700 with customer and date`: how far above as well
            intent.columns = list(dict.fromkeys([*intent.columns, *bounds]))
        first = next((thing for thing in intent.columns if thing.kind == "measure"), None)
        intent.limits = [replace(one, of_rows=True, thing=one.thing or first) for one in intent.limits]
        intent.splits, intent.wanted = [], []

    def _repeats(self, thing: Thing) -> bool:
        """Whether what is listed stands in several rows, though each is to be told once."""
        rows = self._vocabulary.row_counts.get(thing.table, 0)
        is_name = thing.kind in {"dimension", "key"} and self._keyword_nowhere("rows")
        return is_name and thing.column is not None and thing.column.distinct < NEARLY_ALL * rows

    def _ranks_columns(self) -> bool:
        """`list the 5 orders with the highest price: customer, price`: these of each of them."""
        intent, ranked = self._intent, self._intent.ranked
        by = ranked.by if ranked is not None and not ranked.nth else None
        tells = self._lists or self._tells_with()
        if by is None or by.thing is None or by.aggregation not in {None, *EXTREME} or not tells:
            return False
        says_rows = any(map(names_rows, self._phrases)) or not self._keyword_nowhere("rows")
        named = list(dict.fromkeys(self._named_behind()))
        fewest = FEWEST_LISTED if self._lists else 1
        if by.thing.kind != "measure" or not says_rows or len(named) < fewest:
            return False
        key = self._vocabulary.keys.get(by.thing.table)
        keys = [key] if key is not None and not self._lists else []
        intent.columns = list(dict.fromkeys([*keys, *named, by.thing]))
        intent.limits = [replace(one, of_rows=True, thing=one.thing or by.thing) for one in intent.limits]
        intent.splits, intent.wanted = [], []
        return True

    def _tells_with(self) -> bool:
        """Whether a question ends with `with A and B`: what is told of each row."""
        at = len(self._phrases) - 1
        while at > 0 and (what_of(self._phrases[at]) is not None or kind_of(self._phrases[at]) == "and"):
            at -= 1
        if at < 0 or at + 1 == len(self._phrases):
            return False
        return self._phrases[at].text.casefold() == "with" or kind_of(self._phrases[at]) == "beside"

    def _tells_rows_apart(self, thing: Thing) -> bool:
        return thing.kind in {"key", "time"} or self._names_rows(thing, NAMING)

    def _named_behind(self) -> list[Thing]:
        """The columns that a question ends with: `all failed loans with their state and amount`."""
        found: list[Thing] = []
        for phrase in reversed(self._phrases):
            meaning = phrase.meaning
            if isinstance(meaning, Keyword) and meaning.kind == "and":
                continue
            what = meaning.best.what if isinstance(meaning, Named) else None
            if not isinstance(what, Thing) or what.kind in {"rows", "metric"}:
                break
            found.insert(0, what)
        return found

    def _rank_lines(self) -> None:
        """`5 rows with the largest price`: the rows themselves, whatever names they have."""
        intent, ranked = self._intent, self._intent.ranked
        numbers = [one for one in intent.wanted if one.thing is not None]
        if ranked is None or intent.splits or self._keyword_nowhere("rows") or len(numbers) != 1:
            return
        [one] = numbers
        if one.thing is not None and one.thing.kind == "measure" and one.aggregation in {None, *EXTREME}:
            intent.single = Single(one.thing, ascending=ranked.ascending, n=ranked.n)
            intent.wanted, intent.ranked = [Wanted(one.thing, "min" if ranked.ascending else "max")], None

    def _rank_by_size(self) -> None:
        """`which vendor had the largest order`, `the 5 largest orders`: by how large each is."""
        intent, ranked = self._intent, self._intent.ranked
        size = self._names_measured(SIZE) or only_amount(self._vocabulary, self._rows_said)
        counts = all(one.thing is None and one.ratio is None for one in intent.wanted)
        is_counted = ranked is not None and (ranked.by is None or ranked.by.thing is None)
        if not (self._by_size and counts and is_counted) or ranked is None or size is None:
            return
        rows = next((phrase for phrase in self._phrases if self._is_after_size(phrase)), None)
        if rows is None or (intent.splits and is_plural(rows)):
            return
        extreme = Wanted(size, "min" if ranked.ascending else "max")
        if intent.splits and self._said_by:
            # `the largest order by country`: of each
            intent.ranked, intent.wanted = None, [extreme]
        elif intent.splits:
            ranked.by, intent.wanted = extreme, [extreme]
        elif ranked.n > 1 or self._names_measured(SIZE) is None:
            ranked.by = Wanted(size)
        else:
            return
        intent.doubt(UNSURE, f"by {size.title}, since no number was named")

    def _is_after_size(self, phrase: Phrase) -> bool:
        """Whether it is the rows, right behind what says that they are large."""
        before = next((one for one in self._phrases if one.end == phrase.start), None)
        return kind_of(before) == "most" and names_rows(phrase)

    def _rank_single_rows(self) -> None:
        """`top 5 crashes by deaths`, of rows that have no names: the rows themselves."""
        intent = self._intent
        by = intent.ranked.by if intent.ranked is not None else None
        if intent.ranked is None or by is None or by.thing is None or by.thing.kind != "measure":
            return
        named = any(s.thing is None or s.thing.kind != "time" or s.grain for s in intent.splits)
        counted = [one for one in intent.wanted if one.thing is None and one.ratio is None]
        table = self._rows_said
        if named or table is None or self._label_of(table) is not None or not counted or intent.ranked.n == 1:
            return
        ascending = intent.ranked.ascending
        intent.single = Single(by.thing, ascending=ascending, n=intent.ranked.n)
        intent.wanted, intent.ranked, intent.splits = (
            [Wanted(by.thing, "min" if ascending else "max")],
            None,
            [],
        )

    def _tells_nearly_apart(self, label: Thing) -> bool:
        rows = self._vocabulary.row_counts.get(label.table, 0)
        distinct = label.column.distinct if label.column is not None else 0
        return label.kind == "key" and NEARLY_ALL * rows < distinct < rows

    def _split_by_rows(self, rows: Thing) -> None:
        """`by player`: by what tells them apart; `which methods do customers use` only says whose."""
        label = self._label_of(rows.table)
        if label is not None and not self._intent.splits:
            self._split_by(label)
        self._splitting = False


def _without_values_in_front(phrases: Sequence[Phrase]) -> list[Phrase]:
    """`list all French customers with their cities`, without `French`."""
    first = next((at for at, phrase in enumerate(phrases) if isinstance(what_of(phrase), Thing)), 0)
    return [p for at, p in enumerate(phrases) if at >= first or not isinstance(what_of(p), Value)]
