"""The words of a question that are about how something is asked, whatever the data are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from claribi.ask.adjectives import COMPARATIVE_OF, COMPARES_OF, COST, DIFFERS_OF, MOST_OF, NTH, VERBS
from claribi.ask.calendar_words import HABIT, PACE, REACH
from claribi.ask.comparatives import ABSENT, BOUNDS, COMPARATIVE, COMPARES, NOT
from claribi.ask.conditions import CONDITIONS
from claribi.ask.purposes import PURPOSES
from claribi.ask.ratios import RATIOS
from claribi.ask.units import UNIT_NAMES
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


def _all_phrases(kinds: Mapping[str, Mapping[Any, str]]) -> dict[tuple[str, ...], Keyword]:
    return {
        stems: keyword
        for kind, entries in kinds.items()
        for stems, keyword in _phrases(kind, entries).items()
    }


# What a question may leave unsaid but must not be read as something else where it is.
KEYWORDS: dict[tuple[str, ...], Keyword] = {
    **_phrases(
        "aggregation",
        {
            "sum": """
                total, sum, sum of, overall, combined, added up, add up to, adds up to, summed, summed up,
                all together, taken together, total amount of, grand total, altogether, in
                total
            """,
            "avg": "average, avg, mean, on average, averaged, avg of, average of, mean of",
            "median": "median, typical, median of",
            "max": "maximum, max",
            "min": "minimum, min",
        },
    ),
    **_phrases(
        "count",
        {
            "rows": """
                how many, number of, count of, count, amount of, no of, how often, how many times,
                number of times
            """,
            "different": """
                distinct, unique, different, separate, how many separate, how many different,
                how many distinct, how many unique,
                number of different, number of distinct, number of unique
            """,
        },
    ),
    **_phrases(
        "by",
        {
            None: """
                by, across, split by, broken down by, break down by, breakdown by, breakdown of, breakdown,
                grouped by, group by, segmented by, according to, depending on, among, broken out by,
                split up by, separated by, down by, combination of, each combination of, broken out per,
                as a function of, separately by, divided by, split into, by type of, in terms of
            """,
            "each": """
                per, for each, for every, in each, in every, by each, each, every, within each, of each, from
                each, at each, on each, across each, for each of the, every single, each single
            """,
        },
    ),
    **_phrases(
        "cycle",
        {
            "day_of_week": """
                day of week, day of the week, weekday name, name of weekday, days of the week, each day of the
                week, by weekday, per weekday, which weekday, what weekday, each weekday, busiest weekday
            """,
            "hour_of_day": "hour of day, hour of the day, hours of the day, time of day",
            "month_of_year": """
                month of year, month of the year, months of the year, calendar month, month name
            """,
            "quarter_of_year": "quarter of year, quarter of the year, calendar quarter",
        },
    ),
    **_phrases("habit", HABIT),
    **_phrases("distribution", {None: "distribution of, distribution, histogram of, histogram"}),
    **_phrases("rank", {None: "rank, rank the, ranking of, rank all"}),
    **_phrases("nth", NTH),
    **_phrases(
        "latest",
        {
            True: "latest, most recent, newest, most recently, last available",
            False: "earliest, oldest available, first ever, very first",
        },
    ),
    **_phrases(
        "differs",
        {
            "more": """
                how much more, how many more, how much higher, how much larger, how much bigger, how much
                greater, difference between, difference in, gap between, gap in, difference,
                how many points higher, how many points more, how many percentage points higher
            """,
            "less": """
                how much less, how many fewer, how much lower, how much smaller, how many points lower,
                how many percentage points lower
            """,
        },
    ),
    **_phrases("differs_of", DIFFERS_OF),
    **_phrases("ratio", {None: "ratio of, ratio between, ratio, divided by"}),
    **_phrases("rate", {None: "rate, rate of, rates"}),
    **_phrases(
        "grew_most",
        {
            ("change", False): """
                grew the most, grew most, increased the most, increased most, rose the most, gained the most,
                largest increase in, biggest increase in, highest increase in, largest increase,
                biggest increase
            """,
            ("change_ratio", False): """
                grew the fastest, grew fastest, fastest growing, growing the fastest, growing fastest, grows
                fastest, highest growth in, highest growth, fastest growth in, fastest growth,
                strongest growth
            """,
            ("change", True): """
                fell the most, dropped the most, declined the most, decreased the most, lost the most,
                largest decrease in, biggest drop in, largest drop in, biggest decrease in,
                largest decline in
            """,
        },
    ),
    **_phrases("when", {None: "when, when did, when was, when were"}),
    **_phrases(
        "grain",
        {
            "hour": "hourly",
            "day": "daily, day by day, from day to day",
            "week": "weekly, week by week",
            "month": "monthly, month by month, from month to month",
            "quarter": "quarterly, quarter by quarter",
            "year": "yearly, annual, annually, year by year, from year to year",
        },
    ),
    **_phrases(
        "over_time",
        {
            None: """
                over time, trend, trends in, evolution, development, develop, developed, evolve, evolved,
                moved, move, timeline, history, time series, over the year, over the years, over the months,
                over the weeks, over the days, throughout the year, through the year,
                over the course of the year
            """
        },
    ),
    **_phrases("top", {False: "top, leading", True: "bottom"}),
    # Which way is up depends on whether more of it is good news.
    **_phrases("best", {True: "best, best performing", False: "worst, poorest, worst performing"}),
    **_phrases(
        "most",
        {
            False: "most, highest, largest, biggest, greatest, maximal, strongest, peak",
            True: "least, fewest, lowest, smallest, minimal, weakest",
        },
    ),
    **_phrases(
        "most_rows",
        {
            False: """
                busiest, most popular, most common, most frequent, most often, most frequently, most used,
                used most, used the most, used most often, most visited
            """,
            True: """
                least popular, least common, least frequent, least often, rarest, quietest, least busy
            """,
        },
    ),
    **_phrases(
        "selling",
        {
            False: "best selling, top selling, bestselling, most sold",
            True: "worst selling, least selling, least sold, slowest selling",
        },
    ),
    **_phrases("most_of", MOST_OF),
    **_phrases("unit", {None: UNIT_NAMES}),
    **_phrases(
        "share",
        {
            None: """
                how many percent, how much percent, by how many percent, by how much percent,
                portion of, portion, share of, share, percentage of, percentage, percent of, percent,
                proportion of, proportion, fraction of, fraction, what part of, contribution of, contribution
            """
        },
    ),
    **_phrases(
        "compare",
        {
            None: """
                compared to, compared with, compare, comparison, versus, vs, against, relative to,
                in comparison to, comparison of, comparison between, in comparison with, side by side
            """
        },
    ),
    **_phrases(
        "growth",
        {
            "change": """
                change, changed, difference, increase, increased, decrease, decreased, decline,
                declined, drop, dropped, fall, fell, rise, rose, gain, go up, went up, gone up, go down,
                went down, gone down
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
                same period last year, same time last year, same quarter last year, same month last year,
                same week last year, same quarter of last year, same month of last year, same period of last
                year, a year earlier, the year before, previous year, prior year
            """,
            "previous_period": """
                previous period, prior period, period before, month
                before, quarter before, week before, day before, previous month, previous quarter,
                previous week
            """,
        },
    ),
    **_phrases("pace", PACE),
    **_phrases("verb", VERBS),
    **_phrases(
        "gone",
        {
            True: """
                left, have left, had left, who left, quit, resigned, churned, left the company, leavers,
                leaver
            """,
            False: """
                stayed, remained, who stayed, have stayed, still employed, still with us, are still with us
            """,
        },
    ),
    **_phrases(
        "takings",
        {
            None: """
                did we make, did we sell, do we sell, have we sold,
                money, in money terms, money terms, in money, we take in, did we bring in,
                we make, we made, do we make, have we made, did we earn, did we take in, was
                earned, did it bring in, were made, did we raise, we raised, was raised, were raised
            """
        },
    ),
    **_phrases(
        "spent",
        {
            None: """
                spent, spend, pay, pays, paying, spends, spending, ad spend, advertising spend,
                marketing spend, media spend, ad cost, advertising cost, marketing cost
            """
        },
    ),
    **_phrases("volume", {None: "dollar volume, sales volume, volume of sales"}),
    **_phrases("value", {None: "value, value of, worth of, worth"}),
    **_phrases(
        "takes", {None: "does it take, did it take, do we take, how long does it take, how long did it take"}
    ),
    **_phrases("lent", {None: "lent, lend, borrowed, was lent, was borrowed, did we lend, loaned"}),
    **_phrases("has", {None: "have a, have an, has a, has an, had a, had an"}),
    **_phrases("sold", {None: "sold, sell, sells, bought, change hands"}),
    **_phrases("new", {None: "new"}),
    **_phrases("ratio_of", RATIOS),
    # Which side of nothing a profit is on.
    **_phrases(
        "sign",
        {
            "<": """
                lost money, lose money, losing money, loses money, unprofitable, not profitable, at a loss,
                made a loss, make a loss, loss making, made losses
            """,
            ">": "profitable, made a profit, make a profit, made money, make money",
        },
    ),
    **_phrases("where", {None: "where"}),
    **_phrases("reach", {None: REACH}),
    **_phrases(
        "listing", {None: "list, list all, list the, list of all, show all, show me all, name all, give all"}
    ),
    **_phrases("shows", {None: "show, show me, show the, show me the, display, display the"}),
    **_phrases("per_head", {None: "per capita, per head, per person, per inhabitant"}),
    **_phrases(
        "missing",
        {
            None: """
                missing, with missing, with no, got no, get no, gets no, received no,
                had no, have no, has no, having no, without any, lacking,
                unknown, with unknown, with an unknown, without known, without a known, no known
            """
        },
    ),
    **_phrases("absent", ABSENT),
    **_phrases("running", {None: "running total, running sum, cumulative, cumulated, accumulated"}),
    **_phrases("moving", {None: "moving average, rolling average, rolling mean, moving mean"}),
    **_phrases("not", NOT),
    **_phrases("compares", COMPARES),
    **_phrases("compares_of", COMPARES_OF),
    **_phrases("aged", {None: "years old, year old, years of age"}),
    **_phrases("comparative_of", COMPARATIVE_OF),
    **_phrases("whole", {None: "across all, across all the, over all the, over all, across all of the"}),
    **_phrases("once", {1: "once, only once, just once, one time", 2: "twice, only twice"}),
    **_phrases("bounds", BOUNDS),
    **_phrases("between", {None: "between, in the range"}),
    **_phrases(
        "between_of", {COST: "cost between, costs between, costing between, priced between, worth between"}
    ),
    **_phrases(
        "worth",
        {
            None: """
                order value, order size, basket size, basket value, ticket size, transaction value,
                transaction size, deal size, purchase value, aov, invoice value
            """
        },
    ),
    **_phrases("extent", {None: "range, range of, spread, spread of"}),
    **_phrases(
        "only",
        {
            None: """
                only, just, only for, just for, restricted to, limited to, filtered to, filtered by, filtered
                on, filter by, filter on, considering only
            """
        },
    ),
    **_phrases("sort", {None: "sorted by, ordered by, sort by, ranked by, rank by, in order of"}),
    **_phrases(
        "direction",
        {
            True: """
                descending, desc, decreasing, biggest first, largest first, highest first, most first, high to
                low, most common first, most frequent first, biggest group first, best first, top first,
                most popular first, highest to lowest, largest to smallest, in descending order,
                descending order
            """,
            False: """
                ascending, asc, increasing, worst first, smallest first, lowest first, least first,
                low to high, lowest to highest, smallest to largest, in ascending order, ascending order
            """,
        },
    ),
    **_phrases("and", {None: "and, as well as, plus, along with, together with"}),
    **_all_phrases(CONDITIONS),
    **_all_phrases(PURPOSES),
    **_phrases("or", {None: "or"}),
    **_phrases("is", {None: "is, are, was, were, equals"}),
    **_phrases("which", {None: "which, what, who, whose"}),
    **_phrases(
        "of",
        {
            None: """
                of, from, in, for, at, on, to, with, having, whose, during, per cent of, due to, because of,
                caused by, owing to, as a result of, counting only, only counting, took part
            """
        },
    ),
    **_phrases("comparative", COMPARATIVE),
    **_phrases("than", {None: "than"}),
    **_phrases(
        "rows",
        {
            None: """
                row, record, entry, line item, order line, line, people, person, individual, observation,
                case, sample,
                headcount, borrower, applicant, respondent, participant
            """
        },
    ),
}
LONGEST = max(len(phrase) for phrase in KEYWORDS)
