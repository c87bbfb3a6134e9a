"""Findings about the values of a dimension in words: who moved a measure, who holds it, who leads."""

from typing import Any

from claribi.analysis import pictures
from claribi.analysis.concentration import Concentration, Ranking
from claribi.analysis.detect_change import driver_tables
from claribi.analysis.drivers import AGAINST, MOST_NAMED, Driver, Drivers, best
from claribi.analysis.figures import Ref, Sentence, Span, Text
from claribi.analysis.findings import Candidate, Finding
from claribi.analysis.moments import when, when_before
from claribi.analysis.names import human, member, values_of
from claribi.analysis.shifts import PREVIOUS, mix_effect
from claribi.analysis.story import Story, finding
from claribi.analysis.templates import fill, listed
from claribi.analysis.texts import is_finite

LEAST_MIXED = 0.05


def driver(candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    found: Drivers = candidate.evidence
    leader = found.leading[0]
    if candidate.measure.label in story.moved:
        sentences = _moving(candidate, found, leader, story)
    else:
        sentences = _beside(candidate, found, leader, story)
    picture = pictures.drivers(found, candidate.measure)
    told = finding(candidate, p_value, "What moved {title}", sentences, picture, [found.result])
    told.share = (
        leader.effect / found.change if found.change and candidate.measure.label in story.moved else None
    )
    good = candidate.measure.welcome is not None and candidate.measure.welcome == (leader.effect > 0)
    template = "advice_driver_good" if good else "advice_driver"
    told.advice = story.advice(template, told.heading, member=member(leader.value, found.dimension))
    return told


def _moving(candidate: Candidate, found: Drivers, leader: Driver, story: Story) -> list[Sentence]:
    """Who moved the whole."""
    sentences = [_leading(candidate, found, leader, story)]
    if len(found.leading) > 1:
        sentences.append(fill("driver_more", members=_each(candidate, found, found.leading[1:], story)))
    sentences += _status(found, leader)
    if found.against:
        sentences.append(fill("driver_against", members=_each(candidate, found, found.against, story)))
    if found.weight is not None and _is_mixed(found):
        sentences.append(_mix(candidate, found, story))
    return sentences


def _beside(candidate: Candidate, found: Drivers, leader: Driver, story: Story) -> list[Sentence]:
    """What one value did while the whole moved by no more than chance brings."""
    comparison, measure, result = story.data.comparison, candidate.measure, found.result
    if leader.status != "kept" or comparison is None:
        return _status(found, leader)
    ledger, row, column = story.ledger, leader.row, found.column
    now, before = (ledger.amount(measure, result, "cell", row=row, column=column + s) for s in ("", PREVIOUS))
    percent = measure.nonnegative and (result.values(column + PREVIOUS)[row] or 0) > 0
    place: dict[str, Any] = {"row": row, "column": column, "absolute": True}
    change = (
        ledger.percent(result, "own_change_ratio", **place)
        if percent
        else ledger.amount(measure, result, "contribution", **place)
    )
    rose = float(result.values(column)[row] or 0) > float(result.values(column + PREVIOUS)[row] or 0)
    sentence = fill(
        "beside_up" if rose else "beside_down",
        subject=measure.subject,
        member=member(leader.value, found.dimension),
        change=change,
        now=now,
        before=before,
        when=when(comparison, story),
        when_before=when_before(comparison, story),
    )
    sentences: list[Sentence] = [sentence]
    others = [m for m in found.members if m.effect * leader.effect < 0]
    against = [m for m in others if abs(m.effect) >= AGAINST * abs(leader.effect)][:MOST_NAMED]
    if against:
        sentences.append(fill("driver_against", members=_each(candidate, found, against, story)))
    return sentences + _shares(candidate, found, leader, story)


def _shares(candidate: Candidate, found: Drivers, leader: Driver, story: Story) -> list[Sentence]:
    """Its part of the whole in both periods, of what has parts."""
    if not candidate.measure.additive or not candidate.measure.nonnegative:
        return []
    before, now = (
        story.ledger.percent(found.result, "share", row=leader.row, column=found.column + side)
        for side in (PREVIOUS, "")
    )
    shares = [story.ledger.value(ref) for ref in (before, now)]
    if not all(is_finite(share) for share in shares):
        return []
    rose = float(shares[1] or 0) > float(shares[0] or 0)
    name = member(leader.value, found.dimension)
    return [fill("share_up" if rose else "share_down", member=name, before=before, after=now)]


def _leading(candidate: Candidate, found: Drivers, leader: Driver, story: Story) -> Sentence:
    direction = "up" if found.change > 0 else "down"
    alone = leader.effect / found.change > 1
    words: dict[str, Any] = {
        "member": member(leader.value, found.dimension),
        "subject": candidate.measure.subject,
        "when": when(story.data.comparison, story) if story.data.comparison else "",
        "effect": _effect(candidate, found, leader, story),
    }
    if alone:
        return fill(f"driver_{direction}_alone", **words)
    name = "effect_share" if found.weight else "contribution_share"
    share = story.ledger.percent(found.result, name, **_arguments(found, leader))
    return fill(f"driver_{direction}", share=share, **words)


def _arguments(found: Drivers, driver_: Driver) -> dict[str, Any]:
    weight = {"weight": found.weight} if found.weight else {}
    return {"row": driver_.row, "column": found.column, **weight}


def _effect(candidate: Candidate, found: Drivers, driver_: Driver, story: Story) -> Ref:
    formula = "effect" if found.weight else "contribution"
    return story.ledger.amount(candidate.measure, found.result, formula, **_arguments(found, driver_))


def _each(candidate: Candidate, found: Drivers, drivers: list[Driver], story: Story) -> list[Span]:
    return listed(
        [
            fill("with", member=member(d.value, found.dimension), effect=_effect(candidate, found, d, story))
            for d in drivers
        ]
    )


def _status(found: Drivers, leader: Driver) -> list[Sentence]:
    if leader.status == "kept":
        return []
    return [fill(f"driver_{leader.status}", member=member(leader.value, found.dimension))]


def _is_mixed(found: Drivers) -> bool:
    """Whether shares of the rows that moved have a part in it that is worth a word."""
    mixed = mix_effect(found.result, column=found.column, weight=found.weight or "")
    return abs(mixed) >= LEAST_MIXED * abs(found.change)


def _mix(candidate: Candidate, found: Drivers, story: Story) -> Sentence:
    comparison = story.data.comparison
    assert comparison is not None  # noqa: S101 - no driver without two periods
    ledger, measure = story.ledger, candidate.measure
    arguments: dict[str, Any] = {"column": found.column, "weight": found.weight}
    return fill(
        "driver_mix",
        change=ledger.amount(measure, comparison.result, "cell", row=0, column=f"{found.column}_change"),
        rate=ledger.amount(measure, found.result, "rate_effect", **arguments),
        mix=ledger.amount(measure, found.result, "mix_effect", **arguments),
        dimension=values_of(found.dimension),
    )


def spread_sentence(candidate: Candidate, story: Story) -> list[Sentence]:
    """That no value of any dimension stands out, where that is so."""
    tables = driver_tables(story.data, candidate.measure)
    if not tables or best(tables) is not None:
        return []
    dimensions = listed([[Text(values_of(table.dimension))] for table in tables])
    return [fill("change_spread", dimensions=dimensions)]


def concentration(candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    found: Concentration = candidate.evidence
    ledger, result, measure = story.ledger, found.result, candidate.measure
    words: dict[str, Any] = {
        "member": member(candidate.value, found.dimension),
        "subject": measure.subject,
        "value": ledger.amount(measure, result, "cell", row=found.row, column=found.column),
    }
    if found.n == 1:
        share = ledger.percent(result, "share", row=found.row, column=found.column)
        whole = ledger.amount(measure, result, "total", column=found.column)
        sentence = fill("one_holds", share=share, whole=whole, **words)
    else:
        sentence = fill(
            "few_hold",
            n=ledger.integer(result, "top_count", column=found.column),
            count=ledger.integer(result, "count"),
            dimensions=values_of(found.dimension),
            share=ledger.percent(result, "top_share", column=found.column, n=found.n),
            **words,
        )
    picture = pictures.parts(found, measure)
    heading = f"{human(found.dimension).capitalize()} and {{title}}"
    told = finding(candidate, p_value, heading, [sentence], picture, [result])
    told.share = found.top
    told.advice = story.advice("advice_concentration", told.heading, subject=measure.subject)
    return told


def rank(candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    found: Ranking = candidate.evidence
    ledger, result, measure = story.ledger, found.result, candidate.measure
    words: dict[str, Any] = {"subject": measure.subject}
    for side, row in (("high", found.high), ("low", found.low)):
        words[side] = member(result.rows[row][0], found.dimension)
        words[f"{side}_value"] = ledger.amount(measure, result, "cell", row=row, column=found.column)
    if measure.additive:
        share = ledger.percent(result, "share", row=found.high, column=found.column)
        sentences: list[Sentence] = [fill("rank_sum", share=share, **words)]
    else:
        sentences = [fill("rank_average", **words), *_whole(candidate, story)]
    if len(found.rows) < result.row_count:
        sentences.append(fill("rank_solid", rows=story.data.profile.rows_name))
    picture = pictures.parts(found, measure)
    heading = f"{{title}} by {human(found.dimension)}"
    told = finding(candidate, p_value, heading, sentences, picture, [result])
    if measure.welcome is not None and not measure.additive:
        worst = words["low"] if measure.welcome else words["high"]
        told.advice = story.advice("advice_rank", told.heading, member=worst, subject=measure.subject)
    return told


def _whole(candidate: Candidate, story: Story) -> list[Sentence]:
    overview, measure = story.data.overview, candidate.measure
    if overview is None:
        return []
    whole = story.ledger.amount(measure, overview, "cell", row=0, column=measure.label)
    return [fill("rank_whole", rows=story.data.profile.rows_name, whole=whole)]
