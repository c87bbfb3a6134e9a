"""Findings about periods in words: who took the lead, and where rows stopped coming."""

from typing import Any

from claribi.analysis import pictures
from claribi.analysis.figures import Ref
from claribi.analysis.findings import Candidate, Finding
from claribi.analysis.names import human, member, plural
from claribi.analysis.overtaking import Overtaking
from claribi.analysis.silence import Gap, Stopped
from claribi.analysis.spans import period_grain
from claribi.analysis.story import Story, finding
from claribi.analysis.templates import fill
from claribi.query.schemas import Grain


def rank_change(candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    found: Overtaking = candidate.evidence
    measure, result, grain = candidate.measure, found.result, _grain(story)
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
    lead = (
        fill("overtook", a_grain=f"a {grain}", **words)
        if measure.additive
        else fill("overtook_average", **words)
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
    told.test = [story.p_value(result, "overtaking_p", found.arguments)]
    told.advice = story.advice("advice_rank_change", told.heading, moment=moment, **names)
    return told


def missing_data(candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    found: Gap | Stopped = candidate.evidence
    told = (
        _gap(found, candidate, p_value, story)
        if isinstance(found, Gap)
        else _stopped(found, candidate, p_value, story)
    )
    rows = story.data.profile.rows_name
    told.advice = story.advice("advice_missing_data", told.heading, rows=rows)
    return told


def _gap(found: Gap, candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    ledger, result, time = story.ledger, found.result, found.arguments["time"]
    sentence = fill(
        "gap_long",
        before=ledger.moment(result, found.before, time, found.grain),
        after=ledger.moment(result, found.after, time, found.grain),
        count=ledger.integer(result, "longest_gap", **found.arguments),
        grain=_nouns(found.grain, found.length),
        rows=story.data.profile.rows_name,
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


def _grain(story: Story) -> Grain:
    time = story.data.profile.time
    assert time is not None  # noqa: S101 - there are no periods without
    return period_grain(time)
