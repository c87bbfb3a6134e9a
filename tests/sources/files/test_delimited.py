import csv
import io
import tempfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claribi.core.errors import ValidationFailed
from claribi.sources.files.convert import convert


def moment(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
def test_it_finds_the_delimiter(convert_file, delimiter):
    text = "\n".join(delimiter.join(row) for row in [("a", "b", "c"), ("1", "x y", "2"), ("3", "z", "4")])
    result = convert_file(text)
    assert result.file.delimiter == delimiter
    assert result.rows == [(1, "x y", 2), (3, "z", 4)]


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
        ("cp850", "cp850"),
    ],
)
def test_it_finds_the_encoding(convert_file, encoding, expected):
    result = convert_file("Stadt,Größe\nKöln,1\nMünchen,2\nGießen,3\n", encoding=encoding)
    assert result.file.encoding == expected
    assert result.rows == [("Köln", 1), ("München", 2), ("Gießen", 3)]
    assert list(result.types) == ["Stadt", "Größe"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1250", "Miasto;Wartość\nŁódź;1\nGdańsk;2\nWrocław;3\n"),
        (
            "cp1251",
            "\u0413\u043e\u0440\u043e\u0434;\u0426\u0435\u043d\u0430\n\u0423\u0444\u0430;1\n\u041f\u0435\u0440\u043c\u044c;2\n",
        ),
        ("latin-1", "Ville;Été\nOrléans;1\nNîmes;2\nBesançon;3\n"),
        ("cp1252", "price;text\n1;5 € \u2013 “good”\n2;it\u2019s\n"),
    ],
)
def test_it_reads_letters_of_other_languages_right(convert_file, encoding, text):
    result = convert_file(text, encoding=encoding)
    expected = [line.split(";") for line in text.splitlines()]
    assert [[str(cell) for cell in row] for row in result.rows] == expected[1:]
    assert list(result.types) == expected[0]


