"""One organisation's slow queries, and another's quick ones meanwhile: through the real door."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from query.attacks.corpus import BOMBS
from support import Api, Server

SLOW = BOMBS["duckdb"]["everything with everything"]
MANY = 26


def test_many_slow_queries_of_one_do_not_hold_up_another(
    hasty: Server, attacker: Api, attacked: dict[str, Any]
):
    other = hasty.owner()
    mine = other.upload(b"a\n1\n2\n", name="few.csv")

    def slow(number: int) -> Any:
        # Each one another: the same question is asked just once.
        sql = f"{SLOW} WHERE a.quantity > {-number}"
        return attacker.post("/api/v1/query", json={"source_id": attacked["id"], "sql": sql})

    with ThreadPoolExecutor(MANY) as pool:
        started = time.monotonic()
        answers = [pool.submit(slow, number) for number in range(MANY)]
        time.sleep(0.3)
        waits = []
        for _ in range(5):
            asked = time.monotonic()
            answer = other.post(
                "/api/v1/query", json={"source_id": mine["id"], "sql": "SELECT sum(a) AS s FROM few"}
            )
            waits.append(time.monotonic() - asked)
            assert answer.json()["rows"] == [[3]], answer.text
        seen = [answer.result() for answer in answers]
        elapsed = time.monotonic() - started
    # Two at a time have half a second each: who waited for all of them would have waited for seconds.
    assert max(waits) < 2, waits
    assert elapsed > 2
    statuses = {answer.status_code for answer in seen}
    assert statuses == {503, 504}
    assert all(answer.headers["Retry-After"] for answer in seen if answer.status_code == 503)
