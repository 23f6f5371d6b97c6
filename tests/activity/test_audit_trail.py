"""What is told is recorded once, in its transaction, and stays."""

import pytest
from django.db import DatabaseError, connection, transaction

from lineo.accounts import services
from lineo.accounts.happened import ActorKind, Subject, tell
from lineo.accounts.ids import uuid7
from lineo.accounts.models import Role
from lineo.activity.models import AuditEntry, Change, Event
from lineo.requests import request_id
from planning.services import projects
from tests.builders import join, make_project, make_team

TABLES = [AuditEntry, Change, Event]


@pytest.fixture
def team(db):
    team = make_team(role=Role.OWNER)
    with team.context():
        yield team


def test_an_entry_says_who_did_what_to_what_and_what_it_changed(team):
    bo = join(team)
    membership = bo.memberships.get()
    token = request_id.set("a-request")

    services.change_role(membership, role=Role.VIEWER, actor=team.membership)

    request_id.reset(token)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.actor_kind) == (
        "member.role_changed",
        team.person,
        ActorKind.PERSON,
    )
    assert (entry.subject_kind, entry.subject_id) == ("membership", membership.pk)
    assert (entry.subject_name, entry.before, entry.after) == (str(bo), "member", "viewer")
    assert entry.request_id == "a-request"


def test_a_deed_that_is_undone_leaves_no_entry(team):
    project = make_project(team)

    with transaction.atomic():
        projects.archive_project(project, actor=team.person)
        transaction.set_rollback(True)

    assert not AuditEntry.objects.exists()


def test_a_deed_that_can_not_be_recorded_is_undone(team, monkeypatch):
    project = make_project(team)
    monkeypatch.setattr(AuditEntry, "save", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        projects.archive_project(project, actor=team.person)

    project.refresh_from_db()
    assert not project.is_archived


def test_what_edited_a_project_says_both_values(team):
    project = make_project(team, name="Foundry")

    projects.edit_project(project, actor=team.person, name="Mill")

    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after) == ({"name": "Foundry"}, {"name": "Mill"})
    assert entry.project_id == project.pk


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b", "x" * 400])
def test_an_entry_holds_any_name(team, name):
    tell(
        "thing.done",
        workspace=team.workspace,
        actor=team.person,
        subject=Subject("thing", uuid7(), name),
        before={name: [name]},
        after=name,
    )

    assert AuditEntry.objects.get().subject_name


def test_what_belongs_to_no_workspace_is_recorded_in_none(team):
    tell("person.signed_in", workspace=None, actor=team.person)

    assert not AuditEntry.objects.exists()


def test_a_deed_of_someone_who_has_opened_no_workspace_is_recorded_in_it(db):
    team = make_team()

    tell("person.signed_in", workspace=team.workspace, actor=team.person)

    with team.context():
        assert AuditEntry.objects.get().subject_id == team.person.pk


@pytest.mark.parametrize("model", TABLES)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET created_at = now()", "DELETE FROM {}", "TRUNCATE {} CASCADE"],
)
def test_the_serving_role_can_not_touch_what_is_recorded(team, model, statement):
    make_project(team)

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        _execute(statement.format(model._meta.db_table))


@pytest.mark.parametrize("model", TABLES)
def test_the_owner_can_not_either_unless_it_says_that_it_erases(team, model):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE tgrelid = %s::regclass AND proname = 'activity_append_only'",
            [model._meta.db_table],
        )
        assert len(cursor.fetchall()) == 2


def _execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
