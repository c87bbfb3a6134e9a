"""What can be made of the values of a dimension: the largest of them, or columns."""

from pydantic import Field

from claribi.query.strict import NAME, Strict


class Top(Strict):
    """The n values of a dimension with most of a measure; the rest together as one, or left out."""

    dimension: str = NAME
    n: int = Field(ge=1, le=1_000)
    measure: str = NAME
    ascending: bool = False
    other: str | None = Field(
        default="Other", min_length=1, max_length=200, description="What the rest is called; null: left out."
    )


class Pivot(Strict):
    """Makes the values of a dimension columns: one for each value, called after it, in their order.

    Of several measures each value has a column for each, called `value: measure`. Columns of counts hold 0
    where there is nothing, others null. More values than `limit` are refused.
    """

    dimension: str = NAME
    limit: int = Field(default=50, ge=1, le=200)
    empty: str = Field(
        default="No value", min_length=1, max_length=200, description="What the missing value is called."
    )
