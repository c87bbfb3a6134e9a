"""The names of periods in sentences. Every date in them is a figure: a cell, or what a query was bound to."""

from datetime import datetime, time

from claribi.analysis.figures import Ref, Span
from claribi.analysis.gathered import Comparison
from claribi.analysis.story import Story
from claribi.analysis.templates import fill
from claribi.analysis.texts import moment_of
from claribi.query import periods
from claribi.query.schemas import Result


def when(comparison: Comparison, story: Story) -> list[Span]:
    """The period that is reported on: `in December 2013`, `from 1 March 2013 to 14 March 2013`."""
    history = story.data.history
    if comparison.row is not None and history is not None:
        return story.on(history, comparison.row)
    period = comparison.period
    return _bound(comparison.result, period.start, period.end, story) or fill("asked_period")


def when_before(comparison: Comparison, story: Story) -> list[Span]:
    history = story.data.history
    if comparison.row is not None and history is not None:
        return story.on(history, comparison.row - 1)
    period = comparison.period
    start, end = periods.previous(period.start, period.end, "previous_period")
    return _bound(comparison.result, start, end, story) or fill("period_before")


def _bound(result: Result, start: datetime, end: datetime, story: Story) -> list[Span]:
    """A period by the dates that the query was bound to; empty where they can't be found."""
    first, after = _parameter(result, start), _parameter(result, end)
    if first is None or after is None:
        return []
    days = -1 if end.time() == time.min else 0
    return fill("from_to", start=_date(result, first, 0, story), end=_date(result, after, days, story))


def _parameter(result: Result, moment: datetime) -> str | None:
    for name, value in result.parameters.items():
        try:
            if moment_of(value) == moment.replace(tzinfo=None):
                return name
        except (TypeError, ValueError, AttributeError):
            continue  # a parameter that is no date
    return None


def _date(result: Result, name: str, days: int, story: Story) -> Ref:
    return story.ledger.add(result, "parameter", {"name": name, "days": days}, style="date", decimals=0)
