"""The door of the wing: from a table to figures, findings and sentences."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from claribi.analysis import detect
from claribi.analysis.detect_by_period import beside_gaps
from claribi.analysis.detect_by_period import thresholds as held_thresholds
from claribi.analysis.figures import Figure, Sentence
from claribi.analysis.findings import Candidate, Finding, adjusted, select, significant
from claribi.analysis.gather import Progress, gather
from claribi.analysis.gathered import Gathered
from claribi.analysis.ledger import Ledger
from claribi.analysis.moments import when
from claribi.analysis.narrate import narrate
from claribi.analysis.narrate_change import level_sentence
from claribi.analysis.profile import MeasureProfile, Profile, profile, stretch
from claribi.analysis.quality import Quality, assess
from claribi.analysis.queries import Ask, Source
from claribi.analysis.significance import LEVEL
from claribi.analysis.story import Story
from claribi.analysis.templates import fill
from claribi.analysis.texts import decimals_for, is_finite
from claribi.analysis.thresholds import Threshold
from claribi.query.schemas import Filter, Grain, Measure, Period, Result
from claribi.sources.catalog import Table

Tested = tuple[Candidate, float | None]


@dataclass(frozen=True, slots=True)
class KeyMetric:
    """Attributes:
    value, change: Figure ids; the change against the period before.
    latest: The value of the last whole period; otherwise of all the data.
    good: Whether the change is welcome; None where nobody can tell.
    """

    measure: MeasureProfile
    value: str
    change: str | None
    latest: bool
    good: bool | None


@dataclass(slots=True)
class Analysis:
    """Attributes:
    findings: The most interesting first.
    figures: By id; every reference in a sentence points into it.
    levels: Where each measure stands, one sentence each, the main one first.
    period: What the key metrics are about, such as `in December 2013`; empty for all the data.
    tried: How many things were tested for significance.
    results: Every answer that was used.
    filters: The conditions that every row behind it meets.
    """

    profile: Profile
    findings: list[Finding]
    figures: dict[str, Figure]
    quality: Quality
    levels: list[Sentence] = field(default_factory=list)
    metrics: list[KeyMetric] = field(default_factory=list)
    period: Sentence = ()
    story: Story = field(kw_only=True)
    tried: int = 0
    results: list[Result] = field(default_factory=list)
    filters: Sequence[Filter] = ()


def analyse(
    ask: Ask,
    source_id: int,
    table: Table,
    *,
    question: str | None = None,
    measures: Sequence[Measure] | None = None,
    period: Period | tuple[datetime, datetime] | None = None,
    last: tuple[int, Grain] | None = None,
    filters: Sequence[Filter] = (),
    thresholds: Sequence[Threshold] = (),
    on_progress: Progress | None = None,
) -> Analysis:
    """Analyse a table.

    Args:
        measures: What to look at; chosen from the columns when left out.
        period: The stretch `[start, end)` that is looked at and compared with the one before it; of the main
            time column where none is named. Without it: all the data, and the last whole period against
            the one before.
        last: In place of `period`: the last n whole units of time that the data hold.
        filters: Only rows that meet all of them are looked at.
        thresholds: What measures are held against; each is told of first, whether it holds or not.
        on_progress: Is told how much is done (0 to 1) and what comes next.
    """
    progress = on_progress or _no_progress
    kept: list[Result] = []
    source = Source(_keeping(ask, kept), source_id, table.name, filters=filters)
    if period is not None or last is not None:
        source.period = stretch(source, table, period, last)
    profiled = profile(source, table, question=question, measures=measures, thresholds=thresholds)
    if profiled.time is not None and source.period is None:
        source.period = profiled.time.sane
    data = gather(source, profiled, progress)
    progress(0.85, "Looking for what stands out")
    story = Story(data, Ledger(_usual_decimals(data)))
    tested = adjusted(detect.boosted(detect.candidates(data), question))
    story.moved = frozenset(
        c.measure.label
        for c, p_value in tested
        if c.kind == "change" and p_value is not None and p_value <= LEVEL
    )
    chosen = select(beside_gaps(significant(tested)), lambda a, b: detect.alike(data, a, b))
    asked = [(candidate, None) for candidate in held_thresholds(data)]
    findings = [narrate(candidate, p_value, story) for candidate, p_value in [*asked, *chosen]]
    findings += _plain_change(tested, findings, story)
    progress(0.95, "Writing")
    told = _told(story, findings, assess(source, story), tested, kept)
    told.filters = filters
    return told


def _usual_decimals(data: Gathered) -> dict[str, int]:
    """Averages look alike wherever they stand; sums are of many sizes."""
    overview = data.overview
    if overview is None or not overview.rows:
        return {}
    averages = [m.label for m in data.profile.measures if not m.additive]
    return {label: decimals_for(overview.values(label)) for label in averages}


def _plain_change(tested: Sequence[Tested], told: Sequence[Finding], story: Story) -> list[Finding]:
    """The main measure's last change, where that is no news: a reader asks for it still."""
    main = story.data.profile.measures[0].label
    if any(finding.kind == "change" and finding.measure.label == main for finding in told):
        return []
    changes = [(c, p) for c, p in tested if c.measure.label == main and c.kind == "change"]
    plain = [narrate(candidate, p_value, story) for candidate, p_value in changes]
    for finding in plain:
        finding.notable = False
    return plain


