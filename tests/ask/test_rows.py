"""Questions about rows themselves, columns compared with each other, and changes between two times."""

import pytest
import reading
from plain_tables import WORDS
from reading import TIMES, shown

from claribi.ask.following import joined
from claribi.ask.listening import intent_of
from claribi.ask.plan import NotUnderstood, Plan, plan_of
from claribi.ask.reader import read
from claribi.ask.series import of_one_number
from claribi.ask.telling import SURE
from claribi.ask.why import restated
from claribi.query.schemas import Query

HOURS = ("actual_hours", "<", "planned_hours")
ENDS = ("origin", "=", "destination")


def planned(table: str, question: str) -> Plan:
    return reading.planned(WORDS[table], question)


def formula(plan: Plan) -> tuple[str, list[str | None]]:
    """The arithmetic of the measure that has some, and the columns it is about."""
    found = next(measure.formula for measure in plan.query.measures if measure.formula is not None)
    return found.expression, [measure.column for measure in found.measures.values()]


def beside(plan: Plan) -> list[tuple[str, str, str | None]]:
    """The columns that are compared with each other, row by row."""
    return [(f.column, f.operator, f.other) for f in plan.query.filters if f.other is not None]


@pytest.mark.parametrize(
    ("question", "operator"),
    [
        ("projects that cost more than their budget", ">"),
        ("projects over budget", ">"),
        ("projects under budget", "<"),
    ],
)
def test_columns_are_compared_row_by_row(question: str, operator: str):
    plan = planned("projects", question)
    assert beside(plan) == [("actual_cost", operator, "budget")]
    assert formula(plan) == ("first - second", ["actual_cost", "budget"])
    assert [dimension.column for dimension in plan.query.dimensions] == ["project_name"]
    assert plan.query.having == []
    assert plan.query.sort[0].descending is (operator == ">")
    assert plan.counted == "project name"


@pytest.mark.parametrize(
    ("table", "question", "expected"),
    [
        ("projects", "how many projects cost more than their budget", ("actual_cost", ">", "budget")),
        ("projects", "how many projects have more actual cost than budget", ("actual_cost", ">", "budget")),
        ("projects", "number of projects with fewer actual hours than planned hours", HOURS),
        ("projects", "how many projects had actual hours lower than the planned hours", HOURS),
        ("projects", "how many projects end date after start date", ("end_date", ">", "start_date")),
        (
            "projects",
            "how many projects where the end date is not earlier than the start date",
            ("end_date", ">=", "start_date"),
        ),
        ("staff", "how many employees where bonus equals salary", ("bonus", "=", "salary")),
        ("staff", "how many employees where bonus and salary are the same", ("bonus", "=", "salary")),
        ("staff", "how many employees whose bonus and salary are not equal", ("bonus", "!=", "salary")),
        ("crossings", "how many crossings have the same origin and destination", ENDS),
        ("crossings", "how many crossings where origin is identical to destination", ENDS),
        (
            "crossings",
            "how many crossings where origin and destination differ",
            ("origin", "!=", "destination"),
        ),
        (
            "crossings",
            "how many crossings where the origin doesn't match the destination",
            ("origin", "!=", "destination"),
        ),
    ],
)
def test_rows_are_counted_where_two_columns_are_compared(
    table: str, question: str, expected: tuple[str, str, str]
):
    plan = planned(table, question)
    assert beside(plan) == [expected]
    assert [(m.column, m.aggregation) for m in plan.query.measures] == [(None, "count")]
    assert plan.query.dimensions == []
    assert plan.query.having == []


def test_several_comparisons_and_other_conditions_hold_together():
    asked = "how many projects of Acme cost more than their budget and had actual hours below planned hours"
    plan = planned("projects", asked)
    assert beside(plan) == [("actual_cost", ">", "budget"), HOURS]
    assert [(f.column, f.value) for f in plan.query.filters if f.other is None] == [("client", "Acme")]


