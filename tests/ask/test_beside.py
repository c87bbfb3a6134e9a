"""Questions that compare two columns row by row, through HTTP, on files with repeated names and gaps."""

from collections.abc import Callable
from typing import Any

import pytest
from support import Api, Server

from claribi.query.schemas import Filter

# Coffee is there three times, in two sizes with more sugar than protein; a value is missing here and there.
MENU = [
    ("Coffee", "Drinks", 9, 4, 2.5),
    ("Coffee", "Drinks", 2, 4, 2.5),
    ("Coffee", "Drinks", 15, 6, 3.5),
    ("Muffin", "Breakfast", 30, 6, 18.0),
    ("Eggs", "Breakfast", 1, 12, 10.0),
    ("Toast", "Breakfast", 5, 5, 1.0),
    ("Water", "Drinks", 0, 0, 0.0),
    ("Shake", "Drinks", 60, None, 12.0),
    ("Bar", "Snacks", None, 3, 8.0),
    ("Cookie", "Snacks", 14, 2, 15.0),
]
HOUSES = [
    (f"{n} Elm Street", region, listed, sold, offered, closed, *cities)
    for n, (region, listed, sold, offered, closed, cities) in enumerate(
        [
            ("North", 300, 310, "2024-01-02", "2024-02-01", ("Oslo", "Oslo")),
            ("North", 250, 250, "2024-01-05", "2024-01-05", ("Oslo", "Hull")),
            ("North", 410, 380, "2024-02-01", "2024-03-09", ("Hull", "Hull")),
            ("South", 200, 240, "2024-02-11", "2024-02-10", ("Kiel", "Oslo")),
            ("South", 150, None, "2024-03-01", None, ("Kiel", None)),
            ("South", 500, 501, "2024-03-02", "2024-05-01", ("Oslo", "Kiel")),
            ("East", 90, 80, "2024-04-01", "2024-04-20", ("Hull", "Kiel")),
            ("East", 95, 100, "2024-04-03", "2024-04-30", ("Hull", "Hull")),
        ],
        1,
    )
]


def as_csv(names: str, rows: list[tuple[Any, ...]]) -> bytes:
    lines = [",".join("" if value is None else str(value) for value in row) for row in rows]
    return "\n".join([names, *lines, ""]).encode()


@pytest.fixture(scope="module")
def api(server: Server) -> Api:
    return server.owner("self_hosted")


@pytest.fixture(scope="module")
def sources(api: Api) -> dict[str, int]:
    files = {
        "menu": as_csv("item,category,sugar,protein,total_fat", MENU),
        "houses": as_csv(
            "address,region,list_price,sale_price,offered_on,closed_on,billing_city,shipping_city", HOUSES
        ),
    }
    return {name: api.upload(content, f"{name}.csv")["id"] for name, content in files.items()}


def ask(api: Api, source: int, question: str) -> dict[str, Any]:
    answer = api.post("/api/v1/analysis", json={"question": question, "source_id": source})
    assert answer.status_code == 201, answer.text
    assert answer.json()["status"] == "answered", answer.json()["text"]
    return answer.json()


def known(*values: Any) -> bool:
    return None not in values


def sweet(row: tuple[Any, ...]) -> bool:
    return known(row[2], row[3]) and row[2] > row[3]


def over(row: tuple[Any, ...]) -> bool:
    return known(row[2], row[3]) and row[3] > row[2]


def by(
    rows: list[tuple[Any, ...]], at: int, of: Callable[[list[tuple[Any, ...]]], float]
) -> dict[str, float]:
    names = dict.fromkeys(row[at] for row in rows)
    return {name: of([row for row in rows if row[at] == name]) for name in names}


@pytest.mark.parametrize(
    ("name", "question", "count"),
    [
        ("menu", "how many items have more sugar than protein", sum(map(sweet, MENU))),
        ("menu", "how many items where sugar is higher than the protein", sum(map(sweet, MENU))),
        ("menu", "number of items in Drinks with more sugar than protein", 2),
        ("menu", "how many items have as their sugar less than protein", 2),
        ("menu", "how many items where sugar equals protein", 2),
        ("menu", "how many items where sugar and protein are different", 6),
        ("menu", "how many items have more sugar than protein and more sugar than total fat", 3),
        ("menu", "how many items have more sugar than protein and a total fat over 10", 2),
        ("houses", "how many houses have a sale price above their list price", sum(map(over, HOUSES))),
        ("houses", "how many houses sold above list price", sum(map(over, HOUSES))),
        ("houses", "how many houses where sale price is at most the list price", 3),
        ("houses", "how many houses where the sale price is not equal to the list price", 6),
        ("houses", "how many houses were closed_on before offered_on", 1),
        ("houses", "how many houses where closed on is after offered on", 5),
        ("houses", "how many houses where billing city and shipping city are the same", 3),
        ("houses", "how many houses where billing city is not the same as shipping city", 4),
        ("houses", "how many houses with a different billing city and shipping city", 4),
        ("houses", "how many houses in North have a sale price lower than their list price", 1),
    ],
)
def test_rows_are_counted(api: Api, sources: dict[str, int], name: str, question: str, count: int):
    answer = ask(api, sources[name], question)
    assert answer["rows"] == [[count]], answer["query"]
    filters = [Filter.model_validate(f) for f in answer["query"]["filters"]]
    assert any(f.other is not None for f in filters)