def _no_progress(done: float, what: str) -> None:
    pass


def _keeping(ask: Ask, kept: list[Result]) -> Ask:
    def asked(query: object) -> Result:
        kept.append(ask(query))  # type: ignore[arg-type]  # the protocol's own argument
        return kept[-1]

    return asked


def _told(
    story: Story, findings: list[Finding], quality: Quality, tested: list[Tested], kept: list[Result]
) -> Analysis:
    comparison = story.data.comparison
    return Analysis(
        profile=story.data.profile,
        findings=findings,
        figures=story.ledger.figures,
        quality=quality,
        levels=[sentence for m in story.data.profile.measures for sentence in _level(m, story)],
        metrics=[metric for m in story.data.profile.measures for metric in _metrics(m, story)],
        period=when(comparison, story) if comparison else (),
        story=story,
        tried=sum(p_value is not None for _, p_value in tested),
        results=kept,
    )


def _level(measure: MeasureProfile, story: Story) -> list[Sentence]:
    comparison, overview = story.data.comparison, story.data.overview
    if comparison is not None and _known(comparison.result, f"{measure.label}_change"):
        return [level_sentence(measure, comparison, story)]
    if overview is None or not _known(overview, measure.label):
        return []
    value = story.ledger.amount(measure, overview, "cell", row=0, column=measure.label)
    return [fill("level_all", subject=measure.subject, value=value)]


def _metrics(measure: MeasureProfile, story: Story) -> list[KeyMetric]:
    comparison, overview = story.data.comparison, story.data.overview
    found: list[KeyMetric] = []
    if comparison is not None and _known(comparison.result, f"{measure.label}_change"):
        value = story.ledger.amount(measure, comparison.result, "cell", row=0, column=measure.label)
        change = story.change(measure, comparison.result, signed=True)
        found.append(
            KeyMetric(
                measure,
                value.figure,
                change.figure,
                latest=True,
                good=_good(measure, comparison.result, story),
            )
        )
    if overview is not None and _known(overview, measure.label):
        value = story.ledger.amount(measure, overview, "cell", row=0, column=measure.label)
        found.append(KeyMetric(measure, value.figure, None, latest=False, good=None))
    return found


def _known(result: Result, column: str) -> bool:
    return bool(result.rows) and is_finite(result.values(column)[0])


def _good(measure: MeasureProfile, result: Result, story: Story) -> bool | None:
    direction = story.direction(result, measure.label)
    return None if measure.welcome is None or direction == 0 else measure.welcome == (direction > 0)


__all__ = ["Analysis", "Ask", "Gathered", "KeyMetric", "analyse"]