def test_a_few_broken_bytes_do_not_change_the_encoding(convert_file):
    good = "".join(f"{i},ä{i}\n" for i in range(200)).encode()
    result = convert_file(b"id,name\n" + good + b"200,\xff\n")
    assert result.file.encoding == "utf-8"
    assert (result.table.row_count, result.table.rejected_count) == (200, 1)
    (rejected,) = result.table.rejected
    assert (rejected.line, "encoding" in rejected.reason) == (202, True)


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (["1", "-2", "+3"], "integer", [1, -2, 3]),
        ([" 1", "2 "], "integer", [1, 2]),
        (["1.5", "2", "-.25"], "decimal", [Decimal("1.5"), 2, Decimal("-.25")]),
        (["1.00001", "2.5"], "float", [1.00001, 2.5]),
        (["1e3", "2.5E-1"], "float", [1000.0, 0.25]),
        (["1.234,56", "7,5", "1.000.000,00"], "decimal", [Decimal("1234.56"), Decimal("7.5"), 1_000_000]),
        (["1,234.56", "7.5", "1,000,000"], "decimal", [Decimal("1234.56"), Decimal("7.5"), 1_000_000]),
        (["1 234,5", "2,5"], "decimal", [Decimal("1234.5"), Decimal("2.5")]),
        (["1'234.5", "2.5"], "decimal", [Decimal("1234.5"), Decimal("2.5")]),
        (["$1,234.50", "-$2.00"], "decimal", [Decimal("1234.50"), -2]),
        (["12 %", "7.5 %"], "decimal", [12, Decimal("7.5")]),
        (["99999999999999999999", "1"], "decimal", [99999999999999999999, 1]),
        (["true", "FALSE"], "boolean", [True, False]),
        (["Yes", "no"], "boolean", [True, False]),
        (["ja", "nein"], "boolean", [True, False]),
        (["n", "n"], "string", ["n", "n"]),
        (["2024-02-29", "2024-3-1"], "date", [date(2024, 2, 29), date(2024, 3, 1)]),
        (["29.02.2024", "1.3.2024"], "date", [date(2024, 2, 29), date(2024, 3, 1)]),
        (["31/12/2024", "01/02/2024"], "date", [date(2024, 12, 31), date(2024, 2, 1)]),
        (["12/31/2024", "01/02/2024"], "date", [date(2024, 12, 31), date(2024, 1, 2)]),
        (["31.12.24", "01.02.24"], "date", [date(2024, 12, 31), date(2024, 2, 1)]),
        (["5-Jan-2024", "31-Dec-2024"], "date", [date(2024, 1, 5), date(2024, 12, 31)]),
        (["Jan 5, 2024", "Dec 31, 2024"], "date", [date(2024, 1, 5), date(2024, 12, 31)]),
        (["2024-01", "2024-02"], "date", [date(2024, 1, 1), date(2024, 2, 1)]),
        (["Jan 5 2024", "Dec 31 2024"], "date", [date(2024, 1, 5), date(2024, 12, 31)]),
        (["January 5 2024", "May 31 2024"], "date", [date(2024, 1, 5), date(2024, 5, 31)]),
        (["Feb 2024", "Dec 2023"], "date", [date(2024, 2, 1), date(2023, 12, 1)]),
        (["May 2024", "June 2024"], "date", [date(2024, 5, 1), date(2024, 6, 1)]),
        (["1998 Q1", "2016 Q4"], "date", [date(1998, 1, 1), date(2016, 10, 1)]),
        (["2020-Q2", "2021-q3"], "date", [date(2020, 4, 1), date(2021, 7, 1)]),
        (["Q1 1998", "Q4/2016"], "date", [date(1998, 1, 1), date(2016, 10, 1)]),
        (
            ["2020-W53", "2021W01", "2019-W1"],
            "date",
            [date(2020, 12, 28), date(2021, 1, 4), date(2018, 12, 31)],
        ),
        (["2024 Q1", "2024 Q5"], "string", ["2024 Q1", "2024 Q5"]),
        (["2024-01-01 10:00", "2024-01-02"], "timestamp", [moment("2024-01-01T10:00"), moment("2024-01-02")]),
        (["2024-01-01T10:00:00Z"], "timestamp", [moment("2024-01-01T10:00:00")]),
        (["2024-01-01T10:00:00+02:00"], "timestamp", [moment("2024-01-01T08:00:00")]),
        (["31.12.2024 23:59:59"], "timestamp", [moment("2024-12-31T23:59:59")]),
        (["12/31/2024 1:05 PM"], "timestamp", [moment("2024-12-31T13:05")]),
        (["00123", "45678"], "string", ["00123", "45678"]),
        (["007", "1"], "string", ["007", "1"]),
        (["+49 221 123", "0221 1"], "string", ["+49 221 123", "0221 1"]),
        (["1_000", "2"], "string", ["1_000", "2"]),
        (["0x10", "2"], "string", ["0x10", "2"]),
        (["inf", "1.5"], "string", ["inf", "1.5"]),
        (["hello", "1"], "string", ["hello", "1"]),
    ],
)
def test_it_tells_the_type_of_a_column(convert_file, values, kind, expected):
    result = convert_file("key;value\n" + "".join(f"k{i};{v}\n" for i, v in enumerate(values)))
    assert result.types["value"] == kind
    assert [row[1] for row in result.rows] == expected
    assert result.columns["value"].guess


@pytest.mark.parametrize("token", ["", "NA", "N/A", "n/a", "null", "NULL", "None", "-", "nan", "NaN", "?"])
@pytest.mark.parametrize("value", ["1", "1.5", "1e3", "2024-01-31", "31.12.2024", "2024-01-01 10:00", "true"])
def test_a_word_for_nothing_is_a_missing_value_except_in_text(convert_file, token, value):
    result = convert_file(f"a;b\n{value};x\n{token};{token}\n{value};y\n")
    assert result.types["a"] != "string"
    assert result.rows[1] == (None, token or None)
    assert result.columns["a"].nulls == 1
    assert result.table.rejected_count == 0


