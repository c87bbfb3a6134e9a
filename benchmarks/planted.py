"""`python -m benchmarks.planted`: how much of what was planted the analysis finds, and how much that was not.

Tables of orders with known facts, over a range of lengths, sizes and noise. A finding counts as right when it
is of the planted kind, about the right measure, and at the right place (moment, value, direction); as false
when nothing that was planted, nor anything that follows from it, bears it out.

Not all that is planted can be seen: some of it is no larger than the noise. Recall is told for all of it, and
by how far a fact stands out (`benchmarks.plants`).
"""

import argparse
import random
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.plants import PLANTS, Plant, Shape, table, text
from claribi.analysis.service import analyse

# A fact is to be seen from so many standard errors on, or such a correlation; from the second on it is clear.
OF_OTHERS, OF_CORRELATIONS = (4.0, 6.0), (0.4, 0.6)
STRENGTHS = ("faint", "visible", "clear")


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
    by_strength: dict[str, list[bool]] = field(default_factory=dict)


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
    _print_by_strength(list(tallies.values()))
    told, false = (
        sum(of(t) for t in tallies.values()) for of in (lambda t: t.told, lambda t: t.false.total())
    )
    print(f"precision {1 - false / max(told, 1):6.1%}  ({told} findings)")
    if "nothing" in tallies:
        print(f"tables of noise with a finding {tallies['nothing'].with_false / tables:6.1%}")


def _print_by_strength(tallies: list[Tally]) -> None:
    for name in STRENGTHS:
        found = [is_found for tally in tallies for is_found in tally.by_strength.get(name, [])]
        if found:
            print(f"  {name:7s} {sum(found) / len(found):6.1%}  ({len(found)} facts)")


def strength(plant: Plant) -> str:
    """How far a fact stands out, as a word."""
    visible, clear = OF_CORRELATIONS if plant.kind in {"correlation", "later"} else OF_OTHERS
    return STRENGTHS[(plant.strength >= visible) + (plant.strength >= clear)]


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
    if kind != "nothing":
        tally.by_strength.setdefault(strength(plant), []).append(is_found)
    tally.told += len(findings)
    tally.with_false += bool(wrong)
    tally.false.update(f.kind for f in wrong)
    if show and (wrong or not (is_found or kind == "nothing")):
        missed = "" if kind == "nothing" else f"MISSED {strength(plant)} {plant.strength:.2g}"
        outcome = "found" if is_found else missed
        print(kind, shape, outcome, plant.amount)
        for f in wrong if is_found else findings:
            print("     ", f.kind, f.measure.label, round(f.effect, 2), text(f, analysis)[:150])


if __name__ == "__main__":
    main()
