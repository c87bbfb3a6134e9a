"""Which of several times a question means: `accident year`, `by payment date`, `a payment date since May`.

The names of times are found among the phrases before anything else is read of these.
"""

from collections.abc import Sequence
from itertools import pairwise

from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Phrase, Unit, Unknown
from claribi.ask.roots import same_root
from claribi.ask.shortening import OF_TIME
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Thing, Value, Vocabulary
from claribi.ask.words import stems_of

# Words of the names of times that say nothing of what happened then.
SAYING_WHEN = OF_TIME | {"year", "month", "day", "week", "quarter", "hour"}
# What says how fine a line over time is, or between which times something changed.
ALONG = frozenset({"grain", "pace", "growth", "over_time", "cycle", "versus"})


def dated(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> tuple[list[Phrase], Thing | None]:
    """The phrases without those that only say which time is meant, and that time."""
    times = [thing for thing in vocabulary.things if thing.kind == "time"]
    axes: list[tuple[int, int, Thing]] = []
    along = _tells_along(phrases)
    for place, (phrase, behind) in enumerate(pairwise([*phrases, None])):
        assert phrase is not None  # noqa: S101 - only the last is none
        if behind is not None and isinstance(behind.meaning, Unit) and phrase.end == behind.start:
            time = happening(phrase, times)
            axes += [(place, place + 1, time)] if time is not None else []
        elif along and (time := _split_by(phrases, place)) is not None:
            axes.append((place - 1, place + 1, time))
    if not axes:
        axes = _before_stretches(phrases)
    if len({time for _, _, time in axes}) != 1:
        return list(phrases), None
    said = {place for start, end, _ in axes for place in range(start, end)}
    return [phrase for place, phrase in enumerate(phrases) if place not in said], axes[0][2]


def happening(phrase: Phrase, times: Sequence[Thing]) -> Thing | None:
    """The time whose name says that what is named happened then; a value or rows are themselves."""
    what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    if isinstance(what, Value) or not isinstance(phrase.meaning, Named | Unknown):
        return None
    said = [word for word in stems_of(phrase.text) if word not in SAYING_WHEN]
    fitting = [time for time in times if said and _names(said, time)]
    return fitting[0] if len(fitting) == 1 else None


def _names(said: Sequence[str], time: Thing) -> bool:
    """Whether words say all that the name of a time does of what happened then."""
    title = [word for word in stems_of(time.title) if word not in SAYING_WHEN]
    return bool(title) and len(title) == len(said) and all(map(same_root, said, title))


def _tells_along(phrases: Sequence[Phrase]) -> bool:
    """Whether something else says how the line over time is cut, or what is compared."""
    return any(
        isinstance(p.meaning, Unit | Stretch) or (isinstance(p.meaning, Keyword) and p.meaning.kind in ALONG)
        for p in phrases
    )


def _split_by(phrases: Sequence[Phrase], place: int) -> Thing | None:
    """`per month in 2017 by payment date`: the date says which months."""
    before = phrases[place - 1].meaning if place else None
    behind = phrases[place + 1].meaning if place + 1 < len(phrases) else None
    is_split = isinstance(before, Keyword) and before.kind == "by" and before.value is None
    return _time_of(phrases[place]) if is_split and not isinstance(behind, Unit) else None


def _time_of(phrase: Phrase) -> Thing | None:
    what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    return what if isinstance(what, Thing) and what.kind == "time" else None


def _before_stretches(phrases: Sequence[Phrase]) -> list[tuple[int, int, Thing]]:
    """`with a payment date since October`: only one of the times of a row may be bounded so."""
    found = [
        (place, place + 1, time)
        for place, (phrase, behind) in enumerate(pairwise(phrases))
        if isinstance(behind.meaning, Stretch) and (time := _time_of(phrase)) is not None
    ]
    return found if len(found) == 1 and " " in phrases[found[0][0]].text else []
