"""What was to be kept for a while is forgotten after it, in every workspace, and no sooner."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import ProgrammingError, connection
from django.test import Client
from django.utils import timezone

from lineo.accounts import failed_tries
from lineo.accounts.happened import happened
from lineo.accounts.models import Role
from lineo.accounts.tenancy import as_sweeper, workspace_context
from lineo.answers.models import KeptAnswer
from lineo.jobs import chores
from lineo.jobs.supervisor import Supervisor
from planning.models import PlanExport, Upload
from planning.services import exports
from tests.builders import Team, make_baseline, make_team
from tests.jobs.processes import Processes, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)


@pytest.fixture
def teams(db: None) -> list[Team]:
    return [make_team(name, role=Role.OWNER) for name in ("Atelier", "Other")]


def keep(team: Team, *, age: timedelta) -> None:
    """Let the workspace keep one of each, so old."""
    with team.context():
        scenario = make_baseline(team, name=f"Of {age}")
        export = exports.start_export(scenario, format_="csv", actor=team.person)
        upload = Upload.objects.create(name="plan.csv", data=b"x")
        answer = KeptAnswer.objects.create(caller="me", key=str(age), fingerprint="x")
        for row in (export, upload, answer):
            type(row).objects.filter(pk=row.pk).update(created_at=timezone.now() - age)


def left(team: Team) -> tuple[int, int, int]:
    with team.context():
        return (
            PlanExport.objects.count(),
            Upload.objects.count(),
            KeptAnswer.objects.count(),
        )


def test_what_is_over_goes_in_every_workspace_and_the_rest_stays(teams: list[Team]) -> None:
    for team in teams:
        for age in (
            timedelta(hours=23),
            A_DAY + timedelta(minutes=1),
            A_WEEK + timedelta(minutes=1),
        ):
            keep(team, age=age)
    said = StringIO()

    call_command("sweep", stdout=said)

    assert [left(team) for team in teams] == [(1, 2, 1), (1, 2, 1)]
    assert "4 exported files forgotten." in said.getvalue()
    assert chores.forget_what_is_over() == {}


def test_a_session_that_is_over_goes_with_what_was_noted_of_it(teams: list[Team]) -> None:
    for team in teams:
        Client().force_login(team.person)
    over, going_on = Session.objects.all()
    Session.objects.filter(pk=over.pk).update(expire_date=timezone.now() - timedelta(minutes=1))
    UserSession.objects.all().delete()
    for session, team in zip((over, going_on), teams, strict=True):
        UserSession.objects.create(user=team.person, ip="::1", session_key=session.pk)

    UserSession.objects.update(created_at=timezone.now() - A_DAY)

    chores.forget_what_is_over()

    assert Session.objects.get() == going_on
    assert UserSession.objects.get().session_key == going_on.pk


def test_whoever_sweeps_reads_how_old_rows_are_and_nothing_of_what_they_hold(
    teams: list[Team],
) -> None:
    keep(teams[0], age=A_DAY)

    for table, column in (
        ("planning_planexport", "data"),
        ("planning_upload", "data"),
        ("answers_keptanswer", "body"),
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            as_sweeper(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT {column} FROM {table}")


@pytest.mark.parametrize("fault", ["SELECT 1/0", OSError("The disk hangs.")])
def test_one_chore_that_fails_keeps_none_of_the_others_from_being_done(
    teams: list[Team], monkeypatch: pytest.MonkeyPatch, fault: str | OSError
) -> None:
    chores.forget_what_is_over()
    keep(teams[0], age=A_WEEK + timedelta(minutes=1))

    def fail() -> int:
        if isinstance(fault, OSError):
            raise fault
        with workspace_context(teams[0].workspace), connection.cursor() as cursor:
            cursor.execute(fault)
        return 0

    monkeypatch.setattr(chores, "_chores", {"nothing": fail, **chores._chores})

    assert set(chores.forget_what_is_over()) >= {"exported files", "uploaded files"}


def test_a_supervisor_outlives_a_sweep_that_fails(
    teams: list[Team], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError("Nobody expected this.")

    failed_tries.note(teams[0].person.email, failed_tries.PASSWORD)
    happened.connect(fail, weak=False)
    try:
        Supervisor(workers=0, live_workers=0)._sweep()
    finally:
        happened.disconnect(fail)

    assert "Not swept." in caplog.text
    assert "Nobody expected this." in caplog.text


def test_a_supervisor_sees_to_it(teams: list[Team], rq_queue: Any, tmp_path: Any) -> None:
    keep(teams[0], age=A_WEEK + timedelta(minutes=1))
    processes = Processes(tmp_path / "workers.log")

    try:
        processes.site_supervisor(workers=0)
        wait_for(lambda: left(teams[0]) == (0, 0, 0))
    finally:
        processes.end()
