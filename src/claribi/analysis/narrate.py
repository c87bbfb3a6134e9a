"""From what was detected to findings in words. Statistical detail stays out; it goes to the methodology."""

from collections.abc import Callable, Mapping
from typing import Any

from claribi.analysis import (
    narrate_change,
    narrate_makers,
    narrate_parts,
    narrate_periods,
    narrate_thresholds,
    pictures,
)
from claribi.analysis.change_points import ChangePoint
from claribi.analysis.correlation import Correlation
from claribi.analysis.figures import Ref, Sentence, Span
from claribi.analysis.findings import Candidate, Finding
from claribi.analysis.gathered import OverTime
from claribi.analysis.kinds import Kind
from claribi.analysis.names import plural
from claribi.analysis.names import words as words_of
from claribi.analysis.narrate_breaks import a_grain, trend_break
from claribi.analysis.outliers import Outliers
from claribi.analysis.profile import MeasureProfile
from claribi.analysis.queries import ROWS
from claribi.analysis.seasonality import Seasonality
from claribi.analysis.story import Story, finding
from claribi.analysis.templates import Claim, fill, listed
from claribi.analysis.trend import Trend
from claribi.analysis.trend_breaks import TrendBreak

MOST_NAMED = 3
TRADE = frozenset(
    {"revenue", "sales", "turnover", "amount", "orders", "units", "quantity", "sold", "visits", "visitors"}
    | {"sessions", "customers", "guests", "passengers", "calls", "tickets", "bookings", "rides", "trips"}
    | {"parcels", "shipments", "deliveries", "patients", "tips", "fare", "fares", "profit", "downloads"}
)


def is_trade(measure: MeasureProfile) -> bool:
    """Whether people, goods or money come and go with it, so that staff and stock are planned by it."""
    if measure.label == ROWS.label or measure.measure.column is None:
        return measure.label == ROWS.label
    return measure.additive and bool(TRADE.intersection(words_of(measure.measure.column)))