def test_a_share_has_them_as_its_part():
    plan = planned("projects", "what percentage of projects of Acme are over budget by status")
    [share] = plan.query.measures
    assert share.ratio is not None
    assert [(f.column, f.other) for f in share.ratio.numerator.filters] == [("actual_cost", "budget")]
    assert [(f.column, f.value) for f in plan.query.filters] == [("client", "Acme")]
    assert [dimension.column for dimension in plan.query.dimensions] == ["status"]


def test_numbers_and_things_are_those_of_the_rows_that_fit():
    plan = planned("projects", "total actual cost of projects over budget by client")
    assert beside(plan) == [("actual_cost", ">", "budget")]
    assert [(m.column, m.aggregation) for m in plan.query.measures] == [("actual_cost", "sum")]
    clients = planned("projects", "which clients have projects over budget")
    assert beside(clients) == [("actual_cost", ">", "budget")]
    assert [dimension.column for dimension in clients.query.dimensions] == ["client"]
    told = shown(planned("staff", "average salary by department of employees with bonus above salary"))
    assert told["filters"] == [("bonus", ">", None)]


def test_what_can_not_be_compared_is_not():
    for question in (
        "how many crossings where distance is after origin",
        "how many crossings where origin exceeds destination",
        "how many crossings have an arrival delay 10% above the departure delay",
    ):
        with pytest.raises(NotUnderstood):
            planned("crossings", question)
    # Of all of them, not of rows.
    assert not beside(planned("films", "difference between total home gross and total foreign gross"))


def test_named_things_are_compared_by_their_sums():
    plan = planned("projects", "clients whose actual cost exceeds their budget")
    assert [dimension.column for dimension in plan.query.dimensions] == ["client"]
    [bound] = plan.query.having
    assert (bound.operator, bound.value) == (">", 0)
    assert beside(plan) == []
    assert plan.counted is None
    counted = planned("projects", "how many clients have actual cost above their budget")
    assert counted.query.having == [bound]
    assert counted.counted == "client"


def test_what_does_not_add_up_is_compared_by_its_averages():
    plan = planned("crossings", "which carrier has a higher arrival delay than departure delay")
    assert formula(plan) == ("first - second", ["arrival_delay", "departure_delay"])
    measures = next(m.formula for m in plan.query.measures if m.formula is not None).measures
    assert {measure.aggregation for measure in measures.values()} == {"avg"}
    assert [bound.operator for bound in plan.query.having] == [">"]
    assert "by the averages of each carrier" in plan.choices


def test_hours_are_compared_with_hours():
    plan = planned("projects", "projects where actual hours are higher than planned hours")
    assert formula(plan) == ("first - second", ["actual_hours", "planned_hours"])


def test_one_number_less_another_ranks():
    plan = planned("films", "foreign gross minus making budget, top 5 films")
    assert formula(plan) == ("first - second", ["foreign_gross", "making_budget"])
    assert plan.query.limit == 5


def test_a_price_is_computed_where_only_totals_are_known():
    assert formula(planned("crossings", "average price per car")) == (
        "first / second",
        ["paid_amount", "number_of_cars"],
    )


@pytest.mark.parametrize(
    ("question", "expression"),
    [
        ("how much did life expectancy in Peru rise between 1950 and 2010", "last - first"),
        ("which nation grew its population the most from 1950 to 2010 in percent", "(last - first) / first"),
    ],
)
def test_a_change_is_that_between_both_years(question: str, expression: str):
    plan = planned("nations", question)
    assert formula(plan)[0] == expression
    first, last = (measure.filters[0].value for measure in plan.query.measures[:2])
    assert (first, last) == (1950, 2010)
    if plan.query.dimensions:
        assert plan.query.sort[0].field == "change_ratio"
        assert plan.query.limit == 1


