"""The whole way from a table to findings, on tables whose truth is known because it was planted."""

import itertools
from datetime import datetime

import pytest

from benchmarks import planted
from claribi.analysis.figures import Ref, Text
from claribi.analysis.formulas import evaluate, holds
from claribi.analysis.service import analyse
from claribi.core.errors import QueryError
from claribi.query.schemas import Measure, Period

# Two years of orders, 20 a day, in three regions; `sum` of amounts is what is looked at.
ORDERS = """
CREATE TABLE orders AS
SELECT i AS order_id,
       DATE '2022-01-01' + (i // 20)::INT AS ordered_on,
       ['north', 'south', 'west'][(i % 3 + 1)::INT] AS region,
       50 + hash({seed}, i) % 1000 / 10.0 AS amount
FROM range(730 * 20) t(i)
"""


def orders(warehouse, seed=1):
    return warehouse("orders", ORDERS.format(seed=seed))


def said(analysis, sentence):
    return "".join(
        span.text if isinstance(span, Text) else analysis.figures[span.figure].text for span in sentence
    )


def finding(analysis, kind, measure=None):
    found = [f for f in analysis.findings if f.kind == kind and measure in {None, f.measure.label}]
    assert found, [(f.kind, f.heading) for f in analysis.findings]
    return found[0]


def text_of(analysis, found):
    return " ".join(said(analysis, sentence) for sentence in found.sentences)


def test_it_finds_a_change_of_level(warehouse):
    house = orders(warehouse)
    house.execute("UPDATE orders SET amount = amount * 1.5 WHERE ordered_on >= '2023-03-13'")
    analysis = analyse(house, 1, house.table)
    found = finding(analysis, "change_point", "sum_amount")
    assert "moved to a higher level in the week of 13 March 2023" in text_of(analysis, found)
    assert found.evidence_ids[0] > 1.4
    assert found.p_value < 0.001


def test_it_finds_a_trend(warehouse):
    house = orders(warehouse)
    house.execute("UPDATE orders SET amount = amount * (1 + (ordered_on - DATE '2022-01-01') / 730.0)")
    analysis = analyse(house, 1, house.table)
    assert "Total amount rose over time" in text_of(analysis, finding(analysis, "trend", "sum_amount"))


def test_it_finds_the_rhythm_of_the_week_although_the_series_is_weekly(warehouse):
    house = orders(warehouse)
    house.execute("DELETE FROM orders WHERE dayofweek(ordered_on) = 0 AND order_id % 4 > 0")
    analysis = analyse(house, 1, house.table)
    assert "lowest on Sundays" in text_of(analysis, finding(analysis, "seasonality"))


def test_it_finds_a_wild_week(warehouse):
    house = orders(warehouse)
    house.execute(
        "UPDATE orders SET amount = amount * 9 WHERE ordered_on BETWEEN '2023-05-15' AND '2023-05-21'"
    )
    analysis = analyse(house, 1, house.table)
    found = text_of(analysis, finding(analysis, "outlier", "sum_amount"))
    assert "stood out in the week of 15 May 2023" in found


def test_an_outage_of_a_week_stands_out_among_days(warehouse):
    house = warehouse("orders", ORDERS.format(seed=2).replace("range(730 * 20)", "range(150 * 20)"))
    house.execute(
        "UPDATE orders SET amount = amount / 9 WHERE ordered_on BETWEEN '2022-03-07' AND '2022-03-12'"
    )
    found = finding(analyse(house, 1, house.table), "outlier", "sum_amount")
    assert len(found.evidence_ids) == 1
    assert "6 days stood out" in text_of(analyse(house, 1, house.table), found)


def test_a_season_that_was_seen_twice_is_one_only_if_it_repeats(warehouse):
    house = orders(warehouse)
    season = "(1 + 0.5 * sin(2 * pi() * (ordered_on - DATE '2022-01-01') / 365.0))"
    house.execute(f"UPDATE orders SET amount = amount * {season}")
    analysis = analyse(house, 1, house.table)
    assert "followed the seasons" in text_of(analysis, finding(analysis, "seasonality", "sum_amount"))
    once = orders(warehouse)
    once.execute(f"UPDATE orders SET amount = amount * {season} WHERE ordered_on < '2023-01-01'")
    told = [f for f in analyse(once, 1, once.table).findings if f.kind == "seasonality"]
    assert told == []


