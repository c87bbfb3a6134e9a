import pytest

from claribi.charts import assets
from claribi.charts.fonts import Font, regular, semibold


@pytest.fixture(scope="module")
def font():
    return regular()


def test_widths_grow_with_the_text_and_the_size(font):
    assert font.width("mm", 10) == 2 * font.width("m", 10)
    assert font.width("m", 20) == 2 * font.width("m", 10)
    assert font.width("m", 10) > font.width("i", 10) > 0


def test_bold_letters_are_wider(font):
    assert semibold().width("Revenue", 12) > font.width("Revenue", 12)


def test_the_font_has_the_letters_of_european_languages(font):
    assert font.covers("Grüße, œuvre, žluťoučký, Ελλάδα, Привет, €1,234.50 \N{MINUS SIGN} ½ …")


def test_long_text_is_cut_to_the_room_it_has(font):
    text = "A name that is much too long for its column"
    short = font.shortened(text, 12, 100)
    assert short.endswith("…")
    assert text.startswith(short[:-1])
    assert font.width(short, 12) <= 100
    assert font.shortened("short", 12, 100) == "short"


@pytest.mark.parametrize("name", sorted(path.name for path in assets.fonts().glob("*.ttf")))
def test_every_shipped_font_can_be_read_and_has_its_licence_beside_it(name):
    assert Font(assets.font(name)).covers("Aa0")
    assert "SIL Open Font License" in (assets.fonts() / "LICENSE-Inter").read_text(encoding="utf-8")