def narrate(candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    return NARRATORS[candidate.kind](candidate, p_value, story)


def _trend(candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    found: Trend = candidate.evidence
    if isinstance(found, TrendBreak):
        return trend_break(candidate, p_value, story)
    lines, measure = story.lines(found.series), candidate.measure
    arguments = story.range(lines, measure.label) | {"cycle": found.cycle}
    percent = measure.nonnegative and found.start > 0
    change = (
        story.ledger.percent(lines.result, "trend_change_ratio", **arguments, absolute=True)
        if percent
        else story.ledger.amount(measure, lines.result, "trend_change", **arguments, absolute=True)
    )
    slope = story.ledger.amount(measure, lines.result, "slope", **arguments)
    span = fill(
        "from_to",
        start=story.moment(lines, found.series.rows[0]),
        end=story.moment(lines, found.series.rows[-1]),
    )
    template = "trend_up" if found.change > 0 else "trend_down"
    sentences: list[Sentence] = [
        fill(template, subject=measure.subject, change=change, when=span),
        fill("trend_pace", slope=slope, a_grain=a_grain(lines.grain)),
        *narrate_makers.of_trend(found, measure, story),
    ]
    picture = pictures.line(lines, [measure])
    told = finding(candidate, p_value, "Trend of {title}", sentences, picture, [lines.result])
    told.test = [story.p_value(lines.result, "trend_p", arguments)]
    told.advice = story.advice_on_direction(measure, found.change, told.heading)
    return told


def _change_point(candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    found: ChangePoint = candidate.evidence
    lines, measure, ledger = story.lines(found.series), candidate.measure, story.ledger
    arguments = story.range(lines, measure.label)
    row = found.series.rows[found.at]
    percent = measure.nonnegative and found.before > 0
    sides = arguments | {"at": row, "absolute": True}
    change = (
        ledger.percent(lines.result, "mean_change_ratio", **sides)
        if percent
        else ledger.amount(measure, lines.result, "mean_change", **sides)
    )
    words: dict[str, Any] = {
        "subject": measure.subject,
        "when": story.on(lines, row),
        "before": ledger.amount(measure, lines.result, "mean", **(arguments | {"last": row - 1})),
        "after": ledger.amount(measure, lines.result, "mean", **(arguments | {"first": row})),
        "change": change,
    }
    template = "step_up" if found.change > 0 else "step_down"
    sentence = (
        fill(template, a_grain=a_grain(lines.grain), **words)
        if measure.additive
        else fill(f"{template}_average", **words)
    )
    picture = pictures.line(lines, [measure])
    sentences = [sentence, *narrate_makers.of_step(found, measure, story)]
    told = finding(candidate, p_value, "New level of {title}", sentences, picture, [lines.result])
    told.test = [story.p_value(lines.result, "change_point_p", arguments | {"cycle": found.cycle})]
    told.advice = story.advice("advice_step", told.heading, moment=story.named(lines, row))
    return told


def _seasonality(candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    found: Seasonality = candidate.evidence
    lines, measure = story.lines(found.series), candidate.measure
    arguments = story.range(lines, measure.label) | {"cycle": found.cycle}
    names: dict[str, Ref] = {
        side: story.ledger.add(lines.result, f"{side}_phase", arguments, style="text", decimals=0)
        for side in ("high", "low")
    }
    percent = measure.nonnegative

    def size(phase: int) -> Ref:
        at = arguments | {"phase": phase, "absolute": True}
        if percent:
            return story.ledger.percent(lines.result, "phase_difference_ratio", **at)
        return story.ledger.amount(measure, lines.result, "phase_difference", **at)

    sentences: list[Sentence] = [
        fill(f"cycle_{found.cycle}", subject=measure.subject, **names),
        fill("cycle_size", above=size(found.high), below=size(found.low), grains=plural(lines.grain)),
    ]
    picture = pictures.cycle(found.series, lines.result, measure, found.cycle)
    heading = f"{pictures.CYCLE_NAMES[found.cycle].capitalize()} and {{title}}"
    told = finding(candidate, p_value, heading, sentences, picture, [lines.result])
    told.test = [story.p_value(lines.result, "seasonality_p", arguments)]
    if is_trade(measure):
        told.advice = story.advice("advice_cycle", told.heading, **names)
    return told


def _outlier(candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    found: Outliers = candidate.evidence
    lines, measure, ledger = story.lines(found.series), candidate.measure, story.ledger
    step = {} if found.step is None else {"step": found.step}
    alone = {"alone": True} if found.alone else {}
    average = {"averaged": True} if found.series.averaged else {}
    counted = {"cycle": found.cycle, "counted": measure.label == ROWS.label, **step, **alone, **average}
    arguments = story.range(lines, measure.label)
    rows = [found.series.rows[point] for point in found.points]
    about = arguments | {"cycle": found.cycle, "row": rows[0], **step}
    words: dict[str, Any] = {
        "subject": measure.subject,
        "value": ledger.amount(measure, lines.result, "cell", row=rows[0], column=measure.label),
        "expected": ledger.amount(measure, lines.result, "expected", **about),
    }
    makers = narrate_makers.of_outlier(found, measure, story)
    if len(rows) == 1:
        sentences: list[Sentence] = [fill("outlier", when=story.on(lines, rows[0]), **words), *makers]
    else:
        count = ledger.integer(lines.result, "outlier_count", **arguments, **counted)
        moment = story.named(lines, rows[0])
        sentences = [
            fill("outliers", count=count, grain=plural(lines.grain), moment=moment, **words),
            *makers,
        ]
        others = [_outlying(lines, row, candidate, story) for row in rows[1:MOST_NAMED]]
        sentences.append(fill("outliers_more", members=listed(others)))
    picture = pictures.line(lines, [measure])
    told = finding(candidate, p_value, "Unusual values of {title}", sentences, picture, [lines.result])
    told.test = [story.p_value(lines.result, "outlier_p", arguments | counted)]
    told.advice = story.advice("advice_outlier", told.heading, moment=story.named(lines, rows[0]))
    return told


def _outlying(lines: OverTime, row: int, candidate: Candidate, story: Story) -> list[Span]:
    value = story.ledger.amount(
        candidate.measure, lines.result, "cell", row=row, column=candidate.measure.label
    )
    return fill("with", member=story.named(lines, row), effect=value)


def _correlation(candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    found: Correlation = candidate.evidence
    lines = story.lines(found.series)
    other = story.measure(candidate.value)
    pair = story.range(lines, candidate.measure.label) | {"other": other.label, "cycle": found.cycle}
    arguments = pair | ({"lag": found.lag} if found.lag else {})
    strength = story.ledger.add(lines.result, "correlation", arguments, style="ratio", decimals=2)
    sentences: list[Sentence] = [
        _moving(found, candidate.measure, other, lines, pair, story),
        fill("not_cause", strength=strength),
    ]
    picture = pictures.scatter(lines, candidate.measure, other, found.lag)
    heading = f"{{title}} and {other.title}"
    told = finding(candidate, p_value, heading, sentences, picture, [lines.result])
    told.test = [story.p_value(lines.result, "correlation_p", arguments)]
    return told


def _moving(
    found: Correlation,
    measure: MeasureProfile,
    other: MeasureProfile,
    lines: OverTime,
    pair: dict[str, Any],
    story: Story,
) -> Claim:
    """How the two move: at once, or one after the other."""
    is_alike = found.strength > 0
    if not found.lag:
        template = "together" if is_alike else "opposite"
        return fill(template, subject=measure.subject, other=other.subject, grain=lines.grain)
    first, second = (measure, other) if found.lag > 0 else (other, measure)
    return fill(
        "follows" if is_alike else "follows_opposite",
        subject=first.subject,
        other=second.subject,
        lag=story.ledger.integer(lines.result, "correlation_lag", **pair),
        grains=lines.grain if abs(found.lag) == 1 else plural(lines.grain),
    )


Narrator = Callable[[Candidate, float | None, Story], Finding]
NARRATORS: Mapping[Kind, Narrator] = {
    "change": narrate_change.change,
    "trend": _trend,
    "change_point": _change_point,
    "seasonality": _seasonality,
    "outlier": _outlier,
    "correlation": _correlation,
    "driver": narrate_parts.driver,
    "concentration": narrate_parts.concentration,
    "rank": narrate_parts.rank,
    "rank_change": narrate_periods.rank_change,
    "mix": narrate_periods.mix,
    "missing_data": narrate_periods.missing_data,
    "threshold": narrate_thresholds.threshold,
}
