import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from claribi.analysis.figures import Text
from claribi.reports.document import Bullets, Code, Document, Heading, Paragraph, Section, Table
from claribi.reports.render.markdown import to_markdown

FORBIDDEN = {"html_inline", "html_block", "link_open", "image", "blockquote_open", "hr"}


def tokens(content):
    blocks = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(content.decode())
    return [token for block in blocks for token in [block, *(block.children or [])]]


def texts(content):
    """The texts of paragraphs, headings, items and cells, as a reader sees them."""
    inline = [token for token in tokens(content) if token.type == "inline"]
    return ["".join(child.content for child in token.children) for token in inline]


@pytest.fixture
def written(document, drawer):
    return to_markdown(document, drawer)


def test_no_text_is_taken_for_markup_or_lost(written, hostile):
    assert {token.type for token in tokens(written)} & FORBIDDEN == set()
    assert [name for name in hostile if name not in texts(written)] == []


def test_headings_are_the_title_the_sections_and_theirs(written, document):
    levels = [token.tag for token in tokens(written) if token.type == "heading_open"]
    assert levels.count("h1") == 1
    assert levels.count("h2") == len(document.sections)


def test_tables_keep_every_row_and_column(written):
    kinds = [token.type for token in tokens(written)]
    # Metrics, the chart's data, and the three tables.
    assert kinds.count("table_open") == 5
    assert kinds.count("tr_open") == (1 + 4) + (1 + 15) + (1 + 60) + (1 + 15) + 1


def test_code_is_shown_letter_by_letter(written, document):
    fenced = [token.content for token in tokens(written) if token.type == "fence"]
    code = [b.text + "\n" for s in document.sections for b in s.blocks if isinstance(b, Code)]
    assert fenced == code


@given(st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), min_size=1))
def test_any_text_is_read_as_it_was_written(text):
    line = " ".join(text.split()) or "x"
    sentence = [Text(line)]
    blocks = [
        Heading(line),
        Paragraph([sentence]),
        Bullets([sentence]),
        Table(line, [line], [[sentence]], [False]),
    ]
    document = Document(line, line, "", "", "", "2024-06-01T00:00:00Z", [Section("findings", line, blocks)])
    assert texts(to_markdown(document, None)).count(line) == 9
