"""A shop with every trap: orders have several lines and payments, returns meet them in customers only."""

import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from claribi.sources.catalog import Column, ColumnType, Table

Row = dict[str, Any]
TYPES: dict[str, dict[str, ColumnType]] = {
    "regions": {"region": "string", "country": "string"},
    "customers": {"id": "integer", "name": "string", "region": "string"},
    "products": {"id": "integer", "category": "string", "cost": "decimal"},
    "orders": {
        "id": "integer",
        "customer_id": "integer",
        "ordered_on": "date",
        "moment": "timestamp",
        "status": "string",
        "shipping": "decimal",
    },
    "lines": {
        "order_id": "integer",
        "line": "integer",
        "product_id": "integer",
        "quantity": "integer",
        "price": "decimal",
    },
    "payments": {"id": "integer", "order_id": "integer", "method": "string", "paid": "decimal"},
    "returns": {"id": "integer", "customer_id": "integer", "returned_on": "date", "refund": "decimal"},
}
KEYS = {"regions": ["region"], "lines": ["order_id", "line"]}
NATIVE = {
    "integer": "int",
    "string": "{text}",
    "decimal": "decimal(10, 2)",
    "date": "date",
    "timestamp": "{moment}",
}


# When clocks are changed, in Berlin, in New York and on Lord Howe Island.
CHANGES = [date(2023, 3, 26), date(2023, 10, 29), date(2023, 3, 12), date(2023, 11, 5), date(2023, 4, 2)]


def _data() -> dict[str, list[Row]]:
    """Few of each, so that groups meet; orders without lines, customers without a region, lost products."""
    chance = random.Random(11)

    def money(most: int) -> Decimal:
        return Decimal(chance.randint(0, most)) / 100

    def day() -> date:
        return date(2023, 1, 1) + timedelta(days=chance.randint(0, 500))

    regions = [{"region": r, "country": c} for r, c in (("N", "DE"), ("S", "DE"), ("W", "FR"), ("E", "PL"))]
    customers = [
        {"id": n, "name": f"C{n % 7}", "region": chance.choice(["N", "S", "W", None])} for n in range(1, 16)
    ]
    products = [
        {"id": n, "category": chance.choice(["toys", "books", "food"]), "cost": money(500)}
        for n in range(1, 9)
    ]
    orders = []
    for n in range(1, 61):
        on = chance.choice(CHANGES) if n % 10 == 0 else day()
        orders.append(
            {
                "id": n,
                "customer_id": chance.choice([*range(1, 16), None]),
                "ordered_on": on,
                "moment": datetime(on.year, on.month, on.day) + timedelta(minutes=30 * chance.randint(0, 47)),
                "status": chance.choice(["open", "paid", "late"]),
                "shipping": money(2000),
            }
        )
    lines = [
        {
            "order_id": order["id"],
            "line": line,
            "product_id": chance.choice([*range(1, 9), 99, None]),
            "quantity": chance.randint(1, 5),
            "price": money(3000),
        }
        for order in orders
        for line in range(chance.choice([0, 1, 1, 2, 3, 4]))
    ]
    payments = [
        {
            "id": n,
            "order_id": chance.randint(1, 60),
            "method": chance.choice(["card", "cash"]),
            "paid": money(4000),
        }
        for n in range(1, 81)
    ]
    returns = [
        {
            "id": n,
            "customer_id": chance.choice([*range(1, 16), None]),
            "returned_on": day(),
            "refund": money(900),
        }
        for n in range(1, 31)
    ]
    return {
        "regions": regions,
        "customers": customers,
        "products": products,
        "orders": orders,
        "lines": lines,
        "payments": payments,
        "returns": returns,
    }


