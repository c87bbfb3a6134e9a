"""What Redshift writes in another way than PostgreSQL, from which it came."""

from sqlglot import exp


def same_or_both_missing(node: exp.Expr) -> exp.Expr:
    """`IS NOT DISTINCT FROM`, which it does not have."""
    one, other = node.this, node.expression
    missing = exp.and_(
        exp.Is(this=one.copy(), expression=exp.Null()), exp.Is(this=other.copy(), expression=exp.Null())
    )
    return exp.paren(exp.or_(exp.EQ(this=one.copy(), expression=other.copy()), missing))
