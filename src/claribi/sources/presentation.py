"""How sources look to clients."""

from collections.abc import Mapping, Sequence
from typing import Any

from claribi.sources.access.models import AccessRule
from claribi.sources.models import SYNCED, DataSource, SourceTable, SourceVersion


def present(source: DataSource) -> dict[str, Any]:
    return {
        "id": source.id,
        "name": source.name,
        "description": source.description,
        "type": source.type,
        "engine": source.engine,
        "mode": source.mode,
        "status": source.status,
        "error_message": source.error_message,
        "row_count": source.row_count,
        "last_synced_at": source.last_synced_at,
        "created_at": source.created_at,
        "updated_at": source.updated_at,
    }


def present_database(source: DataSource) -> dict[str, Any]:
    """What only a database has."""
    return {
        "connection": source.connection,
        "sync": source.sync if source.mode == SYNCED else None,
        "next_sync_at": source.next_sync_at,
        "progress": source.progress,
    }


def present_tables(
    version: SourceVersion | None, rules: Mapping[str, Sequence[AccessRule]]
) -> dict[str, Any]:
    """The tables of a version, and its rejected rows; of tables with access rules no values at all."""
    tables = version.tables if version else []
    return {
        "data_version": version.content_hash if version else None,
        "tables": [
            {
                "name": table.name,
                "row_count": table.row_count,
                "rejected_count": table.rejected_count,
                "columns": _columns(table, rules.get(table.name, ())),
                "notes": table.notes,
                "comment": table.comment,
                "primary_key": table.primary_key,
                "relations": table.relations,
            }
            for table in tables
        ],
        "rejected_rows": [
            {"table": table.name, **row}
            for table in tables
            for row in table.rejected
            if table.name not in rules
        ],
    }


def _columns(table: SourceTable, rules: Sequence[AccessRule]) -> list[dict[str, Any]]:
    if not rules:
        return table.columns
    hidden = {name for rule in rules for name, mask in rule.masks.items() if mask == "hide"}
    return [c | {"minimum": None, "maximum": None} for c in table.columns if c["name"] not in hidden]
