"""SQL Server's words, read by sqlglot and put into DuckDB's."""

import sqlglot
from sqlglot import exp


def _as_duckdb(node: exp.Expr) -> exp.Expr:
    """What sqlglot leaves as it is between the two, or takes for something smaller."""
    new: exp.Expr = node
    match node:
        case exp.Anonymous() if node.name == "DATALENGTH":
            new = exp.Anonymous(this="strlen", expressions=node.expressions)
        case exp.Collate():
            new = node.this
        case exp.National():
            new = exp.Literal.string(node.name)
        case exp.Placeholder():
            new = exp.Var(this=f"${node.name}")
        case exp.DataType(this=exp.DType.FLOAT):
            new = exp.DataType.build("double")
        case exp.DataType(this=exp.DType.BIT):
            new = exp.DataType.build("boolean")
        case exp.DataType(this=exp.DType.NVARCHAR | exp.DType.TEXT):
            new = exp.DataType.build("text")
        case exp.Join(this=exp.Lateral() as beside):
            applied = exp.Lateral(this=beside.this.copy(), alias=beside.args["alias"].copy())
            new = exp.Join(this=applied, kind="CROSS")
        case exp.Div(this=exp.DateDiff()):
            new = exp.IntDiv(this=node.this, expression=node.expression)
    return new


def in_duckdb(text: str) -> str:
    tree = sqlglot.parse_one(text, dialect="tsql")
    for node in reversed(list(tree.walk(bfs=True))):
        new = _as_duckdb(node)
        if new is not node:
            node.replace(new)
    return tree.sql("duckdb")
