"""The orders that most tests are about."""

import csv
import io
import random
from datetime import date, timedelta


def as_csv() -> bytes:
    """Two years of orders: the north grows, one day is far off, some revenues are missing."""
    chance = random.Random(20130)
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(["order_id", "ordered_on", "region", "product", "quantity", "revenue"])
    number = 1000
    for day in range(730):
        on = date(2023, 1, 1) + timedelta(days=day)
        for region, size in (("North", 5 + day // 120), ("South", 6), ("West", 3)):
            for _ in range(size):
                number += 1
                quantity = chance.randint(1, 9)
                price = chance.choice([9.5, 19.9, 49.0])
                factor = 6 if day == 400 else 1
                revenue = "" if chance.random() < 0.01 else f"{quantity * price * factor:.2f}"
                writer.writerow([number, on, region, f"P{chance.randint(1, 8)}", quantity, revenue])
    return content.getvalue().encode()
