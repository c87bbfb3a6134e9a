"""What holds for every format alike."""

import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from claribi.reports.compose import figures_of
from claribi.reports.render import FORMATS


def words_of(name, content, texts_of_office):
    """The text of a file without spaces (a PDF breaks lines where it likes) and without escapes."""
    if name == "pdf":
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    elif name in texts_of_office:
        text = texts_of_office[name](content)
    else:
        text = content.decode()
    return "".join(text.replace("\\", "").split())


def shown_figures(document):
    return {name for s in document.sections for block in s.blocks for name in figures_of(block)}


def test_the_formats_are_the_ones_of_the_contract():
    assert list(FORMATS) == ["pdf", "html", "xlsx", "pptx", "csv", "json", "md"]


@pytest.mark.parametrize("name", FORMATS)
def test_it_shows_every_figure_of_the_document(name, document, drawer, texts_of_office):
    words = words_of(name, FORMATS[name].render(document, drawer), texts_of_office)
    texts = {document.figures[figure].text for figure in shown_figures(document)}
    assert len(texts) == 9
    assert {text for text in texts if "".join(text.split()) not in words} == set()


@pytest.mark.parametrize("name", FORMATS)
def test_it_shows_a_figure_as_it_is_now(name, document, drawer, texts_of_office):
    document.figures["f0"] = replace(document.figures["f0"], text="777,777.7")
    words = words_of(name, FORMATS[name].render(document, drawer), texts_of_office)
    assert "777,777.7" in words
    assert "1,234,567.89" not in words


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_document_gives_the_same_bytes(name, document, drawer):
    render = FORMATS[name].render
    assert render(document, drawer) == render(document, drawer)


@pytest.mark.parametrize("name", FORMATS)
def test_a_document_may_be_nearly_empty(name, document, drawer):
    document.sections, document.figures, document.queries, document.period = document.sections[:1], {}, [], ""
    document.sections[0].blocks.clear()
    assert FORMATS[name].render(document, drawer)


@pytest.mark.parametrize("name", FORMATS)
def test_characters_that_cannot_be_shown_stop_nothing(name, document, drawer):
    document.title = "nul \x00 bell \x07 none \ufffe emoji \N{CHART WITH UPWARDS TREND}"
    document.sections[2].blocks[2].option["title"]["text"] = document.title
    assert FORMATS[name].render(document, drawer)


def test_knowing_the_formats_is_cheap():
    """The web process only wants their media types."""
    heavy = {"typst", "jinja2", "xlsxwriter", "pptx", "lxml", "numpy", "scipy", "quickjs"}
    program = f"import sys, claribi.reports.render; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
