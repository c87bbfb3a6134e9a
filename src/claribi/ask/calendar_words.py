"""Words for places in the cycles of the calendar: days of the week, seasons."""

from claribi.ask.intent import Places
from claribi.query.cycles import NAMES

DAYS = NAMES["day_of_week"]
# As meteorologists and most firms have them in the north.
SEASONS = {
    "spring": ("March", "April", "May"),
    "summer": ("June", "July", "August"),
    "autumn": ("September", "October", "November"),
    "winter": ("December", "January", "February"),
}
PLACES: dict[tuple[str, ...], Places] = {
    **{(day.lower(),): Places("day_of_week", (day,)) for day in DAYS},
    ("weekend",): Places("day_of_week", DAYS[5:]),
    **{
        words: Places("day_of_week", DAYS[:5])
        for words in (("weekday",), ("working", "day"), ("business", "day"), ("work", "day"), ("workday",))
    },
    **{(season,): Places("month_of_year", months) for season, months in SEASONS.items()},
    **{(season, "month"): Places("month_of_year", months) for season, months in SEASONS.items()},
}
LONGEST_PLACE = max(map(len, PLACES))


def is_season(places: Places) -> bool:
    return places.values in SEASONS.values()


# Questions about every year: `which month has the most rain`.
HABIT = {
    "month_of_year": """
        which month has, what month has, which months have, which month is, which month are, which month do,
        which month does, which months are
    """
}
# From when to when there is something at all.
REACH = """
    what period, which period, what time period, which time period, what time span, what date range,
    what time range, how far back, period covered, time period covered, date range of, time range of,
    first and last date, earliest and latest date
"""
# A comparison where a period is named, else the change from each to the next.
PACE = {
    "year": "year over year, yoy, year on year",
    "quarter": "quarter over quarter, qoq, quarter on quarter",
    "month": "month over month, mom, month on month",
    "week": "week over week, wow, week on week",
    "day": "day over day, day on day",
}
