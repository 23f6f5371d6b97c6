"""Which plan is promised: exactly one, at any moment, whoever decides at the same time."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineo.accounts.models import Role
from planning import snapshot
from planning.core.diff import diff
from planning.errors import LostRaceError
from planning.models import Promotion, Scenario, Task
from planning.services import history, plans, promotions, scenarios, tasks
from planning.services.projects import baseline_of
from planning.services.promotions import Seen
from tests.builders import Team, join, make_baseline, make_chain, make_team
from tests.planning.branched import fresh
from tests.planning.test_branches import of_size
from tests.planning.test_races import at_once

ROUNDS = 100


def branch(source: Scenario, name: str, team: Team) -> Scenario:
    return scenarios.branch_scenario(fresh(source), name=name, actor=team.person)


def lengthen(scenario: Scenario, team: Team, days: int, name: str = "Dig") -> None:
    key = scenario.tasks.get(name=name).key
    tasks.edit_task(scenario, key, actor=team.person, duration_minutes=days * 480)


def promote(scenario: Scenario, team: Team, reason: str = "It is surer.") -> Promotion:
    return promotions.promote_scenario(fresh(scenario), actor=team.person, reason=reason)


def rows_of(scenario: Scenario) -> list[dict]:
    return list(Task.objects.filter(scenario=scenario).order_by("pk").values())


@pytest.fixture
def dug(team: Team, scenario: Scenario) -> Scenario:
    make_chain(scenario, "Dig", "Pour", team=team)
    return fresh(scenario)


@pytest.fixture
def other(team: Team, dug: Scenario) -> Scenario:
    made = branch(dug, "Two crews", team)
    lengthen(made, team, 5)
    return made


def test_the_scenario_becomes_the_baseline_and_the_former_one_is_archived(
    team: Team, dug: Scenario, other: Scenario
) -> None:
    promote(other, team)

    assert baseline_of(dug.project) == other
    assert fresh(dug).is_archived
    assert not fresh(dug).is_baseline


def test_its_dates_are_frozen_as_promised(team: Team, other: Scenario) -> None:
    promote(other, team)

    for row in Task.objects.filter(scenario=other):
        assert (row.promised_start, row.promised_finish) == (row.start, row.finish)


def test_the_promise_stays_when_the_baseline_moves_on(team: Team, other: Scenario) -> None:
    promote(other, team)
    promised = other.tasks.get(name="Pour").promised_finish

    lengthen(other, team, 9)

    pour = other.tasks.get(name="Pour")
    assert pour.promised_finish == promised < pour.finish


def test_the_lineage_tells_who_why_and_what_it_moved(
    team: Team, dug: Scenario, other: Scenario
) -> None:
    row = promote(other, team, "Two crews are surer.")

    assert (row.number, row.kind, row.actor) == (1, "whole", team.person)
    assert row.reason == "Two crews are surer."
    assert (row.scenario_name, row.former_name) == ("Two crews", "Baseline")
    assert row.finish_minutes == 4 * 480
    assert [(edit["field"], edit["from"], edit["to"]) for edit in row.edits] == [
        ("duration", "1d", "5d")
    ]
    assert row.figures["former"]["planned_finish"] == "2026-01-06T17:00"
    assert row.figures["chosen"]["planned_finish"] == "2026-01-12T17:00"


def test_a_current_forecast_stays_current_though_the_promise_is_new(
    team: Team, other: Scenario
) -> None:
    now = fresh(other).revision
    Scenario.objects.filter(pk=other.pk).update(forecast_revision=now)

    promote(other, team)

    assert fresh(other).revision == now + 1
    assert fresh(other).forecast_is_current


def test_an_out_of_date_forecast_stays_out_of_date(team: Team, other: Scenario) -> None:
    Scenario.objects.filter(pk=other.pk).update(forecast_revision=1)

    promote(other, team)

    assert not fresh(other).forecast_is_current


@pytest.mark.parametrize("reason", ["", "   \n"])
def test_a_reason_is_required(team: Team, other: Scenario, reason: str) -> None:
    with pytest.raises(ValidationError, match="Say why"):
        promote(other, team, reason)

    assert not Promotion.objects.exists()


def test_a_viewer_does_not_promote(team: Team, other: Scenario) -> None:
    with pytest.raises(PermissionDenied):
        promotions.promote_scenario(other, actor=join(team, Role.VIEWER), reason="Mine")


def test_what_is_the_baseline_or_archived_is_not_promoted(
    team: Team, dug: Scenario, other: Scenario
) -> None:
    with pytest.raises(ValidationError, match="baseline already"):
        promote(dug, team)
    scenarios.archive_scenario(other, actor=team.person)
    with pytest.raises(ValidationError, match="archived"):
        promote(other, team)


def seen_now(baseline: Scenario, chosen: Scenario) -> Seen:
    return Seen(baseline.pk, fresh(baseline).revision, fresh(chosen).revision)


def test_a_stale_promotion_is_refused_with_what_changed(
    team: Team, dug: Scenario, other: Scenario
) -> None:
    seen = seen_now(dug, other)
    lengthen(other, team, 7)

    with pytest.raises(LostRaceError, match="“Two crews” has changed meanwhile: Edited “Dig”"):
        promotions.promote_scenario(other, actor=team.person, reason="Go", seen=seen)

    assert baseline_of(dug.project) == dug


def test_a_promotion_over_another_is_told_who_and_why(
    team: Team, dug: Scenario, other: Scenario
) -> None:
    third = branch(dug, "Third", team)
    seen = seen_now(dug, third)
    promote(other, team, "Surer.")

    with pytest.raises(LostRaceError, match="promoted “Two crews”: Surer"):
        promotions.promote_scenario(third, actor=team.person, reason="Go", seen=seen)


def test_chosen_rows_are_promoted_in_a_copy_of_the_baseline(
    team: Team, dug: Scenario, other: Scenario
) -> None:
    lengthen(other, team, 3, "Pour")
    dig = other.tasks.get(name="Dig").key

    row = promotions.promote_rows(
        fresh(other),
        name="Dig only",
        actor=team.person,
        reason="Half of it",
        chosen={("tasks", dig)},
    )

    baseline = baseline_of(dug.project)
    days = dict(baseline.tasks.values_list("name", "duration_minutes"))
    assert (baseline.name, row.kind) == ("Dig only", "rows")
    assert days == {"Dig": 5 * 480, "Pour": 480}
    assert not fresh(other).is_archived
    assert other.tasks.get(name="Pour").duration_minutes == 3 * 480


def test_a_former_baseline_is_restored_row_for_row(
    team: Team, dug: Scenario, other: Scenario
) -> None:
    before = rows_of(dug)
    promote(other, team)

    row = promotions.restore_baseline(fresh(dug), actor=team.person, reason="Too dear")

    assert rows_of(dug) == before
    assert baseline_of(dug.project) == dug
    assert fresh(other).is_archived
    assert (row.number, row.kind) == (2, "restore")


def test_only_a_former_baseline_is_restored(team: Team, other: Scenario) -> None:
    with pytest.raises(ValidationError, match="was the baseline"):
        promotions.restore_baseline(other, actor=team.person, reason="Why not")


def test_a_former_baseline_that_was_edited_is_promised_anew(
    team: Team, dug: Scenario, other: Scenario
) -> None:
    promote(other, team)
    scenarios.restore_scenario(fresh(dug), actor=team.person)
    lengthen(dug, team, 20)

    with pytest.raises(ValidationError, match="changed since it was the baseline"):
        promotions.restore_baseline(fresh(dug), actor=team.person, reason="Back")

    promote(dug, team)
    dig = dug.tasks.get(name="Dig")
    assert dig.promised_finish == dig.finish


def test_its_page_offers_no_restore_once_it_was_edited(
    client: Client, team: Team, dug: Scenario, other: Scenario
) -> None:
    promote(other, team)
    client.force_login(team.person)
    page = reverse("planning:promote", args=[dug.pk])
    offered = [client.get(page).context["is_restore"]]
    scenarios.restore_scenario(fresh(dug), actor=team.person)
    lengthen(dug, team, 20)
    scenarios.archive_scenario(fresh(dug), actor=team.person)
    offered.append(client.get(page).context["is_restore"])

    assert offered == [True, False]


def test_no_rows_are_no_promotion(team: Team, dug: Scenario, other: Scenario) -> None:
    said = {"name": "Copy", "actor": team.person, "reason": "Why not"}
    same = branch(dug, "Same", team)

    with pytest.raises(ValidationError, match="at least one row"):
        promotions.promote_rows(fresh(other), chosen=set(), **said)
    with pytest.raises(ValidationError, match="change nothing"):
        promotions.promote_rows(
            fresh(same), chosen={("tasks", same.tasks.get(name="Dig").key)}, **said
        )

    assert baseline_of(dug.project) == dug
    assert not Scenario.objects.filter(name="Copy").exists()


def test_undo_points_to_the_lineage(team: Team, other: Scenario) -> None:
    promote(other, team)

    with pytest.raises(ValidationError, match="lineage"):
        history.undo(fresh(other), actor=team.person)

    assert fresh(other).is_baseline


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.integers(2, 40))
def test_after_a_promotion_nothing_differs_from_the_baseline(days: int, team: Team) -> None:
    with transaction.atomic():
        made = make_baseline(team)
        make_chain(made, "Dig", "Pour", team=team)
        chosen = branch(made, f"In {days} days", team)
        lengthen(chosen, team, days)

        promote(chosen, team)

        baseline = baseline_of(made.project)
        assert diff(snapshot.plan_of(fresh(chosen)), snapshot.plan_of(baseline)) == ()
        assert baseline.tasks.get(name="Dig").duration_minutes == days * 480
        transaction.set_rollback(True)


def test_the_database_itself_refuses_a_second_baseline(
    team: Team, dug: Scenario, other: Scenario
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Scenario.objects.filter(pk=other.pk).update(is_baseline=True)


@pytest.mark.parametrize("statement", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}"])
def test_nobody_rewrites_the_lineage(team: Team, other: Scenario, statement: str) -> None:
    promote(other, team)

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("planning_promotion"))


@pytest.mark.django_db(transaction=True)
def test_of_two_promotions_at_once_one_wins_and_the_other_is_told() -> None:
    """Never two baselines and never none, a hundred times."""
    team = make_team()
    with team.context():
        first = make_baseline(team)
        second = branch(first, "Second", team)
        third = branch(first, "Third", team)
    pool = [first, second, third]

    for number in range(ROUNDS):
        with team.context():
            baseline = baseline_of(first.project)
            rivals = [fresh(one) for one in pool if one.pk != baseline.pk]
            for rival in rivals:
                scenarios.restore_scenario(rival, actor=team.person)
        seen = [Seen(baseline.pk, baseline.revision, rival.revision) for rival in rivals]

        results = at_once(
            team,
            *(
                lambda rival=rival, seen=seen: promotions.promote_scenario(
                    rival, actor=team.person, reason="Go", seen=seen
                )
                for rival, seen in zip(rivals, seen, strict=True)
            ),
        )

        won = [one for one in results if isinstance(one, Promotion)]
        told = [one for one in results if isinstance(one, LostRaceError)]
        assert (len(won), len(told)) == (1, 1), (number, results)
        assert "meanwhile" in told[0].messages[0]
        with team.context():
            (now,) = Scenario.objects.filter(project=first.project_id, is_baseline=True)
            assert now.pk == won[0].scenario_id
            assert Promotion.objects.count() == number + 1


def test_the_promises_of_many_tasks_are_written_in_one_statement(
    team: Team, scenario: Scenario
) -> None:
    plans.replace_plan(
        scenario, of_size(snapshot.plan_of(scenario), 600), actor=team.person, summary="Filled"
    )
    other = branch(scenario, "Two crews", team)

    with CaptureQueriesContext(connection) as asked:
        promote(other, team)

    written = [
        one["sql"] for one in asked if one["sql"].lstrip().startswith('UPDATE "planning_task"')
    ]
    assert len(written) == 1
    snapshot.recent.clear()
    plan, dates = snapshot.plan_of(fresh(other)), snapshot.cached(fresh(other)).schedule
    assert all(task.promised_finish == dates.tasks[task.key].finish for task in plan.tasks)
    assert set(other.tasks.values_list("version", flat=True)) == {2}
