"""Evidence of answers: what was asked of which data, so that it can be asked again."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from claribi.core.clock import rfc3339
from claribi.query.encoding import plain, to_json
from claribi.query.models import Evidence
from claribi.query.schemas import Question, Result, SqlQuery

# What the data version of an answer begins with where rows can change at any time.
LIVE = "live:"


def keep(session: Session, query: Question, result: Result) -> int:
    """Store the evidence of an answer in the session's transaction; its id, also set on the result."""
    evidence = Evidence(
        source_id=result.source_id,
        query=None if isinstance(query, SqlQuery) else query.model_dump(mode="json"),
        tables=result.tables,
        sql=result.sql,
        parameters=plain(result.parameters),
        data_version=result.data_version,
        elapsed_ms=result.elapsed_ms,
        columns=[asdict(column) for column in result.columns],
        row_count=result.row_count,
        answer_hash=hashlib.sha256(to_json(result.rows)).hexdigest(),
    )
    session.add(evidence)
    session.flush()
    result.evidence_id = evidence.id
    return evidence.id


def kept_evidence(session: Session, ids: Collection[int]) -> Sequence[Evidence]:
    """Several by id, in the order of their ids; those that are gone are left out."""
    return session.scalars(select(Evidence).where(Evidence.id.in_(ids)).order_by(Evidence.id)).all()


def proves(evidence: Evidence, result: Result) -> bool:
    """Whether an evidence is that of this very answer: of data that don't change under their version."""
    return (
        not result.data_version.startswith(LIVE)
        and evidence.data_version == result.data_version
        and evidence.sql == result.sql
        and evidence.parameters == plain(result.parameters)
        and evidence.tables == result.tables
    )


def present_evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "evidence_id": evidence.id,
        "sql": evidence.sql,
        "parameters": evidence.parameters,
        "source_id": evidence.source_id,
        "data_version": evidence.data_version,
        "executed_at": rfc3339(evidence.executed_at),
    }