def test_who_holds_most_of_the_amounts_is_told_though_all_have_as_many_rows(warehouse):
    house = orders(warehouse)
    house.execute("UPDATE orders SET amount = amount * 4 WHERE region = 'west'")
    found = finding(analyse(house, 1, house.table), "concentration", "sum_amount")
    assert (found.dimension, found.value) == ("region", "west")


def test_a_driver_shows_through_the_noise_of_the_others():
    """The whole moves by no more than it often does; the one that moved it never moved by as much."""
    fell = "CASE WHEN d >= 1064 AND region = 'east' THEN 0.3 ELSE 1 END"
    house = planted.table(
        planted.Shape(days=1096, orders_a_day=20, noise=1.0, seed=38116),
        planted.Plant("driver", lambda _found, _analysis: True, amount=fell),
    )
    found = finding(analyse(house, 1, house.table), "driver")
    assert found.notable
    assert (found.dimension, found.value) == ("region", "east")


def test_sums_are_compared_where_each_bucket_has_as_many_rows(warehouse):
    house = orders(warehouse)
    house.execute("ALTER TABLE orders ADD COLUMN spend DOUBLE")
    shock = "(0.7 + hash(ordered_on) % 1000 / 1000.0)"
    house.execute(
        f"UPDATE orders SET amount = amount * {shock}, spend = 30 * {shock} + hash(order_id, 3) % 10"
    )
    found = finding(analyse(house, 1, house.table), "correlation")
    assert found.measure.label == "sum_amount" or found.value == "sum_amount"


def test_it_names_who_moved_the_measure(warehouse):
    house = orders(warehouse)
    house.execute(
        "UPDATE orders SET amount = amount * 3.5 WHERE region = 'south' AND ordered_on >= '2023-12-01'"
    )
    analysis = analyse(house, 1, house.table)
    found = finding(analysis, "driver", "sum_amount")
    assert (found.dimension, found.value) == ("region", "south")
    assert "Region south" in text_of(analysis, found)
    assert "in December 2023" in text_of(analysis, found)


def test_it_says_so_where_nobody_stands_out(warehouse):
    house = orders(warehouse)
    house.execute("UPDATE orders SET amount = amount * 4 WHERE ordered_on >= '2023-12-01'")
    analysis = analyse(house, 1, house.table)
    assert "no single value stands out" in text_of(analysis, finding(analysis, "change", "sum_amount"))
    assert not [f for f in analysis.findings if f.kind == "driver"]


@pytest.mark.parametrize("is_mixed", [True, False])
def test_an_average_is_split_into_rate_and_mix_where_both_count(warehouse, is_mixed: bool):
    house = orders(warehouse)
    house.execute("ALTER TABLE orders RENAME amount TO unit_price")
    house.execute(
        "UPDATE orders SET unit_price = unit_price + 90 WHERE region = 'west' AND ordered_on >= '2023-12-01'"
    )
    if is_mixed:
        house.execute(
            "DELETE FROM orders WHERE region <> 'west' AND ordered_on >= '2023-12-01' AND order_id % 2 = 0"
        )
    analysis = analyse(house, 1, house.table)
    found = finding(analysis, "driver")
    assert (found.measure.label, found.value) == ("avg_unit_price", "west")
    assert ("from a different mix of regions" in text_of(analysis, found)) == is_mixed


def test_one_region_that_holds_nearly_all_is_told(warehouse):
    house = orders(warehouse)
    house.execute("UPDATE orders SET region = 'north' WHERE order_id % 10 > 0")
    found = finding(analyse(house, 1, house.table), "concentration")
    assert (found.dimension, found.value) == ("region", "north")


def test_half_of_what_two_share_is_not_told(warehouse):
    house = orders(warehouse)
    house.execute("UPDATE orders SET region = CASE WHEN order_id % 20 < 11 THEN 'north' ELSE 'south' END")
    house.execute("UPDATE orders SET region = 'stray' WHERE order_id = 5")
    found = analyse(house, 1, house.table).findings
    assert not [one for one in found if one.kind == "concentration" and one.dimension == "region"]


