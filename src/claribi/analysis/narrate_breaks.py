"""A slope that began, ended or changed, in words."""

from typing import Any

from claribi.analysis import pictures
from claribi.analysis.figures import Span
from claribi.analysis.findings import Candidate, Finding
from claribi.analysis.gathered import OverTime
from claribi.analysis.story import Story, finding
from claribi.analysis.templates import fill
from claribi.analysis.trend_breaks import TrendBreak
from claribi.query.schemas import Grain


def a_grain(grain: Grain) -> str:
    return f"an {grain}" if grain == "hour" else f"a {grain}"


def since(lines: OverTime, row: int, story: Story) -> list[Span]:
    """`since March 2013`, `since the week of 12 March 2013`."""
    return fill("since the" if lines.grain == "week" else "since", moment=story.moment(lines, row))


def trend_break(candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    found: TrendBreak = candidate.evidence
    lines, measure = story.lines(found.series), candidate.measure
    arguments = story.range(lines, measure.label) | {"cycle": found.cycle}
    row = found.series.rows[found.at]
    slope, before = (
        story.ledger.amount(measure, lines.result, formula, **arguments, absolute=True)
        for formula in ("slope_after_break", "slope_before_break")
    )
    words: dict[str, Any] = {
        "subject": measure.subject,
        "since": since(lines, row, story),
        "a_grain": a_grain(lines.grain),
    }
    match found.form:
        case "level_last":
            way = "up" if found.before > 0 else "down"
            sentence = fill(f"break_level_{way}", before=before, **words)
        case "level_first":
            sentence = fill(f"break_{_way(found)}", slope=slope, **words)
        case "both":
            turned = "turned" if found.before * found.slope < 0 else "more"
            sentence = fill(f"break_{_way(found)}_{turned}", slope=slope, before=before, **words)
    picture = pictures.line(lines, [measure])
    told = finding(candidate, p_value, "Trend of {title}", [sentence], picture, [lines.result])
    told.test = [story.p_value(lines.result, "trend_break_p", arguments)]
    told.advice = story.advice("advice_break", told.heading, moment=story.moment(lines, row))
    return told


def _way(found: TrendBreak) -> str:
    return "up" if found.slope > 0 else "down"
