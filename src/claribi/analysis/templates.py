"""The sentences of the product. Figures are named places in them: no digit ever stands in a template."""

import string
from collections.abc import Iterable, Mapping, Sequence

from claribi.analysis.figures import Ref, Span, Text
from claribi.analysis.names import capitalised

Part = str | Span | Iterable[Span]

TEMPLATES: Mapping[str, str] = {
    # What a period is called.
    "in": "in {moment}",
    "on": "on {moment}",
    "at": "at {moment}",
    "in the": "in the {moment}",
    "the": "the {moment}",
    "from_to": "from {start} to {end}",
    "asked_period": "in the chosen period",
    "period_before": "the period before",
    # Level.
    "level": "{subject} came to {value} {when}.",
    "level_after": "{subject} came to {now} {when}, after {before} {when_before}.",
    "level_all": "Over all the data, {subject} came to {value}.",
    "rows": "The data hold {count} {rows}, from {start} to {end}.",
    "rows_timeless": "The data hold {count} {rows}.",
    "no_rows": "The data hold no rows, so there is nothing to report.",
    # Change.
    "change_up": "{subject} rose by {change} to {now} {when}, from {before} {when_before}.",
    "change_down": "{subject} fell by {change} to {now} {when}, from {before} {when_before}.",
    "change_none": "{subject} stayed where it was: {now} {when}, and {before} {when_before}.",
    "change_unusual": "That is more than usual from one {grain} to the next.",
    "change_usual": "That is within what is usual from one {grain} to the next.",
    "fewer_days": "The {grain} had {count} {grains} fewer than the one before; allowing for that, the "
    "change is {change}.",
    "more_days": "The {grain} had {count} {grains} more than the one before; allowing for that, the change "
    "is {change}.",
    "other_days": "The {grain} had other days of the week than the one before; allowing for that, the "
    "change is {change}.",
    "year_up": "A year before it had come to {before}; the rise since then is {change}.",
    "year_down": "A year before it had come to {before}; the fall since then is {change}.",
    "change_spread": "The change is spread over {dimensions}: no single value stands out.",
    # Drivers.
    "driver_up": "{member} added most to the rise of {subject} {when}: {effect}, which is {share} of it.",
    "driver_down": "{member} added most to the fall of {subject} {when}: {effect}, which is {share} of it.",
    "driver_up_alone": "{member} more than explains the rise of {subject} {when}, with {effect} by itself; "
    "the others together fell.",
    "driver_down_alone": "{member} more than explains the fall of {subject} {when}, with {effect} by itself; "
    "the others together rose.",
    "driver_more": "Next came {members}.",
    "driver_against": "The other way went {members}.",
    "driver_new": "{member} had no records in the period before.",
    "driver_lost": "{member} had no records in this period any more.",
    "driver_mix": "Of the whole change of {change}, {rate} comes from the values themselves and {mix} from "
    "a different mix of {dimension}.",
    "beside_up": "In {subject}, {member} rose by {change} to {now} {when}, from {before} "
    "{when_before}, unlike the others.",
    "beside_down": "In {subject}, {member} fell by {change} to {now} {when}, from {before} "
    "{when_before}, unlike the others.",
    "with": "{member} with {effect}",
    # A part of the whole, and who made what happened to it.
    "share_up": "The share of {member} rose from {before} to {after}.",
    "share_down": "The share of {member} fell from {before} to {after}.",
    "made_by": "{member} made up {share} of it.",
    "made_by_alone": "It came from {member} alone.",
    # Trend and level shift.
    "trend_up": "{subject} rose over time: by about {change} {when}.",
    "trend_down": "{subject} fell over time: by about {change} {when}.",
    "trend_pace": "The trend line moves by {slope} {a_grain}.",
    # A slope that began, changed or ended.
    "since": "since {moment}",
    "since the": "since the {moment}",
    "break_up": "{subject} has been rising {since}: by about {slope} {a_grain}; before, it was level.",
    "break_up_more": "{subject} has been rising {since} by about {slope} {a_grain}; before, it rose by about "
    "{before}.",
    "break_up_turned": "{subject} has been rising {since}: by about {slope} {a_grain}; before, it fell by "
    "about {before}.",
    "break_down": "{subject} has been falling {since}: by about {slope} {a_grain}; before, it was level.",
    "break_down_more": "{subject} has been falling {since} by about {slope} {a_grain}; before, it fell by "
    "about {before}.",
    "break_down_turned": "{subject} has been falling {since}: by about {slope} {a_grain}; before, it rose by "
    "about {before}.",
    "break_level_up": "{subject} has been level {since}; before, it rose by about {before} {a_grain}.",
    "break_level_down": "{subject} has been level {since}; before, it fell by about {before} {a_grain}.",
    "step_up": "{subject} moved to a higher level {when}: from {before} to {after} {a_grain} on average, "
    "up {change}.",
    "step_down": "{subject} moved to a lower level {when}: from {before} to {after} {a_grain} on average, "
    "down {change}.",
    "step_up_average": "{subject} moved to a higher level {when}: from {before} to {after} on average, "
    "up {change}.",
    "step_down_average": "{subject} moved to a lower level {when}: from {before} to {after} on average, "
    "down {change}.",
    # Cycles.
    "cycle_day_of_week": "{subject} followed the days of the week: highest on {high}, lowest on {low}.",
    "cycle_hour_of_day": "{subject} followed the hours of the day: highest at {high}, lowest at {low}.",
    "cycle_month_of_year": "{subject} followed the seasons: highest in {high}, lowest in {low}.",
    "cycle_quarter_of_year": "{subject} followed the seasons: highest in the {high}, lowest in the {low}.",
    "cycle_size": "That is {above} above and {below} below the mean of all {grains}.",
    # Outliers.
    "outlier": "{subject} stood out {when}: {value}, where about {expected} was to be expected.",
    "outliers": "{count} {grain} stood out in {subject}; the most striking was {moment} with "
    "{value}, where about {expected} was to be expected.",
    "outliers_more": "Others were {members}.",
    # Parts of a whole.
    "one_holds": "{member} alone made up {share} of {subject}, {value} of {whole}.",
    "few_hold": "{n} of {count} {dimensions} made up {share} of {subject}; the largest was {member} "
    "with {value}.",
    "rank_average": "{subject} was highest for {high} at {high_value} and lowest for {low} at {low_value}.",
    "rank_solid": "Values with very few {rows} were left out of this comparison.",
    "rank_whole": "Over all {rows} it was {whole}.",
    "rank_sum": "{high} came first in {subject} with {high_value}, {share} of the whole; {low} came last "
    "with {low_value}.",
    # Who leads, and since when.
    "overtook": "{ahead} has led in {subject} since {moment}: {now} {a_grain} on average, against "
    "{now_behind} for {behind}.",
    "overtook_average": "{ahead} has led in {subject} since {moment}: {now} on average, against {now_behind} "
    "for {behind}.",
    "overtook_lately": "{ahead} overtook {behind} in {subject} {when}: {now} {a_grain} on average, against "
    "{now_behind}.",
    "overtook_lately_average": "{ahead} overtook {behind} in {subject} {when}: {now} on average, against "
    "{now_behind}.",
    "overtook_before": "Before that {behind} led, with {before} against {before_ahead}.",
    # Parts of a whole over time.
    "mix": "In {subject}, the share of {up} rose from {up_before} to {up_after}, and that of {down} fell "
    "from {down_before} to {down_after}.",
    "mix_times": "Compared are the time up to {until} and the time from {moment} on.",
    # Rows that should be there.
    "gap_long": "Between {before} and {after} there are {count} {grain} in a row without any {rows}, unlike "
    "the time around.",
    "gap_values": "Between {before} and {after} there are {count} {grain} in a row without any value of "
    "{column}, though there are other values.",
    "stopped": "{member} has had no {rows} since {moment}: none in the last {count} {grain}, while others "
    "go on.",
    "absent": "{member} had no {rows} between {before} and {after}: {count} {grain} in a row without any, "
    "while others went on.",
    "arriving": "The last {count} {grain}, from {moment} on, hold {share} of the {rows} that are usual: data "
    "may still be arriving, so they were left out.",
    "arriving_one": "The last {grain}, {moment}, holds {share} of the {rows} that are usual: data may still "
    "be arriving, so it was left out.",
    # Thresholds that somebody set.
    "threshold_above": "{subject} was above the threshold of {limit} in {count} of {periods} {grains}, last "
    "{when} with {value}.",
    "threshold_below": "{subject} was below the threshold of {limit} in {count} of {periods} {grains}, last "
    "{when} with {value}.",
    "threshold_furthest": "It was furthest beyond it {when}, with {value}.",
    "threshold_never_above": "{subject} was never above the threshold of {limit} in {periods} {grains}; it "
    "was highest {when}, with {value}.",
    "threshold_never_below": "{subject} was never below the threshold of {limit} in {periods} {grains}; it "
    "was lowest {when}, with {value}.",
    "threshold_all": "Over all the data, {subject} came to {value}; the threshold is {limit}.",
    # Correlation.
    "together": "{subject} and {other} rose and fell together from {grain} to {grain}.",
    "opposite": "When {subject} was higher, {other} tended to be lower.",
    "follows": "{other} followed {subject} {lag} {grains} later: what one did, the other did after it.",
    "follows_opposite": "{lag} {grains} after {subject} was higher, {other} tended to be lower.",
    "not_cause": "Their rank correlation was {strength}, trend and cycle taken out; which of them moves "
    "the other, or what moves both, the data do not say.",
    # What to do. Each names the finding that it rests on.
    "advice_driver": "Look into {member} first (see “{finding}”).",
    "advice_driver_good": "Find out what went well for {member}, and whether it can be repeated elsewhere "
    "(see “{finding}”).",
    "advice_step": "Find out what was changed around {moment} (see “{finding}”).",
    "advice_break": "Find out what began around {moment} and whether it goes on (see “{finding}”).",
    "advice_bad": "{subject} is moving the wrong way: agree on a target and on who looks after it "
    "(see “{finding}”).",
    "advice_good": "{subject} is moving the right way: keep what causes it (see “{finding}”).",
    "advice_cycle": "Plan staff, stock and comparisons by this rhythm, between {low} and {high} "
    "(see “{finding}”).",
    "advice_outlier": "Check whether {moment} was a real event or an error in the data (see “{finding}”).",
    "advice_concentration": "Know how much depends on the largest, and watch them apart from the rest of "
    "{subject} (see “{finding}”).",
    "advice_rank": "Compare {member} with the others to see what makes the difference in {subject} "
    "(see “{finding}”).",
    "advice_rank_change": "Find out what changed between {ahead} and {behind} around {moment} "
    "(see “{finding}”).",
    "advice_threshold": "Find out why {subject} was beyond the threshold, last {when} (see “{finding}”).",
    "advice_missing_data": "Find out whether {rows} are missing there before relying on totals over that "
    "time (see “{finding}”).",
    "advice_arriving": "Wait until all {rows} are there before relying on the newest of them (see "
    "“{finding}”).",
    "advice_missing": "Find out why {column} has so many missing values before relying on it "
    "(see “{finding}”).",
    "advice_none": "The findings call for no action.",
    # Summary.
    "driven_by": "Most of it came from {member}.",
    "quiet": "Nothing in the data stood out from its usual variation.",
    "fragment_end": "The last {grain}, {moment}, is incomplete and was left out.",
    "fragment_start": "The first {grain}, {moment}, is incomplete and was left out.",
    # Around the sections of a report.
    "compared": "{when}, against the period before:",
    "significance": "Findings other than plain facts are reported when at most {level} of them can be "
    "expected to be chance: their p-values are corrected for all that was tested, whether it was found or "
    "not (Benjamini and Hochberg).",
    # Quality of the data.
    "gap": "{count} {grain} between the first and the last holds no {rows}.",
    "gaps": "{count} {grain} between the first and the last hold no {rows}.",
    "no_gaps": "Every {grain} between the first and the last holds {rows}.",
    "no_missing": "No column has missing values.",
    "duplicates": "{count} {rows} repeat a value of {column}, which looks like an identifier.",
    "placeholders": "{count} {rows} were left out: they have no date, or a placeholder for one.",
    "no_duplicates": "Every value of {column} occurs once.",
    "newest": "The newest of them is from {moment}.",
    "undated": "{count} {rows} have no {column} and are left out of everything over time.",
    "no_time": "The table has no usable time axis, so nothing is said about change over time.",
    # The answer to a question.
    "answer": "On the question “{question}”, this is what the data say.",
    "answer_none": "There are no rows for that.",
    "answer_value": "{subject} came to {value}.",
    "answer_compared": "{subject} came to {value}, after {before} ({change}).",
    "answer_time": "{subject} was highest {when_high} with {high} and lowest {when_low} with {low}.",
    "answer_first": "{subject}: first came {members}.",
    "answer_cut": "The answer has {count} lines; the table shows the first {shown} of them.",
}


