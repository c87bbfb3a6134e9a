"""What `benchmarks.planted` plants: tables of orders with one known fact each, and who tells it.

How far a fact stands out of the noise, its strength, follows from its size and the table's: standard errors
for all but correlations, which have their expected correlation from bucket to bucket.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from benchmarks.warehouse import Warehouse
from claribi.analysis.findings import Finding
from claribi.analysis.service import Analysis

START = date(2021, 1, 1)
# What the logarithm of a day's amounts moves by, where a rating moves with it.
SHOCK = 0.25
REGIONS = ("north", "south", "east", "west")


@dataclass
class Shape:
    """A table before anything is planted.

    Attributes:
        noise: Standard deviation of the logarithm of an amount.
    """

    days: int
    orders_a_day: int
    noise: float
    seed: int

    def spread(self, days: float, part: float = 1.0) -> float:
        """Standard deviation of the amount of so many days, or of a part of it, against its mean."""
        return math.sqrt(math.expm1(self.noise**2) / (self.orders_a_day * days * part))


@dataclass
class Plant:
    """A fact.

    Attributes:
        amount, count: SQL that scales an order's amount, or tells whether an order is there at all.
        told: Whether a finding tells it.
        strength: How far it stands out, in standard errors, or as a correlation.
        follows: Kinds that whoever sees this fact may tell as well.
    """

    kind: str
    told: Callable[[Finding, Analysis], bool]
    amount: str = "1"
    kept: str = "true"
    region: str = ""
    extra: str = ""
    strength: float = math.inf
    follows: set[str] = field(default_factory=set)


def table(shape: Shape, plant: Plant) -> Warehouse:
    """Orders: a day, a region, a channel, an amount (log-normal), and a rating by itself."""
    region = plant.region or f"['north', 'south', 'east', 'west'][(hash({shape.seed}, i, 1) % 4 + 1)::INT]"
    create = f"""
    CREATE TABLE orders AS
    WITH raw AS (
        SELECT i AS order_id, (i // {shape.orders_a_day})::INT AS d, {region} AS region,
               ['web', 'shop', 'phone'][(hash({shape.seed}, i, 8) % 3 + 1)::INT] AS channel,
               exp({shape.noise} * {_normal(shape.seed, "i", 2)}) AS wild,
               {_normal(shape.seed, "i", 4)} AS other
        FROM range({shape.days * shape.orders_a_day}) t(i)
    ), shocked AS (
        SELECT *, {_normal(shape.seed, "d", 6)} AS shock, {_normal(shape.seed, "(d - 3)", 6)} AS shock_before
        FROM raw
    )
    SELECT order_id, DATE '{START}' + d AS ordered_on, region, channel,
           round(100 * wild * ({plant.amount}), 2) AS amount,
           round(50 + 10 * other {plant.extra}, 1) AS rating
    FROM shocked WHERE {plant.kept}
    """
    return Warehouse("orders", create)


def _normal(seed: int, of: str, number: int) -> str:
    """SQL for a standard normal number, the same for the same arguments (Box and Muller 1958)."""
    a, b = (f"(hash({seed}, {of}, {n}) % 1000000 + 1) / 1000001.0" for n in (number, number + 1))
    return f"(sqrt(-2 * ln({a})) * cos(2 * pi() * {b}))"


def _is_amount(found: Finding) -> bool:
    return "amount" in found.measure.label or found.measure.label == "number_of_rows"


def trend(shape: Shape, chance: random.Random) -> Plant:
    change = chance.choice([0.4, 0.6, 0.9, -0.3, -0.4])
    word = "rose" if change > 0 else "fell"
    return Plant(
        "trend",
        lambda f, a: f.kind == "trend" and _is_amount(f) and word in text(f, a),
        amount=f"1 + {change} * d / {shape.days}.0",
        strength=abs(change) / (1 + change / 2) / math.sqrt(12) / shape.spread(shape.days),
        follows={"change", "driver", "rank"},
    )


def bend(shape: Shape, chance: random.Random) -> Plant:
    """Level at first, then a slope."""
    at = int(shape.days * chance.uniform(0.4, 0.6))
    change = chance.choice([0.7, 1.0, -0.5, -0.6])
    word, part = "rising since" if change > 0 else "falling since", 1 - at / shape.days
    return Plant(
        "trend",
        lambda f, a: (
            f.kind == "trend" and _is_amount(f) and word in text(f, a) and near(f, a, at, shape, 0.08)
        ),
        amount=f"1 + {change} * greatest(d - {at}, 0) / {shape.days - at}.0",
        # How far a line that bends by so much is from all straight ones.
        strength=abs(change) * _bent(part) / (1 + change * part / 2) / shape.spread(shape.days),
        follows={"change", "driver", "rank"},
    )


def _bent(part: float) -> float:
    """The root mean square of what a straight line leaves of one that rises by 1 in its last part only."""
    return math.sqrt(part * (1 - part) ** 3 / 3) if part < 1 else 0.0


def step(shape: Shape, chance: random.Random) -> Plant:
    at = int(shape.days * chance.uniform(0.25, 0.75))
    factor = chance.choice([1.3, 1.5, 0.7, 0.6])
    word = "higher" if factor > 1 else "lower"
    return Plant(
        "change_point",
        lambda f, a: (
            f.kind == "change_point" and _is_amount(f) and word in text(f, a) and near(f, a, at, shape)
        ),
        amount=f"CASE WHEN d >= {at} THEN {factor} ELSE 1 END",
        strength=abs(math.log(factor)) / math.hypot(shape.spread(at), shape.spread(shape.days - at)),
        follows={"trend", "change", "driver"},
    )


def late(shape: Shape, chance: random.Random) -> Plant:
    """A new level in the last weeks."""
    length = max(14, shape.days // 26)
    at, factor = shape.days - length, chance.choice([1.4, 1.6, 0.6, 0.5])
    word = "higher" if factor > 1 else "lower"
    return Plant(
        "change_point",
        lambda f, a: (
            f.kind == "change_point" and _is_amount(f) and word in text(f, a) and near(f, a, at, shape)
        ),
        amount=f"CASE WHEN d >= {at} THEN {factor} ELSE 1 END",
        strength=abs(math.log(factor)) / math.hypot(shape.spread(at), shape.spread(length)),
        follows={"change", "driver", "outlier"},
    )


def week(shape: Shape, chance: random.Random) -> Plant:
    low, size = chance.randrange(7), chance.choice([0.4, 0.5, 0.6])
    name = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")[low]
    return Plant(
        "seasonality",
        lambda f, a: f.kind == "seasonality" and _is_amount(f) and f"lowest on {name}" in text(f, a),
        amount=f"CASE WHEN isodow(DATE '{START}' + d) = {low + 1} THEN {1 - size} ELSE 1 END",
        strength=-math.log(1 - size) / shape.spread(shape.days / 7),
    )


def year(shape: Shape, chance: random.Random) -> Plant:
    size = chance.choice([0.3, 0.4, 0.5])
    return Plant(
        "seasonality",
        lambda f, a: f.kind == "seasonality" and _is_amount(f) and "seasons" in text(f, a),
        amount=f"1 + {size} * sin(2 * pi() * d / 365.25)",
        strength=size / math.sqrt(2) / shape.spread(shape.days),
        follows={"change", "driver"},
    )


def outlier(shape: Shape, chance: random.Random) -> Plant:
    length = 7 if shape.days > 200 else 1
    at = int(shape.days * chance.uniform(0.2, 0.8)) // 7 * 7
    at += (7 - START.weekday()) % 7 if length == 7 else 0
    factor = chance.choice([2.5, 3.0, 0.2])
    return Plant(
        "outlier",
        lambda f, a: f.kind == "outlier" and _is_amount(f) and near(f, a, at, shape),
        amount=f"CASE WHEN d BETWEEN {at} AND {at + length - 1} THEN {factor} ELSE 1 END",
        strength=abs(math.log(factor)) / shape.spread(length),
    )


def day(shape: Shape, chance: random.Random) -> Plant:
    """One day, however long the table is."""
    at = int(shape.days * chance.uniform(0.1, 0.95))
    factor = chance.choice([3.0, 4.0, 0.1])

    def told(f: Finding, a: Analysis) -> bool:
        # Nothing coarser than the day will do.
        named = [a.figures[s.figure] for s in f.sentences[0] if not hasattr(s, "text")]
        dates = [figure for figure in named if figure.format == "date"]
        is_day = bool(dates) and str(dates[0].unit) == "day"
        return f.kind == "outlier" and _is_amount(f) and is_day and near(f, a, at, shape, 0.0)

    return Plant(
        "outlier",
        told,
        amount=f"CASE WHEN d = {at} THEN {factor} ELSE 1 END",
        strength=abs(math.log(factor)) / shape.spread(1) / 1.5,
        follows={"change", "driver"},
    )


def driver(shape: Shape, chance: random.Random) -> Plant:
    value, factor = chance.choice(REGIONS), chance.choice([2.0, 2.5, 0.3])
    last = START + timedelta(days=shape.days - 1)
    is_whole = (last + timedelta(days=1)).day == 1
    first = last.replace(day=1) if is_whole else (last.replace(day=1) - timedelta(days=1)).replace(day=1)
    at = (first - START).days
    return Plant(
        "driver",
        lambda f, _: f.kind == "driver" and _is_amount(f) and (f.dimension, f.value) == ("region", value),
        amount=f"CASE WHEN d >= {at} AND region = '{value}' THEN {factor} ELSE 1 END",
        strength=abs(math.log(factor))
        / math.hypot(shape.spread(shape.days - at, 1 / 4), shape.spread(at, 1 / 4)),
        # So much in the last month of four can make a region the first of all, and the one that leads since.
        follows={"change", "change_point", "outlier", "trend", "rank", "rank_change", "mix"},
    )


def concentration(shape: Shape, chance: random.Random) -> Plant:
    value = chance.choice(REGIONS)
    others = [r for r in REGIONS if r != value]
    listed = ", ".join(f"'{r}'" for r in others)
    return Plant(
        "concentration",
        lambda f, _: f.kind == "concentration" and f.dimension == "region" and f.value == value,
        region=f"CASE WHEN hash({shape.seed}, i, 9) % 100 < 75 THEN '{value}' "
        f"ELSE [{listed}][(hash({shape.seed}, i, 1) % 3 + 1)::INT] END",
        follows={"rank"},
    )


def rank(shape: Shape, chance: random.Random) -> Plant:
    value, factor = chance.choice(REGIONS), chance.choice([1.5, 2.0])
    return Plant(
        "rank",
        lambda f, _: f.kind in {"rank", "concentration"} and f.dimension == "region" and f.value == value,
        amount=f"CASE WHEN region = '{value}' THEN {factor} ELSE 1 END",
        strength=math.log(factor) / shape.spread(shape.days, 1 / 4) / math.sqrt(4 / 3),
    )


def _shared(shape: Shape) -> float:
    """The correlation from day to day that a shock of both leaves between an amount and a rating."""
    of_amount = SHOCK / math.hypot(SHOCK, shape.spread(1))
    return of_amount * 5 / math.hypot(5, 10 / math.sqrt(shape.orders_a_day))


def correlation(shape: Shape, chance: random.Random) -> Plant:
    sign = chance.choice([1, -1])
    return Plant(
        "correlation",
        lambda f, _: f.kind == "correlation",
        amount=f"exp({SHOCK} * shock)",
        extra=f"+ {sign * 5} * shock",
        strength=_shared(shape),
        follows={"outlier"},
    )


def later(shape: Shape, chance: random.Random) -> Plant:
    """The rating shows three days later what the amount did."""
    sign = chance.choice([1, -1])
    return Plant(
        "later",
        lambda f, a: f.kind == "correlation" and ("later" in text(f, a) or " after " in text(f, a)),
        amount=f"exp({SHOCK} * shock)",
        extra=f"+ {sign * 5} * shock_before",
        strength=_shared(shape),
        follows={"outlier", "correlation"},
    )


def lead(shape: Shape, chance: random.Random) -> Plant:
    """One region passes the one that led; the whole stays about where it was."""
    behind, ahead = chance.sample(REGIONS, 2)
    at, factor = int(shape.days * chance.uniform(0.4, 0.6)), chance.choice([1.6, 2.0])
    return Plant(
        "lead",
        lambda f, a: f.kind == "rank_change" and f.value == ahead and near(f, a, at, shape),
        amount=f"CASE WHEN region = '{behind}' AND d < {at} OR region = '{ahead}' AND d >= {at} "
        f"THEN {factor} ELSE 1 END",
        strength=math.log(factor) / math.sqrt(2) / shape.spread(min(at, shape.days - at), 1 / 4),
        follows={"rank", "driver", "mix"},
    )


def mix(shape: Shape, chance: random.Random) -> Plant:
    """One region's share grows all the time by what another's shrinks."""
    up, down = chance.sample(REGIONS, 2)
    size, gone = chance.choice([0.5, 0.7]), f"d / {shape.days}.0"
    return Plant(
        "mix",
        lambda f, a: (
            f.kind == "mix" and (f.value in {up, down}) and f"share of region {up} rose" in text(f, a)
        ),
        amount=f"CASE region WHEN '{up}' THEN 1 + {size} * {gone} WHEN '{down}' THEN 1 - {size} * {gone} "
        "ELSE 1 END",
        strength=size / math.sqrt(12) / shape.spread(shape.days, 1 / 4),
        follows={"rank", "rank_change", "driver"},
    )


def gap(shape: Shape, chance: random.Random) -> Plant:
    """Days without any order: the file of a week or so was never loaded."""
    at, length = int(shape.days * chance.uniform(0.2, 0.8)), chance.choice([5, 7, 12])
    return Plant(
        "gap",
        lambda f, a: f.kind == "missing_data" and f.dimension is None and near(f, a, at, shape),
        kept=f"d NOT BETWEEN {at} AND {at + length - 1}",
        follows={"outlier", "change", "driver"},
    )


def silence(shape: Shape, chance: random.Random) -> Plant:
    """A region sends nothing any more."""
    value, at = chance.choice(REGIONS), int(shape.days * chance.uniform(0.6, 0.7))
    return Plant(
        "silence",
        lambda f, _: f.kind == "missing_data" and (f.dimension, f.value) == ("region", value),
        kept=f"NOT (region = '{value}' AND d >= {at})",
        # Where the region that stopped had led, another leads since.
        follows={"change", "change_point", "trend", "driver", "rank", "concentration", "rank_change", "mix"},
    )


def nothing(_shape: Shape, _chance: random.Random) -> Plant:
    return Plant("nothing", lambda _found, _analysis: False)


PLANTS = {
    "trend": trend,
    "bend": bend,
    "step": step,
    "late": late,
    "week": week,
    "year": year,
    "outlier": outlier,
    "day": day,
    "driver": driver,
    "concentration": concentration,
    "rank": rank,
    "correlation": correlation,
    "later": later,
    "lead": lead,
    "mix": mix,
    "gap": gap,
    "silence": silence,
    "nothing": nothing,
}


def text(found: Finding, analysis: Analysis) -> str:
    return " ".join(
        "".join(s.text if hasattr(s, "text") else analysis.figures[s.figure].text for s in sentence)
        for sentence in found.sentences
    )


def near(found: Finding, analysis: Analysis, day: int, shape: Shape, part: float = 0.04) -> bool:
    """Whether the first date that a finding names lies within a few buckets of a day, or so large a part of
    the time.
    """
    wanted = START + timedelta(days=day)
    for sentence in found.sentences:
        for span in sentence:
            figure = None if hasattr(span, "text") else analysis.figures[span.figure]
            if figure is not None and figure.format == "date":
                named = datetime.fromisoformat(str(figure.value)).date()
                slack = {"month": 45, "week": 16, "day": 5, "quarter": 130}.get(str(figure.unit), 16)
                if abs((named - wanted).days) <= max(slack, part * shape.days):
                    return True
    return False
