"""Subscription tiers: data in `tiers.toml`, not code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from claribi.core.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Tier:
    """What a tier allows; None: as the operator configures."""

    name: str
    general_per_hour: int
    general_per_day: int
    generation_per_hour: int
    generation_per_day: int
    ai_credits_per_month: int | None = None
    data_sources: int | None = None
    users: int | None = None
    file_size_mb: int | None = None
    days: int | None = None
    audit_days: int = 365
    browser_per_hour: int = 6_000
    browser_per_day: int = 60_000


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads((resources.files("claribi.accounts") / "tiers.toml").read_text(encoding="utf-8"))


@cache
def tiers() -> Mapping[str, Tier]:
    return {name: Tier(name=name, **row) for name, row in _file()["tiers"].items()}


def tier(name: str) -> Tier:
    try:
        return tiers()[name]
    except KeyError:
        raise SettingsError(f"There is no tier {name}; the tiers are {', '.join(tiers())}") from None


def cost(kind: str) -> int:
    """AI credits that one generation of a kind takes."""
    return int(_file()["credits"][kind])
