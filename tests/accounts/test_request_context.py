"""Each request within the walls of one workspace, in one transaction."""

import pytest
from django.db import connection
from django.http import Http404, HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path

from lineo.accounts.middleware import outside_workspace
from lineo.accounts.models import Membership, User, Workspace
from lineo.accounts.tenancy import workspace_context
from tests.accounts.builders import make_person, make_workspace

pytestmark = pytest.mark.django_db


def rename(request) -> None:
    Workspace.objects.filter(pk=request.workspace.pk).update(name="Renamed")


def break_down(request):
    rename(request)
    raise ZeroDivisionError


def miss(request):
    rename(request)
    raise Http404


def unavailable(request):
    rename(request)
    return HttpResponse(status=503)


def refuse(request):
    rename(request)
    return HttpResponse(status=422)


def list_all(request):
    """What a view shows that forgot every filter."""
    return HttpResponse(", ".join(Workspace.objects.values_list("name", flat=True)))


def list_late(request):
    template = engines["django"].from_string("{% for one in rows %}{{ one.name }}{% endfor %}")
    return TemplateResponse(request, template, {"rows": Workspace.objects.all()})


@outside_workspace
def anyone(request):
    return HttpResponse("come in")


@outside_workspace
def list_for_anyone(request):
    return list_all(request)


@outside_workspace
def who(request):
    return HttpResponse(str(request.user))


def nowhere(request):
    return HttpResponse("inside")


urlpatterns = [
    path(f"{view.__name__}/", view)
    for view in (
        break_down,
        miss,
        unavailable,
        refuse,
        list_all,
        list_late,
        anyone,
        list_for_anyone,
        who,
        nowhere,
    )
]


@pytest.fixture(autouse=True)
def _urls():
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def bridge(client):
    ada = make_person("Ada")
    client.force_login(ada)
    client.raise_request_exception = False
    return make_workspace("Bridge", owner=ada)


def name_of(workspace: Workspace) -> str:
    with workspace_context(workspace):
        return Workspace.objects.get(pk=workspace.pk).name


@pytest.mark.parametrize("view", ["miss", "unavailable"])
def test_what_a_failing_view_wrote_is_undone(client, bridge, view):
    client.get(f"/{view}/")

    assert name_of(bridge) == "Bridge"


def test_what_a_crashing_view_wrote_is_undone(client, bridge):
    client.get("/break_down/")

    assert name_of(bridge) == "Bridge"


def test_what_a_view_wrote_stays_when_it_answers_422(client, bridge):
    client.get("/refuse/")

    assert name_of(bridge) == "Renamed"


def test_a_view_that_forgot_every_filter_shows_no_foreign_row(client, bridge):
    make_workspace("Tunnel")

    assert client.get("/list_all/").text == "Bridge"


def test_a_template_that_renders_late_is_still_within_the_walls(client, bridge):
    make_workspace("Tunnel")

    assert client.get("/list_late/").text == "Bridge"


def test_who_is_in_no_workspace_gets_only_to_pages_that_need_none(client):
    client.force_login(make_person())

    assert client.get("/anyone/").text == "come in"
    with override_settings(ROOT_URLCONF="lineo.urls"):
        assert client.get("/admin/").url == "/workspaces/"


def test_a_forged_workspace_in_the_session_is_passed_over(client, bridge):
    session = client.session
    session["workspace"] = str(make_workspace("Tunnel").pk)
    session.save()

    assert client.get("/list_all/").text == "Bridge"


def test_nothing_is_left_for_the_next_request(client, bridge):
    client.get("/list_all/")
    client.logout()

    assert client.get("/list_all/").text == ""


def test_a_workspace_that_somebody_was_removed_from_is_left_at_once(client, bridge):
    session = client.session
    session["workspace"] = str(bridge.pk)
    session.save()
    with workspace_context(bridge):
        Membership.objects.all().delete()

    assert client.get("/anyone/").text == "come in"
    assert client.get("/list_for_anyone/").text == ""


def test_a_session_from_before_a_new_password_speaks_for_nobody(client, bridge):
    User.objects.update(password="changed")

    assert client.get("/who/").text == "AnonymousUser"


def test_a_session_of_who_may_no_longer_come_in_speaks_for_nobody(client, bridge):
    User.objects.update(is_active=False)

    assert client.get("/who/").text == "AnonymousUser"


def test_a_session_of_another_way_to_sign_in_is_left_to_django(client, bridge):
    session = client.session
    session["_auth_user_backend"] = "elsewhere.Backend"
    session.save()

    assert client.get("/who/").text == "AnonymousUser"


def test_a_request_reads_its_person_with_their_workspace(client, bridge):
    session = client.session
    session["workspace"] = str(bridge.pk)
    session.save()
    client.get("/who/")

    with CaptureQueriesContext(connection) as asked:
        assert client.get("/who/").text == "Ada"

    tables = [each["sql"] for each in asked if " FROM " in each["sql"]]
    assert len(tables) == 2, tables  # the session, and the person with all that they are
