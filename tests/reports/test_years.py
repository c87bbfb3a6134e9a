"""A report of a table whose time is a column of years: the last year against the one before, proven."""

import random
import re
from typing import Any

from support import Api


def harvests() -> bytes:
    """What 20 farms sold from 1980 to 2009; those in the hills sold half as much again in the last year."""
    chance = random.Random(4)
    rows = []
    for year in range(1980, 2010):
        for farm in range(20):
            place = "hills" if farm % 2 else "plain"
            revenue = chance.uniform(95, 105) * (1.5 if year == 2009 and place == "hills" else 1)
            rows.append(f"{year},farm {farm},{place},{revenue:.2f}\n")
    return f"year,farm,place,revenue\n{''.join(rows)}".encode()


def told(report: dict[str, Any]) -> str:
    """The sentences of its summary."""
    summary = next(s for s in report["sections"] if s["key"] == "executive_summary")
    spans = [span for block in summary["blocks"] for sentence in block["sentences"] for span in sentence]
    return "".join(s["text"] if "text" in s else report["figures"][s["figure"]]["text"] for s in spans)


def test_the_last_year_stands_beside_the_one_before(api: Api):
    source = api.upload(harvests(), "harvests.csv")
    report = api.generated(title="Harvests", source_id=source["id"])
    assert "Place hills added most to the rise of total revenue in 2009" in told(report)
    assert re.search(r"Total revenue rose by .* in 2009, from [\d,.]+ in 2008\.", told(report))
    metrics = next(s for s in report["sections"] if s["key"] == "key_metrics")
    [compared] = next(b for b in metrics["blocks"] if b["kind"] == "metrics")["items"]
    change = report["figures"][compared["change"]]["value"]
    assert 0.2 < change < 0.3
    verified = api.post(f"/api/v1/reports/{report['id']}/verify").json()
    assert verified["checked"] == verified["holding"] > 10
