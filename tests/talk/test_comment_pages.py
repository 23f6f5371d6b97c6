"""Comments on pages: each act is one POST, with and without htmx."""

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from lineo.talk.models import Comment
from lineo.talk.services import add_comment
from lineo.talk.subjects import of_row
from planning.services.projects import baseline_of
from planning.services.views import change_view
from tests.builders import join, make_project, make_team

HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(team):
    client = Client()
    client.force_login(team.person)
    return client


@pytest.fixture
def comment(task, team):
    return add_comment(of_row(task), author=team.person, body="Is it **deep**?")


ACTS = {
    "reply": {"body": "Yes."},
    "edit-comment": {"body": "Is it deeper?", "version": 1},
    "delete-comment": {},
    "react": {"mood": "👍"},
}


def test_the_page_shows_what_was_said(client, task, comment):
    page = client.get(reverse("talk:task-talk", args=[task.pk]))

    assert "<strong>deep</strong>" in page.text
    assert page.text.count('id="talk"') == 1


def test_a_panel_gets_the_talk_alone(client, task, comment):
    part = client.get(reverse("talk:task-talk", args=[task.pk]), headers=HTMX)

    assert part.text.lstrip().startswith("<section")
    assert "<strong>deep</strong>" in part.text


def test_a_task_and_a_risk_lead_to_their_talk(client, task):
    page = client.get(reverse("planning:task", args=[task.pk]))

    assert reverse("talk:task-talk", args=[task.pk]) in page.text


def test_adding_works_without_and_with_htmx(client, task):
    address = reverse("talk:add-task-comment", args=[task.pk])

    plain = client.post(address, {"body": "One"})
    part = client.post(address, {"body": "Two"}, headers=HTMX)

    assert plain.status_code == 302
    assert "#comment-" in plain["Location"]
    assert part.status_code == 200
    assert "Two" in part.text
    assert Comment.objects.count() == 2


@pytest.mark.parametrize("body", ["", " ", "x" * 10_001, "a\x00b"])
def test_what_can_not_be_said_is_kept_and_explained(client, task, body):
    page = client.post(reverse("talk:add-task-comment", args=[task.pk]), {"body": body})

    assert page.status_code == 422
    assert "errorlist" in page.text
    assert body.strip("\x00 ")[:50] in page.text
    assert not Comment.objects.exists()


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_each_act_works_without_and_with_htmx(client, comment, act, headers):
    response = client.post(reverse(f"talk:{act}", args=[comment.pk]), ACTS[act], headers=headers)

    assert response.status_code == (200 if headers else 302)


@pytest.mark.parametrize("act", ["reply", "edit-comment", "react"])
def test_each_act_refuses_nonsense(client, comment, act):
    sent = {"body": " ", "mood": "💩"}

    assert client.post(reverse(f"talk:{act}", args=[comment.pk]), sent).status_code == 422


@pytest.mark.parametrize("act", ACTS)
def test_a_stranger_finds_nothing_and_a_get_does_nothing(client, comment, act):
    address = reverse(f"talk:{act}", args=[comment.pk])
    stranger = Client()
    stranger.force_login(make_team("Elsewhere").person)

    assert stranger.post(address, ACTS[act]).status_code == 404
    assert client.get(address).status_code == 405


@pytest.mark.parametrize("kind", ["task", "scenario"])
def test_a_viewer_reads_and_has_no_field(team, task, comment, kind):
    viewer = Client()
    viewer.force_login(join(team, Role.VIEWER))
    pk = task.pk if kind == "task" else task.scenario_id

    page = viewer.get(reverse(f"talk:{kind}-talk", args=[pk]))

    assert page.status_code == 200
    assert "<textarea" not in page.text
    assert viewer.post(reverse("talk:reply", args=[comment.pk]), {"body": "x"}).status_code == 403


def test_a_stale_edit_keeps_what_was_typed(client, comment):
    address = reverse("talk:edit-comment", args=[comment.pk])
    client.post(address, {"body": "Mine", "version": 1})

    late = client.post(address, {"body": "Late words", "version": 1})

    assert late.status_code == 409
    assert "Late words" in late.text


def test_people_are_offered_by_the_beginning_of_a_name(client, team, scenario):
    anna = join(team)
    anna.name = "Anna Weber"
    anna.save()
    join(team, Role.GUEST)
    address = reverse("talk:mentionable", args=[scenario.project_id])

    assert 'data-label="Anna Weber"' in client.get(address, {"q": "web"}).text
    assert "Anna" not in client.get(address, {"q": "zz"}).text
    assert client.get(address).text.count("option") == 2


def test_addresses_are_offered_to_who_manages_people_alone(client, team, scenario):
    anna = join(team)
    anna.name = "Anna Weber"
    anna.save()
    address = reverse("talk:mentionable", args=[scenario.project_id])
    manager = Client()
    manager.force_login(join(team, Role.ADMIN))

    assert anna.email in manager.get(address, {"q": anna.email[:8]}).text
    assert anna.email not in client.get(address, {"q": "anna"}).text
    assert "Anna" not in client.get(address, {"q": anna.email[:8]}).text
    assert "Anna" in client.get(address, {"q": anna.email}).text


def test_the_table_counts_comments_where_the_column_is_chosen(client, team, task, comment):
    change_view(task.scenario, actor=team.person, columns=("comments",))

    page = client.get(reverse("planning:scenario", args=[task.scenario_id]))

    assert '<td class="column-comments is-number">1</td>' in page.text


def test_a_page_asks_as_often_for_many_comments_as_for_few(
    client, task, team, django_assert_max_num_queries
):
    for number in range(30):
        made = add_comment(of_row(task), author=team.person, body=f"{number}")
        add_comment(of_row(task), author=team.person, body="x", parent=made)
    client.get(reverse("talk:task-talk", args=[task.pk]))

    with django_assert_max_num_queries(19):
        client.get(reverse("talk:task-talk", args=[task.pk]))


def test_a_thread_stays_in_its_project(client, team, comment):
    other = baseline_of(make_project(team, "Elsewhere"))

    page = client.get(reverse("talk:scenario-talk", args=[other.pk]))

    assert "deep" not in page.text
