"""Thresholds in words: in how many periods a measure was beyond one, and when last."""

from decimal import Decimal

from claribi.analysis import pictures
from claribi.analysis.figures import Ref, Sentence
from claribi.analysis.findings import Candidate, Finding
from claribi.analysis.gathered import OverTime
from claribi.analysis.names import plural
from claribi.analysis.story import Story, finding
from claribi.analysis.templates import Part, fill
from claribi.analysis.thresholds import Held


def threshold(candidate: Candidate, p_value: float | None, story: Story) -> Finding:
    held, lines = candidate.evidence
    sentences = _over_time(candidate, held, lines, story) if lines else [_over_all(candidate, held, story)]
    picture = pictures.line(lines, [candidate.measure], held.threshold.limit) if lines else None
    told = finding(candidate, p_value, "Threshold of {title}", sentences, picture, [held.result])
    told.notable = bool(held.beyond)
    if held.beyond and lines:
        told.advice = story.advice(
            "advice_threshold",
            told.heading,
            subject=candidate.measure.subject,
            when=story.on(lines, held.beyond[-1]),
        )
    return told


def _over_time(candidate: Candidate, held: Held, lines: OverTime, story: Story) -> list[Sentence]:
    side = "above" if held.threshold.above is not None else "below"
    range_ = {name: held.arguments[name] for name in ("column", "first", "last")}
    periods = story.ledger.integer(held.result, "periods_held", **range_)
    words: dict[str, Part] = {
        "subject": candidate.measure.subject,
        "limit": _limit(candidate, held, story),
        "periods": periods,
        "grains": plural(lines.grain) if len(held.rows) > 1 else lines.grain,
    }
    if not held.beyond:
        closest: dict[str, Part] = {
            "when": story.on(lines, held.furthest),
            "value": _value(candidate, held, held.furthest, story),
        }
        return [fill(f"threshold_never_{side}", **words, **closest)]
    last = held.beyond[-1]
    count = story.ledger.integer(held.result, "periods_beyond", **held.arguments)
    when, value = story.on(lines, last), _value(candidate, held, last, story)
    sentences: list[Sentence] = [fill(f"threshold_{side}", **words, count=count, when=when, value=value)]
    if held.furthest != last:
        when, value = story.on(lines, held.furthest), _value(candidate, held, held.furthest, story)
        sentences.append(fill("threshold_furthest", when=when, value=value))
    return sentences


def _over_all(candidate: Candidate, held: Held, story: Story) -> Sentence:
    return fill(
        "threshold_all",
        subject=candidate.measure.subject,
        value=_value(candidate, held, held.furthest, story),
        limit=_limit(candidate, held, story),
    )


def _value(candidate: Candidate, held: Held, row: int, story: Story) -> Ref:
    column = candidate.measure.label
    return story.ledger.amount(candidate.measure, held.result, "cell", row=row, column=column)


def _limit(candidate: Candidate, held: Held, story: Story) -> Ref:
    """With the digits that somebody gave it."""
    limit, currency = held.threshold.limit, candidate.measure.currency
    exponent = Decimal(repr(limit)).normalize().as_tuple().exponent
    return story.ledger.add(
        held.result,
        "threshold",
        {"limit": limit},
        style="currency" if currency else "number",
        decimals=max(-exponent, 0) if isinstance(exponent, int) else 0,
        unit=currency,
    )