def test_a_share_is_of_all_rows_and_splits(api: Api, sources: dict[str, int]):
    share = ask(api, sources["houses"], "what percentage of houses have a sale price above their list price")
    assert share["rows"] == [[pytest.approx(sum(map(over, HOUSES)) / len(HOUSES))]]
    each = ask(
        api, sources["houses"], "what percentage of houses have a sale price above their list price by region"
    )
    expected = by(HOUSES, 1, lambda rows: sum(map(over, rows)) / len(rows))
    assert dict(each["rows"]) == pytest.approx(expected)
    items = ask(api, sources["menu"], "what percentage of items have more sugar than protein")
    assert items["rows"] == [[pytest.approx(sum(map(sweet, MENU)) / len(MENU))]]
    of_some = ask(
        api, sources["houses"], "what percentage of houses in South have a sale price above their list price"
    )
    assert of_some["rows"] == [[pytest.approx(2 / 3)]]


@pytest.mark.parametrize(
    ("name", "question", "expected"),
    [
        ("menu", "how many items have more sugar than protein by category", (MENU, sweet)),
        ("houses", "how many houses have a sale price above their list price by region", (HOUSES, over)),
        ("houses", "number of houses per region where sale price exceeds list price", (HOUSES, over)),
    ],
)
def test_they_are_split(
    api: Api, sources: dict[str, int], name: str, question: str, expected: tuple[list[Any], Any]
):
    rows, fits = expected
    assert dict(ask(api, sources[name], question)["rows"]) == by([r for r in rows if fits(r)], 1, len)


def test_numbers_are_of_these_rows_alone(api: Api, sources: dict[str, int]):
    prices = [float(row[3]) for row in HOUSES if over(row)]
    for question in (
        "average sale price of houses with sale price above list price",
        "average sale price where the sale price is above the list price",
    ):
        [[mean]] = ask(api, sources["houses"], question)["rows"]
        assert mean == pytest.approx(sum(prices) / len(prices))


def test_rows_are_listed_by_their_names(api: Api, sources: dict[str, int]):
    above = {row[0]: row[3] - row[2] for row in HOUSES if over(row)}
    for question in ("houses where sale price is higher than list price", "houses sold over list price"):
        answer = ask(api, sources["houses"], question)
        assert {row[0]: float(row[1]) for row in answer["rows"]} == above, answer["query"]
        # Most above come first.
        assert [float(row[1]) for row in answer["rows"]] == sorted(above.values(), reverse=True)


def test_a_name_that_repeats_is_listed_for_the_rows_that_fit(api: Api, sources: dict[str, int]):
    """One coffee has less sugar than protein, which takes nothing away from the others."""
    answer = ask(api, sources["menu"], "items where sugar is higher than protein")
    assert {row[0] for row in answer["rows"]} == {row[0] for row in MENU if sweet(row)}


def test_it_is_told_what_was_compared(api: Api, sources: dict[str, int]):
    question = "how many houses where billing city and shipping city are not the same"
    told = [one["meaning"] for one in ask(api, sources["houses"], question)["understood"]]
    assert "billing city != shipping city" in told
    assert "not understood" not in told


def test_a_question_that_goes_on_keeps_them(api: Api, sources: dict[str, int]):
    first = ask(api, sources["houses"], "how many houses have a sale price above their list price")
    body = {"question": "and by region?", "session_id": first["session_id"]}
    answer = api.post("/api/v1/analysis", json=body)
    assert answer.status_code == 201, answer.text
    assert dict(answer.json()["rows"]) == by([r for r in HOUSES if over(r)], 1, len)


def test_a_model_is_asked_the_same(api: Api, sources: dict[str, int]):
    table = {"name": "houses", "source_id": sources["houses"], "table": "houses", "primary_key": ["address"]}
    made = api.post("/api/v1/models", json={"name": "Streets", "tables": [table]})
    assert made.status_code == 201, made.text
    for question, rows in (
        ("how many houses have a sale price above their list price", [[sum(map(over, HOUSES))]]),
        ("share of houses with the same billing city and shipping city", [[3 / 8]]),
    ):
        body = {"question": question, "model_id": made.json()["id"]}
        answer = api.post("/api/v1/analysis", json=body).json()
        assert answer["status"] == "answered", answer["text"]
        assert answer["rows"] == [[pytest.approx(value) for value in row] for row in rows], answer["query"]
