import pytest

from claribi.charts.fonts import ELLIPSIS, regular, semibold


@pytest.fixture(scope="module")
def font():
    return regular()


def test_a_text_is_as_wide_as_its_letters(font):
    assert font.width("Wide", 12) == pytest.approx(sum(font.width(letter, 12) for letter in "Wide"))
    assert font.width("W", 24) == pytest.approx(2 * font.width("W", 12))


def test_narrow_letters_are_narrow(font):
    assert font.width("iii", 12) < font.width("mmm", 12) / 2


def test_semibold_is_wider_than_regular(font):
    text = "Revenue by month"
    assert font.width(text, 12) < semibold().width(text, 12)


@pytest.mark.parametrize("text", ["Straßenbahn", "Ελλάδα", "Москва", "Đà Nẵng", "1,234.5 €"])
def test_it_covers_the_scripts_of_europe_and_vietnam(font, text):
    assert font.covers(text)


def test_it_knows_what_it_does_not_cover(font):
    assert not font.covers("\N{CJK UNIFIED IDEOGRAPH-4E2D}")


def test_a_letter_without_a_glyph_takes_a_square(font):
    assert font.width("\N{CJK UNIFIED IDEOGRAPH-4E2D}", 12) == 12


def test_a_text_that_fits_stays_whole(font):
    assert font.shortened("Carrier", 12, 100) == "Carrier"


def test_a_text_that_does_not_fit_is_cut_to_its_room(font):
    cut = font.shortened("A very long name of a carrier", 12, 80)
    assert cut.endswith(ELLIPSIS)
    assert "A very long name".startswith(cut[:-1])
    assert font.width(cut, 12) <= 80
