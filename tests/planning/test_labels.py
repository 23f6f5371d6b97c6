"""Labels: made by using them, renamed and deleted by hand, on pages and over HTTP."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from lineo.accounts.locking import GoneError
from lineo.accounts.models import Role
from lineo.activity.models import AuditEntry
from planning.errors import LostRaceError
from planning.models import Label
from planning.work import facts, services
from planning.work.labels import change_label, counts_of, delete_label
from tests.api.caller import Caller, fields_of
from tests.builders import join, make_chain, make_team


@pytest.fixture
def chain(scenario, team):
    rows = make_chain(scenario, "Dig", "Pour", team=team)
    services.set_work(rows[0], actor=team.person, labels=["permit", "frost"])
    services.set_work(rows[1], actor=team.person, labels=["permit"])
    return rows


@pytest.fixture
def permit(chain):
    return Label.objects.get(name="permit")


@pytest.fixture
def client(team):
    client = Client()
    client.force_login(team.person)
    return client


def labels_of(task):
    return [label.name for label in facts.work_of(task.scenario.project_id, task.key).labels]


def test_a_renamed_label_stays_on_its_tasks(chain, permit, team):
    change_label(permit, actor=team.person, name="  Building   permit ", colour="teal")

    assert labels_of(chain[0]) == ["Building permit", "frost"]
    told = AuditEntry.objects.get(action="label.edited")
    assert (told.before["name"], told.after["name"]) == ("permit", "Building permit")


def test_saying_the_same_again_is_no_change(permit, team):
    assert change_label(permit, actor=team.person, name="permit").version == 1
    assert not AuditEntry.objects.filter(action="label.edited").exists()


@pytest.mark.parametrize("name", ["frost", "FROST ", "", "x" * 41])
def test_a_name_that_is_taken_or_no_name_is_refused(permit, team, name):
    with pytest.raises(ValidationError):
        change_label(permit, actor=team.person, name=name)


def test_the_case_of_its_own_name_can_be_mended(permit, team):
    assert change_label(permit, actor=team.person, name="Permit").name == "Permit"


def test_a_deleted_label_leaves_its_tasks(chain, permit, team):
    delete_label(permit, actor=team.person)

    assert labels_of(chain[0]) == ["frost"]
    assert labels_of(chain[1]) == []


def test_who_was_slower_is_told(permit, team):
    change_label(permit, actor=team.person, name="licence", seen=1)

    with pytest.raises(LostRaceError):
        change_label(permit, actor=team.person, name="consent", seen=1)
    delete_label(permit, actor=team.person)
    with pytest.raises(GoneError):
        delete_label(permit, actor=team.person)


def test_a_viewer_renames_nothing(permit, team):
    for deed in (change_label, delete_label):
        with pytest.raises(PermissionDenied):
            deed(permit, actor=join(team, Role.VIEWER))


def test_the_page_lists_them_with_how_many_tasks_have_each(client, scenario, chain, permit):
    page = client.get(reverse("planning:labels", args=[scenario.project_id])).text

    assert counts_of(scenario.project)[permit.pk] == 2
    assert page.index("frost") < page.index("permit")
    assert '<td class="is-number">2</td>' in page
    assert reverse("planning:label", args=[permit.pk]) in page


def test_it_is_renamed_and_deleted_on_its_page(client, scenario, permit):
    address = reverse("planning:label", args=[permit.pk])

    taken = client.post(address, {"name": "Frost", "colour": "pink", "version": 1})
    renamed = client.post(address, {"name": "licence", "colour": "pink", "version": 1})
    late = client.post(address, {"name": "consent", "colour": "pink", "version": 1})
    gone = client.post(reverse("planning:delete-label", args=[permit.pk]))

    assert (taken.status_code, late.status_code) == (422, 409)
    assert "already has a label" in taken.text
    assert "consent" in late.text
    assert renamed.url == gone.url == reverse("planning:labels", args=[scenario.project_id])
    assert not Label.objects.filter(pk=permit.pk).exists()
    assert client.get(address).status_code == 404


def test_over_http_too(team, permit):
    caller, address = Caller(team.person), f"/api/v1/labels/{permit.pk}/"

    changed = caller.patch(address, {"name": "licence"}, if_match=caller.get(address)["ETag"])
    taken = caller.patch(address, {"name": "frost"}, if_match="*")

    assert changed.json()["name"] == "licence"
    assert (taken.status_code, fields_of(taken)) == (422, ["name"])
    assert caller.delete(address, if_match='"1"').status_code == 412
    assert caller.delete(address, if_match="*").status_code == 204
    assert caller.get(address).status_code == 404


def test_those_of_others_are_not_there(permit):
    client = Client()
    client.force_login(make_team("Elsewhere", Role.OWNER).person)

    assert client.get(reverse("planning:label", args=[permit.pk])).status_code == 404
    assert client.get(f"/api/v1/labels/{permit.pk}/").status_code == 404
