"""What the tests share: a claribi server as a process, and clients that know only its address."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from sqlalchemy import text

from claribi.accounts.key_schemas import NewApiKey
from claribi.accounts.models import EmailDomain, IdentityProvider
from claribi.accounts.permissions import Role
from claribi.core.clock import utc_now
from claribi.core.database import Database
from claribi.core.settings import Settings
from claribi.services import Services, build

PASSWORD = "correct horse battery"
# As the server keeps it, but at the least work: signing in costs what the kept hash says. What the server
# itself makes of a password is tested where people choose one.
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
PATIENCE = 60.0


class Api(httpx.Client):
    """An HTTP client that knows nothing of the implementation but its address and credentials."""

    def __init__(self, **options: Any) -> None:
        # No server of the tests has a certificate, and to read who may vouch for one takes 50 ms a client.
        super().__init__(verify=False, **options)

    def until(self, path: str, done: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Ask again until the answer is as wanted."""
        began = time.monotonic()
        while (waited := time.monotonic() - began) < PATIENCE:
            answer = self.get(path)
            assert answer.status_code == 200, answer.text
            if done(answer.json()):
                return answer.json()
            # Seldom enough not to take much from what is waited for.
            time.sleep(min(max(waited / 6, 0.04), 0.25))
        raise AssertionError(f"{path} did not come to an end: {answer.text[:500]}")

    def upload(self, content: bytes, name: str = "sales.csv", **fields: str) -> dict[str, Any]:
        """Upload a file and wait until it is active or in error."""
        created = self.post("/api/v1/data-sources", files={"file": (name, content)}, data=fields)
        assert created.status_code == 201, created.text
        path = f"/api/v1/data-sources/{created.json()['id']}"
        return self.until(path, lambda source: source["status"] != "preprocessing")

    def dashboard_of(self, source_id: int) -> dict[str, Any]:
        """The dashboard that a source gets by itself."""
        path = f"/api/v1/dashboards?source_id={source_id}"
        listed = self.until(path, lambda page: any(row["refreshed_at"] for row in page["results"]))
        return self.get(f"/api/v1/dashboards/{listed['results'][0]['id']}").json()

    def generated(self, **report: Any) -> dict[str, Any]:
        """Make a report and wait until it is generated."""
        created = self.post("/api/v1/reports", json=report)
        assert created.status_code == 201, created.text
        report_id = created.json()["id"]
        run = self.post(f"/api/v1/reports/{report_id}/generate", json={"wait": PATIENCE})
        assert run.status_code == 201, run.text
        assert run.json()["status"] == "completed", run.text
        return self.get(f"/api/v1/reports/{report_id}").json()


@dataclass
class Member:
    """A user of an organisation, with what it signs in with."""

    email: str
    organization_id: int
    user_id: int
    key: str
    key_id: int


@dataclass
class Server:
    """A running `claribi serve`."""

    url: str
    data_dir: Path
    process: subprocess.Popen[bytes]
    services: Services
    _made: int = 0
    _open: list[Api] = field(default_factory=list)

    def stranger(self) -> Api:
        """A client from an address of its own, on a server that trusts this machine as a proxy."""
        self._made += 1
        high, low = divmod(self._made, 250)
        return self.api(**{"X-Forwarded-For": f"203.0.{high + os.getpid() % 100}.{low + 1}"})

    def organization(self, tier: str = "self_hosted") -> int:
        self._made += 1
        return self.services.accounts.create_organization(f"Organisation {self._made}", tier)

    def member(self, organization_id: int, role: Role = Role.OWNER) -> Member:
        self._made += 1
        email = f"user{self._made}-{os.getpid()}@example.com"
        accounts = self.services.accounts
        user_id = accounts.add_user(organization_id, email, PASSWORD_HASH, role)
        caller = accounts.principal(email)
        if not caller.may("api_keys:manage"):
            return Member(email, organization_id, user_id, "", 0)
        key = self.services.api_keys.create(caller, NewApiKey(name="test"))
        return Member(email, organization_id, user_id, key["key"], key["id"])

    def api(self, **headers: str) -> Api:
        """A client with these headers and no other credentials."""
        self._open.append(Api(base_url=self.url, headers=headers, timeout=PATIENCE + 30))
        return self._open[-1]

    def owner(self, tier: str = "self_hosted") -> Api:
        """A client of the owner of a new organisation, by API key."""
        return self.api(**{"X-API-Key": self.member(self.organization(tier)).key})

    def proven_domain(self, organization_id: int, domain: str) -> tuple[int, int]:
        """The ids of an identity provider that nobody runs, and of a mail domain that is proven."""
        with self.services.database.write(organization_id) as session:
            provider = IdentityProvider(
                name="Directory",
                issuer="https://directory.invalid",
                client_id="claribi",
                scopes=["openid", "email"],
                role_of_group={},
            )
            session.add(provider)
            session.flush()
            claimed = EmailDomain(provider_id=provider.id, domain=domain, proof="-", verified_at=utc_now())
            session.add(claimed)
            session.flush()
            return provider.id, claimed.id

    def signed_in(self, member: Member) -> Api:
        """A client of a member, by JWT."""
        body = {"email": member.email, "password": PASSWORD}
        answer = self.api().post("/api/auth/login/", json=body)
        assert answer.status_code == 200, answer.text
        return self.api(Authorization=f"Bearer {answer.json()['access']}")

    def worker_pid(self) -> int:
        """The process id of the worker beside the server."""
        listed = subprocess.run(
            ["pgrep", "-P", str(self.process.pid), "-f", "claribi.cli worker"],
            capture_output=True,
            text=True,
            check=True,
        )
        return int(listed.stdout.split()[0])

    def close(self) -> None:
        for client in self._open:
            client.close()
        self.services.close()
        stop(self.process)


