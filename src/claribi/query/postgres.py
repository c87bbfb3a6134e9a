"""What PostgreSQL reads as a call where every other engine reads a column.

`x.f` is `f(x)` there where `x` has no column `f`, and so is `(x).f`: whatever has a single argument can be
called in this way. So each column that is named with its table has to be one that is known to be there.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from sqlglot import exp

from claribi.core.errors import QueryError
from claribi.query.grammar import NODES, POSTGRES_NAMES

# What PostgreSQL calls a column of a query that nobody has named: like the function that it comes from.
BY_ITSELF = frozenset(
    {"array", "case", "exists", "ordinality", *POSTGRES_NAMES.split()}
    | {name.lower() for node in NODES if issubclass(node, exp.Func) for name in node.sql_names()}
)
# Functions that are written without parentheses, and so look like columns.
KEYWORDS = frozenset(
    {
        "user",
        "current_role",
        "current_user",
        "session_user",
        "system_user",
        "current_catalog",
        "current_schema",
    }
)


def check_columns(statement: exp.Query, tables: Mapping[str, Collection[str]]) -> None:
    """Refuses what may call a function without saying so.

    Args:
        tables: The columns of each table, in lower case; none where they are not known.
    """
    if dotted := statement.find(exp.Dot):
        raise QueryError(f"{dotted.sql('postgres')} is not allowed: dots only stand after a table")
    there: defaultdict[str, list[Collection[str]]] = defaultdict(list)
    for name, columns in _relations(statement, tables):
        there[name].append(columns)
    anywhere = (
        {name.lower() for columns in tables.values() for name in columns} | _given(statement) | BY_ITSELF
    )
    for column in statement.find_all(exp.Column):
        name = column.name.lower()
        if not column.table:
            if name in KEYWORDS and not column.this.quoted:
                raise QueryError(f"The function {column.name} is not allowed")
        elif isinstance(column.this, exp.Identifier) and any(
            name not in columns for columns in there.get(column.table.lower()) or [anywhere]
        ):
            raise QueryError(f"There is no column {column.sql('postgres')}")


def _relations(
    statement: exp.Query, tables: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, Collection[str]]]:
    """What FROM gives a name to and whose columns are known: tables, and functions, which have just one."""
    for node in statement.find_all(exp.Table, exp.Unnest, exp.Lateral):
        alias = node.args.get("alias")
        named = (
            {column.name.lower() for column in alias.columns} if isinstance(alias, exp.TableAlias) else set()
        )
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            columns = tables.get(".".join(part.name for part in node.parts).lower())
            if columns:
                yield node.alias_or_name.lower(), {*columns, *named}
        elif isinstance(function := node if isinstance(node, exp.Unnest) else node.this, exp.Func):
            own = function.name if isinstance(function, exp.Anonymous) else function.sql_name()
            name = (node.alias or own).lower()
            yield name, {name, "ordinality", *named}


def _given(statement: exp.Query) -> set[str]:
    """The names that the statement itself gives to columns."""
    given = {node.alias.lower() for node in statement.find_all(exp.Alias)}
    return given | {c.name.lower() for node in statement.find_all(exp.TableAlias) for c in node.columns}