DATA = _data()
MODEL: dict[str, Any] = {
    "name": "Shop",
    "tables": [
        {"name": "regions", "source_id": 1, "table": "regions", "primary_key": ["region"]},
        {"name": "customers", "source_id": 1, "table": "customers", "primary_key": ["id"]},
        {"name": "products", "source_id": 1, "table": "products", "primary_key": ["id"]},
        {
            "name": "orders",
            "source_id": 1,
            "table": "orders",
            "primary_key": ["id"],
            "time": "ordered_on",
            "columns": [
                {"name": "late", "expression": "status = 'late'", "type": "boolean"},
                {"name": "country", "expression": "regions.country", "type": "string"},
            ],
        },
        {
            "name": "lines",
            "source_id": 1,
            "table": "lines",
            "primary_key": ["order_id", "line"],
            "time": "day",
            "columns": [
                {"name": "amount", "expression": "price * quantity", "type": "decimal"},
                {"name": "margin", "expression": "amount - products.cost * quantity", "type": "decimal"},
                {"name": "day", "expression": "orders.ordered_on", "type": "date"},
            ],
        },
        {"name": "payments", "source_id": 1, "table": "payments", "primary_key": ["id"]},
        {
            "name": "returns",
            "source_id": 1,
            "table": "returns",
            "primary_key": ["id"],
            "time": "returned_on",
        },
    ],
    "joins": [
        {"table": "customers", "columns": ["region"], "to": "regions", "references": ["region"]},
        {"table": "orders", "columns": ["customer_id"], "to": "customers", "references": ["id"]},
        {"table": "lines", "columns": ["order_id"], "to": "orders", "references": ["id"]},
        {"table": "lines", "columns": ["product_id"], "to": "products", "references": ["id"]},
        {"table": "payments", "columns": ["order_id"], "to": "orders", "references": ["id"]},
        {"table": "returns", "columns": ["customer_id"], "to": "customers", "references": ["id"]},
    ],
    "metrics": [
        {"name": "revenue", "column": "lines.amount", "aggregation": "sum"},
        {"name": "margin", "column": "lines.margin", "aggregation": "sum"},
        {"name": "order_count", "table": "orders", "aggregation": "count"},
        {"name": "shipping", "column": "orders.shipping", "aggregation": "sum"},
        {
            "name": "late_orders",
            "table": "orders",
            "aggregation": "count",
            "filters": [{"column": "orders.late", "operator": "=", "value": True}],
        },
        {"name": "buyers", "column": "orders.customer_id", "aggregation": "count_distinct"},
        {"name": "paid", "column": "payments.paid", "aggregation": "sum"},
        {"name": "refunds", "column": "returns.refund", "aggregation": "sum"},
        {"name": "net", "formula": "revenue - refunds"},
        {"name": "basket", "formula": "revenue / order_count"},
        {"name": "late_share", "formula": "late_orders / order_count"},
    ],
}
UP = {
    "regions": {},
    "customers": {"regions": ("region", "region")},
    "products": {},
    "orders": {"customers": ("customer_id", "id")},
    "lines": {"orders": ("order_id", "id"), "products": ("product_id", "id")},
    "payments": {"orders": ("order_id", "id")},
    "returns": {"customers": ("customer_id", "id")},
}


def tables() -> dict[str, Table]:
    return {
        name: Table(name, len(DATA[name]), [Column(c, kind, "dimension") for c, kind in columns.items()])
        for name, columns in TYPES.items()
    }


def statements(*, text: str, moment: str) -> list[str]:
    made = []
    for name, columns in TYPES.items():
        listed = ", ".join(
            f"{c} {NATIVE[kind].format(text=text, moment=moment)}" for c, kind in columns.items()
        )
        key = ", ".join(KEYS.get(name, ["id"]))
        made.append(f"CREATE TABLE {name} ({listed}, PRIMARY KEY ({key}))")
    return made


def whole(table: str, row: Row | None, into: Row | None = None) -> Row:
    """A row with all that its table leads to, under `table.column`; nothing of what is missing."""
    into = {} if into is None else into
    for column in TYPES[table]:
        into[f"{table}.{column}"] = row and row[column]
    for other, (column, reference) in UP[table].items():
        wanted = row and row[column]
        found = next((r for r in DATA[other] if wanted is not None and r[reference] == wanted), None)
        whole(other, found, into)
    return into


def computed(row: Row) -> Row:
    """With the columns that the model computes."""
    if "orders.id" in row:
        row["orders.late"] = None if row["orders.status"] is None else row["orders.status"] == "late"
        row["orders.country"] = row["regions.country"]
    if "lines.line" in row:
        price, quantity, cost = row["lines.price"], row["lines.quantity"], row["products.cost"]
        row["lines.amount"] = None if price is None else price * quantity
        row["lines.margin"] = None if cost is None or price is None else price * quantity - cost * quantity
        row["lines.day"] = row["orders.ordered_on"]
    return row


def details(home: str) -> Iterable[str]:
    """The tables whose rows belong to one of `home`, nearest first."""
    near = [name for name, up in UP.items() if home in up]
    return [*near, *(far for name in near for far in details(name))]