class Claim(list[Span]):
    """The spans of a template whose places are taken.

    Attributes:
        template: Its name in `TEMPLATES`.
        parts: What stands in its places.
    """

    def __init__(self, spans: Iterable[Span], template: str, parts: Mapping[str, Part]) -> None:
        super().__init__(spans)
        self.template, self.parts = template, parts


def fill(template: str, **parts: Part) -> Claim:
    """A template's spans, its places taken by words, figures or several spans; begins with a capital."""
    return filled(template, TEMPLATES[template], parts)


def filled(template: str, text: str, parts: Mapping[str, Part]) -> Claim:
    """As `fill`, with a text that has the same places in the template's own place."""
    spans = spans_of(text, parts)
    return Claim(begin(spans) if text.endswith((".", ":")) else spans, template, parts)


def spans_of(text: str, parts: Mapping[str, Part]) -> list[Span]:
    """The spans of a text with its places taken."""
    spans: list[Span] = []
    for words, place, _, _ in string.Formatter().parse(text):
        spans += [Text(words)] if words else []
        spans += _spans(parts[place]) if place else []
    return spans


def _spans(part: Part) -> list[Span]:
    if isinstance(part, str):
        return [Text(part)]
    return [part] if isinstance(part, Text | Ref) else list(part)


def begin(spans: list[Span]) -> list[Span]:
    """With a capital at the beginning, unless a figure stands there."""
    first = spans[0]
    return [Text(capitalised(first.text), first.strong), *spans[1:]] if isinstance(first, Text) else spans


class Listed(list[Span]):
    """Things one after the other; `items` are the spans of each."""

    def __init__(self, spans: Iterable[Span], items: Sequence[list[Span]]) -> None:
        super().__init__(spans)
        self.items = items


def listed(items: list[list[Span]]) -> Listed:
    """`a`, `a and b`, `a, b and c`."""
    spans: list[Span] = []
    for i, item in enumerate(items):
        if i:
            spans.append(Text(" and " if i == len(items) - 1 else ", "))
        spans += item
    return Listed(spans, items)


def plain_text(spans: Iterable[Span]) -> str:
    """The words alone, without figures."""
    return "".join(span.text for span in spans if isinstance(span, Text))
