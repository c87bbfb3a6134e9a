"""What the tests of reading questions share: the day it is, and a plan in short."""

from datetime import date
from typing import Any

from claribi.ask.plan import Plan
from claribi.ask.times import Times

TIMES = Times(date(2024, 8, 14))
COUNT = [(None, "count")]


def shown(plan: Plan) -> dict[str, Any]:
    """What a plan measures, splits by and filters, as far as it does."""
    query = plan.query
    found = {
        "measures": [(m.column, m.aggregation) for m in query.measures],
        "dimensions": [d.column for d in query.dimensions],
        "filters": [(f.column, f.operator, f.value) for f in query.filters],
    }
    return {name: value for name, value in found.items() if value}
