from pathlib import Path

import duckdb
import pytest

from claribi.query.engine import Engine, EngineLimits


@pytest.fixture(scope="session")
def sales_files(tmp_path_factory) -> dict[str, list[Path]]:
    """A table `sales` of 1,000 rows and a table `customers` of 50."""
    directory = tmp_path_factory.mktemp("sales")
    sales, customers = directory / "sales.parquet", directory / "customers.parquet"
    duckdb.connect().execute(
        f"""
        COPY (
            SELECT i::INT AS id, (i % 50)::INT AS customer_id,
                   ['north', 'south', 'west'][1 + i % 3] AS region,
                   (i % 97 * 1.25)::DECIMAL(10, 2) AS amount, DATE '2024-01-01' + (i % 366)::INT AS day
            FROM range(1000) AS t(i)
        ) TO '{sales}' (FORMAT parquet)
        """
    )
    people = "SELECT i::INT AS id, 'A' || i AS name FROM range(50) AS t(i)"
    duckdb.connect().execute(f"COPY ({people}) TO '{customers}' (FORMAT parquet)")
    return {"sales": [sales], "customers": [customers]}


@pytest.fixture(scope="session")
def sales_engine(sales_files, tmp_path_factory):
    """An engine, and the files of the tables to ask it about."""
    engine = Engine(size=1, limits=EngineLimits(), spill_directory=tmp_path_factory.mktemp("spill"))
    yield engine, sales_files
    engine.close()


@pytest.fixture(scope="module")
def truth(sales_csv: bytes, tmp_path_factory: pytest.TempPathFactory):
    """The same file, asked without claribi."""
    file = tmp_path_factory.mktemp("truth") / "sales.csv"
    file.write_bytes(sales_csv)
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE sales AS SELECT * FROM read_csv('{file}')")
    return lambda sql: connection.execute(sql).fetchall()
