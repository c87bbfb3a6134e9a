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
