"""A report in its organisation's language: the same document, each sentence said anew from what it claims."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from claribi.analysis.figures import Figure, Ref, Sentence, Span, Text
from claribi.analysis.findings import Finding, Picture
from claribi.analysis.languages import Language
from claribi.analysis.names import Member, capitalised, human, label_of, noun_of, plural, values_of
from claribi.analysis.pictures import CYCLE_NAMES
from claribi.analysis.profile import MeasureProfile
from claribi.analysis.service import Analysis
from claribi.analysis.templates import Claim, Listed, begin, spans_of
from claribi.ask.answer import called, split_by
from claribi.query.schemas import Dimension, Grain, Measure
from claribi.reports import compose_answer, compose_charts
from claribi.reports.compose_answer import Answer, Naming
from claribi.reports.conditions import in_words
from claribi.reports.document import (
    Block,
    Bullets,
    Chart,
    Code,
    Document,
    Heading,
    Metrics,
    Note,
    Paragraph,
    Section,
    Table,
)
from claribi.sources.catalog import TIME_TYPES

GRAINS: tuple[Grain, ...] = ("hour", "day", "week", "month", "quarter", "year")
# What stands in sentences as somebody wrote it.
WORD_FOR_WORD = frozenset({"question"})
NAMED_QUERY = re.compile(r"Query (\d+)")
# English that ends in this says more of the thing it names.
ENDING = ": "


def translate(
    document: Document, analysis: Analysis, language: Language, tag: str, answer: Answer | None = None
) -> Document:
    """The document in another language; its evidence and what people wrote stay as they are.

    Args:
        answer: To the question that the report is about, if it is about one.
    """
    if language.is_english:
        return document
    speaker = _Speaker(document, analysis, language, answer)
    return replace(
        document,
        language=tag,
        subtitle=speaker.subtitle(),
        period=speaker.period(document.period),
        filters=in_words(analysis.filters, language),
        figures={name: _figure(figure, language, tag) for name, figure in document.figures.items()},
        sections=[speaker.section(section) for section in document.sections],
    )


def _figure(figure: Figure, language: Language, tag: str) -> Figure:
    text = language.figure(figure.text, figure.format, figure.value, figure.unit)
    return replace(figure, text=text, language=tag)


class _Speaker:
    def __init__(
        self, document: Document, analysis: Analysis, language: Language, answer: Answer | None
    ) -> None:
        self._document, self._language, self._answer = document, language, answer
        measures = (*analysis.profile.measures, *analysis.profile.averages)
        self._measures = {measure.label: self._measure(measure) for measure in measures}
        self._words = self._vocabulary(analysis)
        if answer is not None:
            asked = answer.query
            self._words |= {called(m, asked): self._asked(m) for m in asked.measures}
            self._words |= {capitalised(called(m, asked)): self._asked(m) for m in asked.measures}
        in_english = in_words(analysis.filters, Language())
        self._conditions = dict(zip(in_english, in_words(analysis.filters, language), strict=True))
        self._headings = {finding.heading: self._heading(finding) for finding in analysis.findings}
        self._pictures = {
            (finding.picture.spec.title, finding.picture.evidence_id): finding
            for finding in analysis.findings
            if finding.picture is not None
        }

    def subtitle(self) -> str:
        english = f"What the data in {self._document.source} say"
        if self._document.subtitle != english:
            return self._document.subtitle
        return self._language.fixed("What the data in {source} say", source=self._document.source)

    def period(self, english: str) -> str:
        """The stretch of time in the words of the figures that say it in English."""
        days = {figure.text: figure for figure in self._document.figures.values() if figure.format == "date"}
        said = [
            self._language.figure(day, "date", days[day].value, days[day].unit) if day in days else day
            for day in english.split(" to ")
        ]
        return f" {self._language.to} ".join(said)

    def section(self, section: Section) -> Section:
        title = self._language.fixed(section.title)
        said = self._of_answer if section.key == "answer" else self._block
        return Section(section.key, title, [said(block) for block in section.blocks])

    def _of_answer(self, block: Block) -> Block:
        """A block of the section with the answer: its chart and columns are named by the query alone."""
        answer = self._answer
        assert answer is not None  # noqa: S101 - the section was made from it
        naming = self._naming(answer)
        if isinstance(block, Chart):
            return compose_answer.chart(answer, naming, self._language) or block
        if isinstance(block, Table):
            names, english = naming.columns(answer.query), compose_answer.in_english(answer.query)
            labels = {name: label for label, name in english.columns(answer.query).items()}
            columns = [names[labels[column]] for column in block.columns]
            return replace(block, title=compose_answer.title(answer.query, naming), columns=columns)
        return self._block(block)

    def _naming(self, answer: Answer) -> Naming:
        def title(measures: Sequence[str], dimensions: Sequence[str]) -> str:
            grains = [d.grain for d in answer.query.dimensions]
            y, charts = _joined(measures, self._language), self._language.charts
            if not dimensions:
                return y
            if grains[0] and len(grains) == 1:
                return charts["line"].format(y=y, grain=self._language.grains[grains[0]])
            return charts["parts"].format(y=y, dimension=_joined(dimensions, self._language))

        return Naming(self._asked, self._split, self._language.fixed, title)

    def _asked(self, measure: Measure) -> str:
        """A measure of a question; one that has only a name of its own keeps it."""
        is_plain = measure.aggregation is not None and measure.grain is None
        return self._said(measure.model_copy(update={"name": None}) if is_plain else measure)

    def _split(self, dimension: Dimension) -> str:
        if dimension.grain is not None:
            return capitalised(self._language.grains[dimension.grain])
        if dimension.cycle is not None:
            cycle = human(split_by(dimension))
            return capitalised(self._language.cycles.get(cycle, cycle))
        return self._name(dimension.column)

    def _block(self, block: Block) -> Block:
        match block:
            case Paragraph():
                return Paragraph([self.sentence(sentence) for sentence in block.sentences], block.keys)
            case Bullets():
                return Bullets([self.sentence(item) for item in block.items])
            case Heading():
                return Heading(self._title(block.text), block.evidence_id)
            case Metrics():
                return self._metrics(block)
            case Table():
                rows = [
                    [self._cell(cell, block.columns[i]) for i, cell in enumerate(row)] for row in block.rows
                ]
                columns = [self._language.fixed(column) for column in block.columns]
                return Table(self._language.fixed(block.title), columns, rows, block.numeric)
            case _:
                return self._other(block)

    def _other(self, block: Block) -> Block:
        match block:
            case Chart():
                return self._chart(block)
            case Note():
                return replace(block, label=self._language.fixed(block.label))
            case Code() if block.language == "text":
                return Code("\n".join(map(self._about, block.text.splitlines())), "text")
            case _:
                return block

    def _about(self, line: str) -> str:
        """A line on a query: what it says behind the colon is data."""
        name, colon, value = line.partition(ENDING)
        return f"{self._language.fixed(name)}{colon}{value}" if colon else line

    def _title(self, english: str) -> str:
        if found := NAMED_QUERY.fullmatch(english):
            return f"{self._language.fixed('Query')} {found[1]}"
        return self._headings.get(english) or self._language.fixed(english)

    def _metrics(self, block: Metrics) -> Metrics:
        return Metrics(
            [
                replace(
                    item,
                    label=self._words.get(item.label, item.label),
                    note=item.note and self._language.fixed(item.note),
                )
                for item in block.items
            ]
        )

    def _cell(self, cell: Sentence, column: str) -> Sentence:
        # A column's name may be any word, such as "Test" or "Level".
        if column == "Column":
            return [
                Text(self._words.get(s.text, s.text), s.strong) if isinstance(s, Text) else s for s in cell
            ]
        return self.sentence(cell)

    def sentence(self, sentence: Sentence) -> Sentence:
        if isinstance(sentence, Claim):
            return self._claim(sentence)
        return [self._span(span) for span in sentence]

    def _span(self, span: Span) -> Span:
        if isinstance(span, Ref):
            return span
        if span.text in self._conditions:
            return Text(self._conditions[span.text], span.strong)
        if span.text.endswith(ENDING):
            return Text(self._title(span.text.removesuffix(ENDING)) + ENDING, span.strong)
        return Text(self._title(span.text), span.strong)

    def _claim(self, claim: Claim) -> Sentence:
        template = self._language.templates[self._template(claim)]
        parts = {place: self._part(place, part) for place, part in claim.parts.items()}
        spans = spans_of(template, parts)
        return begin(spans) if template.endswith((".", ":")) else spans

    def _template(self, claim: Claim) -> str:
        """Its template's name, or that of its own for periods of this grain."""
        moment = claim.parts.get("moment")
        if isinstance(moment, Ref):
            narrower = f"{claim.template} {self._document.figures[moment.figure].unit}"
            return narrower if narrower in self._language.templates else claim.template
        return claim.template

    def _part(self, place: str, part: Any) -> Any:  # noqa: PLR0911 - one a kind
        match part:
            case Claim():
                return self._claim(part)
            case Listed():
                return self._listed(part)
            case Member():
                return self._member(part)
            case str():
                return part if place in WORD_FOR_WORD else self._words.get(part, part)
            case Text():
                return Text(self._headings.get(part.text) or self._language.fixed(part.text), part.strong)
            case Ref():
                return part
            case _:
                return [self._part(place, each) for each in part]

    def _listed(self, listed: Listed) -> list[Span]:
        spans: list[Span] = []
        for number, item in enumerate(listed.items):
            if number:
                is_last = number == len(listed.items) - 1
                spans.append(Text(f" {self._language.and_} " if is_last else ", "))
            part = self._part("", item)
            spans += [
                Text(self._words.get(s.text, s.text), s.strong) if isinstance(s, Text) else s for s in part
            ]
        return spans

    def _member(self, member: Member) -> list[Span]:
        noun, name = self._name(member.dimension), label_of(member.value)
        if member.value in (None, ""):
            text = self._language.no_member.format(noun=noun)
        elif name.lower().startswith(noun.lower()):
            text = name
        else:
            text = self._language.member.format(noun=noun, name=self._value(member.value))
        return [Text(text, strong=True)]

    def _value(self, value: Any) -> str:
        name = label_of(value)
        return self._language.values.get(name, name) if isinstance(value, bool) else name

    def _name(self, dimension: str) -> str:
        return capitalised(human(dimension))

    def _measure(self, profiled: MeasureProfile) -> str:
        return self._said(profiled.measure, profiled)

    def _said(self, measure: Measure, profiled: MeasureProfile | None = None) -> str:
        patterns = self._language.measures
        if measure.ratio is not None and not measure.name:
            numerator, denominator = (
                self._said(m) for m in (measure.ratio.numerator, measure.ratio.denominator)
            )
            return patterns["ratio"].format(numerator=numerator, denominator=denominator)
        if measure.column is None:
            is_rows = profiled is None or profiled.title.startswith("number of ")
            return patterns["rows"] if is_rows else measure.name or patterns["rows"]
        if measure.name:
            return measure.name
        pattern, other = patterns[measure.aggregation or "sum"], capitalised(noun_of(measure.other or ""))
        return pattern.format(noun=capitalised(noun_of(measure.column)), other=other)

    def _vocabulary(self, analysis: Analysis) -> dict[str, str]:
        """What words of ours and names of columns become, by how they stand in English sentences."""
        words: dict[str, str] = {}
        for column in analysis.profile.table.columns:
            name = human(column.name)
            words |= {name: self._name(column.name), values_of(column.name): self._name(column.name)}
            words |= {plural(name): self._name(column.name)}
        for grain in GRAINS:
            said = self._language.grains[grain]
            per = self._language.per.format(grain=said)
            words |= {grain: said, plural(grain): said, f"a {grain}": per, f"an {grain}": per}
            words[capitalised(grain)] = capitalised(said)
        words[analysis.profile.rows_name] = self._language.rows
        for measure in (*analysis.profile.measures, *analysis.profile.averages):
            said = self._measures[measure.label]
            words |= dict.fromkeys([measure.title, measure.subject, capitalised(measure.title)], said)
        return words

    def _heading(self, finding: Finding) -> str:
        places: dict[str, str] = {"title": self._measures[finding.measure.label]}
        if finding.dimension is not None:
            places["dimension"] = self._name(finding.dimension)
        if finding.kind == "correlation":
            places["other"] = self._measures[finding.value]
        for name in CYCLE_NAMES.values():
            if finding.kind == "seasonality" and finding.heading.startswith(capitalised(name)):
                places["cycle"] = self._language.cycles[name]
        patterns = self._language.headings
        by_dimension = f"{finding.kind}_by"
        is_split = finding.dimension is not None and by_dimension in patterns
        return patterns[by_dimension if is_split else finding.kind].format(**places)

    def _chart(self, chart: Chart) -> Chart:
        finding = self._pictures.get((chart.title, chart.evidence_id))
        if finding is None or finding.picture is None:
            return chart
        picture = finding.picture
        names = self._columns(finding, picture)
        title = self._chart_title(finding, picture, names)
        kind = self._language.kinds[picture.spec.type]
        alt = f"{kind}: {title}."
        return Chart(
            title=title,
            option=compose_charts.said(
                chart.option,
                names,
                alt,
                self._language,
                is_time=picture.columns[0].type in TIME_TYPES,
                is_cycle=finding.kind == "seasonality",
            ),
            alt=alt,
            columns=[names[column.name] for column in picture.columns],
            rows=compose_charts.cells(picture, self._language, is_cycle=finding.kind == "seasonality"),
            evidence_id=chart.evidence_id,
        )

    def _columns(self, finding: Finding, picture: Picture) -> Mapping[str, str]:
        cycles = {capitalised(name): capitalised(said) for name, said in self._language.cycles.items()}
        known = self._words | (cycles if finding.kind == "seasonality" else {})
        return {column.name: known.get(column.name, column.name) for column in picture.columns}

    def _chart_title(self, finding: Finding, picture: Picture, names: Mapping[str, str]) -> str:
        y = _joined([names[name] for name in picture.spec.y], self._language)
        x = names.get(picture.spec.x or "", "")
        charts = self._language.charts
        if picture.spec.type == "scatter":
            grain = self._words.get(picture.spec.title.rpartition(" a ")[2], "")
            return charts["scatter"].format(x=x, y=y, grain=grain)
        if finding.kind == "rank_change":
            grain = self._words.get((picture.spec.x or "").lower(), x)
            return charts["leads"].format(title=self._measures[finding.measure.label], y=y, grain=grain)
        if picture.spec.type == "line":
            return charts["line"].format(y=y, grain=self._words.get((picture.spec.x or "").lower(), x))
        if finding.kind == "seasonality":
            x = self._language.cycles[(picture.spec.x or "").lower()]
        kind = {"seasonality": "cycle", "driver": "driver"}.get(finding.kind, "parts")
        return charts[kind].format(y=y, dimension=x)


def _joined(names: Sequence[str], language: Language) -> str:
    return f" {language.and_} ".join(names)
