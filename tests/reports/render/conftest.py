"""One document with every kind of block, and with every text that a format could take for its own."""

import html
import re
import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

import pytest
import resvg_py

from claribi.analysis.figures import Figure, Ref, Text
from claribi.reports.document import (
    Bullets,
    Chart,
    Code,
    Document,
    EvidenceNote,
    Heading,
    Metric,
    Metrics,
    Paragraph,
    Section,
    Table,
)
from claribi.reports.render.drawing import picture

HOSTILE = [
    "<script>alert(1)</script>",
    '#import "x"',
    "=cmd()",
    "*bold* | pipe",
    "$x$ _y_ `z`",
    r"back\slash \n \u{41}",
    "@mention ![image](x.png)",
    "{{ 7 * 7 }} {% raw %}",
    "1. not a list",
    "- nor this",
    "Straße Äpfel Öl Übermut",
    "&amp; &#60;",
    '" onmouseover="alert(1)',
    "</svg></style><img src=x onerror=alert(1)>",
    "Donaudampfschifffahrtsgesellschaft" * 8,
]
TEXTS = [
    "1,234,567.89",
    "+12.3 %",
    "\N{MINUS SIGN}4.5 %",
    "17 March 2024",
    "-8",
    "€ 12.50",
    "0.0001",
    "42",
    "99.9 %",
]
MEASURES = " ".join(f'sum(CASE WHEN "column {n}" > $p{n} THEN 1 END) AS "c{n}",' for n in range(12))
SQL = "\n".join(
    ["SELECT", *[f"  /* {n} */ {MEASURES}" for n in range(60)], f"'{'x' * 400}'", "FROM t -- ``` `"]
)


class PlainDrawer:
    """Draws nothing but the title of a chart."""

    def svg(self, option, width, height):
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}"><rect width="{width}" height="{height}" fill="#f0f3f8"/>'
            f'<text x="16" y="32" font-family="Inter">{escape(option["title"]["text"])}</text></svg>'
        )

    def png(self, option, width, height):
        return bytes(resvg_py.svg_to_bytes(svg_string=picture(self, option).decode()))


@pytest.fixture(scope="session")
def drawer():
    return PlainDrawer()


def _texts(content, *names):
    """The texts of an Office file's parts, one after the other."""
    with zipfile.ZipFile(BytesIO(content)) as parts:
        wanted = [name for name in parts.namelist() if name.startswith(names)]
        return html.unescape("".join(re.sub(r"<[^>]*>", "", parts.read(name).decode()) for name in wanted))


@pytest.fixture(scope="session")
def texts_of_office():
    """By format: the texts that a reader of the file sees."""
    return {
        "xlsx": lambda content: _texts(content, "xl/sharedStrings.xml"),
        "pptx": lambda content: _texts(content, "ppt/slides/slide"),
    }


@pytest.fixture
def hostile():
    return HOSTILE


@pytest.fixture(scope="session")
def build():
    return build_document


@pytest.fixture
def document():
    return build_document()


def build_document():
    return Document(
        title="Sales of <b>Müller & Söhne</b> #1",
        subtitle=HOSTILE[3],
        organization="=Acme | *GmbH*",
        source="sales_2024 $final$.csv",
        period="1 January 2024 to 31 March 2024",
        generated_at="2024-06-01T08:05:00Z",
        sections=[summary(), metrics(), findings(), quality(), appendix()],
        figures={f"f{n}": figure(n, text) for n, text in enumerate(TEXTS)},
        queries=[note(5), note(9)],
    )


def figure(n, text):
    return Figure(f"f{n}", text, n + 0.123456789, None, 9 if n == 0 else 5, n, "total")


def summary():
    first = [Text("Total amount", strong=True), Text(" rose by "), Ref("f1", strong=True), Text(".")]
    second = [Text("It came to "), Ref("f0"), Text(" on "), Ref("f3"), Text(".")]
    blocks = [Paragraph([first, second]), Bullets([[Text(text)] for text in HOSTILE])]
    return Section("executive_summary", "Executive summary", blocks)


def metrics():
    items = [
        Metric("Total amount", "f0", "f1", good=True, note="against the period before"),
        Metric("Average delay", "f5", "f2", good=False),
        Metric(HOSTILE[0], "f7", "f4"),
        Metric("A name of a measure that is forty letters", "f8"),
    ]
    return Section("key_metrics", "Key metrics", [Metrics(items)])


def findings():
    rows = [[text, str(n)] for n, text in enumerate(HOSTILE)]
    drawn = Chart(
        HOSTILE[3], {"title": {"text": HOSTILE[0]}}, f"Bar chart: {HOSTILE[1]}.", ["Name", "n"], rows, 9
    )
    blocks = [Heading(HOSTILE[1]), Paragraph([[Text(HOSTILE[10])]]), drawn]
    return Section("findings", "Findings", blocks)


def quality():
    long = Table(
        "Sixty rows",
        ["Name", "Value", "Share"],
        [
            [[Text(f"A name of forty letters, number {n:03} of it")], [Ref("f6")], [Ref("f4")]]
            for n in range(60)
        ],
        [False, True, True],
    )
    wide = Table(
        "Twelve columns",
        [f"Column number {n}" for n in range(12)],
        [[[Text(HOSTILE[row])], *[[Ref("f0")]] * 11] for row in range(len(HOSTILE))],
        [False] + [True] * 11,
    )
    empty = Table("No rows", ["Name", "Value"], [], [False, True])
    return Section("data_quality", "Data quality | *really*", [long, Heading("Twelve columns"), wide, empty])


def appendix():
    blocks = [
        Paragraph([[Text("The queries.")]]),
        Heading("Query 5", evidence_id=5),
        Code("SELECT 1"),
        Code("p1 = 2", "text"),
    ]
    last = Heading("Query 9", evidence_id=9)
    return Section("appendix", "Appendix: the evidence", [*blocks, last, Code(SQL)])


def note(number):
    return EvidenceNote(number, "SELECT 1", {"p1": 2}, 1, "v1", "2024-06-01T08:00:00Z")
