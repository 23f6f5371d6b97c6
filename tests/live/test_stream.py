"""The event stream: who is let in, what they are told, when they are cut off."""

import asyncio
import threading
import time
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from lineo.accounts import passes, services, tokens
from lineo.accounts.actions import Action, ScopeKind
from lineo.accounts.happened import tell
from lineo.accounts.models import Membership, Role
from lineo.accounts.places import Place
from lineo.accounts.rule_services import add_rule
from lineo.activity import bell
from lineo.live import hub, presence, stream
from lineo.live.gate import Refusal
from planning.services import projects, tasks
from tests.api.caller import Caller
from tests.builders import join, make_baseline, make_team
from tests.live.conftest import following, session_of

pytestmark = pytest.mark.django_db(transaction=True)


def at(scenario):
    return f"scenario={scenario.pk}"


def add(team, scenario, name="Dig"):
    with team.context():
        return tasks.add_task(scenario, actor=team.person, name=name)


def test_it_says_where_things_stand_and_then_what_happens(live_site, team, scenario):
    with following(live_site, team.person, at(scenario)) as seen:
        kind, hello = seen.next()
        row = add(team, scenario)
        _, event = seen.next("happened")

    assert seen.answer.getheader("Content-Type").startswith("text/event-stream")
    assert (kind, hello["latest"], hello["revision"]) == ("hello", 1, 1)
    assert (event["action"], event["number"], event["revision"]) == ("scenario.changed", 2, 2)
    assert event["tasks"] == [row.key]
    assert event["actor"]["id"] == str(team.person.pk)


def test_a_change_arrives_within_a_second(live_site, team, scenario):
    with following(live_site, team.person, at(scenario)) as seen:
        seen.next("here")
        took = []
        for number in range(5):
            add(team, scenario, name=f"Task {number}")
            committed = time.monotonic()
            seen.next("happened")
            took.append(time.monotonic() - committed)

    assert sorted(took)[2] < 1


def test_who_was_cut_off_catches_up_from_the_last_number(live_site, team, scenario):
    for name in ("Dig", "Pour", "Cure"):
        add(team, scenario, name)

    with following(live_site, team.person, at(scenario), Last_Event_ID="2") as seen:
        numbers = [seen.next("happened")[1]["number"] for _ in range(2)]

    assert numbers == [3, 4]


def test_who_is_too_far_behind_is_told_to_read_anew(live_site, team, scenario, monkeypatch):
    monkeypatch.setattr(stream, "FARTHEST_BACK", 1)
    for name in ("Dig", "Pour", "Cure"):
        add(team, scenario, name)

    with following(live_site, team.person, at(scenario), Last_Event_ID="1") as seen:
        assert seen.next()[1]["passed_over"] is True


def test_it_goes_on_without_redis(live_site, team, scenario, redis_at):
    redis_at("redis://127.0.0.1:1/0")

    with following(live_site, team.person, at(scenario)) as seen:
        seen.next("hello")
        add(team, scenario)

        assert seen.next("happened")[1]["action"] == "scenario.changed"


@pytest.mark.parametrize("who", ["stranger", "outsider", "suspended", "guest"])
def test_who_may_not_read_is_not_let_in(live_site, team, scenario, who):
    person = {
        "stranger": lambda: None,
        "outsider": lambda: make_team("Elsewhere").person,
        "suspended": lambda: suspended(team),
        "guest": lambda: join(team, Role.GUEST),
    }[who]()

    with following(live_site, person, at(scenario)) as seen:
        status = seen.answer.status

    assert status == {"stranger": 401, "suspended": 403}.get(who, 404)


def suspended(team):
    person = join(team)
    with team.context():
        services.suspend(Membership.objects.get(person=person), actor=team.membership)
    return person


def test_other_addresses_and_methods_are_no_stream(live_site, team):
    with following(live_site, team.person, "scenario=nonsense") as seen:
        assert seen.answer.status == 400


def test_nobody_is_told_of_another_project_or_workspace(live_site, team, scenario):
    other_team = make_team("Elsewhere")
    with team.context():
        other = make_baseline(team, name="Other")

    with following(live_site, team.person, at(scenario)) as seen:
        seen.next("hello")
        add(team, other)
        with other_team.context():
            add(other_team, make_baseline(other_team))
        add(team, scenario)

        assert seen.next("happened")[1]["scenario"] == str(scenario.pk)


@pytest.mark.parametrize(("role", "is_told"), [(Role.ADMIN, True), (Role.VIEWER, False)])
def test_sign_ins_are_told_to_those_who_administer(live_site, team, scenario, role, is_told):
    person = join(team, role)

    with following(live_site, person) as seen:
        seen.next("hello")
        tell("person.signed_in", workspace=team.workspace, actor=team.person)
        with team.context():
            projects.archive_project(scenario.project, actor=team.person)

        _, first = seen.next("happened")

    assert (first["action"] == "person.signed_in") is is_told


