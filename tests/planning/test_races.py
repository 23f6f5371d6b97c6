"""Two people at the same moment, on real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from planning.core.plan import Dependency
from planning.models import Dependency as DependencyRow
from planning.models import Scenario, Task
from planning.services import tasks
from tests.builders import Team, make_baseline, make_chain, make_team

ROUNDS = 12


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


@pytest.mark.django_db(transaction=True)
def test_two_halves_of_a_circle_added_at_once_never_close_it() -> None:
    team = make_team()
    with team.context():
        scenario = make_baseline(team)
        dig, pour = make_chain(scenario, "Dig", "Pour", team=team)
        tasks.remove_dependency(scenario, f"{dig.key}|{pour.key}|FS", actor=team.person)
    forth, back = Dependency(dig.key, pour.key), Dependency(pour.key, dig.key)

    for _round in range(ROUNDS):
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
