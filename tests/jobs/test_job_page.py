"""How a job stands, on a page of its own and as a fragment that stops asking."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from lineo.accounts.models import Role
from lineo.accounts.tenancy import workspace_context
from lineo.jobs import entry, services
from lineo.jobs.models import Job, State
from tests.accounts.builders import join, make_person, make_workspace
from tests.jobs.builders import ask, seen, state

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _signed_in(client, ada, bridge):
    client.force_login(ada)


@pytest.fixture
def job(bridge, ada):
    return ask(bridge, "test.mark", person=ada)


def page(client, job, **headers):
    return client.get(reverse("jobs:job", args=[job.pk]), headers=headers)


def cancel(client, job, **headers):
    return client.post(reverse("jobs:cancel-job", args=[job.pk]), headers=headers)


def run(job: Job) -> None:
    held = services.claim(job.pk)
    entry.run(held, entry.handle_of(held))


def test_a_waiting_job_asks_again(client, job):
    fragment = page(client, job, **HTMX).text

    assert f'hx-get="/jobs/{job.pk}/"' in fragment
    assert re.search(r'hx-trigger="every (250ms|1s)"', fragment)
    assert "Waiting" in fragment


def test_a_running_job_shows_how_far_it_is(client, job):
    services.claim(job.pk)
    with workspace_context(job.workspace_id):
        Job.objects.filter(pk=job.pk).update(progress=0.42, stage="Counting")

    fragment = page(client, job, **HTMX).text

    assert 'value="42"' in fragment
    assert "Counting" in fragment


def test_a_finished_job_asks_no_more_and_tells_the_page(client, job):
    run(job)

    response = page(client, job, **HTMX)

    assert "hx-get" not in response.text
    assert "Done" in response.text
    assert response["HX-Trigger-After-Swap"] == "job-ended"


def test_a_failed_job_says_why(client, bridge, ada):
    job = ask(bridge, "test.refuse", person=ada)
    run(job)

    assert "This plan has no tasks." in page(client, job, **HTMX).text


def test_a_crash_says_a_sentence_and_no_trace(client, bridge, ada):
    job = ask(bridge, "test.crash", person=ada)
    run(job)

    fragment = page(client, job, **HTMX).text

    assert "Something went wrong on our side" in fragment
    assert "ZeroDivision" not in fragment


def test_the_button_stands_outside_what_is_polled(client, job):
    whole = page(client, job).text
    polled = page(client, job, **HTMX).text

    assert "/cancel/" in whole
    assert "/cancel/" not in polled


def test_the_button_goes_when_the_job_ends(client, job):
    run(job)

    fragment = page(client, job, **HTMX).text

    assert f'<div id="job-{job.pk}-actions" hx-swap-oob="true"></div>' in fragment


def test_the_page_costs_the_same_few_queries_whatever_the_state(
    client, job, django_assert_max_num_queries
):
    with django_assert_max_num_queries(10):
        page(client, job, **HTMX)


def test_cancelling_a_waiting_job_ends_it(client, job):
    response = cancel(client, job)

    assert response.url == f"/jobs/{job.pk}/"
    assert state(job) == State.CANCELLED


def test_cancelling_by_htmx_gives_the_fragment(client, job):
    services.claim(job.pk)

    response = cancel(client, job, **HTMX)

    assert "Cancelling" in response.text
    assert seen(job).is_cancel_requested


def test_cancelling_is_no_link(client, job):
    assert client.get(reverse("jobs:cancel-job", args=[job.pk])).status_code == 405


def test_a_job_is_not_posted_to(client, job):
    assert client.post(reverse("jobs:job", args=[job.pk])).status_code == 405


@pytest.mark.parametrize("request_it", [page, cancel])
def test_a_foreign_job_and_a_missing_one_are_the_same_404(client, request_it):
    foreign = ask(make_workspace("Tunnel"), "test.mark")
    missing = Job(pk=uuid4())

    answers = [request_it(client, one) for one in (foreign, missing)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert state(foreign) == State.QUEUED


def test_a_guest_sees_only_their_own_jobs(client, bridge, job):
    guest = make_person("Gil")
    join(bridge, guest, Role.GUEST)
    own = ask(bridge, "test.mark", person=guest)
    client.force_login(guest)

    assert page(client, job).status_code == 404
    assert page(client, own).status_code == 200


def test_a_viewer_sees_a_job_and_can_not_cancel_it(client, bridge, job):
    viewer = make_person("Vi")
    join(bridge, viewer, Role.VIEWER)
    client.force_login(viewer)

    assert "/cancel/" not in page(client, job).text
    cancel(client, job)
    assert state(job) == State.QUEUED


def test_an_admin_cancels_anyones_job(client, bridge, job):
    admin = make_person("Al")
    join(bridge, admin, Role.ADMIN)
    client.force_login(admin)

    cancel(client, job)

    assert state(job) == State.CANCELLED


def test_a_stranger_is_asked_to_sign_in(client, job):
    client.logout()

    assert page(client, job).url.startswith("/sign-in/")


def test_only_who_asked_and_admins_read_what_came_of_it(client, bridge, ada):
    colleague = join(bridge, make_person("Bea")).person
    keeper = join(bridge, make_person("Cleo"), Role.ADMIN).person
    job = ask(bridge, "test.echo", person=ada, file="secret-plan.xer")
    refused = ask(bridge, "test.refuse", person=ada)
    run(job)
    run(refused)

    def told(person):
        client.force_login(person)
        results = [client.get(f"/api/v1/jobs/{one.pk}/").json() for one in (job, refused)]
        return results[0]["result"], results[1]["error"], page(client, refused).text

    for person in (ada, keeper):
        result, error, shown = told(person)
        assert result == {"file": "secret-plan.xer"}
        assert error == "This plan has no tasks."
        assert "This plan has no tasks." in shown
    result, error, shown = told(colleague)
    assert result is None
    assert error == "It could not be done as asked."
    assert "This plan has no tasks." not in shown
