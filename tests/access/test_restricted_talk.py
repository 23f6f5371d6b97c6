"""What is said of a task that a rule hides is hidden with it: talk, references, work, search."""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from lineo.accounts.actions import Action, ScopeKind
from lineo.accounts.models import Membership
from lineo.accounts.places import Place
from lineo.accounts.rule_services import add_rule
from lineo.notices.models import Notice
from lineo.talk.references.services import add_reference
from lineo.talk.services import add_comment
from lineo.talk.subjects import of_row
from planning.models import Task
from planning.services import tasks
from planning.services.scenarios import branch_scenario, delete_scenario
from planning.services.updates import post_update
from planning.work.services import relate_tasks, set_work
from tests.builders import join, make_baseline

SECRET = "Zyxwv"


@pytest.fixture
def inner(team):
    scenario = make_baseline(team, name="Foundry")
    phase = tasks.add_task(scenario, actor=team.person, name="Phase")
    made = tasks.add_task(scenario, actor=team.person, name=f"{SECRET} dig", parent=phase.key)
    tasks.add_task(scenario, actor=team.person, name="Open for all")
    return Task.objects.select_related("scenario__project").get(pk=made.pk)


@pytest.fixture
def watched(team, inner):
    """A member from whom the phase and what is below it is hidden."""
    member = Membership.objects.select_related("person").get(person=join(team))
    place = Place(ScopeKind.TASK, inner.scenario.project_id, "", inner.parent.key)
    add_rule(place, action=Action.READ, allows=False, member=member, actor=team.membership)
    return member.person


@pytest.fixture
def said(team, inner, watched):
    """A comment, a file and facts of the work on the hidden task, which name the member."""
    other = Task.objects.select_related("scenario__project").get(name="Open for all")
    subject, actor = of_row(inner), team.person
    comment = add_comment(subject, author=actor, body=f"{SECRET} is late, @{watched.email}")
    paper = (f"{SECRET}.txt", BytesIO(b"x"))
    reference = add_reference(subject, author=actor, upload=paper, title=f"{SECRET} quote")
    set_work(inner, actor=actor, assignees=[actor], labels=["frost"])
    relation = relate_tasks(inner, other, kind="duplicates", actor=actor)
    return {"comment": comment, "reference": reference, "relation": relation, "other": other}


def addresses(inner, said):
    comment, reference = said["comment"].pk, said["reference"].pk
    relation = said["relation"].pk
    return [
        reverse("talk:task-talk", args=[inner.pk]),
        reverse("talk:task-references", args=[inner.pk]),
        reverse("talk:comment", args=[comment]),
        reverse("talk:reference", args=[reference]),
        reverse("talk:reference-file", args=[reference]),
        reverse("planning:work", args=[inner.pk]),
        f"/api/v1/tasks/{inner.pk}/comments/",
        f"/api/v1/tasks/{inner.pk}/references/",
        f"/api/v1/tasks/{inner.pk}/teamwork/",
        f"/api/v1/comments/{comment}/",
        f"/api/v1/references/{reference}/",
        f"/api/v1/references/{reference}/file/",
        f"/api/v1/relations/{relation}/",
    ]


def lists_of(inner, said):
    scenario, project = inner.scenario_id, inner.scenario.project_id
    return [
        f"{reverse('planning:find')}?q={SECRET[:4]}",
        f"{reverse('planning:work-groups', args=[scenario])}?show=all",
        reverse("planning:work", args=[said["other"].pk]),
        reverse("talk:timeline", args=[project]),
        reverse("notices:notices"),
        f"/api/v1/search/?q={SECRET}",
        f"/api/v1/scenarios/{scenario}/teamwork/",
        f"/api/v1/scenarios/{scenario}/unblocked/",
        f"/api/v1/tasks/{said['other'].pk}/relations/",
    ]


