"""Computed columns: an expression over the columns of one row."""

from collections.abc import Callable

from sqlglot import exp

from claribi.core.errors import QueryError
from claribi.query import guard
from claribi.query.parsing import parse

# A value of one row knows of no other rows, and of no parameters.
FOREIGN = (
    exp.AggFunc,
    exp.Window,
    exp.Query,
    exp.Star,
    exp.Placeholder,
    exp.Columns,
    exp.Unnest,
    exp.Explode,
)
STANDING_FOR_ROWS = "model_rows"


def parsed(text: str) -> exp.Expr:
    """The expression as a tree, when it is allowed.

    Raises:
        QueryError: It isn't; the message names what is not allowed.
    """
    try:
        trees = parse(text, guard.DUCKDB)
    except QueryError:
        raise QueryError(f"The expression {text} can't be read") from None
    if len(trees) != 1 or isinstance(trees[0], exp.Alias):
        raise QueryError(f"The expression {text} is no single value")
    statement = exp.select(exp.alias_(exp.paren(trees[0]), "value")).from_(STANDING_FOR_ROWS)
    checked = guard.check(statement.sql(guard.DUCKDB), tables=[STANDING_FOR_ROWS])
    if not isinstance(checked, exp.Select) or len(checked.expressions) != 1:
        raise QueryError(f"The expression {text} is no single value")
    value: exp.Expr = checked.expressions[0].this
    if value.find(*FOREIGN):
        raise QueryError(f"The expression {text} may only compute from columns of its row")
    return value


def resolved(tree: exp.Expr, column: Callable[[str, str], exp.Expr]) -> exp.Expr:
    """The expression with each column replaced by `column(table, name)`; the table may be empty."""

    def filled(node: exp.Expr) -> exp.Expr:
        return column(node.table, node.name) if isinstance(node, exp.Column) else node

    return tree.transform(filled)
