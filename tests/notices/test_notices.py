"""Who is told of what, in which way."""

import datetime as dt

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lineo.accounts.models import Membership, Role, User
from lineo.accounts.selectors import membership_for
from lineo.jobs.handle import JobHandle
from lineo.jobs.models import Job
from lineo.notices import listening, selectors, services
from lineo.notices.jobs import mail_digest
from lineo.notices.models import Notice, NoticeKind
from lineo.talk.services import add_comment, edit_comment
from lineo.talk.subjects import of_row
from planning.services.promotions import promote_scenario
from planning.services.scenarios import branch_scenario
from planning.services.updates import post_update
from planning.work.services import set_work
from tests.builders import join, make_team


@pytest.fixture
def anna(team):
    person = join(team)
    person.name = "Anna Weber"
    person.save()
    return person


def told(person):
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def say(task, person, body, parent=None):
    return add_comment(of_row(task), author=person, body=body, parent=parent)


def test_who_is_named_is_told_once_and_nobody_of_what_they_did(task, team, anna):
    comment = say(task, team.person, f"@Anna Weber and @{team.person.email}")
    edit_comment(comment, subject=of_row(task), actor=team.person, body="@Anna Weber again")

    assert told(anna) == ["mention"]
    assert told(team.person) == []


def test_who_is_named_later_is_told_then(task, team, anna):
    comment = say(task, team.person, "Nobody yet")
    edit_comment(comment, subject=of_row(task), actor=team.person, body="@Anna Weber")

    assert told(anna) == ["mention"]


def test_an_answer_is_told_to_the_thread_but_not_twice(task, team, anna):
    third = join(team)
    first = say(task, anna, "Is it deep?")
    say(task, third, "Yes.", parent=first)
    say(task, team.person, "@Anna Weber, it is.", parent=first)

    assert told(anna) == ["reply", "mention"]
    assert told(third) == ["reply"]


def test_a_comment_on_an_update_is_told_to_its_author(task, team, anna, scenario):
    update = post_update(scenario.project, author=anna, body="We began.")
    say(update, team.person, "At last!")

    assert told(anna) == ["reply"]


def test_who_gets_a_task_is_told_and_who_had_it_is_not(task, team, anna):
    set_work(task, actor=team.person, assignees=[anna])
    set_work(task, actor=team.person, assignees=[anna, team.person])

    assert told(anna) == ["assignment"]
    assert told(team.person) == []


def test_a_promotion_and_an_update_are_told_to_all_who_may_read(task, team, anna, scenario):
    guest, viewer = join(team, Role.GUEST), join(team, Role.VIEWER)
    scenario.refresh_from_db()
    branch = branch_scenario(scenario, name="Two crews", actor=team.person)

    promote_scenario(branch, actor=team.person, reason="Surer.")
    post_update(scenario.project, author=team.person, body="We began.")

    assert told(anna) == told(viewer) == ["promotion", "update"]
    assert told(guest) == told(team.person) == []


def test_a_failed_simulation_is_told_to_who_asked(team, anna):
    for kind in ("simulation", "import"):
        job = Job.objects.create(
            person=anna, function="x", kind=kind, state="failed", failure="memory"
        )
        listening.hear_job(job_id=job.pk, workspace_id=team.workspace.pk, state="failed")
        listening.hear_job(job_id=job.pk, workspace_id=team.workspace.pk, state="done")

    assert told(anna) == ["failure"]


def test_each_kind_is_told_as_the_person_chose(task, team, anna):
    services.change_settings(anna, mention="none", assignment="mail", reply="page")
    say(task, team.person, "@Anna Weber")
    set_work(task, actor=team.person, assignees=[anna])

    [notice] = Notice.objects.filter(person=anna)
    assert (notice.kind, notice.in_page, notice.by_mail) == ("assignment", False, True)
    assert selectors.unread_count(membership_for(anna)) == 0


def test_what_may_not_be_read_any_more_is_not_shown(task, team, anna):
    say(task, team.person, "@Anna Weber")
    assert selectors.unread_count(membership_for(anna)) == 1

    Membership.objects.filter(person=anna).update(role=Role.GUEST)

    assert selectors.unread_count(membership_for(anna)) == 0


