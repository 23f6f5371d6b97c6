"""Several rows at once: each of these is one change and one undo."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from lineo.accounts.models import User
from lineo.activity.models import Change
from planning.core import editing, rearranging
from planning.core.plan import Plan, Task
from planning.models import Scenario
from planning.services.commit import Meaning, commit
from planning.services.tasks import new_key

Keys = Sequence[str]


def insert_task(scenario: Scenario, *, actor: User | None, before: str, name: str) -> Change | None:
    """Add a task of one day above another, under the same summary."""

    def change(plan: Plan) -> Plan:
        key, parent = new_key(scenario, plan), plan.task(before).parent
        task = Task(key, name, parent=parent, duration_minutes=scenario.minutes_per_day)
        plan = editing.insert_task(plan, task)
        return editing.move_task(plan, key, parent=parent, before=before)

    meaning = Meaning(actor, "add-task", _("Added “%(name)s”") % {"name": name})
    return commit(scenario, meaning=meaning, change=change)


def indent_tasks(scenario: Scenario, keys: Keys, *, actor: User | None) -> Change | None:
    """Put tasks under the one above them."""
    said = _("Indented “%(name)s”"), _("Indented %(count)d tasks")
    return _commit(
        scenario,
        keys,
        actor,
        "indent-task",
        said,
        lambda plan: rearranging.indent_tasks(plan, keys),
    )


def outdent_tasks(scenario: Scenario, keys: Keys, *, actor: User | None) -> Change | None:
    """Put tasks beside their summary."""
    said = _("Outdented “%(name)s”"), _("Outdented %(count)d tasks")
    return _commit(
        scenario,
        keys,
        actor,
        "outdent-task",
        said,
        lambda plan: rearranging.outdent_tasks(plan, keys),
    )


def move_tasks(scenario: Scenario, keys: Keys, *, step: int, actor: User | None) -> Change | None:
    """Put tasks one place up or down among their siblings."""
    said = _("Moved “%(name)s”"), _("Moved %(count)d tasks")
    return _commit(
        scenario,
        keys,
        actor,
        "move-task",
        said,
        lambda plan: rearranging.move_tasks(plan, keys, step),
    )


def _commit(
    scenario: Scenario,
    keys: Keys,
    actor: User | None,
    intention: str,
    said: tuple[str, str],
    change: Callable[[Plan], Plan],
) -> Change | None:
    one, many = said
    if len(keys) == 1:
        meaning = Meaning(actor, intention, one, keys[0])
    else:
        meaning = Meaning(actor, intention, many % {"count": len(keys)})
    return commit(scenario, meaning=meaning, change=change)