def test_who_took_the_lead_is_told_with_both_levels(warehouse):
    house = orders(warehouse)
    house.execute("""
        UPDATE orders SET amount = amount * 2 WHERE region = 'south' AND ordered_on < '2023-02-01'
        OR region = 'west' AND ordered_on >= '2023-02-01'""")
    analysis = analyse(house, 1, house.table)
    found = finding(analysis, "rank_change", "sum_amount")
    told = text_of(analysis, found)
    assert told.startswith("Region west has led in total amount since February 2023: ")
    assert "Before that region south led" in told
    [(now, now_behind)] = house.connection.execute("""
        SELECT avg(total) FILTER (region = 'west'), avg(total) FILTER (region = 'south') FROM (
            SELECT date_trunc('month', ordered_on) AS month, region, sum(amount) AS total FROM orders
            WHERE ordered_on >= '2023-02-01' GROUP BY ALL)""").fetchall()
    assert f": {now:,.0f} a month on average, against {now_behind:,.0f} for" in told
    assert found.picture.spec.y == ["west", "south"]


def test_days_that_were_never_loaded_are_told(warehouse):
    house = orders(warehouse)
    house.execute("DELETE FROM orders WHERE ordered_on BETWEEN '2022-08-10' AND '2022-08-14'")
    analysis = analyse(house, 1, house.table)
    told = text_of(analysis, finding(analysis, "missing_data"))
    assert told == (
        "Between 9 August 2022 and 15 August 2022 there are 5 days in a row without any orders, unlike the "
        "time around."
    )


def test_closed_weekends_and_a_long_weekend_are_no_missing_data(warehouse):
    house = orders(warehouse)
    house.execute(
        "DELETE FROM orders WHERE isodow(ordered_on) > 5 OR ordered_on IN ('2022-05-30', '2022-12-26')"
    )
    analysis = analyse(house, 1, house.table)
    assert not [f for f in analysis.findings if f.kind == "missing_data"]


def test_a_region_that_sends_nothing_any_more_is_told(warehouse):
    house = orders(warehouse)
    house.execute("DELETE FROM orders WHERE region = 'north' AND ordered_on >= '2023-07-01'")
    analysis = analyse(house, 1, house.table)
    found = finding(analysis, "missing_data")
    assert text_of(analysis, found).startswith(
        "Region north has had no orders since June 2023: none in the last "
    )
    assert found.share == pytest.approx(18 / 66, abs=0.01)


def test_noise_brings_findings_in_no_more_than_one_table_of_twenty(warehouse):
    runs = 20
    wrong = 0
    for seed in range(100, 100 + runs):
        house = orders(warehouse, seed)
        wrong += any(found.notable for found in analyse(house, 1, house.table).findings)
    assert wrong <= 0.05 * runs


def test_an_incomplete_last_month_is_no_drop(warehouse):
    house = orders(warehouse)
    house.execute("DELETE FROM orders WHERE ordered_on > '2023-12-09'")
    analysis = analyse(house, 1, house.table)
    assert "November 2023" in said(analysis, analysis.levels[0])
    assert any("December 2023, is incomplete" in said(analysis, s) for s in analysis.quality.fragments)
    assert analysis.quality.unfinished is not None
    assert "December 2023" in said(analysis, analysis.quality.unfinished)
    assert not [f for f in analysis.findings if f.kind in {"change_point", "outlier", "trend"}]


def test_it_compares_the_period_that_was_asked_for(warehouse):
    house = orders(warehouse)
    period = Period(column="ordered_on", start=datetime(2023, 3, 1), end=datetime(2023, 4, 1))
    analysis = analyse(house, 1, house.table, period=period)
    [level] = [said(analysis, s) for s in analysis.levels if "Total amount" in said(analysis, s)]
    assert " in March 2023, " in level
    assert level.endswith(" in February 2023.")


def test_the_last_units_are_whole_ones(warehouse):
    house = orders(warehouse)
    house.execute("DELETE FROM orders WHERE ordered_on > '2023-12-09'")
    analysis = analyse(house, 1, house.table, last=(3, "month"))
    assert said(analysis, analysis.period) == "from 1 September 2023 to 30 November 2023"


