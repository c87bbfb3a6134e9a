"""Where a measure stands in the last period against the one before, in words."""

from typing import Any

from claribi.analysis import pictures
from claribi.analysis.detect_change import size_ratio
from claribi.analysis.evening import is_weekly
from claribi.analysis.figures import Sentence
from claribi.analysis.findings import Candidate, Finding
from claribi.analysis.gathered import Comparison
from claribi.analysis.moments import when, when_before
from claribi.analysis.names import plural
from claribi.analysis.narrate_parts import spread_sentence
from claribi.analysis.profile import MeasureProfile
from claribi.analysis.story import Story, finding
from claribi.analysis.templates import fill
from claribi.analysis.texts import is_finite

# What the days of a period did to a measure is told from this part of the change, and of the measure, on.
LEAST_PART, LEAST_CHANGE = 1 / 3, 0.01


def change(candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    comparison: Comparison = candidate.evidence
    measure, history = candidate.measure, story.data.history
    days = days_sentence(measure, comparison, story)
    sentences = [level_sentence(measure, comparison, story), *days]
    has_grain = comparison.row is not None and history is not None
    if measure.label in story.moved:
        sentences += [fill("change_unusual", grain=history.grain)] if has_grain and history else []
        sentences += _year_sentence(candidate, comparison, story)
        sentences += spread_sentence(candidate, story)
    elif has_grain and history:
        sentences.append(fill("change_usual", grain=history.grain))
    pictured = (history if has_grain else None) or story.data.periodic or story.data.main
    picture = pictures.line(pictured, [measure]) if pictured else None
    told = finding(candidate, p_value, "Change of {title}", sentences, picture, [comparison.result])
    told.test = _test(candidate, comparison, story)
    return told


def level_sentence(measure: MeasureProfile, comparison: Comparison, story: Story) -> Sentence:
    """Where the measure stands in the last period; by how much it moved, where that is more than chance."""
    result, label, ledger = comparison.result, measure.label, story.ledger
    before = ledger.amount(measure, result, "cell", row=0, column=f"{label}_previous")
    words: dict[str, Any] = {
        "subject": measure.subject,
        "now": ledger.amount(measure, result, "cell", row=0, column=label),
        "when": when(comparison, story),
        "before": before,
        "when_before": when_before(comparison, story),
    }
    moved = story.change(measure, result)
    if story.shows_nothing(moved):
        return fill("change_none", **words)
    if label not in story.moved:
        return fill("level_after", **words)
    template = "change_up" if story.direction(result, label) > 0 else "change_down"
    return fill(template, change=moved, **words)


def days_sentence(measure: MeasureProfile, comparison: Comparison, story: Story) -> list[Sentence]:
    """What of the change is due to the days of the two periods, where that is much of it."""
    weights, history = story.data.weekdays.get(measure.label), story.data.history
    if weights is None or history is None or comparison.row is None:
        return []
    if not story.in_percent(measure, comparison.result):
        return []
    ratio = size_ratio(story.data, measure)
    now, before = (float(comparison.result.values(measure.label + side)[0]) for side in ("", "_previous"))
    whole, evened = now / before - 1, now / before / ratio - 1
    if abs(whole - evened) < max(LEAST_CHANGE, LEAST_PART * abs(whole)):
        return []
    arguments = story.range(history, measure.label) | {"at": comparison.row, "weights": list(weights)}
    more = story.ledger.value(story.ledger.integer(history.result, "more_days", **arguments))
    words: dict[str, Any] = {
        "grain": history.grain,
        "change": story.ledger.add(
            history.result, "evened_change", arguments, style="signed_percent", decimals=1
        ),
    }
    if not isinstance(more, int) or more == 0:
        return [fill("other_days", **words)]
    noun = "week" if is_weekly(weights) else "day"
    count = story.ledger.integer(history.result, "more_days", **arguments, absolute=True)
    grains = noun if abs(more) == 1 else plural(noun)
    return [fill("more_days" if more > 0 else "fewer_days", count=count, grains=grains, **words)]


def _year_sentence(candidate: Candidate, comparison: Comparison, story: Story) -> list[Sentence]:
    result, measure = comparison.year_before, candidate.measure
    if result is None or story.direction(result, measure.label) == 0:
        return []
    if not is_finite(result.values(f"{measure.label}_previous")[0]):
        return []
    before = story.ledger.amount(measure, result, "cell", row=0, column=f"{measure.label}_previous")
    template = "year_up" if story.direction(result, measure.label) > 0 else "year_down"
    return [fill(template, change=story.change(measure, result), before=before)]


def _test(candidate: Candidate, comparison: Comparison, story: Story) -> list[str]:
    history = story.data.history
    if history is None or comparison.row is None or candidate.p_value is None:
        return []
    weights = story.data.weekdays.get(candidate.measure.label)
    arguments = story.range(history, candidate.measure.label) | {"at": comparison.row}
    arguments |= {"weights": list(weights)} if weights else {}
    return [story.p_value(history.result, "last_change_p", arguments)]
