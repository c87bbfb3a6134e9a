"""Days that are missing in the data: the report says so, as JSON and in every file."""

from datetime import date, timedelta

import pytest
from support import Server

from claribi.analysis.service import analyse

FIRST, MISSING = date(2023, 1, 1), range(200, 207)


def orders_csv(missing: range) -> bytes:
    days = [FIRST + timedelta(days=day) for day in range(400) if day not in missing]
    lines = [f"{day},{900 + day.toordinal() * 7919 % 211}" for day in days]
    return "\n".join(["day,revenue", *lines, ""]).encode()


def test_a_report_over_a_week_without_rows_is_written(server: Server):
    api = server.owner()
    source = api.upload(orders_csv(MISSING), "takings.csv")
    report = api.generated(title="Takings", source_id=source["id"])
    texts = {name: figure["text"] for name, figure in report["figures"].items()}
    findings = next(section for section in report["sections"] if section["key"] == "findings")
    told = "".join(
        span.get("text") or texts[span["figure"]]
        for block in findings["blocks"]
        for sentence in block.get("sentences", [])
        for span in sentence
    )
    assert "Between 19 July 2023 and 27 July 2023 there are 7 days in a row without any" in told
    verified = api.post(f"/api/v1/reports/{report['id']}/verify").json()
    assert verified["checked"] == verified["holding"] > 10


@pytest.mark.parametrize("missing", [MISSING, range(0), range(200, 240)])
def test_no_number_of_numpy_is_in_what_is_told(warehouse, missing: range):
    rows = ", ".join(
        "('{}'::DATE, {})".format(*line.split(",")) for line in orders_csv(missing).decode().splitlines()[1:]
    )
    house = warehouse("takings", f"CREATE TABLE takings AS SELECT * FROM (VALUES {rows}) t(day, revenue)")
    analysis = analyse(house, 1, house.table)
    kept = [figure.value for figure in analysis.figures.values()]
    kept += [value for figure in analysis.figures.values() for value in figure.arguments.values()]
    kept += [value for f in analysis.findings for value in (f.effect, f.p_value, f.score, f.share)]
    kept = [each for value in kept for each in (value if isinstance(value, list) else [value])]
    assert {type(value) for value in kept} <= {int, float, str, bool, type(None)}


def test_a_week_that_is_low_for_its_missing_days_is_told_once(warehouse):
    rows = ", ".join(
        f"('{FIRST + timedelta(days=day)}'::DATE, {900 + day * 7919 % 211})"
        for day in range(730)
        if day not in range(400, 409)
    )
    house = warehouse("takings", f"CREATE TABLE takings AS SELECT * FROM (VALUES {rows}) t(day, revenue)")
    kinds = [finding.kind for finding in analyse(house, 1, house.table).findings]
    assert "missing_data" in kinds
    assert "outlier" not in kinds
