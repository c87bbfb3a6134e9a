"""The whole published document against the running server: made-up calls, good and bad, by the thousand.

No answer may be a 5xx, contradict the document, or leave the one error format.
CLARIBI_SCHEMATHESIS_EXAMPLES sets how many calls of each kind an operation gets.
"""

import os
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckContext
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.specs.openapi import checks
from support import Server, Team

from claribi.accounts.permissions import Role

EXAMPLES = int(os.environ.get("CLARIBI_SCHEMATHESIS_EXAMPLES", "6"))
# Made-up calls of these would take away what the others stand on; each has tests of its own.
SPOILING = frozenset(
    {
        "/api/v1/auth/logout",
        "/api/v1/auth/browser",
        "/api/v1/auth/sessions/end-others",
        "/api/v1/organization/delete",
        "/api/v1/organization/hand-over",
    }
)
UNFIT = [
    # Data that fit the document may still name what is not there, or a password that is wrong.
    checks.positive_data_acceptance,
    # It takes credentials away, and its call puts them back; the permission walk does this.
    checks.ignored_auth,
    # Our own check below lets 503 pass (no mail without a mail server) and 502 (nobody at a made-up address).
    schemathesis.checks.not_a_server_error,
]
RUN = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    verbosity=Verbosity.quiet,
)


@schemathesis.check
def one_error_format(_context: CheckContext, response: Response, _case: Case) -> None:
    """4xx and 5xx: error, message, status, and perhaps details and request_id."""
    assert response.status_code < 500 or response.status_code in {502, 503}, response.text
    if response.status_code >= 400 and response.request.method != "HEAD":
        body = response.json()
        assert set(body) <= {"error", "message", "status", "details", "request_id"}, body
        assert body["status"] == response.status_code
        assert body["message"]


def attack(server: Server, callers: dict[str, dict[str, str]]) -> tuple[Counter[str], list[str]]:
    """Make every call up many times, each as all of these callers: how often, and what was wrong."""
    schema = schemathesis.openapi.from_url(f"{server.url}/api/v1/openapi.json")
    calls, wrong = Counter[str](), []
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in SPOILING:
            continue
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @RUN
            @given(case=operation.as_strategy(generation_mode=mode))
            def probe(case: Case) -> None:
                for caller, headers in callers.items():
                    calls[caller] += 1
                    case.call_and_validate(headers=headers, excluded_checks=UNFIT)

            try:
                probe()
            except FailureGroup as group:
                wrong += [f"{operation.label} ({mode.value}): {error}" for error in group.exceptions]
            except Exception as error:  # noqa: BLE001 - what it is, the list tells
                wrong.append(f"{operation.label} ({mode.value}): {type(error).__name__}: {error}")
    return calls, wrong


@pytest.mark.timeout(600)
def test_those_who_may_and_those_who_may_not_get_only_what_the_document_says(server: Server):
    """The viewer first: what only owners may do must still be there to be refused."""
    team = Team(server)
    callers = {
        "viewer": {"Authorization": team.client(Role.VIEWER).headers["Authorization"]},
        "owner": {"X-API-Key": team.member(Role.OWNER).key},
    }
    calls, wrong = attack(server, callers)
    assert wrong == []
    assert min(calls[caller] for caller in callers) > 80 * EXAMPLES
