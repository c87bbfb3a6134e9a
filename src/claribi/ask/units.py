"""Units that questions and the names of columns use, and how many of one another holds."""

# By what they measure: how many of the first of each group one is.
UNITS = (
    {
        "g": 1.0,
        "gram": 1.0,
        "kg": 1_000.0,
        "kilogram": 1_000.0,
        "mg": 0.001,
        "lb": 453.59237,
        "pound": 453.59237,
    }
    | {"lbs": 453.59237, "oz": 28.349523125, "ton": 1_000_000.0, "tonne": 1_000_000.0},
    {"m": 1.0, "meter": 1.0, "metre": 1.0, "km": 1_000.0, "kilometer": 1_000.0, "kilometre": 1_000.0}
    | {"cm": 0.01, "mm": 0.001, "inch": 0.0254, "ft": 0.3048, "foot": 0.3048, "feet": 0.3048}
    | {"mile": 1_609.344, "mi": 1_609.344},
    {"sec": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "hr": 3_600.0, "hour": 3_600.0}
    | {"day": 86_400.0, "week": 604_800.0},
    {"l": 1.0, "liter": 1.0, "litre": 1.0, "ml": 0.001, "gallon": 3.785411784},
)

# What may stand behind a number in a question.
UNIT_NAMES = """
    minute, minutes, dollar, euro, usd, eur, gbp, pound, mile, m, km, kilo, kilometer, kilometre, meter,
    metre, kg, kilogram, celsius, degree, piece, gram, g, mg, milligram, kcal, mm, cm, lb, lbs,
    mb, gb, tb, kb, mhz, ghz, hz, oz, ounce, ml, liter, litre, gallon, ton, tonne, acre, hectare, kwh,
    nm, nanometer, nanometre, watt, knot, yard, mph, kph, inch, foot, sqm, sqft,
    square meter, square metre, square foot,
    square feet, feet, fahrenheit
"""


def converted(unit: str, into: str) -> float | None:
    """How many of another unit one is; None where they measure different things."""
    return next((known[unit] / known[into] for known in UNITS if unit in known and into in known), None)
