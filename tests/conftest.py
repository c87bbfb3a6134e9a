"""Real servers for the tests, each with a port and folder of its own: claribi, and the databases."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import orders
import pytest
from openid_provider import CALLBACK, providing
from playwright.sync_api import Browser, sync_playwright
from scheduling import NearTheirServers
from scripted_model import ScriptedModel, scripted
from support import Api, Loaded, Server, as_service, free_port, new_postgres, running, wait_for
from xdist.remote import Producer

TESTS = Path(__file__).parent
CHROMIUM = os.environ.get("CLARIBI_TEST_CHROMIUM", "/usr/bin/chromium-headless-shell")
# What keeps Chromium from looking for its makers' servers, and lets it run as root without a screen.
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Where tests are few and slow: begun first, so that at the end no process works alone.
SLOW_FIRST = ("sources", "main_job", "ui", "contract", "accounts")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: number for number, name in enumerate(SLOW_FIRST)}
    items.sort(key=lambda item: order.get(item.path.relative_to(TESTS).parts[0], len(order)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> NearTheirServers:
    return NearTheirServers(config, log)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of this process; each test makes organisations of its own."""
    with running(tmp_path_factory.mktemp("server")) as running_server:
        yield running_server


@pytest.fixture
def api(server: Server) -> Api:
    """The owner of a fresh organisation."""
    return server.owner()


@pytest.fixture(scope="session")
def sales_csv() -> bytes:
    return orders.as_csv()


@pytest.fixture(scope="session")
def sales(server: Server, sales_csv: bytes) -> Loaded:
    owner = server.owner()
    source = owner.upload(sales_csv, name="sales.csv")
    assert source["status"] == "active", source
    return Loaded(owner, source)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of this process: its driver can't be started twice in one."""
    if not Path(CHROMIUM).exists():
        pytest.fail(f"{CHROMIUM} is missing: run python scripts/servers.py")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=BROWSER_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [Path(shutil.which("initdb") or "").parent]
    folder = Path("/tmp") / f"claribi-postgres-{os.getpid()}"  # noqa: S108 - another user must reach it
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    port = free_port()
    initdb = [
        str(found[-1] / "initdb"),
        "-D",
        str(folder / "data"),
        "-A",
        "trust",
        "-U",
        "claribi",
        "-E",
        "UTF8",
    ]
    subprocess.run(as_service(initdb), check=True, capture_output=True)
    # One user signs in with a password, all others are trusted.
    rules = folder / "data" / "pg_hba.conf"
    rules.write_text(f"host all reader all scram-sha-256\n{rules.read_text()}")
    command = [str(found[-1] / "postgres"), "-D", str(folder / "data"), "-p", str(port), "-k", str(folder)]
    process = subprocess.Popen(
        as_service([*command, "-c", "fsync=off", "-c", "max_connections=300"]),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        time.sleep(0.5)
        yield f"postgresql://claribi@127.0.0.1:{port}/postgres"
    finally:
        ended = [str(found[-1] / "pg_ctl"), "stop", "-D", str(folder / "data"), "-m", "immediate"]
        subprocess.run(as_service(ended), check=True, capture_output=True)
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def fresh_postgres(postgres_url: str) -> str:
    """An empty database on our PostgreSQL server."""
    return new_postgres(postgres_url)


@pytest.fixture(scope="session")
def mariadb_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A MariaDB server of our own, whose root has no password."""
    folder = Path("/tmp") / f"claribi-mariadb-{os.getpid()}"  # noqa: S108 - another user must reach it
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    port = free_port()
    install = ["mariadb-install-db", "--no-defaults", f"--datadir={folder}/data"]
    subprocess.run(
        as_service([*install, "--auth-root-authentication-method=normal", "--skip-test-db"]),
        check=True,
        capture_output=True,
    )
    options = [f"--datadir={folder}/data", f"--socket={folder}/socket", f"--pid-file={folder}/pid"]
    command = ["mariadbd", "--no-defaults", *options, f"--port={port}", "--bind-address=127.0.0.1"]
    process = subprocess.Popen(
        as_service([*command, "--innodb-flush-log-at-trx-commit=0"]),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        _teach_zones(f"{folder}/socket")
        yield port
    finally:
        subprocess.run(["mariadb-admin", "-uroot", f"-S{folder}/socket", "shutdown"], check=True)
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _teach_zones(socket: str) -> None:
    """Fill MariaDB's time zone tables, which are empty at first, with a few."""
    for zone in ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"):
        file = f"/usr/share/zoneinfo/{zone}"
        told = subprocess.run(["mariadb-tzinfo-to-sql", file, zone], check=True, capture_output=True).stdout
        subprocess.run(["mariadb", "-uroot", f"-S{socket}", "mysql"], input=told, check=True)


@pytest.fixture(scope="session")
def clickhouse_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """ClickHouse's engine behind its HTTP interface, whose user `default` has no password."""
    port = free_port()
    users = {
        "default": {"password": "", "profile": {}},
        "reader": {"password": "an unusual password: '$%\\", "profile": {}},
        "careful": {"password": "", "profile": {"readonly": 2}},
        "fixed": {"password": "", "profile": {"readonly": 1}},
    }
    folder = tmp_path_factory.mktemp("clickhouse")
    process = subprocess.Popen(
        [sys.executable, str(TESTS / "clickhouse_server.py"), str(port), str(folder), json.dumps(users)]
    )
    try:
        wait_for(port, process)
        yield port
    finally:
        process.kill()
        process.wait(20)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server of our own."""
    port = free_port()
    folder = tmp_path_factory.mktemp("redis")
    process = subprocess.Popen(
        ["redis-server", "--port", str(port), "--save", "", "--dir", str(folder)], stdout=subprocess.DEVNULL
    )
    try:
        wait_for(port, process)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose operator lets it reach this machine, where databases and providers run."""
    folder = tmp_path_factory.mktemp("near")
    limits = {"query_timeout_seconds": "3", "query_max_rows": "20000"}
    with running(folder, allowed_networks=["127.0.0.0/8", "::1/128"], **limits) as server:
        yield server


@pytest.fixture(scope="session")
def scripted_model() -> Iterator[ScriptedModel]:
    """A language model that says what a test lets it say."""
    with scripted() as model:
        yield model


@pytest.fixture(scope="session")
def talking(tmp_path_factory: pytest.TempPathFactory, scripted_model: ScriptedModel) -> Iterator[Server]:
    """A server with that language model."""
    settings = {"llm": "scripted:test", "llm_base_url": scripted_model.url, "llm_timeout_seconds": "3"}
    with running(tmp_path_factory.mktemp("talking"), **settings) as server:
        yield server


@pytest.fixture(scope="module")
def issuer(near: Server) -> Iterator[str]:
    with providing(f"{near.url}{CALLBACK}") as address:
        yield address