def test_a_column_without_values_is_text(convert_file):
    result = convert_file("a,b\n1,\n2,NA\n")
    assert (result.types["b"], result.rows) == ("string", [(1, None), (2, None)])


def test_decimals_far_down_do_not_get_rounded(convert_file):
    rows = "".join(f"{i},x\n" for i in range(50_000))
    result = convert_file(f"n,t\n{rows}1.5,x\n")
    assert result.types["n"] == "float"
    assert result.rows[-1] == (1.5, "x")


def test_a_code_far_down_keeps_its_zeros(convert_file):
    rows = "".join(f"{10000 + i % 5},x\n" for i in range(50_000))
    result = convert_file(f"zip,t\n{rows}02134,x\n")
    assert result.types["zip"] == "string"
    assert result.rows[-1] == ("02134", "x")
    assert "leading zeros" in result.columns["zip"].guess


def test_a_longer_code_far_down_is_no_mistake(convert_file):
    rows = "".join(f"{10000 + i % 5},x\n" for i in range(50_000))
    result = convert_file(f"zip,t\n{rows}98117-2811,x\n")
    assert result.types["zip"] == "string"
    assert result.rows[-1] == ("98117-2811", "x")


def test_times_far_down_are_not_cut_off(convert_file):
    rows = "2024-01-01,x\n" * 50_000
    result = convert_file(f"day,t\n{rows}2024-01-02 10:30:00,x\n")
    assert result.types["day"] == "timestamp"
    assert result.rows[-1][0] == moment("2024-01-02T10:30:00")


def test_a_value_that_does_not_fit_sets_its_row_aside_with_its_line(convert_file):
    rows = "".join(f'{i},2024-01-{1 + i % 28:02},"a\nb"\n' for i in range(300))
    result = convert_file(f"n,day,t\n{rows}oops,2024-01-01,x\n301,2024-02-30,y\n302,2024-01-01,z\n")
    assert (result.table.row_count, result.table.rejected_count) == (301, 2)
    first, second = result.table.rejected
    assert (first.line, first.column, first.value) == (602, "n", "oops")
    assert (second.line, second.column, second.value) == (603, "day", "2024-02-30")
    assert first.reason
    aside = (
        duckdb.connect()
        .execute(f"SELECT line, text FROM read_parquet('{result.table.rejected_file}')")
        .fetchall()
    )
    assert aside == [(602, '["oops","2024-01-01","x"]'), (603, '["301","2024-02-30","y"]')]
    assert result.columns["n"].confidence < 1


def test_many_values_that_do_not_fit_make_a_wider_type(convert_file):
    rows = "".join(f"{i},x\n" for i in range(100))
    result = convert_file(f"n,t\n{rows}" + "lots,y\n" * 5)
    assert (result.types["n"], result.table.rejected_count) == ("string", 0)
    assert "only 100 of 105" in result.columns["n"].guess


def test_a_word_among_a_few_numbers_that_comes_again_and_again_is_one_more_of_them(convert_file):
    rows = "".join(f"{9 + i % 4},x\n" for i in range(1000))
    result = convert_file(f"grade,t\n{rows}" + "other,y\n" * 5)
    assert (result.types["grade"], result.table.rejected_count) == ("string", 0)
    assert "“other” stands 5 times" in result.columns["grade"].guess
    once = convert_file(f"grade,t\n{rows}other,y\n")
    assert (once.types["grade"], once.table.rejected_count) == ("integer", 1)
    many = "".join(f"{i},x\n" for i in range(1000))
    result = convert_file(f"amount,t\n{many}" + "other,y\n" * 5)
    assert (result.types["amount"], result.table.rejected_count) == ("integer", 5)