def test_its_own_people_find_it_at_each_of_these_addresses(team, inner, said):
    client = Client()
    client.force_login(team.person)

    answers = {address: client.get(address) for address in addresses(inner, said)}

    assert {a: r.status_code for a, r in answers.items() if r.status_code not in (200, 302)} == {}
    told = [one for one in lists_of(inner, said) if f"{SECRET} " in client.get(one).text]
    assert len(told) >= 6


def test_from_whom_it_is_hidden_they_are_not_there(inner, said, watched):
    client = Client()
    client.force_login(watched)

    found = {address: client.get(address).status_code for address in addresses(inner, said)}

    assert {address: code for address, code in found.items() if code != 404} == {}


def test_no_list_tells_of_it(inner, said, watched):
    client = Client()
    client.force_login(watched)

    for address in lists_of(inner, said):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert f"{SECRET} " not in answer.text, address


def test_who_may_not_read_it_is_not_named_told_or_assigned(team, inner, said, watched):
    assert not said["comment"].mentions.exists()
    assert not Notice.objects.filter(person=watched).exists()
    with pytest.raises(Exception, match="may not read"):
        set_work(inner, actor=team.person, assignees=[watched])


def test_a_rule_can_keep_somebody_from_commenting_on_a_subtree(team, inner):
    member = Membership.objects.select_related("person").get(person=join(team))
    place = Place(ScopeKind.TASK, inner.scenario.project_id, "", inner.parent.key)
    add_rule(place, action=Action.COMMENT, allows=False, member=member, actor=team.membership)

    with pytest.raises(PermissionDenied):
        add_comment(of_row(inner), author=member.person, body="Hello")
    other = Task.objects.select_related("scenario__project").get(name="Open for all")
    assert add_comment(of_row(other), author=member.person, body="Hello").pk


def test_an_update_on_it_is_told_to_nobody_who_may_not_read_it(team, inner, watched):
    project, actor = inner.scenario.project, team.person
    post_update(project, author=actor, body=f"{SECRET} is late", task_key=inner.key)
    assert not Notice.objects.filter(person=watched).exists()

    post_update(project, author=actor, body="All is well")
    assert Notice.objects.filter(person=watched).count() == 1


def told_of(person, project):
    """Return what somebody reads of a project's updates, on pages and over HTTP."""
    client = Client()
    client.force_login(person)
    addresses = [
        reverse("talk:timeline", args=[project.pk]),
        f"/api/v1/projects/{project.pk}/updates/",
        f"/api/v1/search/?q={SECRET}",
    ]
    return [one for one in addresses if f"{SECRET} note" in client.get(one).text]


def test_a_note_on_a_hidden_task_stays_hidden_when_the_task_is_deleted(team, inner, watched):
    project = inner.scenario.project
    post_update(project, author=team.person, body=f"{SECRET} note", task_key=inner.key)
    tasks.delete_tasks(inner.scenario, [inner.key], actor=team.person)

    assert len(told_of(team.person, project)) == 3
    assert told_of(watched, project) == []


def test_a_note_on_a_hidden_scenario_stays_hidden_when_it_is_deleted(team, inner):
    project, member = inner.scenario.project, Membership.objects.get(person=join(team))
    branch = branch_scenario(inner.scenario, name="Secret", actor=team.person)
    place = Place(ScopeKind.SCENARIO, branch.pk, "")
    add_rule(place, action=Action.READ, allows=False, member=member, actor=team.membership)
    post_update(project, author=team.person, body=f"{SECRET} note", scenario=branch)
    assert told_of(member.person, project) == []

    delete_scenario(branch, actor=team.person)

    assert len(told_of(team.person, project)) == 3
    assert told_of(member.person, project) == []


def test_a_note_on_what_all_may_read_stays_theirs_when_that_is_deleted(team, inner):
    project, member = inner.scenario.project, join(team)
    branch = branch_scenario(inner.scenario, name="Open", actor=team.person)
    post_update(project, author=team.person, body=f"{SECRET} note", scenario=branch)

    delete_scenario(branch, actor=team.person)

    assert len(told_of(member, project)) == 3