def test_a_lowered_role_ends_the_stream_at_once(live_site, team, scenario, monkeypatch):
    monkeypatch.setattr(stream, "PULSE_SECONDS", 600)
    person = join(team)
    with following(live_site, person, at(scenario)) as seen:
        seen.next("hello")
        with team.context():
            theirs = Membership.objects.get(person=person)
            services.change_role(theirs, role=Role.GUEST, actor=team.membership)

        assert seen.ends()


def test_a_session_that_is_over_ends_the_stream_soon(live_site, team, scenario, monkeypatch):
    monkeypatch.setattr(stream, "PULSE_SECONDS", 0.3)
    with following(live_site, team.person, at(scenario)) as seen:
        seen.next("hello")
        seen.next("pulse")
        Session.objects.all().delete()

        assert seen.ends()


def test_a_session_that_is_over_ends_a_busy_stream_as_soon(live_site, team, scenario, monkeypatch):
    """What comes all the time gives no time to look at rights, unless that has its own."""
    monkeypatch.setattr(stream, "PULSE_SECONDS", 0.5)
    with following(live_site, team.person, at(scenario)) as seen:
        seen.next("hello")
        Session.objects.all().delete()
        busy = threading.Event()

        def keep_busy():
            while not busy.wait(0.1):
                bell.ring(team.workspace.pk, f"{presence.HERE}{scenario.pk}")

        thread = threading.Thread(target=keep_busy)
        thread.start()
        try:
            kinds = [seen.next()[0] for _ in range(40)]
        except EOFError:
            kinds = None
        finally:
            busy.set()
            thread.join()

    assert kinds is None


def test_rights_that_are_due_come_before_all_that_waits():
    """What has come already is there at once, and would leave no moment for the clock."""

    async def kinds():
        one = stream._Stream(None, hub.Follower(None, 0), {}, {}, "")
        one.follower.tell("here", {"people": []})
        one.look_at = asyncio.get_running_loop().time() - 1
        due = await one._next()
        one.look_at += 60
        return due[0], (await one._next())[0]

    assert asyncio.run(kinds()) == ("rights", "here")


def test_who_ends_all_other_sessions_ends_what_they_follow_at_once(
    live_site, team, scenario, monkeypatch
):
    monkeypatch.setattr(stream, "PULSE_SECONDS", 60)
    with team.context():
        access = passes.issue(team.membership, team.person).access
    here = Client()
    here.force_login(team.person)

    with following(live_site, None, at(scenario), Authorization=f"Bearer {access}") as seen:
        seen.next("hello")
        here.post("/settings/sessions/end-others/")

        assert seen.ends()


def test_many_changes_of_rights_at_once_cost_one_look(live_site, team, scenario, monkeypatch):
    """Each look is a call of the follower's, of which they have so many a minute."""
    monkeypatch.setattr(stream, "PULSE_SECONDS", 60)
    with following(live_site, team.person) as seen:
        seen.next("hello")
        with team.context():
            for _ in range(5):
                tell("rule.added", workspace=team.workspace, actor=team.person)
            last = tasks.add_task(scenario, actor=team.person, name="Dig")
        kinds = []
        while True:
            kind, words = seen.next("pulse", "happened")
            kinds.append(kind)
            if last.key in words.get("tasks", ()):
                break

    assert kinds == ["pulse", *["happened"] * 6]


def test_what_happens_right_after_a_rule_is_judged_by_it(live_site, team, scenario):
    """Both are read at once, where they stand in one transaction or come fast."""
    person = join(team)
    with team.context():
        other = make_baseline(team, name="Other")
    with following(live_site, person) as seen:
        seen.next("hello")
        with team.context():
            add_rule(
                Place(ScopeKind.PROJECT, scenario.project_id, ""),
                action=Action.READ,
                allows=False,
                member=Membership.objects.get(person=person),
                actor=team.membership,
            )
            tasks.add_task(scenario, actor=team.person, name="Hidden")
        add(team, other)

        assert seen.next("happened")[1]["scenario"] == str(other.pk)


def test_a_quiet_stream_holds_no_transaction(live_site, team, scenario):
    with following(live_site, team.person, at(scenario)) as seen:
        seen.next("here")
        time.sleep(0.2)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND state LIKE 'idle in transaction%%' AND pid <> pg_backend_pid()"
            )
            (held,) = cursor.fetchone()

    assert held == 0


def test_pages_answer_while_many_follow(live_site, team, scenario):
    cookie = session_of(team.person)
    with ExitStack() as stack:
        streams = [
            stack.enter_context(following(live_site, None, at(scenario), Cookie=cookie))
            for _ in range(40)
        ]
        for one in streams:
            one.next("hello")
        add(team, scenario)

        assert {one.next("happened")[1]["number"] for one in streams} == {2}


