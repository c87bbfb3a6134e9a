"""A Spark Connect server of our own, in this machine's own mode: one for all tests of this process."""

import atexit
import importlib.util
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from support import free_port, wait_for

from claribi.core.egress import Egress
from claribi.core.errors import ClaribiError
from claribi.sources.connectors.base import ReadLimits
from claribi.sources.connectors.settings import ServerConnection
from claribi.sources.connectors.spark import Spark

HERE = Egress([ip_network("127.0.0.0/8")])
LIMITS = ReadLimits(timeout_seconds=60, max_rows=100_000, max_bytes=64 * 1024**2)
CATALOG = "spark_catalog"
TOKEN = "an unusual token: '$%"
# What a small machine can do without: threads for more cores, an interface for people, signals to kill by.
SMALL = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    # To make a program of each of hundreds of small queries takes longer than to run it as it is.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.log.level": "ERROR",
    "spark.connect.authenticate.token": TOKEN,
}


def needs_java() -> None:
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not here: run python scripts/servers.py")


def started(folder: Path, **settings: str) -> tuple[int, "subprocess.Popen[bytes]"]:
    """A server, and the port that it listens on."""
    needs_java()
    spec = importlib.util.find_spec("pyspark")
    assert spec is not None
    assert spec.origin is not None
    home = Path(spec.origin).parent
    port = free_port()
    given = {
        **SMALL,
        "spark.connect.grpc.binding.port": str(port),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.local.dir": str(folder / "local"),
        **settings,
    }
    command = [
        str(home / "bin" / "spark-submit"),
        *("--class", "org.apache.spark.sql.connect.service.SparkConnectServer"),
        *("--master", "local[2]", "--driver-memory", "1200m"),
        *("--driver-java-options", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"),
        *(part for name, value in given.items() for part in ("--conf", f"{name}={value}")),
        "spark-internal",
    ]
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"},
    )
    log.close()
    wait_for(port, process)
    return port, process


@cache
def shared() -> "subprocess.Popen[bytes]":
    """The server that all tests of this process share; its port is in `shared_port`."""
    needs_java()
    folder = Path(tempfile.mkdtemp(prefix="claribi-spark-"))
    port, process = started(folder)
    _PORTS.append(port)

    def end() -> None:
        process.kill()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    _warmed(port)
    return process


def _warmed(port: int) -> None:
    """The first words take Spark long."""
    source = connector(port)
    for _ in range(6):
        with suppress(ClaribiError):
            source.check()
            break
    source.close()


_PORTS: list[int] = []


def shared_port() -> int:
    shared()
    return _PORTS[0]


def connector(port: int, **settings: Any) -> Spark:
    given = {
        "host": "127.0.0.1",
        "port": port,
        "database": CATALOG,
        "user": "tests",
        "password": TOKEN,
        "tls": "off",
    }
    return Spark(ServerConnection.model_validate(given | settings), HERE, size=2)


def run(source: Spark, *statements: str) -> None:
    """What an administrator says; nothing of claribi's would let a user say it."""
    for statement in statements:
        source.run(statement, [], LIMITS)


def load(source: Spark, schema: str, tables: dict[str, Path]) -> None:
    """Tables from Parquet files, by their names."""
    run(source, f"CREATE SCHEMA {schema}")
    for name, file in tables.items():
        run(source, f"CREATE TABLE {schema}.`{name}` USING parquet LOCATION '{file}'")
