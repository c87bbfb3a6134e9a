"""Forecasts in the browser."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_measure_is_forecast_explained_and_scheduled(in_shop: Page, shop) -> None:
    in_shop.goto("/forecasts")
    in_shop.get_by_role("button", name="New forecast").click()
    form = in_shop.get_by_role("dialog")
    form.get_by_role("combobox", name="Data").click()
    in_shop.get_by_role("option", name="sales", exact=True).click()
    form.get_by_role("combobox", name="Of what").click()
    in_shop.get_by_role("option", name="revenue").click()
    form.get_by_label("Name").fill("Revenue ahead")
    form.get_by_role("button", name="Forecast", exact=True).click()
    picture = in_shop.get_by_role("region", name="The forecast")
    expect(picture.locator("[data-chart=drawn]")).to_contain_text("80 % band")
    picture.get_by_text("Table").click()
    expect(picture.locator("tbody tr")).to_have_count(6)
    [made] = [
        row for row in shop.api.get("/api/v1/forecasts").json()["results"] if row["name"] == "Revenue ahead"
    ]
    run = shop.api.get(f"/api/v1/forecasts/{made['id']}").json()["latest_run"]
    result = shop.api.get(f"/api/v1/forecasts/{made['id']}/runs/{run['id']}").json()["result"]
    expect(picture).to_contain_text(f"{result['values'][0]['value']:,.0f}")
    expect(in_shop.get_by_role("region", name="Why this method")).to_contain_text(result["why"])
    expect(in_shop.get_by_role("region", name="Can it be relied on?")).to_contain_text("Too early to tell")
    schedule = in_shop.get_by_role("region", name="Schedule")
    schedule.get_by_role("combobox", name="Computed anew").click()
    in_shop.get_by_role("option", name="Every week").click()
    expect(schedule).to_contain_text("Next")
    assert shop.api.get(f"/api/v1/forecasts/{made['id']}").json()["schedule"] == "weekly"


def test_without_a_time_column_it_says_what_is_missing(signed_in_as, owner, server) -> None:
    api = server.api(**{"X-API-Key": owner.key})
    api.upload(b"fruit,price\napple,1\npear,2\n", name="prices.csv")
    page = signed_in_as(owner)
    page.goto("/forecasts")
    expect(page.get_by_text("No forecasts yet")).to_be_visible()
    page.get_by_role("button", name="New forecast").click()
    expect(page.get_by_role("dialog")).to_contain_text("needs a column of dates, times or years")


def test_years_in_numbers_are_forecast_by_the_year(signed_in_as, owner, server) -> None:
    api = server.api(**{"X-API-Key": owner.key})
    rows = "".join(f"{year},{100 + 5 * (year - 1990)}\n" for year in range(1990, 2016))
    api.upload(f"year,harvest\n{rows}".encode(), name="harvests.csv")
    page = signed_in_as(owner)
    page.goto("/forecasts")
    page.get_by_role("button", name="New forecast").click()
    form = page.get_by_role("dialog")
    form.get_by_role("combobox", name="Data").click()
    page.get_by_role("option", name="harvests", exact=True).click()
    expect(form.get_by_role("combobox", name="By")).to_have_value("year")
    form.get_by_label("How many years ahead").fill("3")
    form.get_by_role("button", name="Forecast", exact=True).click()
    picture = page.get_by_role("region", name="The forecast")
    expect(picture.locator("[data-chart=drawn]")).to_contain_text("80 % band")
    picture.get_by_text("Table").click()
    expect(picture.locator("tbody tr td").first).to_have_text("2016")
    expect(picture.locator("tbody tr")).to_have_count(3)
