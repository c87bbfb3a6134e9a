"""`python -m benchmarks.planted`: how much of what was planted the analysis finds, and how much that was not.

Tables of orders with known facts, over a range of lengths, sizes and noise. A finding counts as right when it
is of the planted kind, about the right measure, and at the right place (moment, value, direction); as false
when nothing that was planted, nor anything that follows from it, bears it out.
"""

import argparse
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from benchmarks.warehouse import Warehouse
from claribi.analysis.findings import Finding
from claribi.analysis.service import Analysis, analyse

START = date(2021, 1, 1)
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


@dataclass
class Plant:
    """A fact.

    Attributes:
        amount, count: SQL that scales an order's amount, or tells whether an order is there at all.
        told: Whether a finding tells it.
        follows: Kinds that whoever sees this fact may tell as well.
    """

    kind: str
    told: Callable[[Finding, Analysis], bool]
    amount: str = "1"
    kept: str = "true"
    region: str = ""
    extra: str = ""
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
        follows={"change", "driver", "rank"},
    )


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
        follows={"trend", "change", "driver"},
    )


def week(_shape: Shape, chance: random.Random) -> Plant:
    low, size = chance.randrange(7), chance.choice([0.4, 0.5, 0.6])
    name = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")[low]
    return Plant(
        "seasonality",
        lambda f, a: f.kind == "seasonality" and _is_amount(f) and f"lowest on {name}" in text(f, a),
        amount=f"CASE WHEN isodow(DATE '{START}' + d) = {low + 1} THEN {1 - size} ELSE 1 END",
    )


def year(_shape: Shape, chance: random.Random) -> Plant:
    size = chance.choice([0.3, 0.4, 0.5])
    return Plant(
        "seasonality",
        lambda f, a: f.kind == "seasonality" and _is_amount(f) and "seasons" in text(f, a),
        amount=f"1 + {size} * sin(2 * pi() * d / 365.25)",
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
        follows={"change", "change_point", "outlier", "trend"},
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


def rank(_shape: Shape, chance: random.Random) -> Plant:
    value, factor = chance.choice(REGIONS), chance.choice([1.5, 2.0])
    return Plant(
        "rank",
        lambda f, _: f.kind in {"rank", "concentration"} and f.dimension == "region" and f.value == value,
        amount=f"CASE WHEN region = '{value}' THEN {factor} ELSE 1 END",
    )


def correlation(_shape: Shape, chance: random.Random) -> Plant:
    sign = chance.choice([1, -1])
    return Plant(
        "correlation",
        lambda f, _: f.kind == "correlation",
        amount="exp(0.25 * shock)",
        extra=f"+ {sign * 5} * shock",
        follows={"outlier"},
    )


def later(_shape: Shape, chance: random.Random) -> Plant:
    """The rating shows three days later what the amount did."""
    sign = chance.choice([1, -1])
    return Plant(
        "later",
        lambda f, a: f.kind == "correlation" and ("later" in text(f, a) or " after " in text(f, a)),
        amount="exp(0.25 * shock)",
        extra=f"+ {sign * 5} * shock_before",
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
        follows={"rank", "driver"},
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
        follows={"change", "change_point", "trend", "driver", "rank", "concentration"},
    )


def nothing(_shape: Shape, _chance: random.Random) -> Plant:
    return Plant("nothing", lambda _found, _analysis: False)


PLANTS = {
    "trend": trend,
    "step": step,
    "week": week,
    "year": year,
    "outlier": outlier,
    "driver": driver,
    "concentration": concentration,
    "rank": rank,
    "correlation": correlation,
    "later": later,
    "lead": lead,
    "gap": gap,
    "silence": silence,
    "nothing": nothing,
}


def text(found: Finding, analysis: Analysis) -> str:
    return " ".join(
        "".join(s.text if hasattr(s, "text") else analysis.figures[s.figure].text for s in sentence)
        for sentence in found.sentences
    )


def near(found: Finding, analysis: Analysis, day: int, shape: Shape) -> bool:
    """Whether the first date that a finding names lies within a few buckets of a day."""
    wanted = START + timedelta(days=day)
    for sentence in found.sentences:
        for span in sentence:
            figure = None if hasattr(span, "text") else analysis.figures[span.figure]
            if figure is not None and figure.format == "date":
                named = datetime.fromisoformat(str(figure.value)).date()
                slack = {"month": 45, "week": 16, "day": 5, "quarter": 130}.get(str(figure.unit), 16)
                if abs((named - wanted).days) <= max(slack, 0.04 * shape.days):
                    return True
    return False


def shapes(kind: str, count: int, chance: random.Random) -> list[Shape]:
    found = []
    while len(found) < count:
        days = chance.choice([120, 365, 730, 1096])
        if kind == "year" and days < 730:
            continue
        orders, noise = chance.choice([8, 20, 60]), chance.choice([0.3, 0.6, 1.0])
        found.append(Shape(days, orders, noise, chance.randrange(10**6)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.planted")
    parser.add_argument("--tables", type=int, default=30, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=PLANTS, help="only this one")
    parser.add_argument("--show", action="store_true", help="what was missed, and what was false")
    given = parser.parse_args()
    measure(given.tables, given.seed, [given.kind] if given.kind else list(PLANTS), show=given.show)


@dataclass
class Tally:
    """What came of the tables of one kind."""

    tables: int = 0
    found: int = 0
    told: int = 0
    with_false: int = 0
    false: Counter[str] = field(default_factory=Counter)


def measure(tables: int, seed: int, kinds: list[str], *, show: bool = False) -> None:
    chance = random.Random(seed)  # noqa: S311 - made-up data need no secret chance
    tallies = {kind: Tally() for kind in kinds}
    for kind, tally in tallies.items():
        for shape in shapes(kind, tables, chance):
            look(kind, shape, PLANTS[kind](shape, chance), tally, show=show)
        share = "" if kind == "nothing" else f"found {tally.found / tables:6.1%}"
        print(f"{kind:14s} {share:14s} false {sum(tally.false.values()):3d}  {dict(tally.false)}")
    planted = [tally for kind, tally in tallies.items() if kind != "nothing"]
    if planted:
        print(f"recall    {sum(t.found for t in planted) / sum(t.tables for t in planted):6.1%}")
    told, false = (
        sum(of(t) for t in tallies.values()) for of in (lambda t: t.told, lambda t: t.false.total())
    )
    print(f"precision {1 - false / max(told, 1):6.1%}  ({told} findings)")
    if "nothing" in tallies:
        print(f"tables of noise with a finding {tallies['nothing'].with_false / tables:6.1%}")


def look(kind: str, shape: Shape, plant: Plant, tally: Tally, *, show: bool) -> None:
    house = table(shape, plant)
    analysis = analyse(house, 1, house.table)
    house.connection.close()
    findings = [f for f in analysis.findings if f.notable]
    is_found = any(plant.told(f, analysis) for f in findings)
    borne_out = {plant.kind, *plant.follows}
    wrong = [f for f in findings if f.kind not in borne_out and not plant.told(f, analysis)]
    tally.tables += 1
    tally.found += is_found
    tally.told += len(findings)
    tally.with_false += bool(wrong)
    tally.false.update(f.kind for f in wrong)
    if show and (wrong or not (is_found or kind == "nothing")):
        print(kind, shape, "found" if is_found else "MISSED", plant.amount)
        for f in wrong if is_found else findings:
            print("     ", f.kind, f.measure.label, round(f.effect, 2), text(f, analysis)[:150])


if __name__ == "__main__":
    main()
