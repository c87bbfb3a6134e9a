"""From an analysis to a report: which section says what, in which order."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from claribi.analysis.figures import Figure, Ref, Sentence, Span, Text
from claribi.analysis.findings import Finding
from claribi.analysis.languages import Language
from claribi.analysis.names import capitalised, human
from claribi.analysis.profile import MeasureProfile
from claribi.analysis.quality import worth_advice
from claribi.analysis.service import Analysis, KeyMetric
from claribi.analysis.templates import Claim, fill
from claribi.reports import compose_answer, compose_charts, compose_methods
from claribi.reports.compose_answer import Answer
from claribi.reports.compose_edits import Script
from claribi.reports.conditions import in_words
from claribi.reports.document import (
    Block,
    Brand,
    Bullets,
    Chart,
    Code,
    Document,
    EvidenceNote,
    Heading,
    Metric,
    Metrics,
    Note,
    Paragraph,
    Section,
    SectionKey,
    Table,
)
from claribi.reports.edits import Edit

if TYPE_CHECKING:
    from claribi.reports.templates import Template

EvidenceNotes = Callable[[Collection[int]], list[EvidenceNote]]

TITLES: Mapping[SectionKey, str] = {
    "answer": "Answer",
    "executive_summary": "Executive summary",
    "key_metrics": "Key metrics",
    "findings": "Findings",
    "recommendations": "Recommendations",
    "data_quality": "Data quality",
    "methodology": "Methodology",
    "appendix": "Appendix: the evidence",
}
NOTE = "Note"
MISSING_HEADING = "Missing values"
SUMMARY_FINDINGS, MOST_SENTENCES = 3, 7
# What of a change is due to the days of the periods.
DAYS = frozenset({"fewer_days", "more_days", "other_days"})
MOST_METRICS, MOST_RECOMMENDATIONS, MOST_ALIKE = 6, 6, 2
REJECTED = (
    "Some rows of the file could not be read and were set aside; the page of the data source lists them."
)


def compose(
    analysis: Analysis,
    *,
    title: str,
    question: str | None,
    organization: str,
    source_name: str,
    generated_at: str,
    sections: Sequence[SectionKey],
    evidence_notes: EvidenceNotes,
    has_rejected_rows: bool = False,
    is_reworded: bool = False,
    template: "Template | None" = None,
    notes: Mapping[str, str] | None = None,
    edits: Mapping[str, Edit] | None = None,
    brand: Brand | None = None,
    answer: Answer | None = None,
) -> Document:
    """The report of an analysis.

    Args:
        generated_at: RFC 3339, UTC.
        evidence_notes: Gives the proofs of answers by their ids.
        has_rejected_rows: Some rows of the source were set aside when it was read in.
        is_reworded: A language model has found words for some of the findings.
        template: What comes first, and how much of it.
        notes: What people wrote, by the key of a section, or for the whole `report`.
        edits: What people wrote in the place of a sentence, by its key.
        answer: To the question that the report is about; without one the section of it is left out.
    """
    if template is not None:
        follow(analysis, template)
    script = Script(analysis.findings, analysis.figures, edits or {})
    builders: Mapping[SectionKey, Callable[[], list[Block]]] = {
        "executive_summary": lambda: _summary(analysis, script),
        "key_metrics": lambda: _key_metrics(analysis, template.most_metrics if template else MOST_METRICS),
        "findings": lambda: _findings(analysis, script, with_charts=template is None or template.charts),
        "recommendations": lambda: _recommendations(analysis),
        "data_quality": lambda: _data_quality(analysis, has_rejected_rows=has_rejected_rows),
        "methodology": lambda: compose_methods.methodology(analysis, is_reworded=is_reworded),
    }
    if answer is not None:
        builders = {**builders, "answer": lambda: compose_answer.blocks(answer, analysis.story.ledger)}
    built = {key: Section(key, TITLES[key], builders[key]()) for key in sections if key in builders}
    used = _used_figures(built.values())
    evidence = sorted(_evidence_ids(analysis, built.values(), used))
    proofs = evidence_notes(evidence)
    if "appendix" in sections:
        built["appendix"] = Section("appendix", TITLES["appendix"], _appendix(proofs))
    kept = [key for key in sections if key in built]
    chosen = [_noted(built[key], notes or {}, is_first=key == kept[0]) for key in kept]
    return Document(
        title=title,
        subtitle=question or f"What the data in {source_name} say",
        organization=organization,
        source=source_name,
        period=_period(analysis),
        generated_at=generated_at,
        sections=chosen,
        figures={name: figure for name, figure in analysis.figures.items() if name in used},
        queries=proofs,
        brand=brand or Brand(),
        filters=in_words(analysis.filters, Language()),
        fingerprints=script.fingerprints,
    )


def follow(analysis: Analysis, template: "Template") -> None:
    """Bring first what the template names first, and leave out what is more than it wants."""
    kinds = {kind: place for place, kind in enumerate(template.kinds)}
    wanted = {word.casefold().rstrip("s") for word in template.measures}

    def is_other(measure: MeasureProfile) -> bool:
        named = human(measure.measure.column or measure.title).casefold().split()
        return wanted.isdisjoint(word.rstrip("s") for word in named)

    last = len(kinds)
    analysis.findings.sort(key=lambda f: (not f.notable, is_other(f.measure), kinds.get(f.kind, last)))
    del analysis.findings[template.most_findings :]
    analysis.metrics.sort(key=lambda metric: is_other(metric.measure))


def _noted(section: Section, notes: Mapping[str, str], *, is_first: bool) -> Section:
    """The section with what people wrote about it, and the first with what they wrote about the report."""
    wanted = [*(["report"] if is_first else []), section.key]
    written: list[Block] = [Note(notes[key], NOTE) for key in wanted if key in notes]
    return Section(section.key, section.title, [*written, *section.blocks])


def _period(analysis: Analysis) -> str:
    """From the first to the last day of the data, in the very words of the report's figures."""
    refs = [span for span in analysis.quality.rows if isinstance(span, Ref)]
    days = [analysis.figures[ref.figure] for ref in refs]
    texts = [figure.text for figure in days if figure.format == "date"]
    return " to ".join(dict.fromkeys(texts))


