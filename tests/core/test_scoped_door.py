"""The source itself, by its syntax tree: tenants' tables are reached through one scoped door only, and no
cache keeps what belongs to a tenant without saying for whom. OWASP API1:2023.
"""

import ast
from functools import cache
from pathlib import Path

import claribi
from claribi.core.database import Base, Tenant

ROOT = Path(claribi.__file__).parent
# Who may lift the confinement of a session, and why.
UNSCOPED = {
    "accounts/authentication.py": "credentials tell the organisation",
    "accounts/housekeeping.py": "the server's own clearing up, for all organisations alike",
    "accounts/invitations.py": "the link tells the organisation",
    "accounts/letters.py": "mails to people by address",
    "accounts/mfa.py": "a code in the middle of a sign-in",
    "accounts/organization.py": "a preflight of no organisation",
    "accounts/recovery.py": "people who are not signed in",
    "accounts/registration.py": "people who have no organisation yet",
    "accounts/addresses.py": "an address is known once on the whole server",
    "accounts/sessions.py": "a refresh token tells the organisation",
    "accounts/signin.py": "people who are not signed in yet",
    "accounts/passkeys.py": "people who are not signed in yet",
    "accounts/sso": "people who are not signed in yet",
    "sources/databases.py": "the server's own clock, which starts copies for all organisations alike",
    "forecasts/service.py": "as above, which starts forecasts that are due",
    "cli.py": "the operator, who has the whole server",
    "core/database.py": "the door itself",
}
# Who may open connections past the sessions, and why.
CONNECTING = {
    "core/database.py": "the door itself",
    "core/migrations": "tables, not their rows",
    "core/jobs.py": "the job store's own tables",
    "core/egress.py": "the network, no database",
}
# Functions that a decorator caches: none of them may see a tenant's data.
CACHES = {"cache", "lru_cache", "cached_property"}


@cache
def modules() -> list[tuple[str, ast.Module]]:
    paths = sorted(ROOT.rglob("*.py"))
    return [(str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def allowed(name: str, listed: dict[str, str]) -> bool:
    return any(name == entry or name.startswith(f"{entry}/") for entry in listed)


def calls(tree: ast.AST, *names: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id in names)
            or (isinstance(node.func, ast.Attribute) and node.func.attr in names)
        )
    ]


def test_the_confinement_is_lifted_only_where_it_is_meant_to_be():
    lifting = {name for name, tree in modules() if calls(tree, "unscoped")}
    lifting |= {
        name
        for name, tree in modules()
        if any(isinstance(n, ast.Constant) and n.value == "unscoped" for n in ast.walk(tree))
    }
    assert {name for name in lifting if not allowed(name, UNSCOPED)} == set()
    # A reason for what no longer lifts anything is a reason too many.
    stale = {
        n for n in UNSCOPED if not any(allowed(name, {n: ""}) for name in lifting) and (ROOT / n).exists()
    }
    assert stale == set()


def test_no_session_or_connection_is_opened_past_the_door():
    for name, tree in modules():
        if allowed(name, CONNECTING):
            continue
        opened = calls(tree, "create_engine", "sessionmaker", "exec_driver_sql", "raw_connection")
        assert not opened, (name, [node.lineno for node in opened])
        direct = [
            node.lineno
            for node in calls(tree, "connect", "begin")
            if isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Attribute)
            and node.func.value.attr == "engine"
        ]
        assert not direct, (name, direct)


def test_no_text_of_sql_names_a_tenants_table():
    tenants = {
        mapper.local_table.name for mapper in Base.registry.mappers if issubclass(mapper.class_, Tenant)
    }
    assert len(tenants) > 15
    for name, tree in modules():
        if name.startswith("core/migrations"):
            continue
        for node in calls(tree, "text"):
            said = " ".join(
                n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)
            )
            assert not tenants & set(said.replace(",", " ").split()), (name, node.lineno)


def test_what_is_cached_for_all_sees_no_tenant():
    """A cached function takes no caller, organisation or session, and asks no database."""
    seen = 0
    for name, tree in modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef):
                continue
            decorators = {
                part.id
                for decorator in node.decorator_list
                for part in ast.walk(decorator)
                if isinstance(part, ast.Name)
            }
            if not decorators & CACHES:
                continue
            seen += 1
            arguments = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
            assert not arguments & {"caller", "session", "organization_id", "user_id"}, (
                name,
                node.name,
            )
            assert not calls(node, "read", "write", "execute", "scalar", "scalars"), (name, node.name)
    assert seen > 3


WINGS = (
    "accounts/",
    "sources/",
    "query/",
    "dashboards/",
    "reports/",
    "analysis/",
    "ask/",
    "forecasts/",
    "home/",
)


def test_what_objects_keep_between_calls_is_keyed_by_organisation():
    """Dictionaries that objects keep: each is listed with what makes it safe."""
    known = {
        ("accounts/usage.py", "_counts"): "the key begins with the organisation's id",
        ("query/engine_process.py", "_open"): "by the files, which are one organisation's, and the limits",
        ("query/cache.py", "_answers"): "the key begins with the source, which is one organisation's",
        ("query/cache.py", "_under_way"): "as above",
        ("query/medians.py", "computed"): "of one query that is being compiled",
        ("query/conditions.py", "_names"): "of one query that is being compiled",
        ("query/conditions.py", "values"): "of one query that is being compiled",
        ("analysis/ledger.py", "figures"): "of one analysis",
        ("analysis/ledger.py", "_known"): "of one analysis",
        ("query/modeling/keys.py", "_seen"): "by the source, which is one organisation's",
        ("query/modeling/ossie.py", "tables"): "of one document that is being read",
        ("ask/measuring.py", "_asked"): "of one question",
        ("ask/vocabulary.py", "truths"): "of one question",
        ("ask/vocabulary.py", "names"): "of one question",
        ("ask/vocabulary.py", "keys"): "of one question",
        ("ask/vocabulary.py", "time"): "of one question",
        ("ask/vocabulary.py", "values"): "of one question",
        ("ask/vocabulary.py", "computed"): "of one question",
        ("ask/vocabulary.py", "counted"): "of one question",
        ("ask/vocabulary.py", "deeds"): "of one question",
        ("ask/vocabulary.py", "lasting"): "of one question",
        ("ask/vocabulary.py", "row_counts"): "of one question",
        ("sources/connections.py", "_open"): "the key begins with the organisation's id",
        ("sources/connectors/statement_http.py", "_headers"): "of one source, which has one organisation",
        ("sources/connectors/spark_connect.py", "_who"): "of one source, which has one organisation",
        ("reports/compose_edits.py", "fingerprints"): "of one report that is being written",
        ("reports/compose_edits.py", "_keys"): "as above",
        ("reports/translation.py", "_conditions"): "as above",
        ("reports/render/xlsx.py", "_formats"): "of one workbook that is being written",
        ("sources/files/folder.py", "_names"): "of one folder that is being read",
        ("sources/files/json_records.py", "positions"): "of one file that is being read",
    }
    found = {}
    for name, tree in modules():
        if not name.startswith(WINGS):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AnnAssign) and (attribute := _of_self(node)):
                value = node.value
                if isinstance(value, ast.Dict) or (
                    value is not None and calls(value, "dict", "defaultdict", "OrderedDict")
                ):
                    found[name, attribute] = node.lineno
    assert set(found) == set(known), found


def _of_self(node: ast.Assign | ast.AnnAssign) -> str | None:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
        return target.attr
    return None
