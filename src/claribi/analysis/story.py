"""What the sentences of one analysis share: its data, its ledger, and the figures that many of them use."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from claribi.analysis.figures import Ref, Sentence, Span, Text
from claribi.analysis.findings import Candidate, Finding, Picture
from claribi.analysis.gathered import Gathered, OverTime
from claribi.analysis.ledger import Ledger
from claribi.analysis.names import capitalised
from claribi.analysis.profile import MeasureProfile
from claribi.analysis.series import Series
from claribi.analysis.templates import Part, fill
from claribi.query.schemas import Grain, Result

PREPOSITIONS: dict[Grain, str] = {
    "hour": "on",
    "day": "on",
    "week": "in the",
    "month": "in",
    "quarter": "in",
    "year": "in",
}


@dataclass(slots=True)
class Story:
    """Attributes:
    moved: The measures whose last change is more than chance brings, by label.
    """

    data: Gathered
    ledger: Ledger = field(default_factory=Ledger)
    moved: frozenset[str] = frozenset()

    def lines(self, series: Series) -> OverTime:
        """The answer that a series was read from."""
        known = [self.data.main, *self.data.rhythm, self.data.periodic]
        return next(lines for lines in known if lines is not None and lines.grain == series.grain)

    def measure(self, label: str) -> MeasureProfile:
        return self.data.profile.measure(label)

    def range(self, lines: OverTime, label: str) -> dict[str, Any]:
        return lines.of(label).arguments

    def moment(self, lines: OverTime, row: int) -> Ref:
        return self.ledger.moment(lines.result, row, lines.column, lines.grain)

    def named(self, lines: OverTime, row: int) -> Ref | list[Span]:
        """The bucket as a noun of a sentence: `the week of 12 March 2013`, `March 2013`."""
        moment = self.moment(lines, row)
        return fill("the", moment=moment) if lines.grain == "week" else moment

    def on(self, lines: OverTime, row: int) -> list[Span]:
        """`in March 2013`, `on 12 March 2013`."""
        return fill(PREPOSITIONS[lines.grain], moment=self.moment(lines, row))

    def p_value(self, result: Result, formula: str, arguments: dict[str, Any]) -> str:
        return self.ledger.add(result, formula, arguments, style="p_value", decimals=4).figure

    def direction(self, result: Result, label: str) -> int:
        """1 up, -1 down, 0 neither or unknown."""
        change = result.values(f"{label}_change")[0]
        return 0 if change is None else (change > 0) - (change < 0)

    def change(self, measure: MeasureProfile, result: Result, *, signed: bool = False) -> Ref:
        """The change between the two periods: in percent, or in the measure's unit where that can't be."""
        sign = {} if signed else {"absolute": True}
        label = measure.label
        if not self.in_percent(measure, result):
            column = f"{label}_change"
            return self.ledger.amount(measure, result, "cell", signed=signed, row=0, column=column, **sign)
        return self.ledger.add(
            result,
            "cell",
            {"row": 0, "column": f"{label}_change_ratio", **sign},
            style="signed_percent" if signed else "percent",
            decimals=1,
        )

    def shows_nothing(self, change: Ref) -> bool:
        """Whether a reader would see a change of 0."""
        return not any(digit in "123456789" for digit in self.ledger.figures[change.figure].text)

    def in_percent(self, measure: MeasureProfile, result: Result) -> bool:
        """Percentages of what can be below 0, or of nothing, mislead."""
        before = result.values(f"{measure.label}_previous")[0]
        return measure.nonnegative and before is not None and before > 0

    def advice(self, template: str, heading: str, **parts: Part) -> Sentence:
        return fill(template, finding=Text(heading), **parts)

    def _last_direction(self, measure: MeasureProfile) -> int:
        """Which way the measure moved last by more than chance brings; 0 where it did not."""
        comparison = self.data.comparison
        if comparison is None or measure.label not in self.moved:
            return 0
        return self.direction(comparison.result, measure.label)

    def advice_on_direction(self, measure: MeasureProfile, change: float, heading: str) -> Sentence | None:
        """Only for a measure whose good side is known."""
        if measure.welcome is None:
            return None
        if self._last_direction(measure) * change < 0:
            return None  # the trend is one way, what happened last the other: no advice holds for both
        good = measure.welcome == (change > 0)
        return self.advice("advice_good" if good else "advice_bad", heading, subject=measure.subject)


def finding(
    candidate: Candidate,
    p_value: float | None,
    heading: str,
    sentences: list[Sentence],
    picture: Picture | None,
    results: Sequence[Result],
) -> Finding:
    return Finding(
        kind=candidate.kind,
        measure=candidate.measure,
        dimension=candidate.dimension,
        value=candidate.value,
        effect=candidate.effect,
        p_value=p_value,
        score=candidate.score,
        heading=capitalised(heading.replace("{title}", candidate.measure.title)),
        sentences=sentences,
        picture=picture,
        evidence_ids=sorted({result.evidence_id for result in results}),
    )
