from hypothesis import given
from hypothesis import strategies as st

from claribi.analysis.figures import Text
from claribi.reports.document import Table
from claribi.reports.render.tables import LONGEST_LINE, SMALLEST_SIZE, bands

COLUMN = st.tuples(st.text(max_size=60), st.text(max_size=80), st.booleans())
COLUMNS = st.lists(COLUMN, min_size=1, max_size=20)


def table(columns):
    titles, cells, numeric = zip(*columns, strict=True)
    return Table("", list(titles), [[[Text(cell)] for cell in cells]], list(numeric))


@given(COLUMNS)
def test_every_column_is_printed_once_beside_the_first(columns):
    found = bands(table(columns), {})
    assert all(band.columns[0] == 0 for band in found)
    assert [column for band in found for column in band.columns[1:]] == list(range(1, len(columns)))


@given(COLUMNS)
def test_letters_stay_readable_and_tables_on_the_page(columns):
    for band in bands(table(columns), {}):
        assert len(band.widths) == len(band.columns)
        assert band.size >= SMALLEST_SIZE
        assert band.share <= 1
        assert sum(band.widths) <= LONGEST_LINE or len(band.columns) <= 2


def test_a_narrow_table_is_in_one_part_at_full_size():
    (band,) = bands(table([("Region", "north", False), ("Total", "1,234", True)]), {})
    assert (band.size, band.share) == (9.0, 0.5)


def test_a_table_without_rows_is_as_wide_as_its_titles():
    (band,) = bands(Table("", ["Name", "Value"], [], [False, True]), {})
    assert band.columns == [0, 1]
