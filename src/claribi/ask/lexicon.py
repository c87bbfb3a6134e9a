"""The words of a question that are about how something is asked, whatever the data are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from claribi.ask.words import stems_of


@dataclass(frozen=True, slots=True)
class Keyword:
    """What a phrase asks for, such as `by` or `top`; `value` tells which of its kind."""

    kind: str
    value: Any = None


def _phrases(kind: str, entries: Mapping[Any, str]) -> dict[tuple[str, ...], Keyword]:
    return {
        tuple(stems_of(phrase)): Keyword(kind, value)
        for value, phrases in entries.items()
        for phrase in phrases.split(",")
    }


# Say nothing about what is asked.
EMPTY = """
    a an the of in on at to for from with is was were are be been am do does did done has have had i we
    us our you me my it its their them they he she this these those that there here please can could
    would will shall should may might must let want like need show give list tell display present see
    look find get know compute calculate return report what which who whom whose when where how much
    many all any some and or also just only so then now as than if into out up about data value number
    figure result table chart graph plot dashboard come make made happen go went sell sold buy bought
    place placed earn earned spend spent pay paid live lived living reside served fly flown flew depart arrive
    operated ordered
    generate generated got record recorded belong take took each every exactly precisely currently ever
    sorted sort far recorded single individual still more question answer information detail overview summary
