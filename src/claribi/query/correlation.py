"""Pearson's correlation of two columns, over the rows that have a value of both."""

from collections.abc import Callable, Iterator

from sqlglot import exp


def correlation(one: exp.Expr, other: exp.Expr, only: exp.Expr | None) -> exp.Expr:
    """Null where fewer than two rows have both, or one of them doesn't vary: engines differ in what that is.

    Args:
        only: The rows that are let in.
    """
    filled = [exp.Not(this=exp.Is(this=each.copy(), expression=exp.Null())) for each in (one, other)]
    there = exp.and_(*filled, *([only.copy()] if only is not None else []))
    pair = [exp.Case().when(there.copy(), exp.cast(each.copy(), "double")) for each in (one, other)]
    varies = [exp.LT(this=exp.Min(this=each.copy()), expression=exp.Max(this=each.copy())) for each in pair]
    return exp.Case().when(exp.and_(*varies), exp.Corr(this=pair[0], expression=pair[1]))


def deviations(
    correlated: exp.Corr, columns: Callable[[exp.Expr], exp.Column], names: tuple[str, str]
) -> tuple[exp.Expr, Iterator[exp.Expr]]:
    """The correlation by how far values are from the mean of their group, for engines without a function.

    Sums of squares less the square of sums would lose all digits where values are large and vary little.

    Args:
        columns: Gives the column of what is computed for each row.
        names: What the means are called.

    Returns:
        The aggregate that stands for it, and the two means.
    """
    sides = [columns(correlated.this), columns(correlated.expression)]
    one, other = (
        exp.paren(exp.Sub(this=side.copy(), expression=exp.column(name, quoted=True)))
        for side, name in zip(sides, names, strict=True)
    )

    def added_up(this: exp.Expr, that: exp.Expr) -> exp.Expr:
        return exp.Sum(this=exp.Mul(this=this.copy(), expression=that.copy()))

    spread = exp.Mul(this=exp.Sqrt(this=added_up(one, one)), expression=exp.Sqrt(this=added_up(other, other)))
    below = exp.Nullif(this=spread, expression=exp.Literal.number(0))
    means = (exp.Avg(this=side.copy()) for side in sides)
    return exp.Div(this=added_up(one, other), expression=below), means
