"""From an expression to the text that a driver takes, its values bound in the driver's own way."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any

from sqlglot import exp

from claribi.core.errors import QueryError
from claribi.sources.connectors.base import Connector, Since


def rendered(
    expression: exp.Expr, connector: Connector, parameters: Mapping[str, Any] | None = None
) -> tuple[str, list[Any]]:
    """A statement's text in the connector's dialect, and its values in the order of their places."""
    given = parameters or {}
    # Around the names of values: nobody can know it, so no text of a statement is taken for such a place.
    mark = f"\0{token_hex()}\0"

    def marked(node: exp.Expr) -> exp.Expr:
        return exp.Var(this=f"{mark}{node.name}{mark}") if isinstance(node, exp.Placeholder) else node

    text = expression.transform(marked).sql(connector.dialect)
    values: list[Any] = []
    pieces: list[str] = []
    for number, piece in enumerate(text.split(mark)):
        if number % 2 == 0:
            pieces.append(piece.replace("%", "%%") if connector.formats_values else piece)
            continue
        if piece not in given:
            raise QueryError(f"The parameter ${piece} has no value")
        values.append(given[piece])
        pieces.append(connector.placeholder(len(values), given[piece]))
    return "".join(pieces), values


def is_since(since: Since) -> exp.Expr:
    """Whether a row's cursor has reached the value `$since`, or has none."""
    cursor = exp.column(since.cursor, quoted=True)
    reached = exp.GTE(this=cursor, expression=exp.Placeholder(this="since"))
    return exp.or_(reached, exp.Is(this=cursor.copy(), expression=exp.Null()))


def table_of(schema: str, name: str) -> exp.Table:
    """A table by the source's own names."""
    return exp.table_(
        exp.to_identifier(name, quoted=True), db=exp.to_identifier(schema, quoted=True) if schema else None
    )
