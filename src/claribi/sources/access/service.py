"""Access rules: kept, and what they come to for a caller."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from claribi.accounts.models import CustomRole, Organization
from claribi.accounts.permissions import Role
from claribi.accounts.principal import Principal
from claribi.core import audit
from claribi.core.database import Database
from claribi.core.errors import FieldProblem, ValidationFailed
from claribi.http.conditional import Check
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate
from claribi.sources.access.models import AccessRule
from claribi.sources.access.schemas import NewAccessRule
from claribi.sources.catalog import RowFilter, Table, TableAccess
from claribi.sources.models import DataSource, SourceTable, SourceVersion

# From what tells least to what tells most.
SECRECY = ("hide", "null", "redact", "last4")


def rules_for(session: Session, caller: Principal, source_id: int) -> dict[str, list[AccessRule]]:
    """The rules that bind a caller, by table."""
    if not caller.has_access_rules:
        return {}
    rules = session.scalars(
        select(AccessRule).where(AccessRule.source_id == source_id).order_by(AccessRule.id)
    )
    bound: dict[str, list[AccessRule]] = {}
    for rule in rules:
        if (caller.custom_role or caller.role.value) in rule.roles:
            bound.setdefault(rule.table, []).append(rule)
    return bound


def fingerprint(rules: Mapping[str, Sequence[AccessRule]], caller: Principal) -> str:
    """The same for callers who see the same; empty for those who see everything."""
    if not rules:
        return ""
    seen = [
        [rule.table, [_values(row, caller) for row in rule.rows], rule.masks]
        for binding in rules.values()
        for rule in binding
    ]
    return hashlib.sha256(json.dumps(seen, sort_keys=True, default=str).encode()).hexdigest()


def restricted(table: Table, rules: Sequence[AccessRule], caller: Principal) -> Table:
    """A table as rules leave it: its hidden columns gone, and what is known about values forgotten."""
    if not rules:
        return table
    masks: dict[str, str] = {}
    for rule in rules:
        for column, mask in rule.masks.items():
            # Of two masks the one that tells less.
            masks[column] = min(mask, masks.get(column, mask), key=SECRECY.index)
    access = TableAccess(tuple(rule.name for rule in rules), _rows(table, rules, caller), masks)
    columns = [
        replace(column, minimum=None, maximum=None)
        for column in table.columns
        if masks.get(column.name) != "hide"
    ]
    return replace(table, columns=columns, access=access)


def _rows(table: Table, rules: Sequence[AccessRule], caller: Principal) -> tuple[RowFilter, ...] | None:
    found = []
    for row in (row for rule in rules for row in rule.rows):
        column, value = table.column(row["column"]), _values(row, caller)
        if column is None or (row.get("attribute") is not None and not value):
            # A column that is gone, or a user without the attribute: when in doubt, nothing.
            return None
        operator = "in" if row.get("attribute") is not None else row["operator"]
        found.append(RowFilter(column, operator, value))
    return tuple(found)


def _values(row: Mapping[str, Any], caller: Principal) -> Any:
    """What a condition compares with: the rule's value, or a list of the caller's own."""
    if row.get("attribute") is None:
        return row.get("value")
    value = caller.attributes.get(row["attribute"])
    return value if isinstance(value, list) else [] if value is None else [value]


class AccessRules:
    """The rules of an organisation, for those who manage its people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list_page(self, caller: Principal, page: PageRequest, *, source_id: int | None) -> dict[str, Any]:
        caller.require("users:manage")
        statement = select(AccessRule)
        if source_id is not None:
            statement = statement.where(AccessRule.source_id == source_id)
        with self._database.read(caller.organization_id) as session:
            return paginate(
                session,
                statement,
                page,
                model=AccessRule,
                search=[AccessRule.name, AccessRule.table],
                ordering={"name": AccessRule.name, "created_at": AccessRule.created_at},
                present=present,
            )

    def get(self, caller: Principal, rule_id: str) -> AccessRule:
        caller.require("users:manage")
        with self._database.read(caller.organization_id) as session:
            return _find(session, rule_id)

    def create(self, caller: Principal, wanted: NewAccessRule) -> AccessRule:
        caller.require("users:manage")
        with self._database.write(caller.organization_id) as session:
            _check(session, wanted)
            rule = AccessRule(**wanted.model_dump(mode="json"), created_by=caller.user_id)
            session.add(rule)
            session.flush()
            _remember_roles(session, caller)
            _note(session, caller, "access_rule.created", rule)
            return rule

    def replace(self, caller: Principal, rule_id: str, wanted: NewAccessRule, check: Check) -> AccessRule:
        caller.require("users:manage")
        with self._database.write(caller.organization_id) as session:
            rule = _find(session, rule_id)
            check(rule)
            _check(session, wanted)
            for name, value in wanted.model_dump(mode="json").items():
                setattr(rule, name, value)
            _note(session, caller, "access_rule.changed", rule)
            session.flush()
            _remember_roles(session, caller)
            return rule

    def delete(self, caller: Principal, rule_id: str, check: Check) -> int:
        caller.require("users:manage")
        with self._database.write(caller.organization_id) as session:
            rule = _find(session, rule_id)
            check(rule)
            _note(session, caller, "access_rule.deleted", rule)
            session.delete(rule)
            session.flush()
            _remember_roles(session, caller)
            return rule.id


def _remember_roles(session: Session, caller: Principal) -> None:
    roles = {role for rule in session.scalars(select(AccessRule.roles)) for role in rule}
    session.get_one(Organization, caller.organization_id).ruled_roles = sorted(roles)


def present(rule: AccessRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "source_id": rule.source_id,
        "table": rule.table,
        "roles": rule.roles,
        "rows": rule.rows,
        "masks": rule.masks,
        "created_at": rule.created_at,
        "updated_at": rule.updated_at,
    }


def _check(session: Session, wanted: NewAccessRule) -> None:
    """Roles, the table and its columns must be there: a rule with a slip in it would protect nothing."""
    known = {role.value for role in Role} | set(session.scalars(select(CustomRole.name)))
    for role in wanted.roles:
        if role not in known or role == Role.OWNER:
            raise _refused("roles", f"there is no role {role} that a rule could bind")
    source = find(session, DataSource, "Data source", wanted.source_id)
    table = session.scalar(
        select(SourceTable)
        .join(SourceVersion, SourceVersion.id == SourceTable.version_id)
        .where(SourceVersion.id == source.current_version_id, SourceTable.name == wanted.table)
    )
    if table is None:
        raise _refused("table", f"{source.name} has no table {wanted.table}")
    kinds = {column["name"]: column["type"] for column in table.columns}
    for where, name in [("rows", row.column) for row in wanted.rows] + [("masks", m) for m in wanted.masks]:
        if name not in kinds:
            raise _refused(where, f"{wanted.table} has no column {name}")
    for name, mask in wanted.masks.items():
        if mask in {"redact", "last4"} and kinds[name] != "string":
            raise _refused("masks", f"{mask} is for texts; {name} is {kinds[name]}: take null or hide")


def _refused(field_name: str, message: str) -> ValidationFailed:
    return ValidationFailed(message, details=[FieldProblem(field_name, message)])


def _find(session: Session, rule_id: str) -> AccessRule:
    return find(session, AccessRule, "Access rule", rule_id)


def _note(session: Session, caller: Principal, action: str, rule: AccessRule) -> None:
    audit.record(session, action, "access_rule", rule.id, by=caller, changes=audit.diff(rule), name=rule.name)