# --- Mail -----------------------------------------------------------------------------------


def send(person):
    handle = JobHandle(person.pk, attempt=1, timeout_seconds=60)
    return mail_digest(handle, person=str(person.pk))


def test_one_digest_waits_for_its_moment_however_much_happens(task, team, anna):
    for _ in range(3):
        say(task, team.person, "@Anna Weber")

    [job] = Job.objects.filter(function="mail-digest")
    assert job.not_before > dt.datetime.now(dt.UTC)


def test_a_digest_holds_what_is_unread_and_is_sent_once(task, team, anna, scenario):
    say(task, team.person, "@Anna Weber")
    set_work(task, actor=team.person, assignees=[anna])
    services.mark_read(Notice.objects.filter(person=anna, kind="assignment").get())

    assert send(anna) == {"mailed": 1}
    assert send(anna) == {"mailed": 0}

    [message] = mail.outbox
    assert message.to == [anna.email]
    assert "named you on “Dig”" in message.body
    assert "gave you" not in message.body
    assert "/comments/" in message.body


def test_a_digest_says_nothing_of_what_may_not_be_read_any_more(task, team, anna):
    say(task, team.person, "@Anna Weber")
    Membership.objects.filter(person=anna).update(is_suspended=True)

    assert send(anna) == {"mailed": 0}
    assert mail.outbox == []


def test_who_wants_no_mail_gets_none(task, team, anna):
    services.change_settings(anna, digest="off")
    say(task, team.person, "@Anna Weber")

    assert not Job.objects.filter(function="mail-digest").exists()


# --- Pages ----------------------------------------------------------------------------------


def test_the_bell_counts_and_opening_counts_as_read(task, team, anna):
    say(task, team.person, "@Anna Weber")
    client = client_of(anna)
    notice = Notice.objects.get()
    assert ">\n" not in client.get(reverse("notices:count")).text[:1]
    assert " 1</span>" in client.get(reverse("notices:count")).text

    opened = client.post(reverse("notices:open", args=[notice.pk]))
    page = client.get(opened["Location"], follow=True)

    assert opened.status_code == 302
    assert "named" not in page.text
    assert "@Anna Weber" in page.text
    assert "pill" not in client.get(reverse("notices:count")).text


def test_a_notice_is_its_persons_alone(task, team, anna):
    say(task, team.person, "@Anna Weber")
    address = reverse("notices:open", args=[Notice.objects.get().pk])

    assert client_of(team.person).post(address).status_code == 404
    assert client_of(make_team("Elsewhere").person).post(address).status_code == 404
    assert client_of(anna).get(address).status_code == 405


def test_all_are_read_at_once(task, team, anna):
    for _ in range(3):
        say(task, team.person, "@Anna Weber")
    client = client_of(anna)

    assert client.post(reverse("notices:read-all")).status_code == 302
    assert "is-unread" not in client.get(reverse("notices:notices")).text


def test_settings_are_saved_and_nonsense_refused(anna):
    client = client_of(anna)
    address = reverse("notices:settings")
    sent = {kind.value: "page" for kind in NoticeKind}

    assert client.post(address, {**sent, "digest": "weekly"}).status_code == 302
    assert client.post(address, {**sent, "digest": "never ever"}).status_code == 422
    assert client.get(address).status_code == 200


def test_the_list_asks_as_often_for_many_as_for_few(
    task, team, anna, django_assert_max_num_queries
):
    for _ in range(40):
        say(task, team.person, "@Anna Weber")
    client = client_of(anna)
    client.get(reverse("notices:notices"))

    with django_assert_max_num_queries(17):
        client.get(reverse("notices:notices"))


def test_many_are_told_in_as_many_queries_as_few(team, anna, django_assert_num_queries):
    def tell(people):
        services.notify(people, NoticeKind.UPDATE, title="Dug", url="/", project=None, scenarios=())

    many = [join(team).pk for _ in range(12)]
    for person in [anna.pk, *many]:
        services.change_settings(User.objects.get(pk=person), update="both")
    tell([anna.pk, *many])

    with CaptureQueriesContext(connection) as few:
        tell([anna.pk])
    with django_assert_num_queries(len(few)):
        tell(many)
    assert Job.objects.filter(function=services.DIGEST).count() == 13
