"""What people wrote in the place of generated sentences, as it is kept with a report."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from claribi.core.errors import FieldProblem, ValidationFailed
from claribi.reports.document import Document
from claribi.reports.schemas import MOST_EDITS

# Edits by the keys of their sentences, as JSON.
Stored = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody wrote in the place of a sentence.

    Attributes:
        basis: The fingerprint of the sentence that it was written for.
        access: What that one's run was made from; see `ReportRun.access`.
    """

    text: str
    basis: str
    access: str = ""


def edits_of(stored: Stored | None, access: str) -> dict[str, Edit]:
    """The edits, by key, that a reader may see: they may tell what is in rows that others don't see.

    Args:
        access: What tells apart who sees other rows; empty: sees all, and so all edits.
    """
    edits = {key: Edit(**edit) for key, edit in (stored or {}).items()}
    return {key: edit for key, edit in edits.items() if not access or edit.access == access}


def changed(
    stored: Stored | None, wanted: Mapping[str, str | None], document: Document | None, access: str
) -> dict[str, dict[str, str]]:
    """The edits with those that are wanted, each beside what its sentence was told from.

    Args:
        wanted: By key; without a text: to be taken away.
        document: The report as it was generated last, in which whoever writes has read the sentences.
        access: What its run was made from.

    Raises:
        ValidationFailed: The document has no such sentence, or there would be too many edits.
    """
    edits = {key: dict(edit) for key, edit in (stored or {}).items()}
    for key, words in wanted.items():
        text = (words or "").strip()
        edits.pop(key, None)
        if not text:
            continue
        if document is None or key not in document.fingerprints:
            raise _problem(
                f"edits.{key}",
                "the latest generated report has no such sentence; `keys` of paragraphs name them",
            )
        edits[key] = asdict(Edit(text, document.fingerprints[key], access))
    if len(edits) > MOST_EDITS:
        raise _problem("edits", f"a report has at most {MOST_EDITS} edits; take some away first")
    return edits


def told(stored: Mapping[str, Edit], document: Document | None) -> dict[str, dict[str, object]]:
    """The edits as the API tells them, held against the latest generated report."""
    found = document.fingerprints if document else {}
    return {
        key: {
            "text": edit.text,
            "has_place": key in found if document else None,
            "is_outdated": key in found and found[key] != edit.basis,
        }
        for key, edit in stored.items()
    }


def _problem(field: str, message: str) -> ValidationFailed:
    return ValidationFailed(f"{field}: {message}", details=[FieldProblem(field, message)])
