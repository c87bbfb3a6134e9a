"""Who made a new level, or a bucket that stands out, in one more sentence of that finding."""

from datetime import datetime
from typing import Any

from claribi.analysis.change_points import ChangePoint
from claribi.analysis.detect_by_period import rows_within
from claribi.analysis.figures import Sentence
from claribi.analysis.gathered import OverTime
from claribi.analysis.makers import Maker, find_outlier_maker, find_step_maker
from claribi.analysis.names import member
from claribi.analysis.outliers import Outliers
from claribi.analysis.profile import GRAINS, MeasureProfile
from claribi.analysis.story import Story
from claribi.analysis.templates import fill
from claribi.analysis.texts import moment_of
from claribi.analysis.trend import Trend
from claribi.query import periods
from claribi.query.schemas import Result


def of_step(found: ChangePoint, measure: MeasureProfile, story: Story) -> list[Sentence]:
    return _of_level(found.series.moments[found.at], measure, story)


def of_trend(found: Trend, measure: MeasureProfile, story: Story) -> list[Sentence]:
    """What rises in a line is higher in its second half: who made that made the line."""
    return _of_level(found.series.moments[len(found.series) // 2], measure, story)


def _of_level(moment: datetime, measure: MeasureProfile, story: Story) -> list[Sentence]:
    makers = []
    for result, lines, arguments in _answers(measure, story):
        at = _rows(result, lines, arguments, moment, None)
        if at and at[0] > arguments["first"]:
            makers.append(find_step_maker(result, at=at[0], **arguments))
    return _told(makers, "step_share", story)


def of_outlier(found: Outliers, measure: MeasureProfile, story: Story) -> list[Sentence]:
    """Of the most striking of them."""
    series, makers = found.series, []
    start = series.moments[found.points[0]]
    end = periods.shift(start, 1, series.grain)
    for result, lines, arguments in _answers(measure, story):
        inside = _rows(result, lines, arguments, start, end)
        if inside and GRAINS.index(lines.grain) <= GRAINS.index(series.grain):
            makers.append(find_outlier_maker(result, start=inside[0], stop=inside[-1], **arguments))
    return _told(makers, "outlier_share", story)


def _answers(measure: MeasureProfile, story: Story) -> list[tuple[Result, OverTime, dict[str, Any]]]:
    found = []
    for dimension, (result, lines) in story.data.there.items():
        whole = rows_within(result, lines)
        if whole is None or (measure.additive and dimension in story.data.quantities):
            continue
        names = {"dimension": dimension, "column": measure.label, "grain": lines.grain}
        found.append((result, lines, whole | names | {"additive": measure.additive}))
    return found


def _rows(
    result: Result, lines: OverTime, arguments: dict[str, Any], start: datetime, end: datetime | None
) -> list[int]:
    """The rows of the range from one moment to another."""
    moments = result.values(lines.column)
    return [
        row
        for row in range(arguments["first"], arguments["last"] + 1)
        if start <= moment_of(moments[row]) and (end is None or moment_of(moments[row]) < end)
    ]


def _told(makers: list[Maker | None], formula: str, story: Story) -> list[Sentence]:
    found = [maker for maker in makers if maker is not None]
    if not found:
        return []
    maker = max(found, key=lambda maker: maker.beyond)
    name = member(maker.result.rows[maker.member][maker.result.index(maker.dimension)], maker.dimension)
    if maker.share > 1:
        return [fill("made_by_alone", member=name)]
    share = story.ledger.percent(maker.result, formula, **maker.arguments)
    return [fill("made_by", member=name, share=share)]
