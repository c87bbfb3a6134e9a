"""Questions that go on from the one before: `and by month?`, `only in the north`, `why?`."""

from dataclasses import replace

from claribi.ask.intent import Intent
from claribi.ask.vocabulary import Value


def goes_on(intent: Intent) -> bool:
    """Whether a question leans on the one before: it names nothing that could be measured or listed."""
    return not (intent.wanted or intent.columns)


def joined(before: Intent, now: Intent) -> Intent:
    """What is asked when one question goes on from another: what it does not say stays as it was."""
    return replace(
        now,
        purpose=before.purpose if now.purpose == "answer" else now.purpose,
        wanted=now.wanted or before.wanted,
        splits=now.splits or before.splits,
        kept=_values(before.kept, now.kept),
        left_out=_values(before.left_out, now.left_out),
        limits=now.limits or before.limits,
        places=now.places or before.places,
        missing=now.missing or before.missing,
        present=now.present or before.present,
        axis=now.axis or before.axis,
        above=now.above or before.above,
        ends=now.ends or before.ends,
        single=now.single or (None if now.splits or now.ranked else before.single),
        listed=now.listed or (None if now.splits or now.ranked else before.listed),
        beside=now.beside or before.beside,
        columns=now.columns or ([] if now.splits or now.ranked else before.columns),
        pace=now.pace or before.pace,
        stretches=now.stretches or ([] if now.ahead else before.stretches),
        ahead=now.ahead or ([] if now.stretches else before.ahead),
        ranked=now.ranked or before.ranked,
        share=now.share or before.share,
        part=now.part or before.part,
        parted=now.parted or before.parted,
        timed=now.timed or before.timed,
        rated=now.rated or before.rated,
        growth=now.growth or before.growth,
        versus=now.versus or before.versus,
        compares=now.compares or before.compares,
        differs=now.differs or before.differs,
        ratio=now.ratio or before.ratio,
        latest=before.latest if now.latest is None else now.latest,
        running=now.running or before.running,
        moving=now.moving or before.moving,
        descending=before.descending if now.descending is None else now.descending,
        sureness=min(before.sureness, now.sureness),
    )


def _values(before: list[Value], now: list[Value]) -> list[Value]:
    """New values of a dimension take the place of its old ones."""
    named = {value.thing for value in now}
    return [value for value in before if value.thing not in named] + now