def notable(analysis: Analysis) -> list[Finding]:
    return [finding for finding in analysis.findings if finding.notable]


def _summary(analysis: Analysis, script: Script) -> list[Block]:
    leading = [finding.sentences[0] for finding in notable(analysis)[:SUMMARY_FINDINGS]]
    level = _level(analysis)
    sentences = leading[:1] + level + leading[1:] if leading else [*level, fill("quiet")]
    if not analysis.figures:
        sentences = []
    unfinished = analysis.quality.unfinished
    sentences += [*([unfinished] if unfinished else []), analysis.quality.rows]
    distinct = {tuple(sentence): sentence for sentence in sentences}
    return script.blocks(list(distinct.values())[:MOST_SENTENCES])


def _level(analysis: Analysis) -> list[Sentence]:
    """Where the main measure stands, and what of its change is due to the days of the two periods."""
    told = analysis.levels[:1]
    for finding in analysis.findings:
        if told and finding.kind == "change" and tuple(finding.sentences[0]) == tuple(told[0]):
            told += [s for s in finding.sentences if isinstance(s, Claim) and s.template in DAYS]
    return told


def _key_metrics(analysis: Analysis, most: int) -> list[Block]:
    latest = [metric for metric in analysis.metrics if metric.latest][:most]
    overall = [metric for metric in analysis.metrics if not metric.latest][:most]
    blocks: list[Block] = []
    if latest:
        lead = Paragraph([fill("compared", when=analysis.period)])
        blocks += [lead, Metrics([_metric(metric) for metric in latest])]
    if overall:
        blocks += [Heading("Over all the data")] if latest else []
        blocks.append(Metrics([_metric(metric) for metric in overall]))
    return blocks or [Paragraph([analysis.quality.rows])]


def _metric(metric: KeyMetric) -> Metric:
    return Metric(
        label=capitalised(metric.measure.title),
        value=metric.value,
        change=metric.change,
        good=metric.good,
        note="against the period before" if metric.change else None,
    )


