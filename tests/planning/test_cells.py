"""Every field that a person can type into a cell, in the ways that they type it."""

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError

from lineo.activity.models import Change
from planning.core.plan import TaskKind
from planning.models import Dependency, Scenario, Task
from planning.services import history
from planning.typed import cells
from tests.builders import Team, make_chain


@pytest.fixture
def chain(scenario: Scenario, team: Team) -> list[Task]:
    return make_chain(scenario, "Dig", "Pour", "Cure", team=team)


def typed(task: Task, column: str, text: str) -> Task:
    cells.edit_cell(task, column, text, actor=None)
    return Task.objects.select_related("scenario__project", "calendar").get(pk=task.pk)


@pytest.mark.parametrize(
    ("column", "text", "name", "value"),
    [
        ("start", "2026-02-02", "constraint_date", datetime(2026, 2, 2, 8)),
        ("start", "2 Feb 2026", "constraint_type", "SNET"),
        ("finish", "2026-02-02", "constraint_date", datetime(2026, 2, 2, 17)),
        ("percent_complete", "40 %", "percent_complete", 40.0),
        ("actual_start", "2026-01-05", "actual_start", datetime(2026, 1, 5, 8)),
        ("remaining", "3d", "remaining_minutes", 1440),
        ("risk_level", "2", "risk_level", "medium"),
        ("risk_level", "High", "risk_level", "high"),
        ("existence", "80", "existence", 0.8),
        ("constraint", "FNLT 2026-03-02", "constraint_type", "FNLT"),
        ("constraint", "As late as possible", "constraint_type", "ALAP"),
        ("deadline", "2026-03-31", "deadline", datetime(2026, 3, 31, 17)),
        ("target", "31 March 2026", "target", datetime(2026, 3, 31, 17)),
        ("duration", "0", "kind", TaskKind.MILESTONE),
    ],
)
def test_a_field_takes_what_is_typed(chain, column, text, name, value):
    assert getattr(typed(chain[0], column, text), name) == value


def test_a_calendar_is_typed_by_its_name_and_nothing_means_the_projects(chain):
    dig = typed(chain[0], "calendar", "standard")
    assert dig.calendar.key == "standard"

    assert typed(dig, "calendar", "").calendar is None


def test_nothing_typed_takes_a_constraint_away(chain):
    dig = typed(chain[0], "start", "2026-02-02")

    assert typed(dig, "start", "").constraint_type == ""


def test_a_milestone_with_a_duration_is_a_task_again(chain):
    milestone = typed(chain[0], "duration", "0d")

    assert typed(milestone, "duration", "2d").kind == TaskKind.TASK


def test_links_are_typed_by_name_or_number_on_either_side(chain):
    dig, _pour, cure = chain

    typed(dig, "successors", "Cure SS+1d, 2")
    typed(cure, "predecessors", "pour, dig FS+50%")

    links = {(link.predecessor.name, link.successor.name, link.type) for link in
             Dependency.objects.select_related("predecessor", "successor")}  # fmt: skip
    assert links == {("Dig", "Pour", "FS"), ("Pour", "Cure", "FS"), ("Dig", "Cure", "FS")}


def test_a_name_that_several_tasks_have_is_refused(scenario, chain):
    cells.edit_cell(chain[1], "name", "Dig", actor=None)

    with pytest.raises(ValidationError, match="Several tasks are called"):
        cells.edit_cell(chain[2], "predecessors", "dig", actor=None)


def test_the_beginning_of_a_name_is_enough_where_only_one_begins_so(chain):
    dig, pour, cure = chain
    typed(dig, "name", "Pouch")

    typed(cure, "predecessors", "pour SS+1d")
    with pytest.raises(ValidationError, match="Several tasks begin so: “Pouch”, “Pour”"):
        typed(cure, "predecessors", "pou")
    typed(pour, "predecessors", "Pouc")

    assert set(Dependency.objects.values_list("predecessor__name", "successor__name")) == {
        ("Pouch", "Pour"),
        ("Pour", "Cure"),
    }


@pytest.mark.parametrize(
    ("column", "text", "sentence"),
    [
        ("start", "soonish", "is no date"),
        ("risk_level", "huge", "low, medium or high"),
        ("calendar", "moon", "this plan has: Standard"),
        ("constraint", "FNLT", "needs a date"),
        ("constraint", "whenever", "Write a constraint such as"),
        ("percent_complete", "120", "from 0 to 100"),
        ("existence", "-1", "from 0 to 100"),
        ("number", "7", "can’t be edited"),
        ("predecessors", "99", "no task with the number 99"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(chain, column, text, sentence):
    with pytest.raises(ValidationError) as caught:
        cells.edit_cell(chain[0], column, text, actor=None)

    assert sentence in " ".join(caught.value.messages)


def test_a_typed_start_never_drops_another_constraint(chain):
    dig = typed(chain[0], "constraint", "MFO 2026-03-02")

    with pytest.raises(ValidationError, match="Must finish on"):
        cells.edit_cell(dig, "start", "2026-02-02", actor=None)


def test_many_cells_are_one_change_and_one_undo(scenario, chain, team):
    before = list(Task.objects.order_by("pk").values("pk", "duration_minutes", "risk_level"))
    revision = Scenario.objects.get(pk=scenario.pk).revision

    filled = [(task.key, "duration", "2..3..7d") for task in chain]
    cells.edit_cells(scenario, [*filled, (chain[0].key, "risk_level", "h")], actor=team.person)

    assert Scenario.objects.get(pk=scenario.pk).revision == revision + 1
    assert Task.objects.filter(estimate__distribution="pert").count() == 3
    history.undo(Scenario.objects.get(pk=scenario.pk), actor=team.person)
    assert list(Task.objects.order_by("pk").values(*before[0])) == before


def test_one_wrong_cell_of_many_changes_nothing_and_is_named(scenario, chain, team):
    wrong = [(chain[0].key, "duration", "3d"), (chain[1].key, "duration", "soon")]
    changes = Change.objects.count()

    with pytest.raises(ValidationError, match="Pour, Duration: "):
        cells.edit_cells(scenario, wrong, actor=team.person)

    assert Change.objects.count() == changes
