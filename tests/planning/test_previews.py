"""What a preview shows is what the change then does, field by field; and it writes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lineo.accounts.models import Role
from planning import snapshot
from planning.core.plan import LinkType
from planning.models import Scenario, Task
from planning.pages.intention_words import read_intention
from planning.services import plans, previews, scenarios
from planning.services.intentions import carry_out
from tests.api.caller import Caller, error_of
from tests.builders import Team, join, make_baseline, make_chain, make_team
from tests.core.scheduling_plans import MONDAY, random_plan

MOMENTS = st.integers(0, 120 * 24).map(lambda hours: (MONDAY + timedelta(hours=hours)).isoformat())
KEYS = st.integers(0, 11).map(lambda number: f"t{number}")
KINDS = st.sampled_from(list(LinkType)).map(str)
LAGS = st.sampled_from(["0d", "2d", "-4h", "e1d", "50%"])
WORDS = st.one_of(
    st.fixed_dictionaries({"intention": st.just("reschedule"), "task": KEYS, "start": MOMENTS}),
    st.fixed_dictionaries({"intention": st.just("resize"), "task": KEYS, "finish": MOMENTS}),
    st.fixed_dictionaries(
        {
            "intention": st.just("resize"),
            "task": KEYS,
            "duration": st.sampled_from(["1d", "3d", "90m", "2w"]),
        }
    ),
    st.fixed_dictionaries(
        {"intention": st.just("link"), "from": KEYS, "to": KEYS, "type": KINDS, "lag": LAGS}
    ),
    st.fixed_dictionaries(
        {"intention": st.just("change_link"), "from": KEYS, "to": KEYS, "lag": LAGS}
    ),
    st.fixed_dictionaries({"intention": st.just("unlink"), "from": KEYS, "to": KEYS}),
    st.fixed_dictionaries(
        {"intention": st.just("move"), "task": KEYS, "parent": st.sampled_from([None, "s0", "s1"])}
    ),
    st.fixed_dictionaries({"intention": st.sampled_from(["indent", "outdent"]), "task": KEYS}),
)


def shown(scenario: Scenario) -> dict[str, tuple[Any, ...]]:
    rows = Task.objects.filter(scenario=scenario)
    fields = ("start", "finish", "total_float_minutes", "is_critical", "number", "pk")
    return {row[0]: row[1:] for row in rows.values_list("key", *fields)}


def expected_of(found: previews.Preview) -> dict[str, tuple[Any, ...]]:
    return {
        one.dates.key: (
            one.dates.start,
            one.dates.finish,
            one.dates.total_float_minutes,
            one.dates.critical,
            one.identity.number,
            one.identity.id,
        )
        for one in found.tasks
    }


@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=25,
    deadline=None,
    # Shrinking what takes a database a second to fill would take for ever.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 5), wishes=st.lists(WORDS, min_size=3, max_size=8))
def test_a_preview_is_what_the_change_does(seed: int, wishes: list[dict[str, Any]]) -> None:
    team = make_team()
    with team.context(), transaction.atomic():
        scenario = make_baseline(team)
        plans.replace_plan(scenario, random_plan(seed), actor=team.person, summary="Filled")
        for words in wishes:
            scenario.refresh_from_db()
            check(scenario, team, words)
        transaction.set_rollback(True)


def check(scenario: Scenario, team: Team, words: dict[str, Any]) -> None:
    before = shown(scenario)
    try:
        wanted = read_intention(words, snapshot.plan_of(scenario))
    except ValueError:
        return

    found = previews.preview(scenario, wanted, actor=team.person)

    assert shown(scenario) == before
    if found.refusal:
        with pytest.raises(ValidationError) as refusal, transaction.atomic():
            carry_out(scenario, wanted, actor=team.person)
        assert found.refusal in str(refusal.value)
        assert not found.tasks
        return
    carry_out(scenario, wanted, actor=team.person)
    after, moved = shown(scenario), expected_of(found)
    assert {key: after[key] for key in moved} == moved
    still = before.keys() - moved.keys()
    assert all(
        (after[key][:2], after[key][3]) == (before[key][:2], before[key][3]) for key in still
    )
    scenario.refresh_from_db()
    assert scenario.scheduled_finish == found.finish


@pytest.fixture
def chain(team: Team, scenario: Scenario) -> list[Task]:
    return make_chain(scenario, "Dig", "Pour", "Cure", team=team)


def ask(caller: Caller, scenario: Scenario, **words: Any) -> Any:
    return caller.post(f"/api/v1/scenarios/{scenario.pk}/preview/", words)


def test_dragging_later_moves_what_waits_and_the_finish(
    team: Team, scenario: Scenario, chain: list[Task]
) -> None:
    dig, pour, cure = chain

    answer = ask(
        Caller(team.person), scenario, intention="reschedule", task=pour.key, start="2026-01-08"
    ).json()

    assert answer["ok"]
    assert answer["finish"] == {
        "from": "2026-01-07T17:00",
        "to": "2026-01-09T17:00",
        "delta_minutes": 960,
    }
    starts = {one["key"]: one["start"] for one in answer["tasks"]}
    assert starts[pour.key] == "2026-01-08T08:00"
    assert starts[cure.key] == "2026-01-09T08:00"
    # It need no longer be done at once.
    assert next(one for one in answer["tasks"] if one["key"] == dig.key)["critical"] is False


def test_a_refusal_is_the_sentence_of_the_change(
    team: Team, scenario: Scenario, chain: list[Task]
) -> None:
    dig, _pour, cure = chain
    link = {"intention": "link", "from": cure.key, "to": dig.key}

    answer = ask(Caller(team.person), scenario, **link).json()

    assert not answer["ok"]
    assert answer["refusal"] == "This link would make a circle: Dig → Pour → Cure → Dig."
    assert answer["tasks"] == []


def test_dragging_before_its_links_names_what_holds_it(
    team: Team, scenario: Scenario, chain: list[Task]
) -> None:
    words = {"intention": "reschedule", "task": chain[1].key, "start": "2026-01-05"}

    answer = ask(Caller(team.person), scenario, **words).json()

    assert answer["refusal"] == "“Pour” can't start earlier: it waits for “Dig”."


def test_a_stale_revision_is_told_with_the_one_that_holds(
    team: Team, scenario: Scenario, chain: list[Task]
) -> None:
    scenario.refresh_from_db()
    words = {"intention": "indent", "task": chain[1].key, "revision": scenario.revision - 1}

    response = ask(Caller(team.person), scenario, **words)

    assert response.status_code == 409
    (detail,) = error_of(response)["details"]
    assert detail == {"field": "revision", "message": str(scenario.revision)}


def test_an_archived_scenario_says_so(team: Team, scenario: Scenario, chain: list[Task]) -> None:
    branch = scenarios.branch_scenario(scenario, name="What if", actor=team.person)
    scenarios.archive_scenario(branch, actor=team.person)

    answer = ask(Caller(team.person), branch, intention="indent", task=chain[1].key).json()

    assert "archived" in answer["refusal"]


def test_who_may_only_look_may_not_preview(
    team: Team, scenario: Scenario, chain: list[Task]
) -> None:
    viewer = Caller(join(team, Role.VIEWER))

    response = ask(viewer, scenario, intention="indent", task=chain[1].key)

    assert response.status_code == 403


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"intention": "fly"}, "intention"),
        ({"intention": "reschedule", "task": "L1"}, "start"),
        ({"intention": "resize", "task": "L1"}, "finish"),
        ({"intention": "indent", "task": "L1", "start": "2026-01-05"}, "start"),
        ({"intention": "reschedule", "task": "L1", "start": "2026-02-31"}, "start"),
    ],
)
def test_words_that_make_no_sense_are_named(
    team: Team, scenario: Scenario, chain: list[Task], words: dict[str, Any], field: str
) -> None:
    response = ask(Caller(team.person), scenario, **words)

    assert response.status_code == 422
    assert error_of(response)["details"][0]["field"] == field


def test_it_writes_nothing_and_asks_the_database_little(
    team: Team, scenario: Scenario, chain: list[Task]
) -> None:
    scenario.refresh_from_db()
    caller, head = Caller(team.person), scenario.head
    words = {"intention": "reschedule", "task": chain[0].key, "start": "2026-03-02"}
    ask(caller, scenario, **words)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        ask(caller, scenario, **words)

    assert len(queries) <= 10, queries.captured_queries
    scenario.refresh_from_db()
    assert scenario.head == head
