"""TPC-H (Transaction Processing Performance Council): its tables, a model of them, and questions.

`QUESTIONS` are those of its 22 queries that one question to the model expresses; `SQL` answers each on bare
DuckDB in the benchmark's own way, over tables as they are.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

from claribi.sources.catalog import Column, ColumnType, Table

TABLES: dict[str, str] = {
    "region": "r_regionkey int, r_name varchar(25), r_comment varchar(152)",
    "nation": "n_nationkey int, n_name varchar(25), n_regionkey int, n_comment varchar(152)",
    "supplier": "s_suppkey int, s_name varchar(25), s_address varchar(40), s_nationkey int,"
    " s_phone varchar(15), s_acctbal decimal(15,2), s_comment varchar(101)",
    "customer": "c_custkey int, c_name varchar(25), c_address varchar(40), c_nationkey int,"
    " c_phone varchar(15), c_acctbal decimal(15,2), c_mktsegment varchar(10), c_comment varchar(117)",
    "part": "p_partkey int, p_name varchar(55), p_mfgr varchar(25), p_brand varchar(10), p_type varchar(25),"
    " p_size int, p_container varchar(10), p_retailprice decimal(15,2), p_comment varchar(23)",
    "partsupp": "ps_partkey int, ps_suppkey int, ps_availqty int, ps_supplycost decimal(15,2),"
    " ps_comment varchar(199)",
    "orders": "o_orderkey int, o_custkey int, o_orderstatus varchar(1), o_totalprice decimal(15,2),"
    " o_orderdate date, o_orderpriority varchar(15), o_clerk varchar(15), o_shippriority int,"
    " o_comment varchar(79)",
    "lineitem": "l_orderkey int, l_partkey int, l_suppkey int, l_linenumber int, l_quantity decimal(15,2),"
    " l_extendedprice decimal(15,2), l_discount decimal(15,2), l_tax decimal(15,2), l_returnflag varchar(1),"
    " l_linestatus varchar(1), l_shipdate date, l_commitdate date, l_receiptdate date,"
    " l_shipinstruct varchar(25), l_shipmode varchar(10), l_comment varchar(44)",
}
KEYS = {
    "region": ["r_regionkey"],
    "nation": ["n_nationkey"],
    "supplier": ["s_suppkey"],
    "customer": ["c_custkey"],
    "part": ["p_partkey"],
    "partsupp": ["ps_partkey", "ps_suppkey"],
    "orders": ["o_orderkey"],
    "lineitem": ["l_orderkey", "l_linenumber"],
}
KINDS: dict[str, ColumnType] = {"int": "integer", "varchar": "string", "decimal": "decimal", "date": "date"}
SEVERAL = (
    "p_brand = '{}' AND p_container IN ({}) AND l_quantity BETWEEN {} AND {} AND p_size BETWEEN 1 AND {}"
)
BARGAINS = [
    ("Brand#12", "'SM CASE', 'SM BOX', 'SM PACK', 'SM PKG'", 1, 11, 5),
    ("Brand#23", "'MED BAG', 'MED BOX', 'MED PKG', 'MED PACK'", 10, 20, 10),
    ("Brand#34", "'LG CASE', 'LG BOX', 'LG PACK', 'LG PKG'", 20, 30, 15),
]
BARGAIN = " OR ".join(f"({SEVERAL.format(*values)})" for values in BARGAINS)
BARGAIN = f"({BARGAIN}) AND l_shipmode IN ('AIR', 'AIR REG') AND l_shipinstruct = 'DELIVER IN PERSON'"


def _computed(name: str, expression: str, kind: ColumnType) -> dict[str, Any]:
    return {"name": name, "expression": expression, "type": kind}


COLUMNS = {
    "lineitem": [
        _computed("revenue", "l_extendedprice * (1 - l_discount)", "decimal"),
        _computed("charge", "revenue * (1 + l_tax)", "decimal"),
        _computed("saved", "l_extendedprice * l_discount", "decimal"),
        _computed("cost", "partsupp.ps_supplycost * l_quantity", "decimal"),
        _computed("late", "l_commitdate < l_receiptdate", "boolean"),
        _computed("shipped_early", "l_shipdate < l_commitdate", "boolean"),
        _computed("local", "customer.c_nationkey = supplier.s_nationkey", "boolean"),
        _computed("urgent", "orders.o_orderpriority IN ('1-URGENT', '2-HIGH')", "boolean"),
        _computed(
            "bargain",
            BARGAIN.replace("p_", "part.p_").replace("shipart.p_", "ship_"),
            "boolean",
        ),
    ],
    "supplier": [_computed("complaints", "s_comment LIKE '%Customer%Complaints%'", "boolean")],
    "part": [_computed("polished", "p_type LIKE 'MEDIUM POLISHED%'", "boolean")],
}
PLACES = {
    "supplier_nation": "nation",
    "customer_nation": "nation",
    "supplier_region": "region",
    "customer_region": "region",
}
JOINS = [
    ("lineitem", "l_orderkey", "orders", "o_orderkey"),
    ("lineitem", "l_partkey l_suppkey", "partsupp", "ps_partkey ps_suppkey"),
    ("partsupp", "ps_partkey", "part", "p_partkey"),
    ("partsupp", "ps_suppkey", "supplier", "s_suppkey"),
    ("orders", "o_custkey", "customer", "c_custkey"),
    ("customer", "c_nationkey", "customer_nation", "n_nationkey"),
    ("customer_nation", "n_regionkey", "customer_region", "r_regionkey"),
    ("supplier", "s_nationkey", "supplier_nation", "n_nationkey"),
    ("supplier_nation", "n_regionkey", "supplier_region", "r_regionkey"),
]


def _metric(name: str, column: str, aggregation: str = "sum", *filters: Any) -> dict[str, Any]:
    kept = [{"column": c, "operator": o, "value": v} for c, o, v in filters]
    return {"name": name, "column": column, "aggregation": aggregation, "filters": kept}


MODEL: dict[str, Any] = {
    "name": "TPC-H",
    "tables": [
        {
            "name": name,
            "source_id": 1,
            "table": table,
            "primary_key": KEYS[table],
            "columns": COLUMNS.get(name, []),
        }
        for name, table in {**{t: t for t in TABLES if t not in PLACES.values()}, **PLACES}.items()
    ],
    "joins": [
        {"table": one, "columns": columns.split(), "to": other, "references": references.split()}
        for one, columns, other, references in JOINS
    ],
    "metrics": [
        _metric("quantity", "lineitem.l_quantity"),
        _metric("price", "lineitem.l_extendedprice"),
        _metric("revenue", "lineitem.revenue"),
        _metric("charge", "lineitem.charge"),
        _metric("saved", "lineitem.saved"),
        _metric("cost", "lineitem.cost"),
        {"name": "profit", "formula": "revenue - cost"},
        {"name": "lines", "table": "lineitem", "aggregation": "count"},
        {"name": "orders", "table": "orders", "aggregation": "count"},
        _metric("brazil", "lineitem.revenue", "sum", ("supplier_nation.n_name", "=", "BRAZIL")),
        {"name": "brazil_share", "formula": "brazil / revenue"},
        _metric("promotion", "lineitem.revenue", "sum", ("part.p_type", "starts_with", "PROMO")),
        {"name": "promotion_share", "formula": "100 * promotion / revenue"},
        _metric("urgent", "lineitem.l_orderkey", "count", ("lineitem.urgent", "=", True)),
        _metric("others", "lineitem.l_orderkey", "count", ("lineitem.urgent", "=", False)),
        _metric("suppliers", "partsupp.ps_suppkey", "count_distinct"),
    ],
}


def _ask(measures: str, dimensions: str = "", *filters: Any, **more: Any) -> dict[str, Any]:
    return {
        "model_id": 1,
        "measures": [{"metric": name} for name in measures.split()],
        "dimensions": [
            {"column": name, "grain": "year", "name": "year"}
            if name.endswith("date") and "year" in more
            else {"column": name}
            for name in dimensions.split()
        ],
        "filters": [{"column": c, "operator": o, "value": v} for c, o, v in filters],
    } | {key: value for key, value in more.items() if key != "year"}


def _by(*fields: str) -> list[dict[str, Any]]:
    return [{"field": f.removeprefix("-"), "descending": f.startswith("-")} for f in fields]


QUESTIONS: dict[int, dict[str, Any]] = {
    1: _ask(
        "quantity price revenue charge lines",
        "lineitem.l_returnflag lineitem.l_linestatus",
        ("lineitem.l_shipdate", "<=", "1998-09-02"),
    ),
    3: _ask(
        "revenue",
        "orders.o_orderkey orders.o_orderdate orders.o_shippriority",
        ("customer.c_mktsegment", "=", "BUILDING"),
        ("orders.o_orderdate", "<", "1995-03-15"),
        ("lineitem.l_shipdate", ">", "1995-03-15"),
        sort=_by("-revenue", "orders.o_orderdate"),
        limit=10,
    ),
    4: _ask(
        "orders",
        "orders.o_orderpriority",
        ("lineitem.late", "=", True),
        period={"column": "orders.o_orderdate", "start": "1993-07-01", "end": "1993-10-01"},
    ),
    5: _ask(
        "revenue",
        "supplier_nation.n_name",
        ("supplier_region.r_name", "=", "ASIA"),
        ("lineitem.local", "=", True),
        period={"column": "orders.o_orderdate", "start": "1994-01-01", "end": "1995-01-01"},
        sort=_by("-revenue"),
    ),
    6: _ask(
        "saved",
        "",
        ("lineitem.l_discount", "between", [0.05, 0.07]),
        ("lineitem.l_quantity", "<", 24),
        period={"column": "lineitem.l_shipdate", "start": "1994-01-01", "end": "1995-01-01"},
    ),
    7: _ask(
        "revenue",
        "supplier_nation.n_name customer_nation.n_name lineitem.l_shipdate",
        ("supplier_nation.n_name", "in", ["FRANCE", "GERMANY"]),
        ("customer_nation.n_name", "in", ["FRANCE", "GERMANY"]),
        ("lineitem.local", "=", False),
        ("lineitem.l_shipdate", "between", ["1995-01-01", "1996-12-31"]),
        year=True,
    ),
    8: _ask(
        "brazil_share",
        "orders.o_orderdate",
        ("customer_region.r_name", "=", "AMERICA"),
        ("orders.o_orderdate", "between", ["1995-01-01", "1996-12-31"]),
        ("part.p_type", "=", "ECONOMY ANODIZED STEEL"),
        year=True,
    ),
    9: _ask(
        "profit",
        "supplier_nation.n_name orders.o_orderdate",
        ("part.p_name", "contains", "green"),
        year=True,
        sort=_by("supplier_nation.n_name", "-year"),
    ),
    10: _ask(
        "revenue",
        "customer.c_custkey customer.c_name customer_nation.n_name",
        ("lineitem.l_returnflag", "=", "R"),
        period={"column": "orders.o_orderdate", "start": "1993-10-01", "end": "1994-01-01"},
        sort=_by("-revenue"),
        limit=20,
    ),
    12: _ask(
        "urgent others",
        "lineitem.l_shipmode",
        ("lineitem.l_shipmode", "in", ["MAIL", "SHIP"]),
        ("lineitem.late", "=", True),
        ("lineitem.shipped_early", "=", True),
        period={"column": "lineitem.l_receiptdate", "start": "1994-01-01", "end": "1995-01-01"},
    ),
    14: _ask(
        "promotion_share",
        "",
        period={"column": "lineitem.l_shipdate", "start": "1995-09-01", "end": "1995-10-01"},
    ),
    15: _ask(
        "revenue",
        "supplier.s_suppkey supplier.s_name",
        period={"column": "lineitem.l_shipdate", "start": "1996-01-01", "end": "1996-04-01"},
        sort=_by("-revenue"),
        limit=1,
    ),
    16: _ask(
        "suppliers",
        "part.p_brand part.p_type part.p_size",
        ("part.p_brand", "!=", "Brand#45"),
        ("part.polished", "=", False),
        ("part.p_size", "in", [49, 14, 23, 45, 19, 3, 36, 9]),
        ("supplier.complaints", "=", False),
        sort=_by("-suppliers"),
    ),
    18: _ask(
        "quantity",
        "customer.c_name orders.o_orderkey orders.o_totalprice",
        having=[{"column": "quantity", "operator": ">", "value": 300}],
        sort=_by("-orders.o_totalprice"),
        limit=100,
    ),
    19: _ask("revenue", "", ("lineitem.bargain", "=", True)),
}
YEAR = "date_trunc('year', {})::date"
REVENUE = "sum(l_extendedprice * (1 - l_discount))"
ALL = (
    "lineitem JOIN orders ON o_orderkey = l_orderkey JOIN customer ON c_custkey = o_custkey"
    " JOIN supplier ON s_suppkey = l_suppkey JOIN part ON p_partkey = l_partkey"
    " JOIN nation n1 ON s_nationkey = n1.n_nationkey JOIN nation n2 ON c_nationkey = n2.n_nationkey"
)
SQL: dict[int, str] = {
    1: f"""SELECT l_returnflag, l_linestatus, sum(l_quantity), sum(l_extendedprice), {REVENUE},
        sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)), count(*) FROM lineitem
        WHERE l_shipdate <= DATE '1998-12-01' - INTERVAL 90 DAY GROUP BY ALL ORDER BY 1, 2""",
    3: f"""SELECT l_orderkey, o_orderdate, o_shippriority, {REVENUE} FROM customer, orders, lineitem
        WHERE c_mktsegment = 'BUILDING' AND c_custkey = o_custkey AND l_orderkey = o_orderkey
        AND o_orderdate < '1995-03-15' AND l_shipdate > '1995-03-15'
        GROUP BY ALL ORDER BY 4 DESC, 2 LIMIT 10""",
    4: """SELECT o_orderpriority, count(*) FROM orders WHERE o_orderdate >= '1993-07-01'
        AND o_orderdate < '1993-10-01' AND EXISTS (SELECT * FROM lineitem WHERE l_orderkey = o_orderkey
        AND l_commitdate < l_receiptdate) GROUP BY ALL ORDER BY 1""",
    5: f"""SELECT n1.n_name, {REVENUE} FROM {ALL} JOIN region ON n1.n_regionkey = r_regionkey
        WHERE c_nationkey = s_nationkey AND r_name = 'ASIA' AND o_orderdate >= '1994-01-01'
        AND o_orderdate < '1995-01-01' GROUP BY ALL ORDER BY 2 DESC""",
    6: """SELECT sum(l_extendedprice * l_discount) FROM lineitem WHERE l_shipdate >= '1994-01-01'
        AND l_shipdate < '1995-01-01' AND l_discount BETWEEN 0.05 AND 0.07 AND l_quantity < 24""",
    7: f"""SELECT n1.n_name, n2.n_name, {YEAR.format("l_shipdate")}, {REVENUE} FROM {ALL}
        WHERE ((n1.n_name = 'FRANCE' AND n2.n_name = 'GERMANY') OR (n1.n_name = 'GERMANY' AND n2.n_name =
        'FRANCE')) AND l_shipdate BETWEEN '1995-01-01' AND '1996-12-31' GROUP BY ALL ORDER BY 1, 2, 3""",
    8: f"""SELECT {YEAR.format("o_orderdate")}, sum(CASE WHEN n1.n_name = 'BRAZIL' THEN l_extendedprice *
        (1 - l_discount) ELSE 0 END) / {REVENUE} FROM {ALL} JOIN region ON n2.n_regionkey = r_regionkey
        WHERE r_name = 'AMERICA' AND o_orderdate BETWEEN '1995-01-01' AND '1996-12-31'
        AND p_type = 'ECONOMY ANODIZED STEEL' GROUP BY ALL ORDER BY 1""",
    9: f"""SELECT n1.n_name, {YEAR.format("o_orderdate")}, sum(l_extendedprice * (1 - l_discount) -
        ps_supplycost * l_quantity) FROM {ALL} JOIN partsupp ON ps_suppkey = l_suppkey AND ps_partkey =
        l_partkey WHERE p_name LIKE '%green%' GROUP BY ALL ORDER BY 1, 2 DESC""",
    10: f"""SELECT c_custkey, c_name, n2.n_name, {REVENUE} FROM {ALL} WHERE l_returnflag = 'R'
        AND o_orderdate >= '1993-10-01' AND o_orderdate < '1994-01-01' GROUP BY ALL
        ORDER BY 4 DESC LIMIT 20""",
    12: """SELECT l_shipmode, sum(CASE WHEN o_orderpriority IN ('1-URGENT', '2-HIGH') THEN 1 ELSE 0 END),
        sum(CASE WHEN o_orderpriority NOT IN ('1-URGENT', '2-HIGH') THEN 1 ELSE 0 END) FROM orders, lineitem
        WHERE o_orderkey = l_orderkey AND l_shipmode IN ('MAIL', 'SHIP') AND l_commitdate < l_receiptdate
        AND l_shipdate < l_commitdate AND l_receiptdate >= '1994-01-01' AND l_receiptdate < '1995-01-01'
        GROUP BY ALL ORDER BY 1""",
    14: f"""SELECT 100 * sum(CASE WHEN p_type LIKE 'PROMO%' THEN l_extendedprice * (1 - l_discount) ELSE 0
        END) / {REVENUE} FROM lineitem, part WHERE l_partkey = p_partkey AND l_shipdate >= '1995-09-01'
        AND l_shipdate < '1995-10-01'""",
    15: f"""SELECT s_suppkey, s_name, {REVENUE} FROM lineitem, supplier WHERE l_suppkey = s_suppkey
        AND l_shipdate >= '1996-01-01' AND l_shipdate < '1996-04-01' GROUP BY ALL ORDER BY 3 DESC LIMIT 1""",
    16: """SELECT p_brand, p_type, p_size, count(DISTINCT ps_suppkey) AS n FROM partsupp, part
        WHERE p_partkey = ps_partkey AND p_brand <> 'Brand#45' AND p_type NOT LIKE 'MEDIUM POLISHED%'
        AND p_size IN (49, 14, 23, 45, 19, 3, 36, 9) AND ps_suppkey NOT IN (SELECT s_suppkey FROM supplier
        WHERE s_comment LIKE '%Customer%Complaints%') GROUP BY ALL ORDER BY n DESC, 1, 2, 3""",
    18: """SELECT c_name, o_orderkey, o_totalprice, sum(l_quantity) FROM customer, orders, lineitem
        WHERE o_orderkey IN (SELECT l_orderkey FROM lineitem GROUP BY 1 HAVING sum(l_quantity) > 300)
        AND c_custkey = o_custkey AND o_orderkey = l_orderkey GROUP BY ALL ORDER BY 3 DESC, 1 LIMIT 100""",
    19: f"SELECT {REVENUE} FROM lineitem, part WHERE p_partkey = l_partkey AND ({BARGAIN})",
}


def tables() -> dict[str, Table]:
    made = {}
    for name, columns in TABLES.items():
        listed = [definition.split()[:2] for definition in columns.replace("(15,2)", "").split(", ")]
        made[name] = Table(
            name, 0, [Column(c, KINDS[kind.partition("(")[0]], "dimension") for c, kind in listed]
        )
    return made


def generate(folder: Path, scale: float) -> dict[str, Path]:
    """The tables at a scale factor, as CSV."""
    tool = Path(sys.executable).with_name("tpchgen-cli")
    subprocess.run([tool, "csv", "-s", str(scale), "--output-dir", folder, "-q"], check=True)
    return {name: folder / f"{name}.csv" for name in TABLES}
