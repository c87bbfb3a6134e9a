"""Numbers on charts: how they are printed, and round ticks for an axis."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from claribi.charts.spec import ChartSpec

MINUS = "\N{MINUS SIGN}"
MISSING = "n/a"
PERCENT = " %"
# From this size on, this many digits after the point say enough.
DECIMALS_BY_SIZE = ((1000.0, 0), (100.0, 1), (1.0, 2), (0.1, 3), (0.01, 4))
MOST_DECIMALS = 6
SUFFIXES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))
TICKS = 5
# What is nearer to nothing can't be divided into ticks.
SMALLEST_SPAN = 1e-290
# A picture can't show a smaller share of the range of its values than this.
FINEST_SHARE = 1e-4
MOST_DRAWN_DECIMALS = 12
# Beyond this, a browser's numbers lose their last digits anyway, and JSON readers their nerve.
LARGEST_INTEGER = 2**53
# Beyond these, sums and scales would leave what a float can hold; nothing that is measured comes near.
LARGEST, SMALLEST = 1e150, 1e-150
ROUND_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
# A range that begins nearer to zero than this share of its end may as well begin at zero.
NEAR_ZERO = 0.6


def number(value: Any) -> float | int | None:
    """What JSON and a chart can hold of a cell; None for what is no finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, int) and abs(value) <= LARGEST_INTEGER:
        return value
    try:
        plain = float(value)
    except (OverflowError, ValueError):
        return None
    if not abs(plain) <= LARGEST:
        return None
    return plain if abs(plain) >= SMALLEST else 0.0


@dataclass(frozen=True, slots=True)
class Style:
    """How the numbers of one axis are printed.

    Attributes:
        factor: What values are multiplied by before they are drawn: a share of 0.12 is drawn as 12 %.
        prefix, suffix: A currency sign before the number; a unit behind it.
        whole: All values are whole numbers.
        drawn_decimals: Digits after the point that the picture needs, which may be more than are printed.
    """

    decimals: int
    factor: int = 1
    prefix: str = ""
    suffix: str = ""
    whole: bool = False
    drawn_decimals: int = MOST_DRAWN_DECIMALS

    def drawn(self, value: Any) -> float | int | None:
        """The value as it goes into the chart: in the unit of the axis, rounded to what can be seen."""
        plain = number(value)
        if plain is None or isinstance(plain, int):
            return plain if plain is None else plain * self.factor
        scaled = plain * self.factor
        return round(scaled, self.drawn_decimals) if math.isfinite(scaled) else None

    def text(self, value: Any, *, sign: bool = False) -> str:
        """The value of a cell with all its digits."""
        plain = number(value)
        if plain is None:
            return MISSING
        scaled = plain * self.factor
        digits = 0 if isinstance(scaled, int) and self.whole else self.decimals
        return self._dressed(f"{abs(scaled):,.{digits}f}", scaled, sign=sign)

    def tick(self, drawn: float) -> str:
        """A round number of the axis, such as 2.5M; its unit stands at the axis unless it is a sign."""
        return self._compact(drawn, exact=True, unit=False)

    def short(self, drawn: float, *, unit: bool = False) -> str:
        """A drawn number with three digits that count, such as 112M or 1.25M."""
        return self._compact(drawn, exact=False, unit=unit)

    def _compact(self, drawn: float, *, exact: bool, unit: bool) -> str:
        base, letter = next(((b, s) for b, s in SUFFIXES if abs(drawn) >= b), (1.0, ""))
        size = abs(drawn) / base
        digits = MOST_DECIMALS if exact or size < 1 else max(3 - len(f"{size:.0f}"), 0)
        text = f"{size:,.{digits}f}"
        text = (text.rstrip("0").rstrip(".") if "." in text else text) + letter
        return self._dressed(text, drawn) if unit or self.is_sign else self._signed(text, drawn)

    def _dressed(self, digits: str, value: float, *, sign: bool = False) -> str:
        return self._signed(f"{self.prefix}{digits}{self.suffix}", value, sign=sign)

    @staticmethod
    def _signed(text: str, value: float, *, sign: bool = False) -> str:
        zero = not any("1" <= letter <= "9" for letter in text)
        return ("" if zero else MINUS if value < 0 else "+" if sign else "") + text

    @property
    def is_sign(self) -> bool:
        """Whether the unit is a sign that belongs to each number, such as $ or %."""
        return bool(self.prefix) or self.suffix == PERCENT

    @property
    def unit(self) -> str:
        """The unit as it stands behind the name of an axis; empty without one."""
        return (self.prefix or self.suffix).strip()


def style_of(spec: ChartSpec, values: Iterable[Any]) -> Style:
    plain = [n for value in values if (n := number(value)) is not None]
    whole = all(isinstance(n, int) for n in plain) or spec.format == "integer"
    factor = 100 if spec.format == "percent" else 1
    decimals = spec.decimals
    if decimals is None:
        decimals = 0 if whole and factor == 1 else 1 if factor > 1 else decimals_for(plain)
    drawn = max(decimals, _decimals_seen([n * factor for n in plain]))
    unit = spec.unit or ""
    if factor > 1:
        return Style(decimals, factor, suffix=PERCENT, drawn_decimals=drawn)
    if spec.format == "currency" and len(unit) == 1:
        return Style(decimals, prefix=unit, whole=whole, drawn_decimals=drawn)
    return Style(decimals, suffix=f" {unit}" if unit else "", whole=whole, drawn_decimals=drawn)


def _decimals_seen(values: Sequence[float]) -> int:
    """Digits after the point without which values close to each other would be drawn as one."""
    spread = max(values, default=0) - min(values, default=0) or max(map(abs, values), default=0)
    if not 0 < spread < math.inf:
        return 0
    return min(max(math.ceil(-math.log10(spread * FINEST_SHARE)), 0), MOST_DRAWN_DECIMALS)


def decimals_for(values: Sequence[float]) -> int:
    """Digits after the point that suit numbers of this size, the same for all of them."""
    sizes = sorted(abs(value) for value in values if value)
    if not sizes:
        return 0
    typical = sizes[len(sizes) // 2]
    return next((decimals for least, decimals in DECIMALS_BY_SIZE if typical >= least), MOST_DECIMALS)


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis with round ticks."""

    low: float
    high: float
    step: float

    @property
    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [_clean(self.low + i * self.step) for i in range(count + 1)]


def scale_of(values: Iterable[float | None], *, from_zero: bool) -> Scale:
    """Round ticks around the values.

    Args:
        from_zero: The axis must hold zero, as bars and areas need it to be read rightly.
    """
    known = [value for value in values if value is not None] or [0.0]
    low, high = min(known), max(known)
    if from_zero or (low > 0 and low < high * NEAR_ZERO) or low == high:
        low, high = min(low, 0.0), max(high, 0.0)
    span = high - low if high - low > SMALLEST_SPAN else 1.0
    step = _round_step(span / TICKS)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Scale(_clean(first * step), _clean(max(last, first + 1) * step), step)


def _round_step(rough: float) -> float:
    base = 10.0 ** math.floor(math.log10(rough))
    return next(base * step for step in ROUND_STEPS if base * step >= rough * (1 - 1e-9))


def _clean(value: float) -> float:
    """Without the dust of binary fractions."""
    return float(f"{value:.12g}")
