"""What Spark reads as something else where every other engine reads a column."""

from collections.abc import Collection, Mapping

from sqlglot import exp

from claribi.core.errors import QueryError

# Where a table's files are, which each table of files has without saying so.
HIDDEN = "_metadata"
# Functions that may be written without parentheses, and so look like columns where there is no such column.
KEYWORDS = frozenset({"user", "current_user", "session_user"})


def check_columns(statement: exp.Query, tables: Mapping[str, Collection[str]]) -> None:
    """Refuses what tells more than the tables hold.

    Args:
        tables: The columns of each table, in lower case; none where they are not known.
    """
    known = {name for columns in tables.values() for name in columns}
    for column in statement.find_all(exp.Column):
        names = {part.name.lower() for part in column.parts}
        if HIDDEN in names - known:
            raise QueryError(f"The column {HIDDEN} is not allowed")
        if not column.table and column.name.lower() in KEYWORDS - known:
            raise QueryError(f"The function {column.name} is not allowed")
