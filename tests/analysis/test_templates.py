"""No number stands in a sentence of ours: they all come from figures."""

import re
import string

import pytest

from claribi.analysis.figures import Ref, Text
from claribi.analysis.templates import TEMPLATES, fill, listed, plain_text
from claribi.reports import compose, compose_methods

# "one another", "first"/"last" in a row of things and "a" are words, not data.
NUMBER_WORDS = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand"
    r"|million|billion|half|third|quarter|dozen|twice|double|percent)\b",
    re.IGNORECASE,
)
OURS = {
    **TEMPLATES,
    **{f"definition {i}": text for i, text in enumerate(compose_methods.DEFINITIONS)},
    **{f"method {kind}": text for kind, text in compose_methods.METHODS.items()},
    **{f"test {kind}": text for kind, text in compose_methods.TESTS.items()},
    **{f"title {key}": text for key, text in compose.TITLES.items()},
    "evidence": compose_methods.EVIDENCE,
    "rejected": compose.REJECTED,
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_holds_a_number(name):
    words = "".join(text for text, *_ in string.Formatter().parse(TEMPLATES[name]))
    assert not re.search(r"\d", words)
    assert not NUMBER_WORDS.search(words)


@pytest.mark.parametrize("name", OURS)
def test_no_text_of_a_report_holds_a_digit(name):
    assert not re.search(r"\d", OURS[name])


def test_a_sentence_begins_with_a_capital_and_keeps_its_figures():
    spans = fill("level", subject="total sales", value=Ref("f1"), when=[Text("in "), Ref("f2")])
    assert spans[0] == Text("Total sales")
    assert [span.figure for span in spans if isinstance(span, Ref)] == ["f1", "f2"]
    assert plain_text(spans) == "Total sales came to  in ."


def test_it_lists_as_in_speech():
    items = [[Text("a")], [Text("b")], [Text("c")]]
    assert [plain_text(listed(items[:n])) for n in (1, 2, 3)] == ["a", "a and b", "a, b and c"]
