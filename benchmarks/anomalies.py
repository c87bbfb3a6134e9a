"""`python -m benchmarks.anomalies`: outliers found, and those beyond 3.5 deviations from the median.

Real daily series (see `benchmarks.forecasts`) into which values are planted that lie 4 to 12 usual deviations
off what the days around them and the weekday make expect; what the series itself holds of odd days counts as
false for both. With `--extra DIR` (`pip install --no-deps --target DIR streamad`) also its labelled
series. Precision and recall of the very points: nothing is adjusted for points that lie near.
"""

import argparse
import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from benchmarks.forecasts import days
from claribi.analysis.outliers import outlying
from claribi.analysis.series import Floats, Series, candidate_cycles, expected, spread
from claribi.query import periods
from claribi.query.schemas import Grain

# Iglewicz and Hoaglin (1993): the modified z-score beyond which a value is an outlier.
MODIFIED_Z, TO_Z = 3.5, 0.6745
PART, SIZES = 0.01, (4.0, 6.0, 8.0, 12.0)


@dataclass(frozen=True)
class Labelled:
    name: str
    series: Series
    truth: set[int]


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.anomalies")
    parser.add_argument("--extra", type=Path, help="A folder with streamad.")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for size in SIZES:
        _report(f"planted, {size:g} deviations", list(planted(size, given.seed)))
    if given.extra is not None:
        _report("streamad, labelled", [labelled(given.extra)])


def planted(size: float, seed: int) -> Iterator[Labelled]:
    chance = random.Random(seed)  # noqa: S311 - no secret
    for held in days(None):
        values = np.array(held.known + held.kept_back, dtype=np.float64)
        plain = _series(values, held.start, "day")
        cycles = candidate_cycles(plain)
        middle = expected(plain, cycles[0] if cycles else None)
        usual = spread(values - middle)
        places = set(chance.sample(range(len(values)), max(round(len(values) * PART), 1)))
        for at in places:
            values[at] = middle[at] + chance.choice((-1, 1)) * size * usual
        yield Labelled(held.name, _series(values, held.start, "day"), places)


def labelled(folder: Path) -> Labelled:
    with (folder / "streamad" / "util" / "data" / "uniDS.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    start = datetime.fromisoformat(rows[0]["timestamp"])
    values = np.array([float(row["value"]) for row in rows])
    truth = {at for at, row in enumerate(rows) if row["label"] == "1"}
    return Labelled("uniDS", _series(values, start, "hour"), truth)


def _series(values: Floats, start: datetime, grain: Grain) -> Series:
    count = len(values)
    moments = [periods.shift(start, at, grain) for at in range(count)]
    steps = np.arange(count, dtype=np.float64)
    return Series("time", "value", grain, 0, count - 1, list(range(count)), moments, steps, values)


def ours(series: Series) -> set[int]:
    cycles = candidate_cycles(series)
    return set(outlying(series, cycles[0] if cycles else None, counted=False)[0])


def median_and_mad(series: Series) -> set[int]:
    off = series.values - np.median(series.values)
    deviation = float(np.median(np.abs(off))) or np.inf
    return {int(at) for at in np.flatnonzero(np.abs(TO_Z * off / deviation) > MODIFIED_Z)}


def _report(title: str, sets: list[Labelled]) -> None:
    print(f"{title}: {len(sets)} series, {sum(len(s.truth) for s in sets)} outliers", flush=True)
    for name, find in (("ours", ours), ("median/MAD", median_and_mad)):
        found = [(find(s.series), s.truth) for s in sets]
        right = sum(len(points & truth) for points, truth in found)
        told, true = sum(len(points) for points, _ in found), sum(len(truth) for _, truth in found)
        precision, recall = right / told if told else 0.0, right / true
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        print(f"  {name:11} precision {precision:5.1%}  recall {recall:5.1%}  F1 {f1:.2f}")


if __name__ == "__main__":
    main()