def test_one_person_leaves_room_for_others(live_site, team, scenario, monkeypatch):
    monkeypatch.setattr(stream, "MOST_STREAMS_OF_ONE", 2)
    bo, cookie = join(team), session_of(team.person)

    def status(person=None, **headers):
        with following(live_site, person, at(scenario), **headers) as seen:
            return seen.answer.status

    with following(live_site, None, at(scenario), Cookie=cookie) as first:
        first.next("hello")
        with following(live_site, None, at(scenario), Cookie=cookie) as second:
            second.next("hello")
            assert status(Cookie=cookie) == 429
            assert status(bo) == 200
        until = time.monotonic() + 20
        while status(Cookie=cookie) != 200 and time.monotonic() < until:
            time.sleep(0.1)
        assert status(Cookie=cookie) == 200


def test_people_see_who_else_is_here_and_where(live_site, team, scenario):
    row = add(team, scenario)
    bo = join(team)
    with following(live_site, team.person, f"{at(scenario)}&tab=tab-of-ada") as ada:
        assert names(ada.next("here")) == [str(team.person)]
        with following(live_site, bo, f"{at(scenario)}&tab=tab-of-bo") as bos:
            bos.next("hello")
            while str(bo) not in names(ada.next("here")):
                pass
            say_row(live_site, bo, scenario, "tab-of-bo", row)
            while (people := ada.next("here")[1]["people"]) and not any(p["row"] for p in people):
                pass
        while str(bo) in names(ada.next("here")):
            pass

    assert {one["row"] for one in people} == {None, str(row.pk)}


def names(message):
    return [one["name"] for one in message[1]["people"]]


def say_row(url, person, scenario, tab, row):
    answer = Caller(person).post(
        f"/api/v1/scenarios/{scenario.pk}/presence/", {"tab": tab, "row": str(row.pk)}
    )
    assert answer.status_code == 200


def test_nobody_takes_the_tab_of_another(live_site, team, scenario):
    """All who are here are told what tabs are called."""
    bo = join(team)
    with following(live_site, team.person, f"{at(scenario)}&tab=tab-of-ada") as ada:
        ada.next("here")
        body = {"tab": "tab-of-ada", "row": None}
        answer = Caller(bo).post(f"/api/v1/scenarios/{scenario.pk}/presence/", body)

    assert {one["name"] for one in answer.json()["people"]} == {str(team.person), str(bo)}


def test_the_bounds_are_those_that_the_docs_name():
    assert (stream.PULSE_SECONDS, hub.WITHOUT_BELL_SECONDS) == (10, 1)


def test_all_streams_of_one_person_leave_them_half_of_their_calls():
    usual_calls_a_minute = 600  # which the tests' own settings take away
    looks = stream.MOST_STREAMS_OF_ONE * 60 / stream.PULSE_SECONDS

    assert looks <= usual_calls_a_minute / 2


def token_of(team, **fields):
    with team.context():
        return tokens.create_token(
            team.membership, name="Script", scopes=["read"], days=1, actor=team.membership, **fields
        )


def test_a_token_follows_until_it_is_revoked(live_site, team, scenario, monkeypatch):
    monkeypatch.setattr(stream, "PULSE_SECONDS", 600)
    minted = token_of(team)
    with following(live_site, None, at(scenario), Authorization=f"Bearer {minted.secret}") as seen:
        seen.next("hello")
        add(team, scenario)
        seen.next("happened")
        with team.context():
            tokens.revoke_token(minted.token, actor=team.membership)

        assert seen.ends()


def test_a_rule_that_shuts_a_plan_ends_its_streams_at_once(live_site, team, scenario, monkeypatch):
    monkeypatch.setattr(stream, "PULSE_SECONDS", 600)
    person = join(team)
    with following(live_site, person, at(scenario)) as seen:
        seen.next("hello")
        with team.context():
            add_rule(
                Place(ScopeKind.SCENARIO, scenario.pk, ""),
                action=Action.READ,
                allows=False,
                member=Membership.objects.get(person=person),
                actor=team.membership,
            )

        assert seen.ends()


def test_who_may_not_see_a_task_is_not_told_that_it_was_touched(live_site, team, scenario):
    row = add(team, scenario)
    person = join(team)
    with team.context():
        add_rule(
            Place(ScopeKind.TASK, scenario.project_id, "", row.key),
            action=Action.READ,
            allows=False,
            member=Membership.objects.get(person=person),
            actor=team.membership,
        )
    with following(live_site, person, at(scenario)) as seen:
        seen.next("hello")
        add(team, scenario, name="Pour")

        assert seen.next("happened")[1]["tasks"] == []


def test_a_server_that_never_answers_keeps_nobody_for_ever():
    """Who was suspended could else stay by calling so often that nothing is looked at."""

    class Busy:
        async def ask(self, *_):
            return Refusal(429, b"")

    follower = SimpleNamespace(admitted=None)
    one = stream._Stream(Busy(), follower, {}, {}, "")

    answers = [asyncio.run(one._may_go_on()) for _ in range(stream.MOST_UNSURE + 1)]

    assert answers == [True] * stream.MOST_UNSURE + [False]