def test_rows_with_another_number_of_fields_are_set_aside(convert_file):
    result = convert_file("a,b,c\n1,x,2\n\n3,y\n4,z,5,6\n7,w,8\n")
    assert result.rows == [(1, "x", 2), (7, "w", 8)]
    assert [(r.line, r.reason) for r in result.table.rejected] == [
        (4, "too few fields"),
        (5, "too many fields"),
    ]


def test_a_week_that_its_year_does_not_have_is_set_aside(convert_file):
    weeks = "".join(f"{year}-W{n:02},{n}\n" for year in range(2020, 2024) for n in range(1, 53))
    result = convert_file("week,n\n" + weeks + "2024-W53,53\n")
    assert result.types["week"] == "date"
    assert [(r.line, r.reason) for r in result.table.rejected] == [
        (210, "not one of the weeks by their ISO number, each as its Monday")
    ]


def test_a_quote_that_is_not_closed_is_reported(convert_file):
    result = convert_file('a,b\n1,"x"\n2,"y"\n3,"z\n4,w\n')
    assert (result.table.row_count, result.table.rejected_count) == (2, 1)
    assert (result.table.rejected[0].line, "quote" in result.table.rejected[0].reason) == (4, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a,b\n1,"x, ""y"""\n2,z\n', [(1, 'x, "y"'), (2, "z")]),
        ("a,b\n1,'x, y'\n2,'z'\n", [(1, "x, y"), (2, "z")]),
        ('a,b\n1,"say \\"hi\\", now"\n2,z\n', [(1, 'say "hi", now'), (2, "z")]),
        ("a,b\n1,5\" pipe\n2,it's\n", [(1, '5" pipe'), (2, "it's")]),
        ('a,b\r\n1,"x\r\ny"\r\n', [(1, "x\r\ny")]),
        ("a,b\r1,x\r2,y\r", [(1, "x"), (2, "y")]),
        ("a,b\r\n1,x\n2,y\r3,z", [(1, "x"), (2, "y"), (3, "z")]),
    ],
)
def test_quotes_and_line_ends_of_all_kinds(convert_file, text, expected):
    assert convert_file(text).rows == expected


def test_lines_are_right_when_line_ends_are_mixed(convert_file):
    result = convert_file("a,b\r\n1,2\n3\n4,5\r\n")
    assert result.rows == [(1, 2), (4, 5)]
    assert [(r.line, r.reason) for r in result.table.rejected] == [(3, "too few fields")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a,a,,A\n1,2,3,4\n", ["a", "a_2", "column_3", "A_3"]),
        (" Name , Net  Sales \nx,1\n", ["Name", "Net Sales"]),
        ("1,2024-01-01,x\n2,2024-01-02,y\n", ["column_1", "column_2", "column_3"]),
        ("country,2019,2020\nDE,1.5,2.5\n", ["country", "2019", "2020"]),
        ("name,city\nann,berlin\nben,rome\n", ["name", "city"]),
        ("red,blue\nred,blue\nred,green\n", ["column_1", "column_2"]),
        ("a,b,\n1,2,\n3,4,\n", ["a", "b", "column_3"]),
        ("Sales report\n\nday,region,amount\n2024-01-01,x,1\n2024-01-02,y,2\n", ["day", "region", "amount"]),
        ('"a\nb",c\n1,2\n', ["a b", "c"]),
    ],
)
def test_it_finds_the_header(convert_file, text, names):
    assert list(convert_file(text).types) == names


def test_it_says_what_it_left_out_and_made_up(convert_file):
    assert convert_file("Report\n\na,b,c\n1,2,3\n").table.notes == [
        "Titles above the header were left out (1 lines)"
    ]
    assert convert_file("1,2\n3,4\n").table.notes == ["The file has no header; its columns are numbered"]


def test_day_and_month_that_could_be_either_are_said_to_be(convert_file):
    result = convert_file("day,n\n01/02/2024,1\n03/04/2024,2\n")
    assert result.rows[0][0] == date(2024, 2, 1)
    assert result.columns["day"].confidence == 0.5
    assert "could also" in result.columns["day"].guess


