"""References: links, notes and files that back an estimate or a decision."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from lineo.attachments import clean_name
from lineo.talk.models import Reference
from lineo.talk.references import files, selectors, services
from lineo.talk.subjects import of_row
from planning.services.promotions import promote_scenario
from planning.services.scenarios import branch_scenario, delete_scenario
from tests.builders import join, make_team

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
PDF = b"%PDF-1.7\n" + b"x" * 64


def office(folder: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", "<Relationships/>")
        archive.writestr(f"{folder}/document.xml", "<x/>" * 50)
    return made.getvalue()


@pytest.fixture
def client(team):
    client = Client()
    client.force_login(team.person)
    return client


def add(row, person, **fields):
    return services.add_reference(of_row(row), author=person, **fields)


def upload(row, person, name="quote.pdf", content=PDF):
    return add(row, person, upload=(name, BytesIO(content)))


def test_each_form_is_told_by_what_is_given(task, team):
    link = add(task, team.person, url="https://example.com/quote", title="A quote")
    note = add(task, team.person, body="Anna dug one like it in five days.")
    file = upload(task, team.person)

    assert [one.kind for one in (link, note, file)] == ["link", "note", "file"]
    assert (note.title, file.title) == ("Anna dug one like it in five days.", "quote.pdf")


def test_it_is_read_in_every_scenario(task, team, scenario):
    add(task, team.person, url="https://example.com")
    scenario.refresh_from_db()
    branch = branch_scenario(scenario, name="Two crews", actor=team.person)

    same = branch.tasks.get(key=task.key)

    assert selectors.references_of(of_row(same)).count() == 1


def test_a_decision_is_backed_too(task, team, scenario, client):
    scenario.refresh_from_db()
    branch = branch_scenario(scenario, name="Two crews", actor=team.person)
    decision = promote_scenario(branch, actor=team.person, reason="Surer.")
    add(decision, team.person, body="The board said so.", credibility="high", tags=["board"])

    page = client.get(reverse("talk:promotion-references", args=[decision.pk]))

    assert "The board said so." in page.text
    assert "credibility-high" in page.text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", PNG),
        ("a.PDF", PDF),
        ("notes.txt", "Fünf Tage".encode()),
        ("table.csv", b"a;b\n1;2\n"),
        ("a.docx", office("word")),
        ("a.xlsx", office("xl")),
    ],
)
def test_documents_pictures_and_plain_text_are_taken(task, team, name, content):
    assert upload(task, team.person, name, content).file_bytes == len(content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ" + b"\x00" * 100),
        ("a.pdf", b"MZ" + b"\x00" * 100),
        ("a.png", PDF),
        ("a.pdf", b"<html><script>alert(1)</script>"),
        ("a.html", b"<html><script>alert(1)</script>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.txt", b"\x00\x01\x02binary"),
        ("a.txt", b"\xff\xfe\x00"),
        ("a.zip", office("elsewhere")),
        ("noending", PDF),
        ("a.pdf", b""),
    ],
)
def test_anything_else_and_what_its_name_belies_is_refused(task, team, name, content):
    with pytest.raises(ValidationError):
        upload(task, team.person, name, content)
    assert not Reference.objects.exists()


def test_more_than_25_mb_is_refused_before_it_is_kept(task, team):
    with pytest.raises(ValidationError, match="25 MB"):
        upload(task, team.person, "a.pdf", PDF + b"x" * files.MOST_BYTES)


def test_a_workspace_has_room_for_so_much(task, team, settings):
    settings.FILE_QUOTA_MB = 1
    upload(task, team.person, "a.pdf", PDF + b"x" * 700_000)

    with pytest.raises(ValidationError, match="delete some"):
        upload(task, team.person, "b.pdf", PDF + b"x" * 700_000)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\quote.pdf", "quote.pdf"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
        ('"><script>.pdf', "___script_.pdf"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
        ("...", "file"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
    ],
)
def test_names_are_cleaned(given, kept):
    assert clean_name(given) == kept


def test_a_file_comes_back_as_an_attachment_that_nothing_runs_in(client, task, team):
    reference = upload(task, team.person, "quote “5”.pdf")

    response = client.get(reverse("talk:reference-file", args=[reference.pk]))

    assert response.content == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


def test_nobody_gets_a_file_whose_task_they_may_not_read(task, team):
    address = reverse("talk:reference-file", args=[upload(task, team.person).pk])
    for person in (make_team("Elsewhere").person, join(team, Role.GUEST)):
        other = Client()
        other.force_login(person)
        assert other.get(address).status_code == 404
        assert other.post(address).status_code == 405


def test_a_file_lies_under_a_name_that_nobody_chose_in_its_workspace(task, team):
    stored = Path(upload(task, team.person, "../x.pdf").stored_as.name)

    assert stored.parts[0] == str(team.workspace.pk)
    assert stored.suffix == ""


def test_a_deleted_reference_takes_its_file_along(task, team, django_capture_on_commit_callbacks):
    reference = upload(task, team.person)
    name = reference.stored_as.name
    assert default_storage.exists(name)

    with django_capture_on_commit_callbacks(execute=True):
        services.delete_reference(reference, subject=of_row(task), actor=team.person)

    assert not default_storage.exists(name)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"url": "javascript:alert(1)"},
        {"url": "ftp://example.com/a"},
        {"url": "no address"},
        {"body": "x" * 10_001},
        {"body": "x", "tags": [f"{number}" for number in range(13)]},
        {"body": "x", "tags": ["y" * 41]},
        {"body": "x", "credibility": "total"},
        {"body": "x", "title": "y" * 201},
        {"url": "https://example.com", "upload": ("a.pdf", BytesIO(PDF))},
    ],
)
def test_what_makes_no_sense_is_refused(task, team, fields):
    with pytest.raises(ValidationError):
        add(task, team.person, **fields)


def test_only_its_author_changes_it_and_a_stale_change_is_refused(task, team):
    reference, other, subject = add(task, team.person, body="x"), join(team), of_row(task)

    with pytest.raises(PermissionDenied):
        services.change_reference(reference, subject=subject, actor=other, title="Mine")
    services.change_reference(reference, subject=subject, actor=team.person, title="Two", seen=1)
    with pytest.raises(ValidationError, match="meanwhile"):
        services.change_reference(reference, subject=subject, actor=team.person, title="3", seen=1)
    with pytest.raises(ValidationError, match="keeps its"):
        services.change_reference(
            reference, subject=subject, actor=team.person, url="https://example.com"
        )


@pytest.mark.parametrize("role", [Role.VIEWER, Role.GUEST])
def test_who_only_looks_adds_nothing(task, team, role):
    with pytest.raises(PermissionDenied):
        add(task, join(team, role), body="x")


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_adding_and_deleting_work_without_and_with_htmx(client, task, headers):
    sent = {"file": SimpleUploadedFile("quote.pdf", PDF), "tags": "a, b , a", "source": "Diggers"}

    added = client.post(reverse("talk:add-task-reference", args=[task.pk]), sent, headers=headers)
    reference = Reference.objects.get()
    gone = client.post(reverse("talk:delete-reference", args=[reference.pk]), headers=headers)

    assert (added.status_code, gone.status_code) == ((200, 200) if headers else (302, 302))
    assert reference.tags == ["a", "b"]
    assert not Reference.objects.exists()


def test_a_refused_file_keeps_what_was_typed(client, task):
    sent = {"file": SimpleUploadedFile("a.exe", b"MZ\x00"), "source": "Diggers Ltd"}

    response = client.post(reverse("talk:add-task-reference", args=[task.pk]), sent)

    assert response.status_code == 422
    assert "Diggers Ltd" in response.text
    assert "not taken" in response.text


def test_a_file_goes_with_what_it_was_about(scenario, team, django_capture_on_commit_callbacks):
    branch = branch_scenario(scenario, name="Other", actor=team.person)
    row = services.add_reference(of_row(branch), author=team.person, upload=("a.pdf", BytesIO(PDF)))
    name = row.stored_as.name
    assert default_storage.exists(name)

    with django_capture_on_commit_callbacks(execute=True):
        delete_scenario(branch, actor=team.person)

    assert not Reference.objects.exists()
    assert not default_storage.exists(name)
