"""Questions in words in the browser."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_question_is_answered_with_its_proof_and_leads_on(in_shop: Page, shop) -> None:
    in_shop.goto(f"/sources/{shop.source['id']}")
    in_shop.get_by_role("main").get_by_role("link", name="Ask").click()
    in_shop.wait_for_url(re.compile(rf"/ask\?source={shop.source['id']}$"))
    question = in_shop.get_by_label("Question")
    expect(question).to_be_focused()
    question.fill("revenue by region")
    question.press("Enter")
    answer = in_shop.get_by_role("article", name="revenue by region")
    expect(answer).to_contain_text("Total revenue by region:")
    expect(answer).to_contain_text("confidence: high")
    expect(answer.locator("svg, canvas").first).to_be_visible()
    answer.get_by_role("button", name="How it was read").click()
    expect(answer).to_contain_text("measure revenue")
    expect(answer).to_contain_text("SELECT")
    answer.get_by_role("button", name="Where this comes from").click()
    expect(in_shop.get_by_role("dialog")).to_contain_text("Where this comes from")
    in_shop.keyboard.press("Escape")
    answer.get_by_role("button", name="Make a report").click()
    expect(in_shop.get_by_role("dialog").get_by_label("Title")).to_have_value("Revenue by region")
    in_shop.keyboard.press("Escape")
    follow = answer.get_by_role("group", name="Ask next").get_by_role("button").first
    asked = follow.inner_text()
    follow.click()
    expect(in_shop.get_by_role("article", name=asked)).to_contain_text("confidence")
    expect(in_shop.get_by_role("article").first).to_have_attribute("aria-label", asked)


def test_an_answer_becomes_a_report(in_shop: Page, shop) -> None:
    in_shop.goto(f"/ask?source={shop.source['id']}")
    begin = in_shop.get_by_role("region", name="To begin with")
    begin.get_by_role("button", name="revenue by region").click()
    expect(begin).to_have_count(0)
    in_shop.get_by_role("button", name="Make a report").click()
    in_shop.get_by_role("dialog").get_by_role("button", name="Generate").click()
    answer = in_shop.locator("section#answer")
    expect(answer).to_contain_text("Total revenue: first came region North with")
    expect(answer).to_contain_text("The query behind it")
    expect(answer.locator("[data-chart=drawn] svg")).to_be_visible()


def test_a_question_that_takes_too_long_can_be_stopped(in_shop: Page, shop) -> None:
    in_shop.goto(f"/ask?source={shop.source['id']}")
    in_shop.route("**/api/v1/analysis", lambda _route: None)
    in_shop.get_by_label("Question").fill("revenue by product")
    in_shop.keyboard.press("Enter")
    asking = in_shop.get_by_role("status").filter(has_text="Reading the question")
    asking.get_by_role("button", name="Stop").click()
    expect(asking).to_have_count(0)
    expect(in_shop.get_by_role("alert")).to_have_count(0)
    in_shop.unroute("**/api/v1/analysis")
    in_shop.get_by_label("Question").fill("revenue by region")
    in_shop.keyboard.press("Enter")
    expect(in_shop.get_by_role("article", name="revenue by region")).to_be_visible()


def test_what_is_not_understood_says_so(in_shop: Page, shop) -> None:
    in_shop.goto(f"/ask?source={shop.source['id']}")
    in_shop.get_by_label("Question").fill("how many bananas were sold")
    in_shop.get_by_role("button", name="Ask", exact=True).click()
    answer = in_shop.get_by_role("article", name="how many bananas were sold")
    expect(answer).to_contain_text("I don't know what “bananas” means here")
    expect(answer).to_contain_text("not understood")
    expect(answer.get_by_role("button", name="How it was read")).to_have_count(0)


def test_without_data_it_says_what_to_do(signed_in_as, owner) -> None:
    page = signed_in_as(owner)
    page.goto("/ask")
    expect(page.get_by_text("There is nothing to ask yet")).to_be_visible()
