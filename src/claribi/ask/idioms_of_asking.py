"""Ways of asking that say the same in more words: `spread over`, `which month of which year`."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from claribi.ask.intent import Above
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Phrase, Unit, Unknown, kind_of, names_rows, what_of
from claribi.ask.vocabulary import Thing, Value, Vocabulary
from claribi.ask.words import stem, stems_of
from claribi.sources.catalog import NUMERIC_TYPES

SPREAD = frozenset({"spread", "distributed", "divided", "distribute", "divide"})
LATE, IN_TIME = frozenset({"late", "overdue", "delayed", "too late"}), frozenset({"on time", "in time"})
# What times are called by which something was to be done, and when it was.
DUE = frozenset({"required", "due", "promised", "deadline", "expected", "scheduled", "planned", "target"})
DONE = frozenset(
    {"shipped", "delivered", "completed", "closed", "arrived", "actual", "returned", "paid", "finished"}
)
KINDS = frozenset({"channel", "type", "kind", "category", "group", "class", "level", "status", "segment"})
GRAINS = frozenset({"hour", "day", "week", "month", "quarter", "year"})


def plainly_asked(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """The phrases of a question without what is said twice."""
    for reads in READINGS:
        phrases = reads(phrases, vocabulary)
    return phrases


def _month_of_which_year(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`in which month of which year`: each month of each year is one."""
    for at in range(len(phrases) - 3):
        fine, of, which, year = phrases[at : at + 4]
        units = isinstance(fine.meaning, Unit) and isinstance(year.meaning, Unit)
        if units and kind_of(of) in {"of", "and"} and kind_of(which) == "which":
            return [*phrases[: at + 1], *phrases[at + 4 :]]
    return phrases