def test_another_column_tells_day_from_month(convert_file):
    result = convert_file("ordered,shipped\n01/02/2024,12/31/2024\n03/04/2024,01/30/2024\n")
    assert result.rows[0] == (date(2024, 1, 2), date(2024, 12, 31))


def test_tsv_is_split_at_tabs_alone(convert_file):
    result = convert_file("a\tb\n1,5\tx,y\n2,5\tz,w\n", name="data.tsv")
    assert result.types == {"a": "decimal", "b": "string"}


def test_a_single_column_works(convert_file):
    assert convert_file("amount\n1\n2\n").rows == [(1,), (2,)]


def test_columns_are_measured(convert_file):
    column = convert_file("n,t\n3,x\n1,x\n,x\n").columns["n"]
    assert (column.nulls, column.distinct, column.minimum, column.maximum) == (1, 2, 1, 3)


@pytest.mark.parametrize("text", ["a,b\n", "a,b", "\n\n\n"])
def test_a_file_without_rows_is_refused_and_leaves_nothing(tmp_path, text):
    (tmp_path / "x").write_text(text)
    with pytest.raises(ValidationFailed):
        convert(tmp_path / "x", "x.csv", tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_a_large_file_takes_seconds_and_loses_nothing(tmp_path, convert_file):
    path = tmp_path / "large.csv"
    duckdb.connect().execute(
        f"""
        COPY (SELECT i AS id, ['north', 'south', 'west'][1 + i % 3] AS region, round(i * 0.37, 2) AS amount,
                     DATE '2020-01-01' + (i % 1500)::INT AS day,
                     'customer "' || (i % 5000) || '"' AS customer,
                     CASE WHEN i % 40 = 0 THEN 'NA' ELSE (i % 6)::VARCHAR END AS rating
              FROM range(300000) AS t(i)) TO '{path}' (FORMAT csv, HEADER)
        """
    )
    with path.open("a") as file:
        file.write("300000,north\n")
    result = convert_file(path.read_bytes())
    assert (result.table.row_count, result.table.rejected_count) == (300_000, 1)
    assert result.table.rejected[0].line == 300_002
    assert result.types["rating"] == "integer"
    totals = (
        duckdb.connect()
        .execute(
            "SELECT sum(id), sum(amount), count(rating), sum(rating) "
            f"FROM read_parquet('{result.table.file}')"
        )
        .fetchone()
    )
    expected = (
        duckdb.connect()
        .execute(
            "SELECT sum(i), sum(round(i * 0.37, 2)::DECIMAL(18, 2)), count(*) FILTER (i % 40 <> 0), "
            "sum(i % 6) FILTER (i % 40 <> 0) FROM range(300000) AS t(i)"
        )
        .fetchone()
    )
    assert totals == expected


@pytest.mark.parametrize(
    ("late", "read", "rejected"),
    [
        ("epoch", None, 1),
        ("2024-02-30 00:00:00", None, 1),
        ("infinity", None, 1),
        ("1900-01-01 00:00:00", datetime(1900, 1, 1), 0),
        ("2024-03-01 10:00:00+02", datetime(2024, 3, 1, 8), 0),
        ("NA", None, 0),
        ("2024-3-1 9:05", datetime(2024, 3, 1, 9, 5), 0),
        ("2024-03-01", datetime(2024, 3, 1), 0),
    ],
)
def test_a_late_time_that_is_written_otherwise_is_seen(convert_file, late, read, rejected):
    rows = [f"{i},2024-01-01 00:00:{i % 60:02}" for i in range(100_000)]
    rows[70_001] = f"70001,{late}"
    result = convert_file(("id,moment\n" + "\n".join(rows) + "\n").encode())
    assert (result.types["moment"], result.table.rejected_count) == ("timestamp", rejected)
    assert [row.line for row in result.table.rejected] == [70_003] * rejected
    kept = duckdb.sql(f"SELECT moment FROM '{result.table.file}' WHERE id = 70001").fetchall()
    assert kept == ([] if rejected else [(read,)])
    others = f"SELECT count(*), count(DISTINCT moment) FROM '{result.table.file}' WHERE id <> 70001"
    assert duckdb.sql(others).fetchall() == [(99_999, 60)]


def test_times_of_several_layouts_in_one_file_are_read(convert_file):
    lines = [
        f"2024-01-{1 + i % 31:02} 10:00:00,2024-01-{1 + i % 31:02}T11:00:00,2024-02-01" for i in range(50)
    ]
    result = convert_file(("sent,got,day\n" + "\n".join(lines)).encode())
    assert result.types == {"sent": "timestamp", "got": "timestamp", "day": "date"}
    assert result.table.row_count == len(lines)
    [(sent, got, day)] = duckdb.sql(
        f"SELECT max(sent), max(got), max(day) FROM '{result.table.file}'"
    ).fetchall()
    assert (sent, got, day) == (datetime(2024, 1, 31, 10), datetime(2024, 1, 31, 11), date(2024, 2, 1))


CELL = st.one_of(
    st.sampled_from(
        [
            *("", "1", "2.5", "-3", "NA", "x", "2024-01-01", "2024-02-30", "01/02/2024", "007", "yes", "no"),
            *("a,b", 'say "x"', "1e5", "inf", " ", "a\nb", "1,5", "1.234,5", "true", "€ 5", "\t", "-", "'"),
            *("\\", "2024-01-01 10:00", "2024-01-01T10:00:00+02:00", "31.12.2024", "99999999999999999999"),
        ]
    ),
    st.integers(-(2**70), 2**70).map(str),
    st.text(
        st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\u2028\u2029\x85\ufeff"),
        max_size=8,
    ),
)


def table_of(width):
    return st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=2, max_size=30)


