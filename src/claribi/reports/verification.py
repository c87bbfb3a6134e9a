"""Verifying a report: every figure computed again from the data as they are now."""

from collections import defaultdict
from typing import Any

from claribi.accounts.principal import Principal
from claribi.analysis.figures import Figure
from claribi.analysis.formulas import holds, recompute
from claribi.core.errors import ClaribiError
from claribi.query.encoding import plain
from claribi.query.service import Queries
from claribi.reports.document import Document


def verify(caller: Principal, document: Document, queries: Queries) -> dict[str, Any]:
    """How many figures were checked, how many hold, and which do not and why."""
    by_evidence: dict[int, list[Figure]] = defaultdict(list)
    for figure in document.figures.values():
        by_evidence[figure.evidence_id].append(figure)
    evidence = {e.id: e for e in queries.evidence_of(caller, by_evidence.keys())}
    failing: list[dict[str, Any]] = []
    for evidence_id, figures in by_evidence.items():
        if evidence_id not in evidence:
            failing += [failure(f, None, "its evidence is no longer stored") for f in figures]
            continue
        try:
            result = queries.again(caller, evidence[evidence_id])
        except ClaribiError as error:
            failing += [failure(f, None, error.message) for f in figures]
            continue
        failing += [
            failure(f, recompute(f, result), "the data give another value now")
            for f in figures
            if not holds(f, result)
        ]
    checked = len(document.figures)
    return {"checked": checked, "holding": checked - len(failing), "failing": failing}


def failure(figure: Figure, recomputed: Any, reason: str) -> dict[str, Any]:
    """A figure that does not hold, as it is told."""
    return {
        "id": figure.id,
        "text": figure.text,
        "value": figure.value,
        "recomputed": plain(recomputed),
        "reason": reason,
    }