def test_the_question_comes_first(warehouse):
    house = orders(warehouse)
    house.execute("ALTER TABLE orders ADD COLUMN discount DOUBLE")
    house.execute("UPDATE orders SET discount = 5 + order_id % 7")
    analysis = analyse(house, 1, house.table, question="How are discounts doing?")
    assert analysis.profile.measures[0].measure.column == "discount"


def test_it_looks_at_the_measures_it_is_given(warehouse):
    house = orders(warehouse)
    asked = [Measure(column="amount", aggregation="max")]
    analysis = analyse(house, 1, house.table, measures=asked)
    assert [m.title for m in analysis.profile.measures] == ["highest amount"]


def test_it_tells_how_far_it_is(warehouse):
    house, told = orders(warehouse), []
    analyse(house, 1, house.table, on_progress=lambda done, what: told.append((done, what)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert all(what for _, what in told)


def test_it_asks_few_queries(warehouse):
    house = orders(warehouse)
    analyse(house, 1, house.table)
    assert len(house.results) <= 12


def test_every_figure_holds_on_a_fresh_answer(warehouse):
    house = orders(warehouse)
    analysis = analyse(house, 1, house.table)
    assert len(analysis.figures) > 10
    assert all(holds(figure, house.again(figure.evidence_id)) for figure in analysis.figures.values())


def test_missing_values_are_counted(warehouse):
    house = orders(warehouse)
    house.execute("UPDATE orders SET region = NULL WHERE order_id % 4 = 0")
    [missing] = analyse(house, 1, house.table).quality.missing
    assert missing.column.name == "region"
    assert missing.much


def test_repeated_identifiers_are_told(warehouse):
    house = orders(warehouse)
    house.execute("UPDATE orders SET order_id = 7 WHERE order_id < 10")
    analysis = analyse(house, 1, house.table)
    notes = [said(analysis, note) for note in analysis.quality.notes]
    assert "9 orders repeat a value of order id, which looks like an identifier." in notes


def test_placeholder_dates_are_no_part_of_the_time_axis(warehouse):
    house = orders(warehouse)
    house.execute("INSERT INTO orders VALUES (-1, DATE '9999-12-31', 'north', 5)")
    profile = analyse(house, 1, house.table).profile
    assert profile.time is not None
    assert profile.time.newest.year == 2023


def test_how_many_rows_are_left_out_for_their_dates_is_told(warehouse):
    house = orders(warehouse)
    house.execute("INSERT INTO orders VALUES (-1, DATE '9999-12-31', 'north', 5), (-2, NULL, 'north', 5)")
    analysis = analyse(house, 1, house.table)
    notes = [said(analysis, note) for note in analysis.quality.notes]
    assert any(note.startswith("2 orders were left out: they have no date") for note in notes), notes
    assert "The data hold 14,600 orders" in said(analysis, analysis.quality.rows)


def test_history_before_1900_is_part_of_the_time_axis(warehouse):
    built = "DATE '1850-01-01' + (i * 60)::INT AS built"
    create = f"CREATE TABLE ships AS SELECT {built}, i AS tons FROM range(600) t(i)"
    house = warehouse("ships", create)
    analysis = analyse(house, 1, house.table)
    assert analysis.profile.time is not None
    assert analysis.profile.time.oldest.year == 1850
    assert "The data hold 600 ships, from 1 January 1850" in said(analysis, analysis.quality.rows)
    house.execute("UPDATE ships SET built = DATE '1753-01-01' WHERE built < '1900-01-01'")
    assert analyse(house, 1, house.table).profile.time.oldest.year == 1900


def test_what_ends_by_its_nature_is_no_missing_data(warehouse):
    create = (
        "CREATE TABLE bills AS SELECT DATE '2000-01-01' + (i * 3)::INT AS passed, "
        "'president ' || i // 250 AS president FROM range(2000) t(i)"
    )
    house = warehouse("bills", create)
    assert not [f for f in analyse(house, 1, house.table).findings if f.kind == "missing_data"]


ODD = {
    "empty": "NULL::DATE AS d, 5.0::DOUBLE AS amount, 'a' AS region WHERE false",
    "one row": "DATE '2024-01-01' AS d, 5.0::DOUBLE AS amount, 'a' AS region",
    "all null": "NULL::DATE AS d, NULL::DOUBLE AS amount, NULL::VARCHAR AS region FROM range(50)",
    "no time": "i % 5 AS amount, 'r' || i % 3 AS region FROM range(500) r(i)",
    "no measure": "DATE '2024-01-01' + i::INT AS d, 'r' || i % 3 AS region FROM range(100) r(i)",
    "constant measure": "DATE '2024-01-01' + i::INT AS d, 7 AS amount, 'a' AS region FROM range(100) r(i)",
    "one bucket": "DATE '2024-01-01' AS d, i AS amount, 'r' || i % 3 AS region FROM range(100) r(i)",
    "two days": "DATE '2024-01-01' + (i % 2)::INT AS d, i AS amount FROM range(100) r(i)",
    "infinite": "DATE '2024-01-01' + i::INT AS d, "
    "CASE i % 9 WHEN 0 THEN 'inf'::DOUBLE WHEN 1 THEN 'nan'::DOUBLE ELSE i END AS amount FROM range(90) r(i)",
    "only text": "md5(i::VARCHAR) AS note FROM range(100) r(i)",
    "clashing names": "DATE '2024-01-01' + i::INT AS number_of_rows, i AS oldest_moment, "
    "'r' || i % 3 AS values FROM range(100) r(i)",
    "hours": "TIMESTAMP '2024-01-01' + INTERVAL (i) MINUTE AS at, i % 50 AS amount FROM range(5000) r(i)",
    "centuries": "DATE '1900-01-01' + (i * 400)::INT AS d, i AS amount FROM range(180) r(i)",
    "huge numbers": "DATE '2024-01-01' + i::INT AS d, 1e300 * i AS amount FROM range(100) r(i)",
    "exact decimals": "DATE '2024-01-01' + i::INT AS d, (i / 7)::DECIMAL(18, 4) AS amount,"
    " i % 2 = 0 AS flag FROM range(100) r(i)",
    "strange text": "DATE '2024-01-01' + (i // 9)::INT AS d, i AS amount, "
    "['{title}', '', '\"', 'Ünïcode ✓'][(i % 4 + 1)::INT] AS \"a {column} \"\"name\" FROM range(900) r(i)",
}


@pytest.mark.parametrize("kind", ODD)
def test_no_odd_table_breaks_it(warehouse, kind):
    house = warehouse("t", f"CREATE TABLE t AS SELECT {ODD[kind]}")
    analysis = analyse(house, 1, house.table)
    sentences = (
        [s for f in analysis.findings for s in f.sentences] + analysis.levels + [analysis.quality.rows]
    )
    used = {span.figure for s in sentences for span in s if isinstance(span, Ref)}
    assert used <= analysis.figures.keys()
    assert all(
        holds(analysis.figures[name], house.again(analysis.figures[name].evidence_id)) for name in used
    )


def test_a_query_that_fails_costs_one_finding_not_all(warehouse):
    house = orders(warehouse)
    numbers = itertools.count()

    def moody(query):
        if next(numbers) % 3 == 2:
            raise QueryError("not today")
        return house(query)

    analysis = analyse(moody, 1, house.table)
    assert analysis.quality.rows


def test_a_changed_value_is_seen_in_the_right_figures(warehouse):
    house = orders(warehouse)
    analysis = analyse(house, 1, house.table)
    house.execute(
        "UPDATE orders SET amount = amount + 100000 WHERE ordered_on = '2023-12-24' AND order_id % 20 = 0"
    )
    failing = [f for f in analysis.figures.values() if not holds(f, house.again(f.evidence_id))]
    assert failing
    of_rows = [f for f in analysis.figures.values() if f.column == "number_of_rows" and f.formula == "cell"]
    assert of_rows
    assert not set(map(id, of_rows)) & set(map(id, failing))
    sums = [f for f in failing if f.formula == "cell"]
    assert all(str(f.column).startswith("sum_amount") for f in sums)
    assert evaluate("cell", {"row": 0, "column": "sum_amount"}, house.again(sums[0].evidence_id)) is not None


def test_an_incomplete_first_month_is_nothing_for_the_summary(warehouse):
    house = orders(warehouse)
    house.execute("DELETE FROM orders WHERE ordered_on < '2022-01-20'")
    quality = analyse(house, 1, house.table).quality
    assert quality.fragments
    assert quality.unfinished is None
