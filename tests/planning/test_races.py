"""Two people at the same moment, on real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from time import sleep

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from planning import snapshot
from planning.core.plan import Dependency, LinkType
from planning.models import Dependency as DependencyRow
from planning.models import Project, Scenario, Task
from planning.services import scenarios, tasks
from tests.api.caller import Caller
from tests.builders import Team, make_baseline, make_chain, make_project, make_team, sign_in
from tests.jobs.processes import wait_for


def at_once(team: Team, *calls: Callable[[], object]) -> list[object]:
    """Run the calls in threads that start together; return results or errors."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            barrier.wait()
            with team.context():
                return call()
        except ValidationError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_form_that_is_sent_twice_at_once_says_that_it_was_done(
    client: Client, headers: dict[str, str]
) -> None:
    team = make_team()
    sign_in(client, team)

    def send() -> HttpResponse:
        data = {"name": "Bridge", "start": "2026-01-05", "type": "other", "time_zone": "UTC"}
        try:
            return client.post("/projects/new/", data, headers=headers)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with team.context():
            make_project(team, name="Bridge")
            second = threads.submit(send)
            wait_for(somebody_waits)
        answer = second.result()

    assert (answer.status_code, answer.headers["HX-Refresh"]) == (409, "true")
    assert "That was done already" in answer.content.decode()
    with team.context():
        assert Project.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rounds", [12, pytest.param(100, marks=pytest.mark.long)])
def test_two_halves_of_a_circle_added_at_once_never_close_it(rounds: int) -> None:
    team = make_team()
    with team.context():
        scenario = make_baseline(team)
        dig, pour = make_chain(scenario, "Dig", "Pour", team=team)
        tasks.remove_dependency(scenario, f"{dig.key}|{pour.key}|FS", actor=team.person)
    forth, back = Dependency(dig.key, pour.key), Dependency(pour.key, dig.key)

    for _round in range(rounds):
        results = at_once(
            team,
            lambda: tasks.add_dependency(scenario, forth, actor=team.person),
            lambda: tasks.add_dependency(scenario, back, actor=team.person),
        )

        assert sum(isinstance(result, ValidationError) for result in results) == 1, results
        with team.context():
            (link,) = DependencyRow.objects.filter(scenario=scenario)
            key = f"{link.predecessor.key}|{link.successor.key}|FS"
            tasks.remove_dependency(scenario, key, actor=team.person)


@pytest.mark.django_db(transaction=True)
def test_parallel_additions_lose_none_and_keep_an_order() -> None:
    team = make_team()
    with team.context():
        scenario = make_baseline(team)

    results = at_once(
        team,
        *(
            lambda name=f"Task {n}": tasks.add_task(scenario, actor=team.person, name=name)
            for n in range(8)
        ),
    )

    assert not [result for result in results if isinstance(result, ValidationError)]
    with team.context():
        rows = list(Task.objects.filter(scenario=scenario))
        assert len({row.key for row in rows}) == len({row.position for row in rows}) == 8
        assert Scenario.objects.get(pk=scenario.pk).revision == 9


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [3, 4])
@pytest.mark.parametrize("rounds", [4, pytest.param(100, marks=pytest.mark.long)])
def test_the_parts_of_a_larger_circle_added_at_once_never_close_it(count: int, rounds: int) -> None:
    team = make_team()
    with team.context():
        scenario = make_baseline(team)
        names = "Dig", "Pour", "Cure", "Roof"
        rows = [tasks.add_task(scenario, actor=team.person, name=name) for name in names[:count]]
    links = [
        Dependency(one.key, other.key)
        for one, other in zip(rows, [*rows[1:], rows[0]], strict=True)
    ]

    for _round in range(rounds):
        results = at_once(
            team,
            *(
                lambda link=link: tasks.add_dependency(scenario, link, actor=team.person)
                for link in links
            ),
        )

        assert sum(isinstance(result, ValidationError) for result in results) == 1, results
        with team.context():
            found = list(DependencyRow.objects.filter(scenario=scenario))
            assert len(found) == count - 1
            for link in found:
                key = f"{link.predecessor.key}|{link.successor.key}|FS"
                tasks.remove_dependency(scenario, key, actor=team.person)


