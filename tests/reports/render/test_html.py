import base64
import re
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from claribi.reports.render.html import to_html

VOID = {"meta", "img", "br", "link", "input", "hr"}
FETCHING = {"script", "link", "iframe", "object", "embed", "base", "form", "video", "audio", "svg"}


class Page(HTMLParser):
    """The elements and texts of a page; raises where elements do not nest."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts, self.open = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]

    @property
    def text(self):
        return "".join(self.texts)


@pytest.fixture
def source(document, drawer):
    return to_html(document, drawer).decode()


@pytest.fixture
def page(source):
    return Page(source)


def test_no_text_becomes_an_element_or_is_lost(page, hostile):
    assert {tag for tag, _ in page.elements} & FETCHING == set()
    assert [name for name in hostile if name not in page.text] == []
    assert len(page.all("b")) == 0


def test_no_attribute_is_forged(page):
    known = {"lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "title", "src", "alt"}
    known |= {"width", "height", "role", "aria-label", "aria-labelledby", "tabindex", "scope"}
    assert {name for _, attributes in page.elements for name in attributes} <= known


def test_it_asks_nobody_for_anything(source, page):
    assert all(attributes["src"].startswith("data:image/svg+xml;base64,") for attributes in page.all("img"))
    assert all(attributes["href"].startswith("#") for attributes in page.all("a"))
    assert not re.search(r"https?://|url\(|@import", source.replace('#import "', ""))
    policy = next(a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';")


def test_every_link_has_its_target_and_ids_are_unique(page):
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {attributes["href"][1:] for attributes in page.all("a")}
    assert {"evidence-5", "evidence-9", "section-findings"} <= targets <= set(ids)


def test_without_an_appendix_numbers_are_no_links(document, drawer):
    document.sections = document.sections[:2]
    page = Page(to_html(document, drawer).decode())
    assert [a for a in page.all("a") if "figure" in a.get("class", "")] == []
    assert any("figure" in a.get("class", "") for a in page.all("span"))


def test_a_number_says_where_it_comes_from(page):
    titles = {a["title"] for a in page.all("a") if a.get("class", "").startswith("figure")}
    assert "From query 9, column total, row 1" in titles


def test_it_has_landmarks_a_language_and_headings_in_order(page):
    tags = [tag for tag, _ in page.elements]
    assert all(tags.count(tag) == 1 for tag in ("header", "nav", "main", "footer", "h1", "title"))
    assert page.all("html") == [{"lang": "en"}]
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_charts_are_pictures_with_words_and_data(page, document):
    (image,) = page.all("img")
    chart = document.sections[2].blocks[2]
    picture = ET.fromstring(base64.b64decode(image["src"].partition(",")[2]))  # noqa: S314 - our own
    assert picture.tag.endswith("svg")
    assert image["alt"] == chart.alt
    assert len(page.all("details")) == 1
    assert all(cell in page.text for row in chart.rows for cell in row)
