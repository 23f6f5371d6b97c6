"""A job that comes twice takes effect once: every function that is registered, in one story.

Messages may be doubled, and a worker that was thought dead may finish after all. So each job
of the story is done, and then done once more by whoever held it: not one row may differ.
"""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from lineo.accounts.models import Role
from lineo.accounts.tenancy import as_owner
from lineo.jobs import entry, registry
from lineo.jobs.models import Job
from lineo.jobs.services import Claim
from lineo.notices.models import NoticeKind
from lineo.notices.services import notify
from lineo.operations.tables import all_tables, fingerprint
from lineo.portfolio import services as portfolio
from lineo.webhooks import services as webhooks
from planning.core.distributions import Pert
from planning.interchange.planfile import plan_to_json
from planning.models import ForecastRecord, Scenario
from planning.pages.merging import Choice
from planning.services import exports, imports, projects, tasks
from planning.services.scenarios import branch_scenario
from planning.snapshot import plan_of
from simulations import services as simulations
from simulations.adjusting.services import adjust_scenario
from simulations.comparing.services import forecast_merge, start_comparison
from simulations.explaining.services import explain_movement
from tests.builders import Team, join, make_baseline, make_chain, make_project, make_team
from tests.portfolio.builders import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
DAY = 480


@pytest.fixture
def twice(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Do each job once more, by its former claim; give how often each function was."""
    done: dict[str, int] = {}
    once = entry.run

    def run(held: Claim, handle: Any) -> None:
        once(held, handle)
        before = rows()
        once(held, entry.handle_of(held))
        entry.perform(str(held.job_id))
        assert rows() == before, f"{held.function} took effect twice"
        done[held.function] = done.get(held.function, 0) + 1

    monkeypatch.setattr(entry, "run", run)
    return done


def rows() -> dict[str, str]:
    """Return what every table holds, whoever owns it."""
    with as_owner(), connection.cursor() as cursor:
        return fingerprint(
            cursor, [name for name in all_tables(cursor) if name != "django_session"]
        )


def on_the_site() -> set[str]:
    registry.discover()
    return {name for name in registry.names() if not name.startswith("test.")}


def test_every_function_done_twice_takes_effect_once(
    twice: dict[str, int], settings: Any, tmp_path: Any
):
    settings.SIMULATION_SPLIT_CELLS = 1_000_000
    settings.WEBHOOK_HOSTS = ["127.0.0.1:9"]
    team = make_team(role=Role.OWNER)
    anna = join(team)
    story = Story(team)

    for chapter in (
        story.plan,
        story.simulate,
        story.split,
        story.branch,
        story.explain,
        story.buffer,
        story.move_files,
        story.finish,
        story.wait_for_another,
        lambda: story.tell(anna.pk),
    ):
        with team.context():
            chapter()
        entry.run_waiting()

    assert sorted(on_the_site() - twice.keys()) == []


class Story:
    """What a team does in a week."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.scenario: Scenario
        self.branched: Scenario

    @property
    def now(self) -> Scenario:
        return Scenario.objects.select_related("project").get(pk=self.scenario.pk)

    def plan(self) -> None:
        self.scenario = make_baseline(self.team)
        for row in make_chain(self.scenario, "Dig", "Pour", team=self.team, days=5):
            tasks.edit_task(
                self.scenario,
                row.key,
                actor=self.team.person,
                estimate=Pert(3 * DAY, 5 * DAY, 9 * DAY),
            )

    def simulate(self) -> None:
        simulations.start_simulation(self.now, actor=self.team.person, iterations=1_000)

    def split(self) -> None:
        key = self.scenario.tasks.get(name="Pour").key
        tasks.edit_task(
            self.now, key, actor=self.team.person, estimate=Pert(4 * DAY, 6 * DAY, 12 * DAY)
        )
        simulations.start_simulation(self.now, actor=self.team.person, iterations=600_000)

    def branch(self) -> None:
        self.branched = branch_scenario(self.now, name="Faster", actor=self.team.person)
        key = self.branched.tasks.get(name="Dig").key
        tasks.edit_task(self.branched, key, actor=self.team.person, name="Dig by machine")
        start_comparison(
            self.now.project, [self.now, self.branched], actor=self.team.person, iterations=500
        )
        forecast_merge(self.now, self.branched, Choice(), actor=self.team.person)

    def explain(self) -> None:
        records = ForecastRecord.objects.filter(scenario=self.scenario).order_by("created_at")
        explain_movement(self.now.project, records.first(), records.last(), actor=self.team.person)

    def buffer(self) -> None:
        adjust_scenario(
            self.now, name="Sure", percent=80, is_gathered=False, actor=self.team.person
        )

    def move_files(self) -> None:
        text = plan_to_json(plan_of(self.now))
        imports.start_import(name="plan.json", data=text.encode(), actor=self.team.person)
        exports.start_export(self.now, format_="csv", actor=self.team.person)

    def finish(self) -> None:
        tasks.edit_task(
            self.now,
            self.scenario.tasks.get(name="Dig").key,
            actor=self.team.person,
            actual_start=datetime(2026, 1, 5, 8),
            actual_finish=datetime(2026, 1, 9, 17),
            percent_complete=100.0,
        )

    def wait_for_another(self) -> None:
        road = projects.baseline_of(make_project(self.team, name="Road", code="ROAD"))
        [row] = make_chain(road, "Pave", team=self.team, days=3)
        wait_for(self.scenario.tasks.get(name="Pour"), "ROAD-1FS", team=self.team)
        tasks.edit_task(road, row.key, actor=self.team.person, duration_minutes=9 * DAY)
        portfolio.draw_jointly(actor=self.team.person, iterations=500)

    def tell(self, person: Any) -> None:
        webhooks.add_webhook(
            url="http://127.0.0.1:9/hook", actor=self.team.membership, events=["project.*"]
        )
        notify([person], NoticeKind.MENTION, title="Ada asked you", url="/")
        Job.objects.filter(function="mail-digest").update(not_before=None)
        make_project(self.team, name="Told")