def _spread_over(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`how are the orders spread over the weekdays`: by them."""
    for at in range(len(phrases) - 1):
        spread, over = phrases[at : at + 2]
        joins = over.text.casefold() in {"over", "across", "among", "between", "by"}
        if stem(spread.text) in SPREAD and what_of(spread) is None and joins and over.start == spread.end:
            by = replace(over, meaning=Keyword("by"))
            return [*(p for p in phrases[:at] if kind_of(p) != "is"), by, *phrases[at + 2 :]]
    return phrases


def _of_numbers(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`per process size (nm)`: the number is told with its unit, and that it is a size."""
    found: list[Phrase] = []
    for phrase in phrases:
        before = found[-1] if found else None
        is_size = isinstance(phrase.meaning, Unknown) and stem(phrase.text) == "size"
        is_unit = kind_of(phrase) == "unit"
        splits = len(found) > 1 and kind_of(found[-2]) == "by"
        if before is not None and splits and _is_number(before) and (is_size or is_unit):
            found[-1] = replace(before, end=phrase.end)
        else:
            found.append(phrase)
    return found


def _is_number(phrase: Phrase) -> bool:
    column = what.column if isinstance(what := what_of(phrase), Thing) else None
    return column is not None and column.type in NUMERIC_TYPES


def _year_of_time(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`for each release year`: the years of the one time."""
    found = list(phrases)
    for at, phrase in enumerate(phrases):
        what, last = what_of(phrase), stems_of(phrase.text)[-1:]
        is_time = isinstance(what, Thing) and what.kind == "time" and what in vocabulary.time.values()
        is_unit = is_time and len(stems_of(phrase.text)) > 1 and last and last[0] in GRAINS
        if is_unit and isinstance(what, Thing) and last[0] not in stems_of(what.title):
            found[at] = replace(phrase, meaning=Unit(last[0]))
    return found


def _the_one_before(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`the biggest drop compared with the month before`: a drop is that already."""
    kinds = [kind_of(phrase) for phrase in phrases]
    return phrases[:-2] if "grew_most" in kinds and kinds[-2:] == ["compare", "versus"] else phrases


def _of_kind(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`per acquisition channel`, of a column acquisition: the noun says nothing more."""
    found: list[Phrase] = []
    for phrase in phrases:
        what = what_of(found[-1]) if found else None
        is_kind = isinstance(phrase.meaning, Unknown) and stem(phrase.text) in KINDS
        is_next = bool(found) and found[-1].end == phrase.start
        if is_kind and is_next and isinstance(what, Thing) and what.kind == "dimension":
            found[-1] = replace(found[-1], end=phrase.end)
        else:
            found.append(phrase)
    return found


def _noun_of_value(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`in the Control plots`, of a plot_type: plots of that type, not each plot_id."""
    found: list[Phrase] = []
    for phrase in phrases:
        value, what = what_of(found[-1]) if found else None, what_of(phrase)
        is_pair = isinstance(value, Value) and isinstance(what, Thing) and found[-1].end == phrase.start
        if (
            is_pair
            and isinstance(value, Value)
            and isinstance(what, Thing)
            and _are_of_one(value.thing, what)
        ):
            found[-1] = replace(found[-1], end=phrase.end)
        else:
            found.append(phrase)
    return found


def _are_of_one(one: Thing, other: Thing) -> bool:
    """Whether two columns tell something of the same: plot_type and plot_id."""
    first, second = stems_of(one.title), stems_of(other.title)
    is_key = len(second) > 1 and second[-1] in {"id", "name", "number", "no", "code"}
    return one != other and len(first) > 1 and first[0] == second[0] and is_key


def _best_first(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`revenue per country, best first`, `average weight by genus, heaviest on top`: as it is anyway."""
    last = phrases[-1].text.casefold() if phrases else ""
    at = next((at for at, p in enumerate(phrases) if at > 1 and kind_of(p) in {"most", "most_of", "best"}), 0)
    is_short = 0 < len(phrases) - at <= len(("biggest", "sports", "on", "top"))
    splits = any(kind_of(phrase) == "by" for phrase in phrases[:at])
    return phrases[:at] if at and is_short and splits and last in {"first", "top"} else phrases


def _first_time(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`first order date of each customer`: the earliest."""
    found = list(phrases)
    for at, phrase in enumerate(phrases[:-1]):
        what, said = what_of(phrases[at + 1]), phrase.text.casefold()
        is_time = isinstance(what, Thing) and what.kind == "time"
        if is_time and isinstance(phrase.meaning, Unknown) and said in {"first", "last"}:
            found[at] = replace(phrase, meaning=Keyword("latest", said == "last"))
    return found


def _late(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`shipped late`: later than was asked for or promised; `on time` is not."""
    for at, phrase in enumerate(phrases):
        said = phrase.text.casefold()
        if what_of(phrase) is not None or said not in LATE | IN_TIME:
            continue
        times = [t for t in vocabulary.things if t.kind == "time"]
        due = [t for t in times if DUE & set(stems_of(t.title))]
        done = [t for t in times if DONE & set(stems_of(t.title)) and t not in due]
        if len(due) != 1 or len(done) != 1:
            return phrases
        above = Above(done[0], due[0], ">" if said in LATE else "<=")
        rest = [p for p in phrases[:at] if what_of(p) != done[0]]
        return [*rest, replace(phrase, meaning=above), *phrases[at + 1 :]]
    return phrases


def _in_groups(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`how many in each`, behind classes that were named; `group the orders by size`, before them."""
    if not phrases or not isinstance(phrases[0].meaning, Unknown) or stem(phrases[0].text) != "group":
        return phrases
    behind = next(iter(phrases[1:]), None)
    return phrases[1:] if names_rows(behind) or kind_of(behind) == "rows" else phrases


READINGS: Sequence[Callable[[list[Phrase], Vocabulary], list[Phrase]]] = (
    _month_of_which_year,
    _spread_over,
    _of_numbers,
    _year_of_time,
    _in_groups,
    _the_one_before,
    _of_kind,
    _noun_of_value,
    _best_first,
    _first_time,
    _late,
)
