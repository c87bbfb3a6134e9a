"""How everything in a report was computed, for those who want to check it."""

from collections.abc import Mapping

from claribi.analysis.figures import Ref, Sentence, Text
from claribi.analysis.findings import Finding
from claribi.analysis.kinds import Kind
from claribi.analysis.languages import Language
from claribi.analysis.service import Analysis
from claribi.analysis.templates import fill
from claribi.reports.conditions import FILTERED, FILTERS, in_words
from claribi.reports.document import Block, Bullets, Heading, Paragraph, Table

EVIDENCE = (
    "Each number in this report was computed from the answer to one of these queries, and can be computed "
    "again by running it."
)
REWORDED = (
    "A language model chose the order of the findings and the words of some sentences. It had no say in any "
    "number, name or direction: a sentence of its was kept only where it is made of the very phrases of the "
    "built-in one."
)
DEFINITIONS = (
    "Everything was computed over all rows, by the engine that holds the data; nothing was sampled.",
    "A change is the later value less the earlier one; in percent it is divided by the earlier one.",
    "An average leaves out rows without a value; a total counts them as nothing.",
    (
        "Totals of months are compared as if they had as many days and the same days of the week, so that a "
        "short month is no fall."
    ),
    (
        "Periods are compared when both are complete. A period at either end of the data counts as "
        "incomplete when its data begin or stop further from its border than is usual in the other "
        "periods."
    ),
)
TESTS: Mapping[Kind, str] = {
    "level": "Level",
    "change": "Last change against the changes before",
    "driver": "Contribution by value",
    "trend": "Mann-Kendall",
    "change_point": "Cumulated deviations",
    "seasonality": "Kruskal-Wallis",
    "outlier": "Distance from what is expected",
    "concentration": "Chi-squared, even spread",
    "rank": "Friedman",
    "rank_change": "Lead before and after (Student)",
    "mix": "Shares before and after (Student)",
    "correlation": "Spearman",
    "missing_data": "Runs of empty periods",
    "threshold": "Threshold",
}
METHODS: Mapping[Kind, str] = {
    "level": "The value of the measure in a period.",
    "change": (
        "The last period is held against how well those before it were foreseen from their own past "
        "(exponential smoothing); with few periods, the means of the buckets within the two periods are "
        "compared, allowing for autocorrelation."
    ),
    "driver": (
        "A measure that adds up is split into the difference of each value of a dimension. An average is "
        "split into what its parts did themselves and what a different mix of them did (Kitagawa). The parts "
        "add up exactly to the change. A value stands out when it moved the whole by much more than its size "
        "alone would have. Whether that is chance is told by how the value stood beside the others in the "
        "periods before."
    ),
    "trend": (
        "The slope is the median of the slopes between all pairs of points (Theil-Sen), the cycle taken out; "
        "the test is Mann-Kendall's, with the variance widened for autocorrelation (Hamed and Rao). A slope "
        "that began or changed is told where two lines that meet fit better than one line and than two "
        "levels; its test allows for the moment having been looked for (Davies)."
    ),
    "change_point": (
        "The split into two levels that leaves the least squares; the test holds the largest cumulated "
        "deviation from the mean against the Brownian bridge, allowing for autocorrelation. Where a straight "
        "line fits better, a trend is reported instead."
    ),
    "seasonality": (
        "Ranks of the values, less the running median over one cycle, are compared between the phases."
    ),
    "outlier": (
        "What a bucket is expected to hold is the running median around it plus the usual distance of its "
        "phase of the cycle. Distances are measured in median absolute deviations, held against a heavy-"
        "tailed distribution (Student), and corrected for the number of buckets; a few neighbours are looked "
        "at together as well."
    ),
    "concentration": "The share of the largest value, or of the top fifth of all values, in the whole.",
    "rank": (
        "Values of a dimension are ranked within each period; the test asks whether their order repeats. "
        "Values that rest on very few rows are left out."
    ),
    "rank_change": (
        "Of the values of a dimension, the one that led in the first third of the periods is held against "
        "the one that leads in the last. The lead must differ from nothing on both sides of the moment that "
        "parts them best, corrected for the number of values."
    ),
    "mix": (
        "The shares of the values of a dimension in the first third of the periods are held against those in "
        "the last (Student, autocorrelation counted in), corrected for the number of values; of several "
        "measures that tell it the first one does."
    ),
    "missing_data": (
        "A stretch without rows is held against how often a period around it has none; a value that stopped "
        "or was absent, against how its numbers of rows varied otherwise; the newest buckets, against what "
        "those of the same place in the week held before."
    ),
    "threshold": "Each whole period is held against the threshold that was set for the report.",
    "correlation": (
        "Rank correlation from bucket to bucket, and with one measure some buckets later (corrected for "
        "having tried several), level and cycle taken out of both, for the number of independent points "
        "that autocorrelation leaves (Bartlett)."
    ),
}


def words(text: str) -> Sentence:
    return [Text(text)]


def methodology(analysis: Analysis, *, is_reworded: bool = False) -> list[Block]:
    kinds = list(dict.fromkeys(finding.kind for finding in analysis.findings))
    blocks: list[Block] = [Heading("Definitions"), Bullets([words(text) for text in DEFINITIONS])]
    if analysis.filters:
        conditions = in_words(analysis.filters, Language())
        bullets = Bullets([words(text) for text in conditions])
        blocks = [Heading(FILTERS), Paragraph([words(FILTERED)]), bullets, *blocks]
    if kinds:
        blocks.append(Heading("How the findings were made"))
        blocks.append(Bullets([_method(kind) for kind in kinds]))
    blocks += _significance(analysis)
    if is_reworded:
        blocks += [Heading("Words"), Paragraph([words(REWORDED)])]
    return blocks


def _method(kind: Kind) -> Sentence:
    return [Text(f"{TESTS[kind]}: ", strong=True), Text(METHODS[kind])]


def _significance(analysis: Analysis) -> list[Block]:
    tested = [finding for finding in analysis.findings if finding.test]
    overview = analysis.story.data.overview
    if not tested or overview is None:
        return []
    level = analysis.story.ledger.percent(overview, "setting", name="significance_level")
    rows = [_test_row(finding) for finding in tested]
    columns = ["Finding", "Test", "p-value before correction"]
    return [
        Heading("Significance"),
        Paragraph([fill("significance", level=level)]),
        Table("Tests behind the findings", columns, rows, [False, False, True]),
    ]


def _test_row(finding: Finding) -> list[Sentence]:
    p_values: Sentence = [Ref(name) for name in finding.test[:1]]
    return [words(finding.heading), words(TESTS[finding.kind]), p_values]
