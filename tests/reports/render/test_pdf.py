from io import BytesIO

import pytest
from pypdf import PdfReader

from claribi.analysis.figures import Text
from claribi.reports.document import Heading, Paragraph, Section
from claribi.reports.render.pdf import to_pdf

# More letters than fit between the margins, at the size of code.
LONGEST_LINE = 110


def read(document, drawer):
    return PdfReader(BytesIO(to_pdf(document, drawer)))


def pages(pdf):
    return [page.extract_text() for page in pdf.pages]


@pytest.fixture(scope="module")
def pdf(build, drawer):
    return read(build(), drawer)


@pytest.fixture(scope="module")
def texts(pdf):
    return pages(pdf)


def squeezed(text):
    return "".join(text.split())


def links(pdf):
    notes = [note.get_object() for page in pdf.pages for note in page.get("/Annots", [])]
    return [note for note in notes if note["/Subtype"] == "/Link"]


def test_the_title_page_says_who_what_from_what_and_when(document, texts):
    first = texts[0]
    for text in (document.organization, document.source, document.period, "1 June 2024, 08:05 UTC"):
        assert text in first
    assert squeezed(document.title) in squeezed(first)


def test_it_knows_its_title_author_language_and_time(pdf, document):
    assert pdf.metadata.title == document.title
    assert pdf.metadata.author == document.organization
    assert pdf.metadata.creation_date.isoformat() == "2024-06-01T08:05:00+00:00"
    assert pdf.trailer["/Root"]["/Lang"] == "en"


def test_it_follows_the_standards_for_accessible_documents_and_for_archives(document, drawer):
    content = to_pdf(document, drawer)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert b"<pdfaid:part>3</pdfaid:part>" in content
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in content
    assert PdfReader(BytesIO(content)).trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_its_bookmarks_are_the_headings(pdf, document):
    found = [item.title for entry in pdf.outline for item in (entry if isinstance(entry, list) else [entry])]
    headings = [
        text
        for section in document.sections
        for text in [section.title, *(block.text for block in section.blocks if isinstance(block, Heading))]
    ]
    assert [title for title in headings if not any(item.endswith(title) for item in found)] == []


def test_no_text_is_taken_for_markup(hostile, texts):
    text = squeezed("".join(texts))
    assert [name for name in hostile if squeezed(name) not in text] == []


def test_numbers_lead_to_their_proof_and_nothing_leads_out(pdf):
    assert {link["/A"]["/S"] for link in links(pdf) if "/A" in link} <= {"/GoTo"}
    assert {"evidence-5", "evidence-9"} <= set(pdf.named_destinations)


def test_without_an_appendix_numbers_lead_nowhere(document, drawer):
    document.sections = document.sections[:1]
    assert links(read(document, drawer)) == []


def test_every_page_but_the_first_has_its_number_and_the_title(document, texts):
    for number, text in enumerate(texts[1:], start=2):
        assert f"{number} / {len(texts)}" in text
        assert document.title in text


def test_a_long_table_repeats_its_header_on_each_page(texts):
    with_rows = [page for page in texts if "A name of forty letters, number" in page]
    assert len(with_rows) == 3
    assert all("Name Value Share" in squeezed_lines(page) for page in with_rows)
    assert all(f"number {n:03} of it" in "".join(with_rows) for n in range(60))


def squeezed_lines(text):
    return " ".join(text.split())


def test_a_wide_table_comes_in_parts_that_each_begin_with_the_first_column(texts):
    text = squeezed_lines("".join(texts))
    assert all(f"number {n}" in text for n in range(1, 12))
    assert text.count("Column number 0") >= 2


def test_long_lines_of_code_are_wrapped_and_whole(document, texts):
    text = "".join(texts)
    sql = document.sections[-1].blocks[-1].text
    body = squeezed(text)
    assert "x" * 400 in body
    assert all(squeezed(line)[:60] in body for line in sql.splitlines())
    assert max(len(line) for page in texts[-3:] for line in page.splitlines()) <= LONGEST_LINE


def test_a_copied_text_has_no_hidden_characters(texts):
    assert "\u200b" not in "".join(texts)


def test_long_titles_and_names_stay_on_the_page(document, drawer):
    document.title = "A title that goes on and on " * 8
    document.organization = "Genossenschaft" * 12
    texts = pages(read(document, drawer))
    assert squeezed(document.title) in squeezed(texts[0])
    assert "…" in texts[2]


def test_a_short_report_has_no_contents_page(document, drawer):
    document.sections = [Section("findings", "Findings", [Paragraph([[Text("Nothing stands out.")]])])]
    texts = pages(read(document, drawer))
    assert len(texts) == 2
    assert "Nothing stands out." in texts[1]
