"""What holds for every format alike."""

import subprocess
import sys
from io import BytesIO

import pytest
from pypdf import PdfReader

from claribi.reports.compose import figures_of
from claribi.reports.render import FORMATS


def text_of(name, content):
    """The words of a file, without what a format needs to write them."""
    if name == "pdf":
        return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    text = content.decode()
    return text.replace("\\", "") if name == "md" else text


def squeezed(text):
    """Without spaces: a PDF breaks lines where it likes."""
    return "".join(text.split()).replace("\u200b", "")


@pytest.mark.parametrize("name", FORMATS)
def test_it_shows_every_figure_of_the_document(name, document, drawer):
    content = FORMATS[name].render(document, drawer)
    text = squeezed(text_of(name, content))
    shown = {figure for s in document.sections for block in s.blocks for figure in figures_of(block)}
    assert len(shown) == len(document.figures)
    assert [f for f in shown if squeezed(document.figures[f].text) not in text] == []


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_document_gives_the_same_bytes(name, document, drawer):
    render = FORMATS[name].render
    assert render(document, drawer) == render(document, drawer)
