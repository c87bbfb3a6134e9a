"""Pairs of columns for two sides of one thing: home goals and away goals, winner and loser."""

PAIRS = (
    ("home", "away"),
    ("home", "visitor"),
    ("home", "visiting"),
    ("winner", "loser"),
    ("winning", "losing"),
)


def other_side(title: str) -> str | None:
    """What the column of the other side is called; None where a title names no side."""
    words = title.split()
    for first, second in PAIRS:
        for one, other in ((first, second), (second, first)):
            if one in words:
                return " ".join(other if word == one else word for word in words)
    return None


def without_side(title: str) -> str:
    """What both sides have: `goals` of `home goals`."""
    sides = {side for pair in PAIRS for side in pair}
    return " ".join(word for word in title.split() if word not in sides)


SIDES = frozenset({"home", "away"})
