"""Arithmetic on measures: `(revenue - cost) / revenue`."""

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from claribi.core.errors import QueryError
from claribi.sources.catalog import ColumnType

if TYPE_CHECKING:
    from sqlglot import exp

ALLOWED = (ast.BinOp, ast.UnaryOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.USub, ast.Name, ast.Load)


def names_in(expression: str) -> set[str]:
    """The measures that a formula speaks of.

    Raises:
        QueryError: It is no arithmetic.
    """
    return {node.id for node in ast.walk(_parsed(expression)) if isinstance(node, ast.Name)}


def type_of(expression: str, types: Mapping[str, ColumnType]) -> ColumnType:
    """What the formula gives when its operands are of these types."""
    nodes = list(ast.walk(_parsed(expression)))
    kinds = {types.get(name, "float") for name in names_in(expression)}
    if "float" in kinds or any(isinstance(node, ast.Mult | ast.Div) for node in nodes):
        return "float"
    numbers = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return "integer" if kinds <= {"integer"} and all(isinstance(n, int) for n in numbers) else "decimal"


def arithmetic(expression: str, operands: Mapping[str, "exp.Expr"]) -> "exp.Expr":
    """The formula with each name replaced by its expression.

    Products and quotients are of floating numbers, since engines differ in how wide a product of decimals
    gets and in what a division of whole numbers gives; what is divided by 0 is null.
    """
    unknown = names_in(expression) - operands.keys()
    if unknown:
        names = ", ".join(sorted(unknown))
        raise QueryError(f"The formula {expression} speaks of {names}, which it isn't given")
    return _built(_parsed(expression), operands)


def _parsed(expression: str) -> ast.expr:
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise QueryError(f"The formula {expression} can't be read") from None
    for node in ast.walk(tree):
        number = isinstance(node, ast.Constant) and type(node.value) in {int, float}
        if not (number or isinstance(node, ALLOWED)):
            raise QueryError(f"The formula {expression} may have + - * / ( ), numbers and names only")
    return tree


def _built(node: ast.expr, operands: Mapping[str, "exp.Expr"]) -> "exp.Expr":
    from sqlglot import exp  # noqa: PLC0415 - sqlglot is slow to import

    if isinstance(node, ast.Name):
        return exp.paren(operands[node.id].copy())
    if isinstance(node, ast.UnaryOp):
        return exp.Neg(this=exp.paren(_built(node.operand, operands)))
    if not isinstance(node, ast.BinOp):
        return exp.convert(ast.literal_eval(node))
    kinds = {ast.Add: exp.Add, ast.Sub: exp.Sub, ast.Mult: exp.Mul, ast.Div: exp.Div}
    above, below = _built(node.left, operands), _built(node.right, operands)
    if isinstance(node.op, ast.Mult | ast.Div):
        above, below = exp.cast(above, "double"), exp.cast(below, "double")
    if isinstance(node.op, ast.Div):
        below = exp.Nullif(this=below, expression=exp.Literal.number(0))
    return exp.paren(kinds[type(node.op)](this=above, expression=below))
