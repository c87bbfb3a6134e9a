import io
import json
import zipfile
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest
import xlsxwriter

from claribi.core.errors import ValidationFailed
from claribi.query.engine import Engine
from claribi.sources.files.convert import convert
from claribi.sources.files.messages import ConvertRequest


def workbook(fill) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        fill(book)
    return buffer.getvalue()


def parquet(query, directory) -> bytes:
    duckdb.connect().execute(f"COPY ({query}) TO '{directory / 'made.parquet'}' (FORMAT parquet)")
    return (directory / "made.parquet").read_bytes()


def sales_book(book):
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Net Sales")
    sheet.write(0, 1, "Report of the year")
    sheet.write_row(2, 1, ["Day", "Amount", "Code", "Paid", "Units", "Note"])
    for i in range(30):
        sheet.write_datetime(3 + i, 1, datetime.fromisoformat(f"2024-01-{1 + i:02}"), dates)
        sheet.write_number(3 + i, 2, i * 1.25)
        sheet.write_string(3 + i, 3, f"{i:05}")
        sheet.write_boolean(3 + i, 4, i % 2 == 0)
        sheet.write_number(3 + i, 5, i)
        if i % 3:
            sheet.write_string(3 + i, 6, f"n{i}")
    book.add_worksheet("Empty")
    other = book.add_worksheet("Zweites Blatt")
    other.write_row(0, 0, ["a", "b"])
    other.write_row(1, 0, [1, "x"])


def test_each_sheet_with_rows_is_a_table(convert_file):
    result = convert_file(workbook(sales_book), "book.xlsx")
    assert [(table.name, table.row_count) for table in result.file.tables] == [
        ("net_sales", 30),
        ("zweites_blatt", 1),
    ]
    assert result.file.notes == ["Sheets without rows were left out (1)"]
    assert result.table.notes == ["Titles above the header were left out (1 rows)"]


def test_cells_keep_their_types(convert_file):
    result = convert_file(workbook(sales_book), "book.xlsx")
    assert result.types == {
        "Day": "date",
        "Amount": "decimal",
        "Code": "string",
        "Paid": "boolean",
        "Units": "integer",
        "Note": "string",
    }
    assert result.rows[1] == (date(2024, 1, 2), Decimal("1.25"), "00001", False, 1, "n1")
    assert result.rows[3][5] is None


def test_a_cell_that_does_not_fit_is_set_aside_with_its_row(convert_file):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["n", "t"])
        for i in range(200):
            sheet.write_row(1 + i, 0, [i, "x"])
        sheet.write_row(205, 0, ["oops", "x"])

    result = convert_file(workbook(fill), "My file.xlsx")
    assert result.table.name == "my_file"
    assert (result.table.row_count, result.table.rejected_count) == (200, 1)
    assert (result.table.rejected[0].line, result.table.rejected[0].value) == (206, "oops")


def test_a_workbook_without_rows_is_refused(convert_file):
    with pytest.raises(ValidationFailed, match="No sheet"):
        convert_file(workbook(lambda book: book.add_worksheet()), "book.xlsx")


@pytest.mark.parametrize(
    "text",
    [
        '[{"a": 1, "b": "x"}, {"a": 2, "b": null}]',
        '{"a": 1, "b": "x"}\n{"a": 2}\n',
        '{"meta": {"pages": 1}, "rows": [{"a": 1, "b": "x"}, {"a": 2}], "next": null}',
        '\ufeff [ {"a": 1,\n "b": "x"},\n\n{"a": 2} ]',
    ],
)
def test_json_of_all_shapes(convert_file, text):
    result = convert_file(text, "data.json")
    assert result.rows == [(1, "x"), (2, None)]
    assert result.file.format == "json"


def test_json_values_keep_their_types(convert_file):
    record = {
        "i": 1, "f": 1.5, "b": True, "s": "00123", "digits": "5", "day": "2024-01-31",
        "at": "2024-01-01T10:00:00Z", "deep": {"x": {"y": 2}}, "list": [1, {"z": 2}], "none": None,
    }  # fmt: skip
    result = convert_file(json.dumps([record, record]), "data.json")
    assert result.types == {
        "i": "integer", "f": "decimal", "b": "boolean", "s": "string", "digits": "string", "day": "date",
        "at": "timestamp", "deep.x.y": "integer", "list": "string", "none": "string",
    }  # fmt: skip
    assert result.rows[0][7:] == (2, '[1, {"z": 2}]', None)


def test_decimals_of_json_are_exact(convert_file):
    result = convert_file('[{"a": 0.10}, {"a": 12345678901234.5678}]', "data.json")
    assert [str(row[0]) for row in result.rows] == ["0.1000", "12345678901234.5678"]


def test_lines_that_are_no_objects_are_set_aside(convert_file):
    result = convert_file('{"a": 1}\n{"a": \n\n[1]\n{"a": 2} x\n{"a": 3}\n', "data.jsonl")
    assert result.rows == [(1,), (3,)]
    assert [(r.line, r.reason) for r in result.table.rejected] == [
        (2, "not valid JSON"),
        (4, "not an object with fields"),
        (5, "not valid JSON"),
    ]


def test_json_larger_than_one_block_comes_whole(convert_file):
    records = [{"n": i, "text": "x" * 100 + ']}\\"' + str(i)} for i in range(30_000)]
    result = convert_file(json.dumps({"data": records}), "data.json")
    assert result.table.row_count == 30_000
    assert result.rows[-1] == (29_999, records[-1]["text"])


