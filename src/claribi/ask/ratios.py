"""Ratios that business speaks of by a name of their own: `profit margin`, `click through rate`."""

from collections.abc import Mapping
from dataclasses import dataclass

REVENUE = "revenue sales turnover"
AVERAGE_PRICE = "average price"
SPEND = "spend cost expense"


@dataclass(frozen=True, slots=True)
class Known:
    """Arithmetic on two measures that are added up first.

    Attributes:
        names: What columns of the first and of the second are called, the likeliest first.
    """

    name: str
    names: tuple[str, str]
    expression: str = "first / second"


RATIOS: Mapping[Known, str] = {
    Known("profit margin", ("profit net_profit", REVENUE)): """
        profit margin, margin, margins, profit ratio, profitability, net margin, return on sales,
        profit margin percentage, margin percentage
    """,
    Known("gross margin", ("gross_profit gross_margin profit", REVENUE)): "gross margin, gross profit margin",
    Known("click through rate", ("clicks", "impressions views")): """
        click through rate, clickthrough rate, click rate, ctr, click through, click through ratio
    """,
    Known(
        "conversion rate", ("conversions orders purchases signups sales", "clicks sessions visits visitors")
    ): "conversion rate, cvr, conversion ratio",
    Known("cost per click", (SPEND, "clicks")): "cost per click, cpc",
    Known("cost per conversion", (SPEND, "conversions acquisitions orders")): """
        cost per acquisition, cpa, acquisition cost, cost per conversion, cost per lead
    """,
    Known("cost per thousand", (SPEND, "impressions views"), "first / second * 1000"): """
        cpm, cost per mille, cost per thousand impressions
    """,
    Known("return on ad spend", (REVENUE, SPEND)): "roas, return on ad spend, return on advertising spend",
    Known("return on investment", (REVENUE, SPEND), "(first - second) / second"): """
        roi, return on investment
    """,
    Known(AVERAGE_PRICE, (REVENUE, "quantity units")): """
        average selling price, average price per unit, average unit price, asp
    """,
}