"""
FILLERS = frozenset(stem for word in EMPTY.split() for stem in stems_of(word))
# What a question may leave unsaid but must not be read as something else where it is.
KEYWORDS: dict[tuple[str, ...], Keyword] = {
    **_phrases(
        "aggregation",
        {
            "sum": """
                total, sum, sum of, overall, combined, total amount of, grand total, altogether, in
                total
            """,
            "avg": "average, avg, mean, on average",
            "median": "median, typical",
            "max": "maximum, max",
            "min": "minimum, min",
        },
    ),
    **_phrases(
        "count",
        {
            "rows": "how many, number of, count of, count, amount of, no of, how often",
            "different": """
                distinct, unique, different, how many different, how many distinct, how many unique,
                number of different, number of distinct, number of unique
            """,
        },
    ),
    **_phrases(
        "by",
        {
            None: """
                by, per, for each, for every, in each, across, split by, broken down by, break down
                by, breakdown by, breakdown of, breakdown, grouped by, group by, segmented by, by
                each, each, every, according to, depending on, among, within each, of each, from
                each, at each, on each
            """
        },
    ),
    **_phrases(
        "grain",
        {
            "hour": "hourly",
            "day": "daily, day by day",
            "week": "weekly, week by week",
            "month": "monthly, month by month",
            "quarter": "quarterly, quarter by quarter",
            "year": "yearly, annual, annually, year by year",
        },
    ),
    **_phrases(
        "over_time",
        {
            None: """
                over time, trend, trends in, evolution, development, develop, developed, evolve, evolved,
                timeline, history, time series, over the year, over the years, over the months, over the
                weeks, over the days, throughout the year, through the year, over the course of the year
            """
        },
    ),
    **_phrases("top", {False: "top, leading", True: "bottom"}),
    # Which way is up depends on whether more of it is good news.
    **_phrases("best", {True: "best, best performing", False: "worst, poorest, worst performing"}),
    **_phrases(
        "most",
        {
            False: "most, highest, largest, biggest, greatest, maximal, strongest",
            True: "least, fewest, lowest, smallest, minimal, weakest",
        },
    ),
    **_phrases(
        "most_rows",
        {
            False: """
                busiest, most popular, most common, most frequent, most often, best selling, most
                frequently
            """,
            True: "least popular, least common, least frequent, least often, rarest",
        },
    ),
    **_phrases(
        "most_of",
        {
            (False, "duration runtime length distance air_time"): "longest",
            (True, "duration runtime length distance air_time"): "shortest",
            (False, "price fare cost amount"): "most expensive, priciest, dearest",
            (True, "price fare cost amount"): "cheapest, least expensive",
            (False, "age"): "oldest",
            (True, "age"): "youngest",
            (False, "weight mass"): "heaviest",
            (True, "weight mass"): "lightest",
            (False, "height"): "tallest",
            (False, "speed"): "fastest",
            (True, "speed"): "slowest",
        },
    ),
    **_phrases(
        "unit",
        {
            None: """
                minute, second, dollar, euro, usd, eur, gbp, pound, mile, km, kilometer, kilometre,
                meter, metre, kg, kilogram, percent, celsius, degree, piece
            """
        },
    ),
    **_phrases(
        "share",
        {
            None: """
                share of, share, percentage of, percentage, percent of, percent, proportion of,
                proportion, fraction of, fraction, what part of, contribution of, contribution
            """
        },
    ),
    **_phrases(
        "compare",
        {
            None: """
                compared to, compared with, compare, comparison, versus, vs, against, relative to,
                in comparison to
            """
        },
    ),
    **_phrases(
        "growth",
        {
            "change": """
                change, changed, difference, increase, increased, decrease, decreased, decline,
                declined, drop, dropped, fall, fell, rise, rose, gain
            """,
            "change_ratio": """
                growth, growth rate, grow, grew, growing, percentage change, percent change, rate of
                change, how fast, relative change
            """,
        },
    ),
    **_phrases(
        "versus",
        {
            "previous_year": """
                same period last year, same time last year, a year earlier, the year before,
                previous year, prior year
            """,
            "previous_period": """
                previous period, prior period, period before, month
                before, quarter before, week before, day before, previous month, previous quarter,
                previous week
            """,
        },
    ),
    # A comparison where a period is named, else the change from each to the next.
    **_phrases(
        "pace",
        {
            "year": "year over year, yoy, year on year",
            "quarter": "quarter over quarter, qoq, quarter on quarter",
            "month": "month over month, mom, month on month",
            "week": "week over week, wow, week on week",
            "day": "day over day, day on day",
        },
    ),
    **_phrases(
        "missing",
        {None: "missing, with missing, with no, had no, have no, has no, having no, without any, lacking"},
    ),
    **_phrases("running", {None: "running total, running sum, cumulative, cumulated, accumulated"}),
    **_phrases("moving", {None: "moving average, rolling average, rolling mean, moving mean"}),
    **_phrases(
        "not",
        {None: "excluding, exclude, except, except for, without, not, other than, but not, excl, not in"},
    ),
    **_phrases(
        "compares",
        {
            ">": """
                more than, over, above, greater than, higher than, larger than, bigger than,
                exceeding, longer than, older than, later than, exceeds, >
            """,
            ">=": "at least, no less than, not less than, minimum of, or more, >=, ≥",
            "<": """
                less than, under, below, fewer than, lower than, smaller than, shorter than, younger
                than, cheaper than, <
            """,
            "<=": "at most, no more than, not more than, up to, maximum of, <=, ≤",
            "=": "equal to, equals, exactly, =",
            "!=": "not equal to, !=, <>, ≠",
        },
    ),
    **_phrases("between", {None: "between"}),
    **_phrases("sort", {None: "sorted by, ordered by, sort by, ranked by, rank by"}),
    **_phrases("direction", {True: "descending, desc, decreasing", False: "ascending, asc, increasing"}),
    **_phrases(
        "why", {None: "why, what caused, what drove, what explains, reason for, reasons for, cause of"}
    ),
    **_phrases(
        "forecast",
        {None: "forecast, predict, prediction, projection, projected, expected, what will, next"},
    ),
    **_phrases("outlier", {None: "outlier, outliers, anomaly, anomalies, unusual, abnormal"}),
    **_phrases("and", {None: "and, as well as, plus, along with, together with"}),
    **_phrases("or", {None: "or"}),
    **_phrases("is", {None: "is, are, was, were, equals"}),
    **_phrases("which", {None: "which, what, who, whose"}),
    **_phrases("of", {None: "of, from, in, for, at, on, to, with, having, where, whose"}),
    **_phrases("rows", {None: "row, record, entry, line item"}),
}
LONGEST = max(len(phrase) for phrase in KEYWORDS)
