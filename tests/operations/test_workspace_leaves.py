"""A workspace takes all it has with it, and is erased so that nothing of it stays."""

import json
import zipfile
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from lineo.accounts import services
from lineo.accounts.happened import tell
from lineo.accounts.models import Membership, Role, User, Workspace
from lineo.accounts.tenancy import as_owner, workspace_context
from lineo.accounts.tokens import create_token
from lineo.operations.models import Erasure
from lineo.operations.tables import workspace_tables
from planning.interchange.planfile import plan_from_json
from planning.services import projects
from tests.builders import Team, join, make_baseline, make_chain, make_team

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def atelier(db: None) -> Team:
    team = make_team("Atelier", role=Role.OWNER)
    with team.context():
        make_chain(make_baseline(team), "Dig", "Pour", team=team)
    return team


@pytest.fixture
def other(db: None) -> Team:
    team = make_team("Other", role=Role.OWNER)
    with team.context():
        make_chain(make_baseline(team), "Weave", team=team)
    return team


def rows_of(team: Team) -> dict[str, int]:
    from django.db import connection

    with as_owner(), connection.cursor() as cursor:
        counts = {}
        for table in workspace_tables():
            cursor.execute(
                f"SELECT count(*) FROM {table} WHERE workspace_id = %s", [team.workspace.pk]
            )
            counts[table] = cursor.fetchone()[0]
        return counts


def test_an_export_holds_the_workspace_and_nothing_of_another(
    atelier: Team, other: Team, tmp_path: Path
):
    said = StringIO()

    call_command("export_workspace", atelier.workspace.slug, str(tmp_path / "a.zip"), stdout=said)

    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        everything = b"".join(packed.read(name) for name in packed.namelist()).decode()
        [plan] = [name for name in packed.namelist() if name.startswith("plans/")]
        names = [task.name for task in plan_from_json(packed.read(plan).decode()).tasks]
        counts = json.loads(packed.read("manifest.json"))["rows"]
    assert names == ["Dig", "Pour"]
    assert "Weave" not in everything
    assert counts == rows_of(atelier)
    assert "argon2" not in everything


def test_an_export_overwrites_nothing(atelier: Team, tmp_path: Path):
    (tmp_path / "a.zip").write_text("mine")

    with pytest.raises(CommandError, match="exists already"):
        call_command("export_workspace", atelier.workspace.slug, str(tmp_path / "a.zip"))

    assert (tmp_path / "a.zip").read_text() == "mine"


def test_erasing_leaves_one_line_and_the_others_alone(atelier: Team, other: Team):
    with workspace_context(atelier.workspace, None):
        Membership.objects.create(person=other.person, role=Role.MEMBER)
    colleague = join(atelier)
    before = rows_of(other)
    slug = atelier.workspace.slug

    call_command("erase_workspace", slug, "--asked-by", "Ada, by letter", "--yes", slug)

    assert set(rows_of(atelier).values()) == {0}
    assert rows_of(other) == before
    assert not User.objects.filter(pk__in=[atelier.person.pk, colleague.pk]).exists()
    assert User.objects.filter(pk=other.person.pk).exists()
    with as_owner():
        assert not Workspace.objects.filter(slug=slug).exists()
        [record] = Erasure.objects.all()
    assert (record.former_workspace, record.asked_by) == (atelier.workspace.pk, "Ada, by letter")


def test_erasing_takes_who_was_removed_earlier_and_leaves_who_is_known_elsewhere(
    atelier: Team, other: Team
):
    gone, known = join(atelier), join(atelier)
    with workspace_context(other.workspace, None):
        was_there = Membership.objects.create(person=known, role=Role.MEMBER)
    with workspace_context(other.workspace, known):
        projects.create_project(name="Loom", actor=known, start=date(2026, 1, 5))
    with other.context():
        services.remove(was_there, actor=other.membership)
    with atelier.context():
        for person in (gone, known):
            tell("person.signed_in", workspace=atelier.workspace, actor=person)
            services.remove(Membership.objects.get(person=person), actor=atelier.membership)
    slug = atelier.workspace.slug

    call_command("erase_workspace", slug, "--asked-by", "Ada", "--yes", slug)

    left = set(User.objects.filter(pk__in=[gone.pk, known.pk]).values_list("pk", flat=True))
    assert left == {known.pk}


def test_erasing_wants_to_be_sure(atelier: Team):
    with pytest.raises(CommandError, match="can't be undone"):
        call_command("erase_workspace", atelier.workspace.slug, "--asked-by", "Ada")
    with pytest.raises(CommandError, match="no workspace “nowhere”"):
        call_command("erase_workspace", "nowhere", "--asked-by", "Ada", "--yes", "nowhere")

    assert rows_of(atelier)["planning_task"] == 2


def test_an_export_holds_no_key_of_another_workspace(atelier: Team, other: Team, tmp_path: Path):
    """The keys of tokens stand outside the walls, for they are sought before one is open."""
    for team in (atelier, other):
        with team.context():
            create_token(
                team.membership, name="Mine", scopes=["read"], days=1, actor=team.membership
            )

    call_command("export_workspace", atelier.workspace.slug, str(tmp_path / "a.zip"))

    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        everything = b"".join(packed.read(name) for name in packed.namelist()).decode()
        keys = packed.read("tables/accounts_tokenkey.jsonl").splitlines()
    assert len(keys) == 1
    assert str(other.workspace.pk) not in everything
    assert str(other.person.pk) not in everything


def test_erasing_finds_a_file_that_no_row_speaks_of(atelier: Team, other: Team):
    mine, theirs = (
        default_storage.save(f"{team.workspace.pk}/left", ContentFile(b"x"))
        for team in (atelier, other)
    )
    slug = atelier.workspace.slug

    call_command("erase_workspace", slug, "--asked-by", "Ada", "--yes", slug)

    assert (default_storage.exists(mine), default_storage.exists(theirs)) == (False, True)
    default_storage.delete(theirs)
