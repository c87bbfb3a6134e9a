"""Rows of an answer told together: counted, added up, parted, in one row that is the answer."""

from typing import Any

import pytest
from support import Loaded

COUNT = {"aggregation": "count"}
REVENUE = {"column": "revenue", "aggregation": "sum"}
BY_PRODUCT: dict[str, Any] = {"measures": [REVENUE], "dimensions": [{"column": "product"}]}


def test_lines_are_counted_that_having_lets_through(sales: Loaded, truth: Any):
    bound = {"column": "sum_revenue", "operator": ">", "value": 197_000}
    body = sales.query(**BY_PRODUCT, having=[bound], summary=[COUNT])
    lines = "(SELECT product FROM sales GROUP BY product HAVING sum(revenue) > 197000)"
    assert body["rows"] == [list(truth(f"SELECT count(*) FROM {lines}")[0])]
    assert 0 < body["rows"][0][0] < 8
    assert [(c["name"], c["role"], c["type"]) for c in body["columns"]] == [("count", "measure", "integer")]


def test_a_part_of_the_lines_has_a_share(sales: Loaded, truth: Any):
    bound = {"column": "count", "operator": ">=", "value": 17}
    days = {"measures": [COUNT], "dimensions": [{"column": "ordered_on", "grain": "day"}]}
    share = {"ratio": {"numerator": COUNT | {"filters": [bound]}, "denominator": COUNT}, "name": "busy"}
    [[busy]] = sales.query(**days, summary=[share])["rows"]
    per_day = "(SELECT count(*) AS n FROM sales GROUP BY ordered_on)"
    expected = truth(f"SELECT count(*) FILTER (WHERE n >= 17) / count(*) FROM {per_day}")[0][0]
    assert busy == pytest.approx(expected)
    assert 0 < busy < 1


def test_the_first_lines_are_told_together(sales: Loaded, truth: Any):
    first = {"sort": [{"field": "sum_revenue", "descending": True}], "limit": 3}
    three = {"column": "sum_revenue", "aggregation": "sum", "name": "three"}
    [[found]] = sales.query(**BY_PRODUCT, **first, summary=[three])["rows"]
    lines = "(SELECT sum(revenue) AS r FROM sales GROUP BY product ORDER BY r DESC LIMIT 3)"
    assert found == pytest.approx(float(truth(f"SELECT sum(r) FROM {lines}")[0][0]))


def test_calculations_and_comparisons_are_columns_as_well(sales: Loaded, truth: Any):
    month = {"column": "ordered_on", "grain": "month", "name": "month"}
    change = {"type": "change", "measure": "sum_revenue"}
    grew = COUNT | {"filters": [{"column": "sum_revenue_change", "operator": ">", "value": 0}]}
    body = sales.query(measures=[REVENUE], dimensions=[month], calculations=[change], summary=[grew])
    months = "(SELECT sum(revenue) AS r FROM sales GROUP BY date_trunc('month', ordered_on))"
    months = months.replace("AS r", "AS r, date_trunc('month', ordered_on) AS m")
    steps = f"(SELECT r - lag(r) OVER (ORDER BY m) AS step FROM {months})"
    assert body["rows"] == [list(truth(f"SELECT count(*) FROM {steps} WHERE step > 0")[0])]


def test_a_formula_tells_how_far_lines_lie_apart(sales: Loaded, truth: Any):
    ends = {name: {"column": "sum_revenue", "aggregation": name} for name in ("max", "min")}
    apart = {"formula": {"expression": "max - min", "measures": ends}, "name": "apart"}
    [[found]] = sales.query(**BY_PRODUCT, summary=[apart])["rows"]
    lines = "(SELECT sum(revenue) AS r FROM sales GROUP BY product)"
    assert float(found) == pytest.approx(float(truth(f"SELECT max(r) - min(r) FROM {lines}")[0][0]))


def test_its_proof_is_the_statement_that_ran(sales: Loaded):
    body = sales.query(**BY_PRODUCT, summary=[COUNT])
    proof = sales.api.get(f"/api/v1/evidence/{body['evidence_id']}").json()
    assert proof["sql"] == body["sql"]


@pytest.mark.parametrize(
    ("changed", "hint"),
    [
        ({"measures": [], "dimensions": []}, "a summary is of rows with measures or dimensions"),
        ({"pivot": {"dimension": "product"}}, "not of a pivot"),
        ({"summary": [{"column": "revenue", "aggregation": "sum"}]}, "revenue"),
        ({"summary": [COUNT, COUNT]}, "Two columns of the answer would be called count"),
        ({"summary": [{"metric": "sales"}]}, "Metrics are for questions to a model"),
    ],
)
def test_what_can_not_be_told_together_is_refused(sales: Loaded, changed: dict[str, Any], hint: str):
    query = {"source_id": sales.source["id"], "table": "sales", **BY_PRODUCT, "summary": [COUNT], **changed}
    answer = sales.api.post("/api/v1/query", json=query)
    assert answer.status_code in {400, 422}, answer.text
    assert hint in answer.text
