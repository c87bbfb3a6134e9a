"""Section 3 of the contract: rate limits."""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Thread, Timer

import pytest
from support import WITHOUT_WORKER, Api, Server, running, start, stop

from claribi.accounts import limits
from claribi.accounts.limits import Limiter
from claribi.accounts.permissions import Role, permissions_of
from claribi.accounts.principal import Principal
from claribi.accounts.tiers import tier, tiers

HEADERS = {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/reports"),
        ("GET", "/api/v1/reports/42"),
        ("GET", "/api/v1/nothing"),
        ("PUT", "/api/v1/reports"),
        ("POST", "/api/v1/dashboards"),
        ("GET", "/"),
        ("GET", "/healthz"),
        ("GET", "/api/v1/openapi.json"),
    ],
)
def test_every_answer_has_the_headers(api: Api, method: str, path: str):
    answer = api.request(method, path)
    assert set(answer.headers) >= HEADERS
    assert int(answer.headers["x-ratelimit-reset"]) > time.time() - 1


def test_they_are_there_without_credentials_too(server: Server):
    assert set(server.api().get("/api/v1/reports").headers) >= HEADERS


def test_remaining_counts_down(api: Api):
    left = [int(api.get("/api/v1/reports").headers["x-ratelimit-remaining"]) for _ in range(3)]
    assert left == [left[0], left[0] - 1, left[0] - 2]


def test_over_the_limit_is_429_with_retry_after(server: Server):
    client = server.owner("trial")
    answers = [client.get("/api/v1/reports") for _ in range(61)]
    assert [a.status_code for a in answers[:60]] == [200] * 60
    last = answers[60]
    assert (last.status_code, last.json()["error"]) == (429, "rate_limited")
    assert 0 < int(last.headers["retry-after"]) <= 3600
    assert last.headers["x-ratelimit-limit"] == "60"
    assert last.headers["x-ratelimit-remaining"] == "0"


def test_limits_are_counted_for_each_key_by_itself(server: Server):
    organization = server.organization("trial")
    first, second = server.member(organization), server.member(organization)
    for _ in range(61):
        answer = server.api(**{"X-API-Key": first.key}).get("/api/v1/reports")
    assert answer.status_code == 429
    assert server.api(**{"X-API-Key": second.key}).get("/api/v1/reports").status_code == 200


def test_generation_has_limits_of_its_own(server: Server):
    client = server.owner("trial")
    board = client.post("/api/v1/dashboards", json={"name": "A"}).json()["id"]
    answers = [client.post(f"/api/v1/dashboards/{board}/refresh") for _ in range(6)]
    assert [a.status_code for a in answers] == [201] * 5 + [429]
    assert answers[0].headers["x-ratelimit-limit"] == "5"
    assert client.get("/api/v1/reports").status_code == 200


def test_the_usage_page_shows_the_limits_in_force(server: Server):
    client = server.owner("starter")
    client.get("/api/v1/reports")
    body = client.get("/api/v1/usage/").json()
    assert body["tier"] == "starter"
    hour, day = body["general"]
    assert (hour["limit"], day["limit"]) == (300, 5000)
    assert hour["remaining"] == 298
    assert [w["limit"] for w in body["generation"]] == [20, 100]


def test_the_tiers_are_those_of_the_contract():
    rows = {
        name: (t.general_per_hour, t.general_per_day, t.generation_per_hour, t.generation_per_day)
        for name, t in tiers().items()
    }
    assert rows == {
        "trial": (60, 500, 5, 20),
        "starter": (300, 5_000, 20, 100),
        "professional": (1_000, 20_000, 100, 500),
        "enterprise": (5_000, 100_000, 500, 2_000),
        "self_hosted": (1_000_000, 10_000_000, 100_000, 1_000_000),
    }


def _principal() -> Principal:
    role = Role.OWNER
    return Principal(1, "a@example.com", 1, role, permissions_of(role), tier("trial"), api_key_id=1)


