"""Columns of two values that say yes and no, whatever they are called: their name alone says yes."""

from collections.abc import Sequence

TRUTHS = (("yes", "no"), ("y", "n"), ("true", "false"), ("t", "f"), ("1", "0"))
# What says that there is none of what the column is called.
NO_SUCH = ("none", "nothing", "absent")


def truth_in(values: Sequence[object], *, has_gaps: bool) -> tuple[object, object] | None:
    """The values of a column that say yes and no; None where they say something else.

    Args:
        has_gaps: Whether some rows have none.
    """
    # `No internet service` is a no as well.
    told = {str(value).casefold(): value for value in values}
    told = {said: value for said, value in told.items() if not said.startswith("no ")} or told
    for yes, no in TRUTHS:
        if told.keys() == {yes, no}:
            return told[yes], told[no]
        if told.keys() == {yes} and has_gaps:
            # `Y` or nothing
            return told[yes], None
    none = next((said for said in NO_SUCH if said in told), None)
    if none is not None and len(told) == len(("some", none)):
        # `belted` or `none` of a seatbelt
        return next(value for said, value in told.items() if said != none), told[none]
    return None