def _findings(analysis: Analysis, script: Script, *, with_charts: bool) -> list[Block]:
    blocks: list[Block] = []
    for finding in analysis.findings:
        blocks += [Heading(finding.heading), *script.blocks(finding.sentences)]
        if finding.picture is not None and with_charts:
            blocks.append(compose_charts.chart(finding.picture))
    return blocks or [Paragraph([fill("quiet")])]


def _recommendations(analysis: Analysis) -> list[Block]:
    advice = _advice(notable(analysis), analysis.figures)
    for missing in worth_advice(analysis.quality):
        name = human(missing.column.name)
        advice.append(fill("advice_missing", column=name, finding=MISSING_HEADING))
    if not advice:
        return [Paragraph([fill("advice_none")])]
    return [Bullets(advice[:MOST_RECOMMENDATIONS])]


def _advice(findings: Sequence[Finding], figures: Mapping[str, Figure]) -> list[Sentence]:
    """What the findings suggest: once for a measure, at most twice in all, never twice in the same words."""
    given: dict[str, set[str]] = {}
    advice: dict[str, Sentence] = {}
    for finding in findings:
        if finding.advice is None:
            continue
        measures = given.setdefault(finding.kind, set())
        most = 1 if finding.kind == "seasonality" else MOST_ALIKE
        words = _read(finding.advice, figures).replace(finding.heading, "")
        if words not in advice and finding.measure.label not in measures and len(measures) < most:
            measures.add(finding.measure.label)
            advice[words] = finding.advice
    return list(advice.values())


def _read(sentence: Sentence, figures: Mapping[str, Figure]) -> str:
    return "".join(span.text if isinstance(span, Text) else figures[span.figure].text for span in sentence)


def _data_quality(analysis: Analysis, *, has_rejected_rows: bool) -> list[Block]:
    quality = analysis.quality
    sentences = [quality.rows, *quality.notes, *quality.fragments]
    blocks: list[Block] = [Paragraph(sentences)]
    if has_rejected_rows:
        blocks.append(Paragraph([compose_methods.words(REJECTED)]))
    if quality.missing:
        rows: list[list[Sentence]] = [
            [compose_methods.words(human(missing.column.name)), [missing.missing], [missing.share]]
            for missing in quality.missing
        ]
        columns = ["Column", "Missing values", "Share of rows"]
        blocks += [Heading(MISSING_HEADING), Table(MISSING_HEADING, columns, rows, [False, True, True])]
    return blocks


def _appendix(notes: Sequence[EvidenceNote]) -> list[Block]:
    blocks: list[Block] = [Paragraph([compose_methods.words(compose_methods.EVIDENCE)])]
    for note in notes:
        bound = [f"{name} = {value}" for name, value in note.parameters.items()]
        about = [*bound, f"data version: {note.data_version}", f"run at: {note.executed_at}"]
        heading = Heading(f"Query {note.evidence_id}", evidence_id=note.evidence_id)
        blocks += [heading, Code(note.sql), Code("\n".join(about), "text")]
    return blocks


def _evidence_ids(analysis: Analysis, sections: Collection[Section], used: set[str]) -> set[int]:
    blocks = [block for section in sections for block in section.blocks]
    named = [block.evidence_id for block in blocks if isinstance(block, Chart | Heading)]
    shown = {evidence_id for evidence_id in named if evidence_id is not None}
    return {analysis.figures[name].evidence_id for name in used} | shown


def _used_figures(sections: Collection[Section]) -> set[str]:
    blocks = [block for section in sections for block in section.blocks]
    return {name for block in blocks for name in figures_of(block)}


def figures_of(block: Block) -> Iterator[str]:
    """The ids of the figures that a block shows."""
    if isinstance(block, Metrics):
        for item in block.items:
            yield from (name for name in (item.value, item.change) if name is not None)
    for sentence in _sentences(block):
        yield from (span.figure for span in sentence if isinstance(span, Ref))


def _sentences(block: Block) -> Sequence[Sequence[Span]]:
    if isinstance(block, Paragraph):
        return block.sentences
    if isinstance(block, Bullets):
        return block.items
    if isinstance(block, Table):
        return [cell for row in block.rows for cell in row]
    return []
