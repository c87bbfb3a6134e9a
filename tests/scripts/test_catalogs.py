"""The catalogs of the web application's texts."""

from pathlib import Path

from catalogs import Catalog, read

CATALOG = """
msgid ""
msgstr ""
"Language: de\\n"

#. placeholder {0}: row.name
msgid "Delete “{0}”?"
msgstr "„{0}“ löschen?"

msgid ""
"A text of "
"two \\"lines\\""
msgstr "Ein Text"
"""


def test_a_catalog_is_read_as_pairs_of_texts(tmp_path: Path) -> None:
    file = tmp_path / "de.po"
    file.write_text(CATALOG, encoding="utf-8")
    assert read(file) == {"Delete “{0}”?": "„{0}“ löschen?", 'A text of two "lines"': "Ein Text"}


def test_a_whole_catalog_has_no_problems() -> None:
    plural = "{n, plural, one {day} other {{n} days by <0>{name}</0>}}"
    german = "{n, plural, one {Tag} other {{n} Tage von <0>{name}</0>}}"
    assert Catalog({plural: german}).problems({plural}) == []


def test_what_is_missing_unused_untranslated_or_has_other_placeholders_is_named() -> None:
    catalog = Catalog({"Old": "Alt", "Empty": "", "{n} of {all}": "{n} von {alle}", "<0/> ago": "vor"})
    problems = catalog.problems({"New", "Empty", "{n} of {all}", "<0/> ago"})
    assert [problem.split(":")[0] for problem in problems] == [
        "not there",
        "not used any more",
        "not translated",
        "other placeholders",
        "other placeholders",
    ]
