"""A list that was asked before is answered from memory, and never older than the metadata database."""

from support import Server

from claribi.accounts.models import ApiKey
from claribi.core.clock import utc_now
from claribi.core.database import unscoped
from claribi.dashboards.models import Dashboard

PATH = "/api/v1/dashboards"


def names(api) -> list[str]:
    answer = api.get(PATH)
    assert answer.status_code == 200, answer.text
    return [row["name"] for row in answer.json()["results"]]


def test_what_another_process_commits_is_in_the_next_list(server: Server):
    organization = server.organization()
    api = server.api(**{"X-API-Key": server.member(organization).key})
    assert names(api) == names(api) == []
    with server.services.database.write(organization) as session:
        session.add(Dashboard(name="Made elsewhere"))
    assert names(api) == ["Made elsewhere"]


def test_the_same_address_answers_each_organisation_for_itself(server: Server):
    one, other = server.owner(), server.owner()
    assert one.post(PATH, json={"name": "Ours"}).status_code == 201
    for _ in range(2):
        assert names(one) == ["Ours"]
        assert names(other) == []


def test_pages_and_searches_are_told_apart(server: Server):
    api = server.owner()
    for name in ("Apples", "Pears"):
        assert api.post(PATH, json={"name": name}).status_code == 201
    for _ in range(2):
        assert api.get(f"{PATH}?search=pear").json()["count"] == 1
        assert api.get(f"{PATH}?page_size=1&page=2").json()["results"][0]["name"] == "Apples"
        assert api.get(PATH).json()["count"] == 2


def test_a_key_that_another_process_revokes_opens_nothing_from_then_on(server: Server):
    member = server.member(server.organization())
    api = server.api(**{"X-API-Key": member.key})
    assert names(api) == []
    with server.services.database.write(None) as session:
        unscoped(session).get_one(ApiKey, member.key_id).revoked_at = utc_now()
    assert api.get(PATH).status_code == 401
