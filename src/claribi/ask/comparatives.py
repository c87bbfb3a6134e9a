"""Words that bound and compare numbers, and words for what is left out or missing."""

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
                neither, nor, no, but no, but without, but have no,
                but has no, excluding, exclude, except, except for,
                without, not, other than, but not, excl, not in,
                outside, outside of, apart from, aside from, besides, ignoring, didn't, don't, doesn't, isn't,
                aren't, wasn't, weren't, haven't, hasn't, hadn't,
                leaving out, leave out,
                ignore, do not count, without counting, disregard, never, not from,
                not including, not counting, rather than, minus the, non, disregarding
            """
}
# `5 or more`: what bounds a number stands behind it.
BOUNDS: Mapping[str, str] = {
    ">=": """
        or more, and more, or above, and above, or over, and over, and up, or higher, or longer, or older,
        and older, or later, or heavier, or taller
    """,
    "<=": """
        or less, or fewer, and less, or below, and below, or under, and under, or lower, or younger,
        and younger, or earlier, or shorter
    """,
}
COMPARATIVE: Mapping[None, str] = {
    None: """
                more often, less often, more frequently, more, fewer, less, higher, lower, better, worse,
                bigger, larger, smaller
            """
}
# What has no value.
ABSENT: Mapping[None, str] = {
    None: """
                is missing, are missing, missing, is blank, are blank, is empty, are empty, is unknown,
                not given, not known, is not known, not available, is null, left blank, not filled in,
                missing ones
            """
}
