"""The walls as constraints: carried by migrations, made and taken away by them."""

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.writer import MigrationWriter

from lineo.accounts.tenancy import as_owner, workspace_context
from lineo.accounts.walls import RowSecurity, SameWorkspace, WorkspaceKey, walls
from lineo.jobs.models import Job, JobDetail
from tests.accounts.builders import make_workspace
from tests.jobs.builders import ask

ALL_WALLS = [
    WorkspaceKey(name="a"),
    SameWorkspace(field="job", name="b"),
    RowSecurity(name="c"),
    RowSecurity(name="d", using="true", visible="false", sweeper=True),
]


@pytest.mark.parametrize("wall", ALL_WALLS, ids=lambda wall: wall.name)
def test_a_wall_is_written_into_a_migration_and_read_back_the_same(wall):
    text, imports = MigrationWriter.serialize(wall)

    scope: dict = {}
    exec("\n".join(imports), scope)
    assert eval(text, scope) == wall


def test_walls_of_different_making_differ():
    assert RowSecurity(name="a") != RowSecurity(name="a", sweeper=True)
    assert SameWorkspace(field="x", name="a") != SameWorkspace(field="y", name="a")


def test_the_unique_key_comes_before_what_points_at_it():
    assert isinstance(walls("planning_task", "parent")[0], WorkspaceKey)


def policies(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT policyname FROM pg_policies WHERE tablename = %s", [table])
        return sorted(name for (name,) in cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_a_wall_is_taken_away_and_put_back():
    wall = next(c for c in Job._meta.constraints if isinstance(c, RowSecurity))
    before = policies("jobs_job")

    with as_owner(), connection.schema_editor() as editor:
        editor.remove_constraint(Job, wall)
    without = policies("jobs_job")
    with as_owner(), connection.schema_editor() as editor:
        editor.add_constraint(Job, wall)

    assert (before, without) == (["maintenance", "sweeper", "workspace"], [])
    assert policies("jobs_job") == before


@pytest.mark.django_db(transaction=True)
def test_a_composite_key_is_taken_away_and_put_back():
    wall = next(c for c in JobDetail._meta.constraints if isinstance(c, SameWorkspace))

    with as_owner(), connection.schema_editor() as editor:
        editor.remove_constraint(JobDetail, wall)
        editor.add_constraint(JobDetail, wall)

    with connection.cursor() as cursor:
        assert wall.name in connection.introspection.get_constraints(cursor, "jobs_jobdetail")


@pytest.mark.django_db(transaction=True)
def test_a_table_is_made_with_its_walls():
    class Pier(models.Model):
        id = models.UUIDField(primary_key=True)
        workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="+")
        next_one = models.ForeignKey("self", models.CASCADE, null=True, db_constraint=False)
        height = models.IntegerField(db_default=3)

        class Meta:
            app_label = "tests"
            constraints = walls("tests_pier", "next_one")

        def __str__(self) -> str:
            return str(self.height)

    with as_owner(), connection.schema_editor() as editor:
        editor.create_model(Pier)
    with connection.cursor() as cursor:
        made = set(connection.introspection.get_constraints(cursor, "tests_pier"))
    with as_owner(), connection.schema_editor() as editor:
        editor.delete_model(Pier)

    assert {"tests_pier_workspace_key", "tests_pier_next_one_same_workspace"} <= made


@transaction.atomic
def point_at(job: Job) -> None:
    JobDetail.objects.create(job_id=job.pk)
    connection.check_constraints()


@pytest.mark.django_db
def test_a_row_cannot_point_into_another_workspace():
    bridge, tunnel = make_workspace("Bridge"), make_workspace("Tunnel")
    foreign = ask(tunnel, "test.echo")

    with workspace_context(bridge), pytest.raises(IntegrityError, match="same_workspace"):
        point_at(foreign)


@pytest.mark.django_db
@pytest.mark.parametrize("wall", ALL_WALLS, ids=lambda wall: wall.name)
def test_validating_a_model_asks_nothing_of_its_walls(wall, django_assert_num_queries):
    with django_assert_num_queries(0):
        wall.validate(JobDetail, JobDetail())
