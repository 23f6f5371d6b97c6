"""What a caller has already is not sent again; what a change must have seen is its version."""

from typing import Any

import pytest

from planning.models import Scenario
from tests.api.caller import Caller
from tests.api.surface import one_of_each
from tests.api.test_surface import READS, do
from tests.builders import Team, make_chain


def test_every_read_has_a_tag_and_answers_nothing_to_who_sends_it_back(
    caller: Caller, team: Team, scenario: Scenario, subtests: pytest.Subtests
) -> None:
    ids: dict[str, Any] = one_of_each(scenario, team)
    for operation in READS:
        with subtests.test(str(operation)):
            first = do(caller, operation, ids)
            for named in (first["ETag"], f'"other", W/{first["ETag"]}'):
                again = do(caller, operation, ids, if_none_match=named)

                assert (again.status_code, again.content) == (304, b"")
                assert again["ETag"] == first["ETag"]


def test_dates_that_moved_are_news_though_the_version_is_the_same(
    caller: Caller, team: Team, scenario: Scenario
) -> None:
    *_, dig, pour = make_chain(scenario, "Dig", "Pour", team=team)
    address = f"/api/v1/tasks/{pour.pk}/"
    first = caller.get(address)
    caller.patch(f"/api/v1/tasks/{dig.pk}/", {"duration": "9d"}, if_match="*")

    again = caller.send("GET", address, if_none_match=first["ETag"])

    assert again.status_code == 200
    assert again.json()["version"] == first.json()["version"]
    assert again.json()["start"] != first.json()["start"]


def test_a_change_that_moved_nobodys_version_refuses_no_tag(
    caller: Caller, team: Team, scenario: Scenario
) -> None:
    *_, dig, pour = make_chain(scenario, "Dig", "Pour", team=team)
    address = f"/api/v1/tasks/{pour.pk}/"
    seen = caller.get(address)["ETag"]
    caller.patch(f"/api/v1/tasks/{dig.pk}/", {"duration": "9d"}, if_match="*")

    assert caller.patch(address, {"name": "Cast"}, if_match=seen).status_code == 200
    assert caller.patch(address, {"name": "Casts"}, if_match=seen).status_code == 412
