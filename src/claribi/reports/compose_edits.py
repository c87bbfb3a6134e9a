"""Where the sentences that people wrote stand in a report: in the place of those that they were written for.

A sentence is found again by what it is about, not by where it stands: the kind of its finding, the measure,
the dimension, and its place within the finding.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from claribi.analysis.figures import Figure, Ref, Sentence, Span, Text
from claribi.analysis.findings import Finding
from claribi.analysis.templates import Claim
from claribi.reports.document import Block, Note, Paragraph
from claribi.reports.edits import Edit

EDITED = "Edited by people"
OUTDATED = "The figures have changed since this was written; what they say now:"


class Script:
    """The generated sentences of a report that can be edited, and the edits of them."""

    def __init__(
        self, findings: Sequence[Finding], figures: Mapping[str, Figure], edits: Mapping[str, Edit]
    ) -> None:
        self._edits = edits
        self._keys: dict[tuple[Span, ...], str] = {}
        self.fingerprints: dict[str, str] = {}
        for finding in findings:
            for place, sentence in enumerate(finding.sentences, 1):
                key = _key(finding, place)
                if key not in self.fingerprints:
                    self.fingerprints[key] = _fingerprint(sentence, figures)
                    self._keys.setdefault(tuple(sentence), key)

    def blocks(self, sentences: Sequence[Sentence]) -> list[Block]:
        """The sentences as a paragraph, broken where people wrote something else."""
        blocks: list[Block] = []
        generated: list[Sentence] = []
        for sentence in sentences:
            key = self._keys.get(tuple(sentence), "")
            if key not in self._edits:
                generated.append(sentence)
                continue
            blocks += self._paragraph(generated)
            generated = []
            blocks.append(Note(self._edits[key].text, EDITED, key))
            if self._edits[key].basis != self.fingerprints[key]:
                blocks += self._paragraph([[Text(OUTDATED)], sentence])
        return [*blocks, *self._paragraph(generated)]

    def _paragraph(self, sentences: list[Sentence]) -> list[Block]:
        keys = [self._keys.get(tuple(sentence)) for sentence in sentences]
        return [Paragraph(sentences, keys if any(keys) else [])] if sentences else []


def _key(finding: Finding, place: int) -> str:
    """Such as `driver:sum_revenue:region:1`."""
    about = [finding.dimension or ""]
    if finding.kind == "correlation":
        about.append(str(finding.value))
    parts = [finding.kind, finding.measure.label, *about, str(place)]
    return ":".join(part.replace("%", "%25").replace(":", "%3A") for part in parts)


def _fingerprint(sentence: Sentence, figures: Mapping[str, Figure]) -> str:
    """The same for the same claim about the same figures, whatever the words."""
    return hashlib.sha256(msgspec.json.encode(list(_told(sentence, figures)))).hexdigest()[:32]


def _told(part: Any, figures: Mapping[str, Figure]) -> Iterator[str]:
    match part:
        case Ref():
            yield figures[part.figure].text
        case Text():
            yield part.text
        case str():
            yield part
        case Claim():
            yield part.template
            for place, filling in sorted(part.parts.items()):
                yield place
                yield from _told(filling, figures)
        case Iterable():
            for each in part:
                yield from _told(each, figures)
