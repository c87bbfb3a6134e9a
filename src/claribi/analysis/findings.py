"""What was found: typed findings, their order of interest, and which of them say the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from claribi.analysis.figures import Sentence
from claribi.analysis.kinds import Kind
from claribi.analysis.profile import MeasureProfile
from claribi.analysis.significance import LEVEL, benjamini_hochberg
from claribi.charts.spec import ChartSpec
from claribi.query.schemas import ResultColumn

INTEREST: dict[Kind, float] = {
    "level": 0.3,
    "change": 0.85,
    "driver": 0.95,
    "trend": 0.8,
    "change_point": 0.85,
    "seasonality": 0.65,
    "outlier": 0.65,
    "concentration": 0.6,
    "rank": 0.55,
    "rank_change": 0.7,
    "mix": 0.65,
    "correlation": 0.4,
    "missing_data": 0.75,
    "threshold": 1.0,
}
MOST, MOST_OF_KIND, MOST_OF_MEASURE = 10, 3, 5


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart of a finding: its columns bear the names that a reader sees."""

    spec: ChartSpec
    alt: str
    columns: list[ResultColumn]
    rows: list[list[Any]]
    evidence_id: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that was tested, whether it is there or not.

    Attributes:
        evidence: The detector's own answer (`Trend`, `Ranking`, …).
        effect: How large it is, from 0 to 1.
        p_value: None for plain facts that no chance is involved in.
        material: Large enough to be worth a sentence.
    """

    kind: Kind
    measure: MeasureProfile
    evidence: Any
    effect: float
    p_value: float | None
    material: bool
    dimension: str | None = None
    value: Any = None
    boost: float = 1.0

    @property
    def score(self) -> float:
        size = 0.5 + 0.5 * min(max(self.effect, 0.0), 1.0)
        return INTEREST[self.kind] * size * (0.5 + 0.5 * self.measure.weight) * self.boost


@dataclass(slots=True)
class Finding:
    """A finding in words.

    Attributes:
        heading: Without any number.
        effect: How large it is, from 0 to 1.
        p_value: After the correction for how many were tried; None for plain facts.
        share: The part of the whole that it is about, where there is one.
        sentences: What a reader is told; the first one stands by itself in a summary.
        advice: What to do about it; None where nothing follows.
        test: References to the figures of the test, for the methodology.
        evidence_ids: The answers that it rests on.
        notable: Whether it is more than chance would bring; False for a plain account of the last change.
    """

    kind: Kind
    measure: MeasureProfile
    dimension: str | None
    value: Any
    effect: float
    p_value: float | None
    score: float
    heading: str
    sentences: list[Sentence]
    share: float | None = None
    picture: Picture | None = None
    advice: Sentence | None = None
    test: list[str] = field(default_factory=list)
    evidence_ids: list[int] = field(default_factory=list)
    notable: bool = True


Alike = Callable[[MeasureProfile, MeasureProfile], bool]


def adjusted(candidates: Sequence[Candidate]) -> list[tuple[Candidate, float | None]]:
    """Each with its p-value after the correction for all that were tested."""
    tested = [c for c in candidates if c.p_value is not None]
    p_values = benjamini_hochberg([c.p_value or 0.0 for c in tested])
    corrected = dict(zip(map(id, tested), p_values, strict=True))
    return [(candidate, corrected.get(id(candidate))) for candidate in candidates]


def significant(
    tested: Sequence[tuple[Candidate, float | None]],
) -> list[tuple[Candidate, float | None]]:
    """Those worth telling that hold after the correction."""
    return [(c, p_value) for c, p_value in tested if c.material and (p_value is None or p_value <= LEVEL)]


def select(
    found: Sequence[tuple[Candidate, float | None]], alike: Alike
) -> list[tuple[Candidate, float | None]]:
    """The most interesting first, without what says the same as one before it."""
    kept: list[tuple[Candidate, float | None]] = []
    silent = {(c.dimension, c.value) for c, _ in found if c.kind == "missing_data"}
    turned = [c for c, _ in found if c.kind == "rank_change"]
    for candidate, p_value in sorted(found, key=lambda pair: -pair[0].score):
        if candidate.kind == "driver" and (candidate.dimension, candidate.value) in silent:
            continue  # that its rows stopped coming says it all
        if candidate.kind == "mix" and any(dimension == candidate.dimension for dimension, _ in silent):
            continue  # as above
        if candidate.kind == "rank" and any(_is_of(candidate, other, alike) for other in turned):
            continue  # who came first over all the time does not any more
        others = [other for other, _ in kept]
        if len(kept) < MOST and _has_room(candidate, others) and not _repeats(candidate, others, alike):
            kept.append((candidate, p_value))
    return kept


def _is_of(candidate: Candidate, other: Candidate, alike: Alike) -> bool:
    """Whether both are of the same values, and of one measure or two that tell the same."""
    return candidate.dimension == other.dimension and (
        candidate.measure.label == other.measure.label or alike(candidate.measure, other.measure)
    )


def _has_room(candidate: Candidate, kept: Sequence[Candidate]) -> bool:
    of_kind = sum(other.kind == candidate.kind for other in kept)
    of_measure = sum(other.measure.label == candidate.measure.label for other in kept)
    return of_kind < MOST_OF_KIND and of_measure < MOST_OF_MEASURE


# One story told twice: a line that rises is a level that is higher later.
SAME_STORY: tuple[frozenset[Kind], ...] = (
    frozenset({"trend", "change_point"}),
    frozenset({"concentration", "rank"}),
    frozenset({"rank_change", "mix"}),
)


def _repeats(candidate: Candidate, kept: Sequence[Candidate], alike: Alike) -> bool:
    return any(
        _same_story(candidate, other)
        and candidate.dimension == other.dimension
        and (
            candidate.measure.label == other.measure.label
            or alike(candidate.measure, other.measure)
            # The same parts of every sum: said of one measure, and once.
            or candidate.kind == other.kind == "concentration"
            or (candidate.measure.additive and other.measure.additive and _leads_alike(candidate, other))
        )
        and (candidate.kind != "correlation" or candidate.value == other.value)
        # Rows that are missing at several places are several stories.
        and (candidate.kind != "missing_data" or type(candidate.evidence) is type(other.evidence))
        for other in kept
    )


def _leads_alike(a: Candidate, b: Candidate) -> bool:
    return {a.kind, b.kind} <= {"concentration", "rank"} and a.value == b.value


def _same_story(a: Candidate, b: Candidate) -> bool:
    return a.kind == b.kind or any({a.kind, b.kind} <= story for story in SAME_STORY)