@pytest.mark.parametrize(
    ("table", "question", "column", "descending"),
    [
        ("crossings", "what was the biggest crossing", "paid_amount", True),
        ("nations", "lowest life expectancy ever recorded", "life_expectancy", False),
        ("films", "oldest film", "shown_on", False),
        ("staff", "youngest employee", "birth_date", True),
        ("staff", "newest employee", "hire_date", True),
        ("projects", "first project of Acme", "start_date", False),
    ],
)
def test_one_row_is_told_with_all_that_is_known(table: str, question: str, column: str, descending: bool):
    plan = planned(table, question)
    query = plan.query
    assert isinstance(query, Query)
    assert plan.single
    assert [measure.column for measure in query.measures] == [column]
    assert query.sort[0].descending is descending
    assert query.limit == 1
    others = {thing.name for thing in WORDS[table].things if thing.column is not None} - {column}
    assert {dimension.column for dimension in query.dimensions} == others


def test_a_question_that_goes_on_is_about_the_same_rows():
    words = WORDS["projects"]
    before, now = (
        intent_of(read(said, words, TIMES), words) for said in ("projects over budget", "only Acme")
    )
    plan = plan_of(joined(before, now), words, 1)
    assert beside(plan) == [("actual_cost", ">", "budget")]
    assert [(f.column, f.value) for f in plan.query.filters if f.other is None] == [("client", "Acme")]


@pytest.mark.parametrize("purpose", ["forecast", "unusual days in"])
def test_rows_are_no_series(purpose: str):
    words = WORDS["projects"]
    intent = intent_of(read(f"{purpose} projects over budget", words, TIMES), words)
    with pytest.raises(NotUnderstood):
        of_one_number(intent, "month", [])


def test_why_is_not_asked_of_rows():
    words = WORDS["nations"]
    intent = intent_of(read("why was the lowest life expectancy ever recorded", words, TIMES), words)
    with pytest.raises(NotUnderstood):
        restated(intent, TIMES)


def test_an_extreme_by_itself_stays_a_number():
    assert shown(planned("nations", "lowest life expectancy")) == {"measures": [("life_expectancy", "min")]}


def test_who_left_is_counted_when_they_left():
    plan = planned("staff", "how many employees left in 2023")
    assert plan.query.period is not None
    assert plan.query.period.column == "left_on"
    assert planned("projects", "projects that ended in 2021").query.period.column == "end_date"  # type: ignore[union-attr]  # a failure here tells


def test_rates_rank_what_they_are_asked_by():
    plan = planned("staff", "highest rate of remote employees by department")
    [share] = plan.query.measures
    assert share.name == "share"
    assert [dimension.column for dimension in plan.query.dimensions] == ["department"]
    assert (plan.query.sort[0].field, plan.query.limit) == ("share", 1)


def test_a_percentage_by_something_is_of_each():
    plan = planned("projects", "percentage of projects on hold by client")
    [share] = plan.query.measures
    assert share.ratio is not None
    assert [(f.column, f.value) for f in share.ratio.numerator.filters] == [("status", "On hold")]
    assert [dimension.column for dimension in plan.query.dimensions] == ["client"]


def test_one_number_over_another_ranks_what_was_asked():
    plan = planned("projects", "which client has the highest actual cost per planned hour")
    [ratio] = plan.query.measures
    assert ratio.ratio is not None
    assert (ratio.ratio.numerator.column, ratio.ratio.denominator.column) == ("actual_cost", "planned_hours")


def test_a_month_that_has_most_is_one_of_every_year():
    [habit] = planned("crossings", "which month has the most crossings").query.dimensions
    assert habit.cycle == "month_of_year"
    [once] = planned("crossings", "which month had the most crossings").query.dimensions
    assert once.grain == "month"


def test_which_one_asks_for_one():
    assert planned("crossings", "which month had the worst arrival delays on average").query.limit == 1


def test_a_season_said_twice_is_meant_once():
    once = planned("films", "share of films shown in summer")
    assert planned("films", "share of films shown in summer (June to August)").query == once.query


def test_what_may_be_meant_otherwise_is_not_sure():
    for table, question in (
        ("crossings", "how many delayed crossings"),
        ("crossings", "crossings of Blueferry (BF)"),
        ("staff", "youngest employee"),
    ):
        assert planned(table, question).choices
    assert planned("crossings", "how many delayed crossings").sureness < SURE
