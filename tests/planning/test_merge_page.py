"""The pages of merge and rebase."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from lineo.jobs.entry import run_waiting
from lineo.jobs.models import Job, Priority, Queue, State
from planning import snapshot
from planning.core.distributions import Pert
from planning.models import Scenario
from planning.pages.merging import choice_from, merge_page
from planning.services import scenarios, tasks
from planning.services.merging import merge_scenario, propose
from planning.services.projects import baseline_of
from tests.builders import Team, join, make_team
from tests.planning.branched import conflict_id, days, edit, fresh, rows_of


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


@pytest.fixture
def clash(team: Team, dug: Scenario, branch: Scenario) -> Scenario:
    """A branch that clashes with the baseline on Dig, and changed Pour alone."""
    edit(dug, team, "Dig", duration_minutes=2 * 480)
    edit(branch, team, "Dig", duration_minutes=5 * 480)
    edit(branch, team, "Pour", duration_minutes=3 * 480, estimate=Pert(480, 1440, 2400))
    return fresh(branch)


def form_for(ours: Scenario, theirs: Scenario, **more: Any) -> dict[str, Any]:
    keys = theirs.tasks.filter(name__in=["Dig", "Pour"]).values_list("key", flat=True)
    return {
        "from": theirs.pk,
        "ours_revision": fresh(ours).revision,
        "theirs_revision": fresh(theirs).revision,
        "choosing": "1",
        "row": [f"tasks:{key}" for key in keys],
        **more,
    }


def url(name: str, scenario: Scenario) -> str:
    return reverse(name, args=[scenario.pk])


def test_the_page_shows_all_three_versions_and_what_each_does(
    person: Client, dug: Scenario, clash: Scenario
) -> None:
    page = person.get(url("planning:merge", dug), {"from": clash.pk}).context["page"]

    (row,) = [row for group in page.groups for row in group.rows if row.conflicts]
    (conflict,) = row.conflicts
    assert (page.changed, page.touching, page.conflicts) == (2, 1, 1)
    assert (conflict.base, conflict.ours, conflict.theirs) == ("1 d", "2 d", "5 d")
    assert (conflict.finish_theirs - conflict.finish_ours).days == 3
    assert page.effect.undecided == 1


def test_what_is_told_beside_a_conflict_minds_the_chosen_rows(
    person: Client, team: Team, dug: Scenario, clash: Scenario
) -> None:
    dig = f"tasks:{clash.tasks.get(name='Dig').key}"
    form = form_for(dug, clash, row=[dig])

    proposal = propose(fresh(dug), clash)
    page = merge_page(proposal, choice_from(QueryDict(urlencode(form, doseq=True)), proposal))
    person.post(url("simulations:forecast-merge", dug), form)
    run_waiting()

    ((conflict,),) = (row.conflicts for group in page.groups for row in group.rows if row.conflicts)
    assert conflict.finish_ours == page.effect.finish == page.now
    job = Job.objects.get()
    found = person.get(reverse("simulations:merge-forecast", args=[job.pk])).context["found"]
    assert found["conflicts"][0][0] == found["then"] == found["now"]


def test_tasks_that_move_up_with_a_summary_that_goes_are_named(
    person: Client, team: Team, dug: Scenario
) -> None:
    ground = tasks.add_task(fresh(dug), actor=team.person, name="Ground").key
    tasks.add_task(fresh(dug), actor=team.person, name="Drain", parent=ground)
    made = scenarios.branch_scenario(fresh(dug), name="Flat", actor=team.person)
    drain = made.tasks.get(name="Drain").key
    tasks.move_task(fresh(made), drain, actor=team.person, parent=None, before=None)
    tasks.delete_tasks(fresh(made), [ground], actor=team.person)

    form = form_for(dug, made, row=[f"tasks:{ground}"])
    page = person.post(url("planning:preview-merge", dug), form)
    done = person.post(url("planning:apply-merge", dug), form)

    assert page.context["effect"].lifted == ("Drain",)
    assert "Its summary goes, so it moves one level up or more: Drain" in page.text
    assert done.status_code == 302
    assert set(days(dug)) == {"Dig", "Pour", "Cure", "Drain"}


def test_choices_are_previewed_and_nothing_is_written(
    person: Client, dug: Scenario, clash: Scenario
) -> None:
    before = fresh(dug).revision
    decided = {f"decide:{conflict_id(dug)}": "theirs"}

    found = person.post(
        url("planning:preview-merge", dug),
        form_for(dug, clash, **decided),
        headers={"HX-Request": "true"},
    )

    assert found.context["effect"].days == 5
    assert found.context["effect"].undecided == 0
    assert fresh(dug).revision == before


def test_a_merge_is_refused_until_all_is_decided_and_then_done_at_once(
    person: Client, dug: Scenario, clash: Scenario
) -> None:
    page = url("planning:apply-merge", dug)

    refused = person.post(page, form_for(dug, clash))
    done = person.post(page, form_for(dug, clash, **{f"decide:{conflict_id(dug)}": "theirs"}))

    assert refused.status_code == 422
    assert "Decide first" in refused.text
    assert done.status_code == 302
    assert days(dug) == {"Dig": 5, "Pour": 3, "Cure": 1}


def test_a_stale_merge_is_told_and_keeps_what_was_decided(
    person: Client, team: Team, dug: Scenario, clash: Scenario
) -> None:
    form = form_for(dug, clash, **{f"decide:{conflict_id(dug)}": "theirs"})
    edit(dug, team, "Cure", duration_minutes=960)

    found = person.post(url("planning:apply-merge", dug), form)

    assert found.status_code == 409
    assert "has changed meanwhile: Edited “Cure”" in found.text
    rows = [row for group in found.context["page"].groups for row in group.rows]
    assert [one.decided for row in rows for one in row.conflicts] == ["theirs"]


def test_chosen_rows_are_promoted_from_the_page(
    person: Client, dug: Scenario, clash: Scenario
) -> None:
    pour = f"tasks:{clash.tasks.get(name='Pour').key}"
    form = form_for(dug, clash, row=[pour], name="Pour only", reason="It is enough.")

    found = person.post(url("planning:promote-rows", dug), form)

    assert found.url == reverse("planning:lineage", args=[dug.project_id])
    baseline = baseline_of(dug.project)
    assert (baseline.name, days(baseline)) == ("Pour only", {"Dig": 2, "Pour": 3, "Cure": 1})
    assert fresh(dug).is_archived


def test_a_worker_says_what_each_choice_does_to_p80(
    person: Client, dug: Scenario, clash: Scenario
) -> None:
    started = person.post(url("simulations:forecast-merge", dug), form_for(dug, clash))
    job = Job.objects.get()
    assert started.status_code == 200
    assert "Simulating" in started.text

    run_waiting()
    found = person.get(reverse("simulations:merge-forecast", args=[job.pk])).context["found"]

    ((if_ours, if_theirs),) = found["conflicts"]
    assert found["now"] < found["then"]
    assert 2 < found["days"] < 4
    assert if_ours < if_theirs


def test_a_new_choice_breaks_off_the_forecast_of_the_one_before(
    person: Client, dug: Scenario, clash: Scenario
) -> None:
    for _twice in range(2):
        person.post(url("simulations:forecast-merge", dug), form_for(dug, clash))

    assert sorted(Job.objects.values_list("state", flat=True)) == ["cancelled", "queued"]


def test_a_forecast_of_a_merge_stands_in_nobodys_way(
    client: Client, team: Team, dug: Scenario, clash: Scenario
) -> None:
    for person in (team.person, join(team)):
        client.force_login(person)
        client.post(url("simulations:forecast-merge", dug), form_for(dug, clash))
    client.post(url("simulations:forecast-merge", clash), form_for(clash, dug))

    waiting = Job.objects.values_list("state", "queue", "priority")
    assert list(waiting) == [(State.QUEUED, Queue.DEFAULT, Priority.URGENT)] * 3


def test_nobody_reads_the_merge_forecast_of_somebody_else(
    client: Client, team: Team, dug: Scenario, clash: Scenario
) -> None:
    client.force_login(team.person)
    client.post(url("simulations:forecast-merge", dug), form_for(dug, clash))
    client.force_login(join(team))

    page = reverse("simulations:merge-forecast", args=[Job.objects.get().pk])

    assert client.get(page).status_code == 404


@pytest.mark.parametrize("name", ["preview-merge", "apply-merge", "promote-rows"])
def test_what_merges_is_posted_by_its_own_people(
    client: Client, team: Team, dug: Scenario, clash: Scenario, name: str
) -> None:
    page = url(f"planning:{name}", dug)
    client.force_login(team.person)
    assert client.get(page).status_code == 405

    client.force_login(make_team("Elsewhere").person)
    assert client.post(page, form_for(dug, clash)).status_code == 404


def test_a_viewer_may_look_and_not_merge(
    client: Client, team: Team, dug: Scenario, clash: Scenario
) -> None:
    client.force_login(join(team, Role.VIEWER))
    form = form_for(dug, clash, **{f"decide:{conflict_id(dug)}": "ours"})

    assert client.get(url("planning:merge", dug), {"from": clash.pk}).status_code == 200
    assert client.post(url("planning:apply-merge", dug), form).status_code == 403


def test_what_is_merged_is_the_revision_that_was_seen(
    team: Team, dug: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else commits to the other side between the check and the reading of its rows."""
    branch = scenarios.branch_scenario(dug, name="Other", actor=team.person)
    edit(branch, team, "Dig", duration_minutes=960)
    ours, theirs = fresh(dug), fresh(branch)
    seen = ours.revision, theirs.revision
    read, raced = snapshot._load_consistently, []

    def read_late(scenario: Scenario) -> snapshot.Snapshot:
        if scenario.pk == branch.pk and not raced:
            raced.append(True)
            edit(branch, team, "Dig", duration_minutes=9600)
            snapshot.recent.clear()
        return read(scenario)

    monkeypatch.setattr(snapshot, "_load_consistently", read_late)
    snapshot.recent.clear()
    change = merge_scenario(ours, theirs, actor=team.person, seen=seen)

    assert raced
    assert change is not None
    assert change.joined_revision == seen[1]
    assert days(dug)["Dig"] == 2


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"from": None}, 422),
        ({"from": "garbage"}, 422),
        ({"from": "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5"}, 404),
        ({"ours_revision": None}, 422),
        ({"theirs_revision": "x"}, 422),
        ({"ours_revision": "9" * 5000}, 422),
        ({"theirs_revision": 1}, 409),
    ],
)
@pytest.mark.parametrize("name", ["apply-merge", "promote-rows"])
def test_what_writes_has_to_say_which_states_it_joins(
    person: Client, dug: Scenario, clash: Scenario, name: str, sent: dict[str, Any], status: int
) -> None:
    decided = {f"decide:{conflict_id(dug)}": "theirs", "name": "Rows", "reason": "Cheaper"}
    form = form_for(dug, clash, **decided, **sent)
    before = rows_of(dug)

    found = person.post(
        url(f"planning:{name}", dug), {key: one for key, one in form.items() if one is not None}
    )

    assert found.status_code == status
    assert rows_of(dug) == before
    assert fresh(dug).is_baseline


def test_only_who_may_simulate_is_offered_the_forecast(
    client: Client, team: Team, dug: Scenario, clash: Scenario
) -> None:
    shown = []
    for reader in (team.person, join(team, Role.VIEWER)):
        client.force_login(reader)
        page = client.get(url("planning:merge", dug), {"from": clash.pk})
        shown.append(url("simulations:forecast-merge", dug) in page.text)

    assert shown == [True, False]