class Team:
    """An organisation with a member of each role, made and signed in when first asked for."""

    def __init__(self, server: Server, tier: str = "self_hosted") -> None:
        self.server = server
        self.organization = server.organization(tier)
        self._members: dict[Role, Member] = {}
        self._clients: dict[Role, Api] = {}

    def member(self, role: Role) -> Member:
        if role not in self._members:
            self._members[role] = self.server.member(self.organization, role)
        return self._members[role]

    def client(self, role: Role) -> Api:
        """The member's client, by JWT."""
        if role not in self._clients:
            self._clients[role] = self.server.signed_in(self.member(role))
        return self._clients[role]

    def path(self, role: Role) -> str:
        return f"/api/v1/members/{self.member(role).user_id}"


def start(data_dir: Path, command: str = "serve", **settings: Any) -> tuple[str, subprocess.Popen[bytes]]:
    """Start `claribi serve` (or demo) on a free port: its address and process."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CLARIBI_")}
    for name, value in settings.items():
        environment[f"CLARIBI_{name.upper()}"] = value if isinstance(value, str) else json.dumps(value)
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "claribi.cli", command, "--port", "0", "--data-dir", str(data_dir)],
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
        )
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"http://[\w.:]+", line.decode())
        if found:
            return found.group(), process
    process.kill()
    process.wait()
    raise AssertionError(f"claribi did not start:\n{(data_dir / 'server.log').read_text()[-3000:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


# For servers of tests in which nothing is done in the background: a worker costs as much as the server.
WITHOUT_WORKER = {"worker": False}


@contextlib.contextmanager
def running(data_dir: Path, **settings: Any) -> Iterator[Server]:
    url, process = start(data_dir, **settings)
    services = build(Settings(data_dir=data_dir, **settings))
    server = Server(url, data_dir, process, services)
    try:
        yield server
    finally:
        server.close()


@dataclass
class Loaded:
    """An organisation with the sales in it."""

    api: Api
    source: dict[str, Any]

    @property
    def table(self) -> str:
        return self.source["tables"][0]["name"]

    def query(self, **query: Any) -> dict[str, Any]:
        answer = self.api.post(
            "/api/v1/query", json={"source_id": self.source["id"], "table": self.table, **query}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()


def new_postgres(server_url: str, template: str = "template1") -> str:
    """The URL of a new database on a PostgreSQL server: a copy of another of its databases."""
    admin = Database(server_url)
    name = f"t{uuid.uuid4().hex}"
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    admin.close()
    return server_url.rsplit("/", 1)[0] + f"/{name}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError(f"nothing listens on {port}")


def as_service(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root; its own user does it then."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def events_of(answer: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    """The server-sent events of an answer as they come, each with its data."""
    name = ""
    for line in answer.iter_lines():
        kind, _, value = line.partition(": ")
        if kind == "event":
            name = value
        elif kind == "data":
            yield name, json.loads(value)
