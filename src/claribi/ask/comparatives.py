"""Words that bound numbers, and words that leave something out."""

from collections.abc import Mapping

# By the operator of the query language.
COMPARES: Mapping[str, str] = {
    ">": """
                more than, over, above, greater than, higher than, larger than, bigger than,
                exceeding, exceeds, exceed, exceeded, in excess of, upwards of, is over, was over, >
            """,
    ">=": """
                at least, no less than, not less than, minimum of, no fewer than, a minimum of, greater than
                or equal to, more than or equal to, >=, ≥
            """,
    "<": """
                less than, under, below, fewer than, lower than, smaller than, is under, was under, <
            """,
    "<=": """
                at most, no more than, not more than, up to, maximum of, no higher than, a maximum of, less
                than or equal to, not over, not above, not exceeding, <=, ≤
            """,
    "=": "equal to, equals, exactly, =",
    "!=": "not equal to, !=, <>, ≠",
}
NOT: Mapping[None, str] = {
    None: """
                excluding, exclude, except, except for, without, not, other than, but not, excl, not in,
                outside, outside of, apart from, aside from, besides, ignoring, leaving out, not from,
                not including, not counting, rather than, minus the, non, disregarding
            """
}
