"""Markdown (CommonMark with the tables of GitHub): charts as the data behind them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from claribi.analysis.figures import Figure, Ref, Sentence, Span
from claribi.reports.document import (
    Block,
    Bullets,
    Chart,
    Code,
    Document,
    Heading,
    Metric,
    Metrics,
    Note,
    Paragraph,
    Table,
)
from claribi.reports.render.drawing import Drawer
from claribi.reports.render.particulars import facts, metric_columns

INLINE = re.compile(r"[\\`*_\[\]<>|~$&#]")
# A line that begins so would be a list or a rule.
LIST = re.compile(r"^(\d*)([-+.)])(?=[\s-]|$)")


def to_markdown(document: Document, _: Drawer) -> bytes:
    blocks = _Writer(document.figures, metric_columns(document)).blocks(document)
    return ("\n\n".join(block for block in blocks if block) + "\n").encode()


def escaped(text: str) -> str:
    """Every character of `text` shown as it is, in one line."""
    return INLINE.sub(r"\\\g<0>", re.sub(r"\s+", " ", text))


def _line(text: str) -> str:
    return LIST.sub(r"\1\\\2", text.strip())


class _Writer:
    def __init__(self, figures: Mapping[str, Figure], metric_columns: Sequence[str]) -> None:
        self._figures, self._metric_columns = figures, metric_columns

    def blocks(self, document: Document) -> Iterator[str]:
        yield f"# {escaped(document.title)}"
        yield _line(escaped(document.subtitle))
        yield "\n".join(f"- **{name}:** {escaped(value)}" for name, value in facts(document))
        for section in document.sections:
            yield f"## {escaped(section.title)}"
            for block in section.blocks:
                yield self._block(block)

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph():
                return _line(" ".join(map(self._sentence, block.sentences)))
            case Bullets():
                return "\n".join(f"- {_line(self._sentence(item))}" for item in block.items)
            case Metrics():
                return _table(
                    self._metric_columns, map(self._metric, block.items), [False, True, True, False]
                )
            case Note():
                return _note(block)
            case Table():
                rows = ([self._sentence(cell) for cell in row] for row in block.rows)
                return f"**{escaped(block.title)}**\n\n{_table(block.columns, rows, block.numeric)}"
            case _:
                return _plain(block)

    def _metric(self, metric: Metric) -> list[str]:
        change = self._figures[metric.change].text if metric.change else ""
        texts = metric.label, self._figures[metric.value].text, change, metric.note or ""
        return [escaped(text) for text in texts]

    def _sentence(self, sentence: Sentence) -> str:
        return "".join(map(self._span, sentence))

    def _span(self, span: Span) -> str:
        text = escaped(self._figures[span.figure].text if isinstance(span, Ref) else span.text)
        if not span.strong or not text.strip():
            return text
        # Asterisks beside a space would be shown as asterisks.
        return text.replace(text.strip(), f"**{text.strip()}**")


def _plain(block: Heading | Chart | Code) -> str:
    match block:
        case Heading():
            return f"### {escaped(block.text)}"
        case Chart():
            return _chart(block)
        case Code():
            return _code(block)


def _note(note: Note) -> str:
    lines = [f"**{escaped(note.label)}:**", *note.text.splitlines()]
    return "\n".join(f"> {_line(escaped(line))}" if n else f"> {line}" for n, line in enumerate(lines))


def _chart(chart: Chart) -> str:
    rows = [[escaped(cell) for cell in row] for row in chart.rows]
    table = _table(chart.columns, rows, [column > 0 for column in range(len(chart.columns))])
    return f"**{escaped(chart.title)}**\n\n{_line(escaped(chart.alt))}\n\n{table}"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[bool]) -> str:
    rules = ["---:" if right else "---" for right in numeric]
    lines = [[escaped(column) for column in columns], rules, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _code(code: Code) -> str:
    longest = max((len(ticks) for ticks in re.findall(r"`+", code.text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{code.language}\n{code.text}\n{fence}"