def test_fifty_threads_on_one_key_get_exactly_the_limit():
    limiter, caller = Limiter(""), _principal()
    with ThreadPoolExecutor(50) as threads:
        allowed = list(threads.map(lambda _: limiter.general(caller, "")[0], range(200)))
    assert sum(allowed) == 60


@pytest.mark.parametrize("seconds", [0.0, 3_600.0])
def test_what_is_over_is_cleared_now_and_then_whoever_asks_meanwhile(
    seconds: float, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(limits, "CLEAR_SECONDS", seconds)
    began: list[Thread] = []
    start_thread = Thread.start
    monkeypatch.setattr(Thread, "start", lambda thread: (began.append(thread), start_thread(thread))[1])
    limiter, caller = Limiter(""), _principal()
    with ThreadPoolExecutor(50) as threads:
        allowed = list(threads.map(lambda _: limiter.general(caller, "")[0], range(2_000)))
    assert sum(allowed) == 60
    clearing = sum(isinstance(thread, Timer) for thread in began)
    assert clearing == 1 if seconds else clearing > 1


def test_the_window_slides_where_the_hours_of_the_clock_meet(monkeypatch: pytest.MonkeyPatch):
    limiter, caller = Limiter(""), _principal()
    turn = (time.time() // 3600 + 1) * 3600
    allowed = []
    for moment in [turn - 0.5] * 40 + [turn + 0.5] * 40:
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        allowed.append(limiter.general(caller, "")[0])
    assert allowed == [True] * 60 + [False] * 20
    monkeypatch.setattr(time, "time", lambda: turn - 0.5 + 3601)
    assert [limiter.general(caller, "")[0] for _ in range(41)] == [True] * 40 + [False]


def test_processes_that_share_redis_share_the_limit(redis_url: str):
    first, second, caller = Limiter(redis_url), Limiter(redis_url), _principal()
    allowed = [limiter.general(caller, "")[0] for limiter in (first, second) * 40]
    assert sum(allowed) == 60


def test_four_servers_on_one_redis_give_out_exactly_the_limit(tmp_path, redis_url: str, fresh_postgres: str):
    """Fifty threads on one key, through four processes that share the database and Redis."""
    shared = {
        "redis_url": redis_url.removesuffix("/0") + "/2",
        "database_url": fresh_postgres,
        **WITHOUT_WORKER,
    }
    shared["secret_key"] = "".join(f"{n:x}" for n in range(40))
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(running(tmp_path / "0", **shared))
        others = [start(tmp_path / str(n), **shared) for n in range(1, 4)]
        for _, process in others:
            stack.callback(stop, process)
        key = first.member(first.organization("trial")).key
        urls = [first.url, *(url for url, _ in others)]
        clients = [Api(base_url=url, headers={"X-API-Key": key}, timeout=60) for url in urls]
        with ThreadPoolExecutor(50) as threads:
            answers = list(threads.map(lambda n: clients[n % 4].get("/api/v1/reports"), range(120)))
        assert sorted(a.status_code for a in answers) == [200] * 60 + [429] * 60
        # Headers that never lie: each of the sixty was told another number of requests left, or fewer.
        left = sorted(int(a.headers["x-ratelimit-remaining"]) for a in answers if a.status_code == 200)
        assert left[0] == 0
        assert all(number <= 59 for number in left)
        for client in clients:
            client.close()


def test_a_server_with_redis_keeps_counting_after_a_restart(tmp_path, redis_url: str):
    redis_url = redis_url.removesuffix("/0") + "/1"
    with running(tmp_path / "a", redis_url=redis_url, **WITHOUT_WORKER) as server:
        organization = server.organization("trial")
        key = server.member(organization).key
        assert (
            server.api(**{"X-API-Key": key}).get("/api/v1/reports").headers["x-ratelimit-remaining"] == "59"
        )
    with running(tmp_path / "a", redis_url=redis_url, **WITHOUT_WORKER) as server:
        again = server.api(**{"X-API-Key": key}).get("/api/v1/reports")
        assert again.headers["x-ratelimit-remaining"] == "58"