def test_parquet_keeps_its_types(convert_file, tmp_path):
    query = """
        SELECT 1 AS id, 1.50::DECIMAL(10, 2) AS amount, [1, 2] AS l, {'x': 1} AS s, DATE '2024-01-01' AS d
        FROM range(3)
    """
    result = convert_file(parquet(query, tmp_path), "data.parquet")
    assert list(result.types.values()) == ["integer", "decimal", "string", "string", "date"]
    assert result.rows == [(1, Decimal("1.50"), "[1,2]", '{"x":1}', date(2024, 1, 1))] * 3
    assert result.columns["id"].confidence == 1


def test_moments_with_a_zone_are_described_in_utc(tmp_path):
    query = "SELECT TIMESTAMPTZ '2024-01-01 02:00:00+02' AS at"
    (tmp_path / "upload").write_bytes(parquet(query, tmp_path))
    (table,) = convert(tmp_path / "upload", "x.parquet", tmp_path / "out").tables
    assert (table.columns[0].type, table.columns[0].minimum) == ("timestamp", "2024-01-01T00:00:00")


def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(3):
            archive.writestr(f"xl/sheet{i}.xml", b"\0" * 10_000_000)
    # What the archive says of itself: sizes that no upload needs.
    return buffer.getvalue().replace(
        (10_000_000).to_bytes(4, "little"), (2_000_000_000).to_bytes(4, "little")
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.csv", b"", "empty"),
        ("x.csv", b"  \n ", "empty|no rows"),
        ("x.csv", bytes(range(256)) * 100, "not text"),
        ("x.csv", b"a,b\n1,\0\0\0\n", "not text"),
        ("x.csv", b"PK\x03\x04rest", "called .csv but is"),
        ("x.csv", b"%PDF-1.7 ...", "PDF"),
        ("x.xlsx", b"a,b\n1,2\n", "called .xlsx but isn't"),
        ("x.xlsx", b"PK\x03\x04broken", "can't be read"),
        ("x.xlsx", encrypted(), "password"),
        ("x.xls", b"\xd0\xcf\x11\xe0broken", "can't be read"),
        ("x.xlsx", bomb(), "too large"),
        ("x.parquet", b"a,b\n1,2\n", "called .parquet but isn't"),
        ("x.parquet", b"PAR1brokenPAR1", "damaged"),
        ("x.json", b"[1, 2, 3]", "no objects"),
        ("x.json", b'[{"a": 1},', "middle"),
        ("x.json", b'[{"a": 1}, {"a" 2}]', "line 1"),
        ("x.json", b"[" * 100_000, "nested too deeply"),
        ("x.json", b'{"a":' * 100_000, "nested too deeply|valid JSON"),
        ("x.json", b'{"a": [{"x": 1}], "b": [{"y": 1}]}', "several lists"),
        ("x.gz", b"\x1f\x8b rest", "gzip"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_a_reason_and_leaves_nothing(
    tmp_path, name, content, message
):
    (tmp_path / "upload").write_bytes(content)
    with pytest.raises(ValidationFailed, match=message) as refusal:
        convert(tmp_path / "upload", name, tmp_path / "out")
    assert "\n" not in refusal.value.message
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [("upload", "a,b\n1,2\n", "csv"), ("x.dat", '[{"a": 1}]', "json"), ("DATA.CSV", "a;b\n1;2\n", "csv")],
)
def test_a_name_that_tells_nothing_is_no_hindrance(convert_file, name, content, expected):
    assert convert_file(content, name).file.format == expected


def test_progress_goes_up_to_one(tmp_path):
    (tmp_path / "x").write_text("a,b\n1,2\n")
    seen = []
    convert(tmp_path / "x", "x.csv", tmp_path / "out", on_progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = Engine(size=1, spill_directory=tmp_path_factory.mktemp("spill"))
    yield engine
    engine.close()


def test_a_process_of_its_own_converts_and_the_engine_asks(engine, tmp_path):
    (tmp_path / "upload").write_text("Day;Net amount\n31.12.2024;1.234,50\n01.01.2025;2,5\n")
    shares = []
    request = ConvertRequest(tmp_path / "upload", "Sales (2024).csv", tmp_path / "out")
    (table,) = engine.convert(request, on_progress=shares.append).tables
    assert table.name == "sales_2024"
    assert shares[-1] == 1.0
    answer = engine.run('SELECT sum("Net amount") AS s FROM sales_2024', {}, {table.name: [table.file]})
    assert answer.rows == [[Decimal("1237.00")]]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["sales_2024.parquet"]


def test_a_refused_file_leaves_no_directory(engine, tmp_path):
    (tmp_path / "upload").write_bytes(b"\0\1\2" * 100)
    with pytest.raises(ValidationFailed, match="not text"):
        engine.convert(ConvertRequest(tmp_path / "upload", "x.csv", tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_cancelled_conversion_leaves_nothing(engine, tmp_path):
    class Cancelled(Exception):
        pass

    def cancel(_share):
        raise Cancelled

    (tmp_path / "upload").write_text("a,b\n1,2\n" * 1000)
    with pytest.raises(Cancelled):
        engine.convert(ConvertRequest(tmp_path / "upload", "x.csv", tmp_path / "out"), on_progress=cancel)
    assert not (tmp_path / "out").exists()