@settings(max_examples=60, deadline=None)
@given(
    table=st.integers(2, 5).flatmap(table_of),
    delimiter=st.sampled_from(",;\t|"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    damage=st.lists(
        st.tuples(st.integers(0, 30), st.sampled_from(["one", "1{d}2{d}3{d}4{d}5{d}6{d}7"])), max_size=2
    ),
)
@example(table=[["", " "], ["1", "9223372036854775808"]], delimiter=",", line_end="\n", damage=[])
@example(table=[["", ""], ["", "\\"], ["", ""]], delimiter=",", line_end="\n", damage=[])
@example(table=[["1", "x"], ["", ""], ["NA", "-"]], delimiter=",", line_end="\n", damage=[(1, "one")])
def test_every_row_is_either_kept_or_set_aside(table, delimiter, line_end, damage):
    width = len(table[0])
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    lines = [[f"name {i}" for i in range(width)], *table]
    for row in lines:
        writer.writerow(row)
    written = text.getvalue().split(line_end)
    broken = [pattern.replace("{d}", delimiter) for _, pattern in damage]
    content = line_end.join([*written[:-1], *broken, ""])
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "x")
        path.write_bytes(content.encode())
        try:
            file = convert(path, "x.csv", Path(directory, "out"))
        except ValidationFailed as refusal:
            if "Not one row" in refusal.message:
                return
            raise
        (converted,) = file.tables
        assert converted.row_count + converted.rejected_count == len(table) + len(broken)
        stored = duckdb.connect().execute(f"SELECT * FROM read_parquet('{converted.file}')").fetchall()
        assert len(stored) == converted.row_count
        if converted.rejected_file:
            aside = (
                duckdb.connect()
                .execute(f"SELECT count(*), count(line) FROM read_parquet('{converted.rejected_file}')")
                .fetchone()
            )
            assert aside == (converted.rejected_count, converted.rejected_count)
        elif file.delimiter == delimiter:
            for i, column in enumerate(converted.columns):
                if column.type == "string" and column.guess != "it has no values":
                    assert [row[i] or "" for row in stored] == [row[i] for row in table]
