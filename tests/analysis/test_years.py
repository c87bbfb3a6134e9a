"""A table whose only time is a column of years: they are a course of time and no names of groups."""

import pytest

from claribi.analysis.figures import Ref, Text
from claribi.analysis.formulas import holds
from claribi.analysis.service import analyse
from claribi.core.clock import utc_now
from claribi.query.schemas import Filter

# Harvests of 40 farms, from 1980 to 2009; what a farm sells for rises by 3 % a year.
HARVESTS = """
CREATE TABLE harvests AS
SELECT year::INT AS year, 'farm ' || farm AS farm, ['hills', 'plain'][(farm % 2 + 1)::INT] AS place,
       round(100 * 1.03 ** (year - 1980) * (0.8 + hash(year, farm) % 1000 / 2500.0), 2) AS revenue,
       10 + hash(farm, year, 2) % 20 AS workers_per_acre
FROM range(1980, 2010) y(year), range(40) f(farm)
"""


@pytest.fixture
def harvests(warehouse):
    return warehouse("harvests", HARVESTS, year="dimension", farm="dimension")


def told(analysis) -> list[str]:
    def text(sentence):
        spans = (s.text if isinstance(s, Text) else analysis.figures[s.figure].text for s in sentence)
        return "".join(spans)

    sentences = [sentence for found in analysis.findings for sentence in found.sentences]
    return [text(sentence) for sentence in [*sentences, analysis.quality.rows, *analysis.quality.notes]]


def test_years_are_a_course_of_time(harvests):
    analysis = analyse(harvests, 1, harvests.table)
    [trend] = [f for f in analysis.findings if f.kind == "trend"]
    assert (trend.measure.label, trend.picture.spec.type) == ("sum_revenue", "line")
    assert (trend.picture.columns[0].type, trend.picture.rows[0][0]) == ("date", "1980-01-01")
    assert "from 1980 to 2009" in told(analysis)[0]
    assert "The data hold 1,200 harvests, from 1980 to 2009." in told(analysis)
    assert not [f for f in analysis.findings if f.dimension == "year"]


def test_every_figure_of_it_holds(harvests):
    analysis = analyse(harvests, 1, harvests.table)
    assert len(analysis.figures) > 5

    assert all(holds(figure, harvests.again(figure.evidence_id)) for figure in analysis.figures.values())


def test_a_new_level_is_named_by_its_year(harvests):
    harvests.execute("UPDATE harvests SET revenue = (90 + hash(farm, year) % 20) * (1 + (year >= 1995)::INT)")
    analysis = analyse(harvests, 1, harvests.table)
    assert any("moved to a higher level in 1995" in sentence for sentence in told(analysis))


def test_every_fifth_year_is_no_gap_and_a_lost_year_is(harvests):
    harvests.execute("DELETE FROM harvests WHERE year % 5 > 0")
    assert not any("no harvests" in sentence for sentence in told(analyse(harvests, 1, harvests.table)))
    harvests.execute("DELETE FROM harvests WHERE year = 1990")
    assert any("hold no harvests" in sentence for sentence in told(analyse(harvests, 1, harvests.table)))


def test_years_that_are_filtered_to_one_are_no_time(harvests):
    chosen = [Filter(column="year", operator="=", value=1990)]
    analysis = analyse(harvests, 1, harvests.table, filters=chosen)
    assert analysis.profile.time is None
    assert "The data hold 40 harvests." in told(analysis)


def test_what_is_measured_of_each_is_averaged(harvests):
    analysis = analyse(harvests, 1, harvests.table)
    assert "avg_workers_per_acre" in {m.label for m in analysis.profile.measures}


def test_two_columns_of_years_are_no_time_of_the_table(warehouse):
    house = warehouse(
        "cars",
        "CREATE TABLE cars AS SELECT (1990 + i % 20)::INT AS model_year, (2000 + i % 20)::INT AS sold_year, "
        "i AS price FROM range(500) t(i)",
        model_year="dimension",
        sold_year="dimension",
    )
    assert analyse(house, 1, house.table).profile.time is None


def test_a_reference_leads_to_the_year_as_it_stands_in_the_answer(harvests):
    analysis = analyse(harvests, 1, harvests.table)
    [start] = [s for s in analysis.quality.rows if isinstance(s, Ref)][1:2]
    figure = analysis.figures[start.figure]
    assert (figure.value, figure.text, figure.unit) == (1980, "1980", "year")


def test_two_that_merely_rise_do_not_move_together(harvests):
    harvests.execute("ALTER TABLE harvests ADD COLUMN price DOUBLE")
    harvests.execute("UPDATE harvests SET price = 5 * 1.01 ** (year - 1980) + hash(year, farm, 9) % 7 / 10.0")
    analysis = analyse(harvests, 1, harvests.table)
    assert {f.measure.label for f in analysis.findings if f.kind == "trend"} == {"sum_revenue", "avg_price"}
    assert not [f for f in analysis.findings if f.kind == "correlation"]


def test_the_last_year_is_held_against_the_year_before(harvests):
    harvests.execute("UPDATE harvests SET revenue = 200 + hash(farm, year) % 20")
    harvests.execute("UPDATE harvests SET revenue = revenue * 1.6 WHERE year = 2009 AND place = 'hills'")
    analysis = analyse(harvests, 1, harvests.table)
    [change] = [f for f in analysis.findings if f.kind == "change"]
    assert change.measure.label == "sum_revenue"
    assert "Total revenue rose by 30.4 % to 10,918 in 2009, from 8,373 in 2008." in told(analysis)
    assert "That is more than usual from one year to the next." in told(analysis)
    [driver] = [f for f in analysis.findings if f.kind == "driver"]
    assert (driver.dimension, driver.value) == ("place", "hills")
    assert all(holds(figure, harvests.again(figure.evidence_id)) for figure in analysis.figures.values())


def test_years_with_a_gap_or_that_may_not_be_over_are_not_compared(harvests):
    harvests.execute("UPDATE harvests SET revenue = (200 + hash(farm, year) % 20) * (1 + (year = 2009)::INT)")
    harvests.execute("DELETE FROM harvests WHERE year = 2008")
    assert not [f for f in analyse(harvests, 1, harvests.table).findings if f.kind in {"change", "driver"}]
    harvests.execute("UPDATE harvests SET year = 2008 WHERE year = 2007")
    harvests.execute(f"UPDATE harvests SET year = year + {utc_now().year - 2009}")
    assert not [f for f in analyse(harvests, 1, harvests.table).findings if f.kind in {"change", "driver"}]
