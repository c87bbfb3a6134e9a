"""Two organisations hammered side by side: nothing of one ever shows in the other. OWASP API1:2023.

CLARIBI_ISOLATION_STEPS sets how long the machine runs (each run a new pair of organisations).
"""

import os
import statistics
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from support import Api, Server

RUNS, STEPS = 2, int(os.environ.get("CLARIBI_ISOLATION_STEPS", "35"))
NOBODYS = 987654321
DATA = "day,region,amount\n" + "\n".join(f"2024-01-{d:02},North,{d}" for d in range(1, 29)) + "\n"
LISTS = (
    *("reports", "dashboards", "data-sources", "api-keys", "members", "invitations", "roles", "audit-logs"),
    "forecasts",
)
sides = st.sampled_from([0, 1])


class Side:
    """One organisation, with a word of its own in everything it makes."""

    def __init__(self, server: Server, word: str) -> None:
        self.word = word
        self.organization = server.organization()
        self.member = server.member(self.organization)
        self.api: Api = server.signed_in(self.member)
        self.ids: dict[str, set[int]] = {name: set() for name in LISTS}
        self.seen: dict[str, set[int]] = {name: set() for name in LISTS}
        self.evidence: list[int] = []
        self.widgets: list[tuple[int, int]] = []


class Machine(RuleBasedStateMachine):
    """What people of two organisations do, in any order."""

    server: Server

    @initialize()
    def two_organisations(self) -> None:
        self.sides = [Side(self.server, "aardvark"), Side(self.server, "bumblebee")]
        for side in self.sides:
            source = side.api.upload(DATA.replace("North", side.word).encode(), name=f"{side.word}.csv")
            assert source["status"] == "active", source
            side.ids["data-sources"].add(source["id"])
            board = side.api.dashboard_of(source["id"])
            side.ids["dashboards"].add(board["id"])

    def _made(self, side: Side, kind: str, path: str, body: dict[str, Any], key: str = "") -> int:
        headers = {"Idempotency-Key": key} if key else {}
        answer = side.api.post(path, json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        self._clean(side, answer)
        side.ids[kind].add(answer.json()["id"])
        return int(answer.json()["id"])

    def _clean(self, side: Side, answer: Any) -> None:
        """Nothing of the other side is in an answer: not its word, not its people."""
        other = self.sides[1 - self.sides.index(side)]
        said = answer.text + str(dict(answer.headers))
        assert other.word not in said
        assert other.member.email not in said

    @rule(n=sides, key=st.sampled_from(["", "same-key"]))
    def make_dashboard(self, n: int, key: str) -> None:
        # The same Idempotency-Key on both sides replays each side's own answer.
        side = self.sides[n]
        self._made(side, "dashboards", "/api/v1/dashboards", {"name": f"Board of {side.word}"}, key)

    @rule(n=sides)
    def make_widget_and_refresh(self, n: int) -> None:
        side = self.sides[n]
        board = max(side.ids["dashboards"])
        source = min(side.ids["data-sources"])
        table = side.api.get(f"/api/v1/data-sources/{source}").json()["tables"][0]["name"]
        query = {
            "source_id": source,
            "table": table,
            "measures": [{"column": "amount", "aggregation": "sum"}],
            "dimensions": [{"column": "region"}],
        }
        widget = {
            "type": "bar",
            "title": f"W {side.word}",
            "query": query,
            "position": {"x": 0, "y": 0, "w": 6, "h": 4},
        }
        made = side.api.post(f"/api/v1/dashboards/{board}/widgets", json=widget)
        assert made.status_code == 201, made.text
        self._clean(side, made)
        assert made.json()["data"]["rows"][0][0] == side.word
        side.widgets.append((board, made.json()["id"]))
        side.evidence.append(made.json()["evidence_id"])
        refreshed = side.api.post(f"/api/v1/dashboards/{board}/refresh")
        assert refreshed.status_code == 201
        self._clean(side, refreshed)

    @rule(n=sides)
    def make_report_and_download_it(self, n: int) -> None:
        side = self.sides[n]
        body = {"title": f"Report of {side.word}", "source_id": min(side.ids["data-sources"])}
        report = self._made(side, "reports", "/api/v1/reports", body)
        run = side.api.post(f"/api/v1/reports/{report}/generate", json={"wait": 60}).json()
        assert run["status"] == "completed", run
        for path in ("", "/download?format=md", "/evidence", "/runs"):
            self._clean(side, side.api.get(f"/api/v1/reports/{report}{path}"))

    @rule(n=sides)
    def make_forecast(self, n: int) -> None:
        side = self.sides[n]
        body = {
            "name": f"Forecast of {side.word}",
            "source_id": min(side.ids["data-sources"]),
            "metric_path": f"{side.word}.amount",
        }
        forecast = self._made(side, "forecasts", "/api/v1/forecasts", body)
        for path in ("", "/runs", "/trust"):
            self._clean(side, side.api.get(f"/api/v1/forecasts/{forecast}{path}"))

    @rule(n=sides)
    def make_key_invitation_and_role(self, n: int) -> None:
        side = self.sides[n]
        number = len(side.ids["invitations"])
        self._made(side, "api-keys", "/api/v1/api-keys", {"name": f"Key {side.word}"})
        self._made(side, "invitations", "/api/v1/invitations", {"email": f"{side.word}{number}@example.org"})
        role = {"name": f"{side.word}-{number}", "permissions": ["reports:read"]}
        self._made(side, "roles", "/api/v1/roles", role)

    @rule(n=sides, kind=st.sampled_from(["dashboards", "reports", "roles", "invitations"]))
    def delete_something(self, n: int, kind: str) -> None:
        side = self.sides[n]
        if len(side.ids[kind]) > 1 or (side.ids[kind] and kind != "dashboards"):
            victim = max(side.ids[kind])
            assert side.api.delete(f"/api/v1/{kind}/{victim}").status_code == 200
            if kind != "invitations":
                side.ids[kind].discard(victim)
            side.widgets = [pair for pair in side.widgets if kind != "dashboards" or pair[0] != victim]

    @rule(n=sides, kind=st.sampled_from(LISTS))
    def search_for_the_other(self, n: int, kind: str) -> None:
        side, other = self.sides[n], self.sides[1 - n]
        found = side.api.get(f"/api/v1/{kind}", params={"search": other.word}).json()
        assert (found["count"], found["results"]) == (0, [])

    @rule(n=sides, kind=st.sampled_from(LISTS), method=st.sampled_from(["GET", "PATCH", "DELETE"]))
    def reach_for_the_others(self, n: int, kind: str, method: str) -> None:
        side, other = self.sides[n], self.sides[1 - n]
        theirs = max(other.ids[kind] | other.seen[kind], default=None)
        if theirs is None:
            return
        body = {"json": {"name": "stolen"}} if method == "PATCH" else {}
        reached = side.api.request(method, f"/api/v1/{kind}/{theirs}", **body)
        nothing = side.api.request(method, f"/api/v1/{kind}/{NOBODYS}", **body)
        assert reached.status_code == nothing.status_code
        assert reached.text.replace(f"ID {theirs} ", f"ID {NOBODYS} ") == nothing.text
        assert set(reached.headers) == set(nothing.headers)

    @rule(n=sides)
    def ask_about_the_others_data(self, n: int) -> None:
        side, other = self.sides[n], self.sides[1 - n]
        theirs = min(other.ids["data-sources"])
        for body in ({"source_id": theirs, "sql": "SELECT 1"}, {"source_id": NOBODYS, "sql": "SELECT 1"}):
            answer = side.api.post("/api/v1/query", json=body)
            assert answer.status_code == 404, answer.text
        for evidence in other.evidence[-1:]:
            assert side.api.get(f"/api/v1/evidence/{evidence}").status_code == 404
        for board, widget in other.widgets[-1:]:
            path = f"/api/v1/dashboards/{board}/widgets/{widget}"
            assert side.api.get(path).status_code == 404
            assert side.api.get(f"{path}/chart.svg").status_code == 404
            own = max(side.ids["dashboards"])
            assert side.api.get(f"/api/v1/dashboards/{own}/widgets/{widget}").status_code == 404
        report = {"title": "Stolen", "source_id": theirs}
        assert side.api.post("/api/v1/reports", json=report).status_code in {400, 404}

    @invariant()
    def lists_and_counts_hold_only_ones_own(self) -> None:
        if not hasattr(self, "sides"):
            return
        for side in self.sides:
            for kind in ("dashboards", "reports", "roles"):
                page = side.api.get(f"/api/v1/{kind}?page_size=100")
                listed = {row["id"] for row in page.json()["results"]}
                assert listed == side.ids[kind]
                assert page.json()["count"] == len(listed)
                self._clean(side, page)
            side.seen["audit-logs"] |= {
                row["id"] for row in side.api.get("/api/v1/audit-logs").json()["results"]
            }


@pytest.mark.timeout(900)
def test_nothing_of_one_organisation_shows_in_the_other(server: Server):
    bound = type("BoundMachine", (Machine,), {"server": server})
    run_state_machine_as_test(
        bound,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_404_takes_no_longer_for_what_another_organisation_has(server: Server, sales):
    """Measured turn by turn; the medians may differ by noise only."""
    stranger = server.owner()
    report = sales.api.post("/api/v1/reports", json={"title": "T", "source_id": sales.source["id"]}).json()[
        "id"
    ]
    times: dict[int, list[float]] = {report: [], NOBODYS: []}
    for _ in range(150):
        for wanted, measured in times.items():
            begun = time.perf_counter()
            assert stranger.get(f"/api/v1/reports/{wanted}").status_code == 404
            measured.append(time.perf_counter() - begun)
    theirs, nothing = (statistics.median(measured) for measured in times.values())
    assert abs(theirs - nothing) < 0.25 * nothing + 0.001
