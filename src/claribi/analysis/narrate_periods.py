"""Findings about periods in words: who took the lead, and where rows stopped coming."""

from typing import Any

from claribi.analysis import pictures
from claribi.analysis.absence import Absence
from claribi.analysis.arriving import Arriving
from claribi.analysis.figures import Ref, Sentence, Span
from claribi.analysis.findings import Candidate, Finding
from claribi.analysis.mix import Mix
from claribi.analysis.moments import when
from claribi.analysis.names import Member, human, member, plural
from claribi.analysis.narrate_breaks import a_grain
from claribi.analysis.overtaking import Overtaking
from claribi.analysis.queries import ROWS
from claribi.analysis.silence import Gap, Stopped
from claribi.analysis.spans import beside_grain, period_grain
from claribi.analysis.story import Story, finding
from claribi.analysis.templates import fill
from claribi.query.schemas import Grain


def rank_change(candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    found: Overtaking = candidate.evidence
    measure, result = candidate.measure, found.result
    grain = _fine_grain(story) if found.lately else _grain(story)
    dimension = found.arguments["dimension"]

    def mean(row: int, *, after: bool) -> Ref:
        place = found.arguments | {"member": row, "at": found.at, "after": after}
        return story.ledger.amount(measure, result, "lead_mean", **place)

    moment = story.ledger.moment(result, found.at, found.arguments["time"], grain)
    names = {
        side: member(result.rows[row][result.index(dimension)], dimension)
        for side, row in (("ahead", found.ahead), ("behind", found.behind))
    }
    words: dict[str, Any] = {
        "subject": measure.subject,
        "moment": moment,
        "now": mean(found.ahead, after=True),
        "now_behind": mean(found.behind, after=True),
        **names,
    }
    comparison = story.data.comparison
    if found.lately and comparison is not None:
        del words["moment"]
        words["when"] = when(comparison, story)
    template = "overtook_lately" if found.lately else "overtook"
    lead = (
        fill(template, a_grain=a_grain(grain), **words)
        if measure.additive
        else fill(f"{template}_average", **words)
    )
    before = fill(
        "overtook_before",
        behind=names["behind"],
        before=mean(found.behind, after=False),
        before_ahead=mean(found.ahead, after=False),
    )
    picture = pictures.leads(found, measure, grain)
    heading = f"New lead in {{title}} by {human(dimension)}"
    told = finding(candidate, p_value, heading, [lead, before], picture, [result])
    told.test = [
        story.p_value(result, "late_overtaking_p", found.arguments | {"at": found.at})
        if found.lately
        else story.p_value(result, "overtaking_p", found.arguments)
    ]
    told.advice = story.advice("advice_rank_change", told.heading, moment=moment, **names)
    return told


def mix(candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    found: Mix = candidate.evidence
    result, dimension = found.result, found.arguments["dimension"]

    def part(row: int, *, after: bool) -> Ref:
        return story.ledger.percent(result, "part", member=row, after=after, **found.arguments)

    def name(row: int) -> Member:
        return member(result.rows[row][result.index(dimension)], dimension)

    def moment(row: int) -> Ref:
        return story.ledger.moment(result, row, found.arguments["time"], _grain(story))

    sentences: list[Sentence] = [
        fill(
            "mix",
            subject=candidate.measure.subject,
            up=name(found.up),
            up_before=part(found.up, after=False),
            up_after=part(found.up, after=True),
            down=name(found.down),
            down_before=part(found.down, after=False),
            down_after=part(found.down, after=True),
        ),
        fill("mix_times", until=moment(found.until), moment=moment(found.since)),
    ]
    heading = f"Shares of {{title}} by {human(dimension)}"
    told = finding(candidate, p_value, heading, sentences, None, [result])
    told.test = [story.p_value(result, "mix_p", found.arguments)]
    return told


def missing_data(candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    found: Gap | Stopped | Absence | Arriving = candidate.evidence
    rows, column = story.data.profile.rows_name, found.arguments.get("column", ROWS.label)
    match found:
        case Arriving():
            told = _arriving(found, candidate, p_value, story)
            told.advice = story.advice("advice_arriving", told.heading, rows=rows)
            return told
        case Gap():
            told = _gap(found, candidate, p_value, story)
        case Absence():
            told = _absent(found, candidate, p_value, story)
        case _:
            told = _stopped(found, candidate, p_value, story)
    told.advice = (
        story.advice("advice_missing_data", told.heading, rows=rows)
        if column == ROWS.label
        else story.advice("advice_missing", told.heading, column=_column(candidate))
    )
    return told


def _arriving(found: Arriving, candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    ledger, result, arguments = story.ledger, found.result, found.arguments
    words: dict[str, Any] = {
        "moment": ledger.moment(result, found.row, arguments["time"], found.grain),
        "share": ledger.percent(result, "arriving_held", **arguments),
        "rows": story.data.profile.rows_name,
        "grain": _nouns(found.grain, found.length),
    }
    if found.length == 1:
        sentence = fill("arriving_one", **words)
    else:
        sentence = fill("arriving", count=ledger.integer(result, "arriving_length", **arguments), **words)
    told = finding(candidate, p_value, "Missing data", [sentence], None, [result])
    told.test = [story.p_value(result, "arriving_p", arguments)]
    return told


def _absent(found: Absence, candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    ledger, result = story.ledger, found.result

    def named(row: int) -> Ref | list[Span]:
        moment = ledger.moment(result, row, found.arguments["time"], found.grain)
        return fill("the", moment=moment) if found.grain == "week" else moment

    words: dict[str, Any] = {
        "member": member(candidate.value, found.dimension),
        "count": ledger.integer(result, "absent_for", **found.arguments),
        "grain": _nouns(found.grain, found.length),
        "rows": story.data.profile.rows_name,
    }
    if found.after is None:
        sentence = fill("stopped", moment=named(found.before), **words)
    else:
        sentence = fill("absent", before=named(found.before), after=named(found.after), **words)
    heading = f"Missing data by {human(found.dimension)}"
    told = finding(candidate, p_value, heading, [sentence], None, [result])
    told.share = found.share
    told.test = [story.p_value(result, "absence_p", found.arguments)]
    return told


def _column(candidate: Candidate) -> str:
    return human(candidate.measure.measure.column or candidate.measure.title)


def _gap(found: Gap, candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    ledger, result, time = story.ledger, found.result, found.arguments["time"]
    words: dict[str, Any] = {
        "before": ledger.moment(result, found.before, time, found.grain),
        "after": ledger.moment(result, found.after, time, found.grain),
        "count": ledger.integer(result, "longest_gap", **found.arguments),
        "grain": _nouns(found.grain, found.length),
    }
    sentence = (
        fill("gap_long", rows=story.data.profile.rows_name, **words)
        if found.arguments["column"] == ROWS.label
        else fill("gap_values", column=_column(candidate), **words)
    )
    told = finding(candidate, p_value, "Missing data", [sentence], None, [result])
    told.test = [story.p_value(result, "gap_p", found.arguments)]
    return told


def _stopped(found: Stopped, candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    ledger, result, grain = story.ledger, found.result, _grain(story)
    sentence = fill(
        "stopped",
        member=member(candidate.value, found.dimension),
        moment=ledger.moment(result, found.last, found.arguments["time"], grain),
        count=ledger.integer(result, "stopped_for", **found.arguments),
        grain=_nouns(grain, found.length),
        rows=story.data.profile.rows_name,
    )
    heading = f"Missing data by {human(found.dimension)}"
    told = finding(candidate, p_value, heading, [sentence], None, [result])
    told.share = found.share
    told.test = [story.p_value(result, "stopped_p", found.arguments)]
    return told


def _nouns(grain: Grain, count: int) -> str:
    return grain if count == 1 else plural(grain)


def _fine_grain(story: Story) -> Grain:
    time, comparison = story.data.profile.time, story.data.comparison
    assert time is not None  # noqa: S101 - there are no periods without
    assert comparison is not None  # noqa: S101 - as above
    return beside_grain(time, comparison.period)


def _grain(story: Story) -> Grain:
    time = story.data.profile.time
    assert time is not None  # noqa: S101 - there are no periods without
    return period_grain(time)