@pytest.mark.django_db(transaction=True)
def test_twenty_moves_at_once_leave_every_task_at_one_place() -> None:
    team = make_team()
    with team.context():
        scenario = make_baseline(team)
        rows = [tasks.add_task(scenario, actor=team.person, name=f"Task {n}") for n in range(20)]

    results = at_once(
        team,
        *(
            lambda row=row, other=rows[(7 * place + 3) % 20]: tasks.move_task(
                scenario, row.key, actor=team.person, parent=None, before=other.key
            )
            for place, row in enumerate(rows)
            if row is not rows[(7 * place + 3) % 20]
        ),
    )

    assert not [result for result in results if isinstance(result, ValidationError)]
    with team.context():
        found = list(Task.objects.filter(scenario=scenario).order_by("position"))
        assert sorted(row.key for row in found) == sorted(row.key for row in rows)
        assert len({row.position for row in found}) == 20
        fresh = Scenario.objects.get(pk=scenario.pk)
        snapshot.recent.clear()
        assert [task.key for task in snapshot.cached(fresh).plan.tasks] == [
            row.key for row in found
        ]


@pytest.mark.django_db(transaction=True)
def test_deleting_while_others_add_below_and_link_leaves_no_orphan() -> None:
    team = make_team()
    with team.context():
        scenario = make_baseline(team)
        dig, pour = make_chain(scenario, "Dig", "Pour", team=team)
    back = Dependency(pour.key, dig.key, LinkType.SS)

    results = at_once(
        team,
        lambda: tasks.delete_tasks(scenario, [dig.key], actor=team.person),
        *(
            lambda name=f"Below {n}": tasks.add_task(
                scenario, actor=team.person, name=name, parent=dig.key
            )
            for n in range(4)
        ),
        lambda: tasks.add_dependency(scenario, back, actor=team.person),
        lambda: tasks.edit_task(scenario, dig.key, actor=team.person, duration_minutes=960),
    )

    # Whoever comes after the deletion is told; at_once lets nothing else pass.
    assert not isinstance(results[0], ValidationError)
    with team.context():
        assert not Task.objects.filter(key=dig.key).exists()
        keys = set(Task.objects.filter(scenario=scenario).values_list("key", flat=True))
        assert keys == {pour.key}
        assert not DependencyRow.objects.filter(scenario=scenario).exists()
        snapshot.recent.clear()
        assert snapshot.load(Scenario.objects.get(pk=scenario.pk)).plan.task(pour.key)


@pytest.mark.django_db(transaction=True)
def test_a_branch_taken_while_others_edit_is_of_one_moment() -> None:
    team = make_team()
    with team.context():
        scenario = make_baseline(team)
        first, *_rest = make_chain(scenario, *map(str, range(20)), team=team)

    def branch(delay: float) -> Scenario:
        sleep(delay)
        return scenarios.branch_scenario(scenario, name=f"after {delay}", actor=team.person)

    for days in range(2, 22):
        taken, _change = at_once(
            team,
            partial(branch, days / 1_000),
            partial(
                tasks.edit_task, scenario, first.key, actor=team.person, duration_minutes=days * 480
            ),
        )

        with team.context():
            assert snapshot.cached(taken).plan == snapshot.load(taken).plan


@pytest.mark.django_db(transaction=True)
def test_two_patches_of_one_version_are_one_change_and_one_412() -> None:
    team = make_team()
    with team.context():
        scenario = make_baseline(team)
        (dig,) = make_chain(scenario, "Dig", team=team)
    barrier = Barrier(2)

    def patch(name: str) -> int:
        try:
            caller = Caller(team.person)
            barrier.wait()
            version = f'"{dig.version}"'
            body = {"name": name}
            return caller.patch(f"/api/v1/tasks/{dig.pk}/", body, if_match=version).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        statuses = sorted(threads.map(patch, ("Dig deep", "Dig wide")))

    assert statuses == [200, 412]
