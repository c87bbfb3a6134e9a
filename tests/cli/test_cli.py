"""The command line beside a running server."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from click.testing import Result
from support import PATIENCE, Server, start, stop
from typer.testing import CliRunner

from claribi.cli import app


def said(*arguments: str, data_dir: Path) -> Result:
    """As `claribi` does, within this process: a program of its own takes seconds to begin."""
    return CliRunner().invoke(app, [*arguments, "--data-dir", str(data_dir)])


def claribi(*arguments: str, data_dir: Path, text: str = "") -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CLARIBI_")}
    return subprocess.run(
        [sys.executable, "-m", "claribi.cli", *arguments, "--data-dir", str(data_dir)],
        capture_output=True,
        text=True,
        input=text,
        timeout=PATIENCE,
        check=False,
        env=environment,
    )


def test_a_user_a_key_a_source_and_a_report_from_the_command_line(server: Server, tmp_path, sales_csv):
    file = tmp_path / "orders.csv"
    file.write_bytes(sales_csv)
    user = "cli@example.com"
    made = claribi("user", "create", user, "--organization", "Cli", data_dir=server.data_dir)
    assert made.returncode == 0, made.stderr
    assert "password: " in made.stdout
    key = claribi("key", "create", "nightly", "--user", user, "--days", "30", data_dir=server.data_dir)
    assert key.stdout.startswith("claribi_key_")
    added = claribi("source", "add", str(file), "--user", user, data_dir=server.data_dir)
    assert added.returncode == 0, added.stderr
    api = server.api(**{"X-API-Key": key.stdout.strip()})
    source = api.get("/api/v1/data-sources").json()["results"][0]
    assert added.stdout.strip() == f"source {source['id']}: orders, {source['row_count']:,} rows"
    report = api.post("/api/v1/reports", json={"title": "R", "source_id": source["id"]}).json()
    output = tmp_path / "report.pdf"
    done = claribi(
        "report",
        "generate",
        str(report["id"]),
        "--user",
        user,
        "--output",
        str(output),
        data_dir=server.data_dir,
    )
    assert done.returncode == 0, done.stderr
    assert output.read_bytes().startswith(b"%PDF")


def test_the_password_may_come_from_standard_input(server: Server):
    email, password = "stdin@example.com", "a long password indeed"
    made = claribi(
        "user", "create", email, "--password-stdin", data_dir=server.data_dir, text=password + "\n"
    )
    assert made.returncode == 0, made.stderr
    assert password not in made.stdout
    answer = server.api().post("/api/auth/login", json={"email": email, "password": password})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["key", "create", "k", "--user", "nobody@example.com"], "not found"),
        (["user", "create", "no-address"], "not an e-mail address"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(server: Server, arguments: list[str], message: str):
    answer = claribi(*arguments, data_dir=server.data_dir)
    assert answer.returncode == 1
    assert message in " ".join(answer.stderr.split())
    assert "Traceback" not in answer.stderr


def test_an_unreadable_file_is_told_in_a_sentence(server: Server, tmp_path):
    claribi("user", "create", "bad@example.com", data_dir=server.data_dir)
    file = tmp_path / "broken.parquet"
    file.write_bytes(b"PAR1 this is no parquet file")
    answer = claribi("source", "add", str(file), "--user", "bad@example.com", data_dir=server.data_dir)
    assert answer.returncode == 1
    assert answer.stderr.strip()
    assert "Traceback" not in answer.stderr


def test_the_demo_is_complete_and_keeps_its_sign_in(tmp_path):
    url, process = start(tmp_path / "demo", command="demo")
    try:
        file = tmp_path / "demo" / "demo-credentials.json"
        credentials = json.loads(file.read_text())
        assert set(credentials) == {"email", "password", "api_key", "base_url"}
        assert credentials["base_url"] == url
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        for line in process.stdout:
            if b"complete" in line:
                break
        headers = {"X-API-Key": credentials["api_key"]}
        with httpx.Client(base_url=url, headers=headers, timeout=PATIENCE) as api:
            assert api.get("/api/v1/data-sources").json()["results"][0]["row_count"] >= 100_000
            assert api.get("/api/v1/dashboards").json()["count"] == 1
            report = api.get("/api/v1/reports").json()["results"][0]
            assert report["status"] == "completed"
            assert api.post(f"/api/v1/reports/{report['id']}/verify").json()["failing"] == []
        body = {"email": credentials["email"], "password": credentials["password"]}
        assert httpx.post(f"{url}/api/auth/login/", json=body).status_code == 200
    finally:
        stop(process)
    again, process = start(tmp_path / "demo", command="demo")
    try:
        kept = json.loads(file.read_text())
        assert kept == credentials | {"base_url": again}
    finally:
        stop(process)


def test_a_model_lives_in_a_file(server: Server, tmp_path):
    user = "modeller@example.com"
    assert said("user", "create", user, "--organization", "M", data_dir=server.data_dir).exit_code == 0
    for name, text in (("shops", "shop,city\n1,Bern\n2,Genf\n"), ("sales", "shop,amount\n1,10\n1,5\n2,7\n")):
        file = tmp_path / f"{name}.csv"
        file.write_text(text)
        added = said("source", "add", str(file), "--user", user, data_dir=server.data_dir)
        assert added.exit_code == 0, added.stderr
    model = tmp_path / "model.yaml"
    model.write_text(
        """
        name: Retail
        tables:
          - {name: shops, source: shops, table: shops, primary_key: [shop]}
          - {name: sales, source: sales, table: sales}
        joins:
          - {table: sales, columns: [shop], to: shops, references: [shop]}
        metrics:
          - {name: turnover, column: sales.amount, aggregation: sum}
        """
    )
    checked = said("model", "check", str(model), "--user", user, data_dir=server.data_dir)
    assert (checked.exit_code, checked.stdout) == (0, "Retail holds: 1 joins, 1 metrics\n"), checked.stderr
    for _ in range(2):
        made = said("model", "import", str(model), "--user", user, data_dir=server.data_dir)
        assert made.exit_code == 0, made.stderr
    exported = said("model", "export", "Retail", "--user", user, data_dir=server.data_dir).stdout
    model.write_text(exported.replace("references:\n  - shop", "references:\n  - city"))
    wrong = said("model", "check", str(model), "--user", user, data_dir=server.data_dir)
    assert wrong.exit_code == 1
    assert "joins.sales.shops" in wrong.stdout
    missing = said("model", "export", "Wholesale", "--user", user, data_dir=server.data_dir)
    assert (missing.exit_code, "Wholesale" in str(missing.exception)) == (1, True)
