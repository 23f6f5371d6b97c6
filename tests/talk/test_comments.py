"""Comments: said, read, answered, changed and taken back."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from lineo.accounts.models import Role
from lineo.accounts.selectors import membership_for
from lineo.talk import selectors, services, threads
from lineo.talk.models import Comment, Mention
from lineo.talk.subjects import of_about, of_row
from planning.core.distributions import Fixed
from planning.core.plan import Impact, Risk
from planning.models import Risk as RiskRow
from planning.models import Scenario, Task
from planning.services import plans, tasks
from planning.services.promotions import promote_scenario
from planning.services.scenarios import branch_scenario, delete_scenario
from planning.services.updates import post_update
from tests.builders import join, make_team


def say(row, person, body="Is it deep enough?", parent=None):
    return services.add_comment(of_row(row), author=person, body=body, parent=parent)


def bodies(row, team):
    shown = threads.threads_on(of_row(row), team.membership, may_administer=False)
    return [one.row.body for one in shown]


def test_a_comment_on_a_task_is_read_in_every_scenario(task, team, scenario):
    say(task, team.person)
    scenario.refresh_from_db()
    branch = branch_scenario(scenario, name="Two crews", actor=team.person)
    same = branch.tasks.get(key=task.key)

    say(same, team.person, "With two crews it is.")

    assert (
        bodies(task, team)
        == bodies(same, team)
        == [
            "Is it deep enough?",
            "With two crews it is.",
        ]
    )
    [first, second] = threads.threads_on(of_row(task), team.membership, may_administer=False)
    assert (first.written_in, second.written_in) == ("", "Two crews")


def test_it_outlives_promotion_and_the_scenario_it_was_written_in(task, team, scenario):
    scenario.refresh_from_db()
    branch = branch_scenario(scenario, name="Two crews", actor=team.person)
    other = branch_scenario(scenario, name="A whim", actor=team.person)
    say(other.tasks.get(key=task.key), team.person, "Said on a whim.")
    promote_scenario(branch, actor=team.person, reason="Surer.")

    delete_scenario(other, actor=team.person)

    now = Task.objects.get(scenario=branch, key=task.key)
    assert bodies(now, team) == ["Said on a whim."]


def test_a_comment_on_a_scenario_goes_with_it(task, team, scenario):
    scenario.refresh_from_db()
    branch = branch_scenario(scenario, name="A whim", actor=team.person)
    say(branch, team.person)

    assert bodies(scenario, team) == []
    delete_scenario(branch, actor=team.person)
    assert not Comment.objects.exists()


def test_risks_and_updates_are_talked_about_too(task, team, scenario):
    scenario.refresh_from_db()
    risk = Risk("R1", "Rain", 0.3, (Impact(task.key, Fixed(480)),))
    plans.save_entity(scenario, risk, actor=team.person)
    update = post_update(scenario.project, author=team.person, body="We began.")

    say(RiskRow.objects.get(), team.person, "How likely?")
    say(update, team.person, "At last!")

    assert bodies(RiskRow.objects.get(), team) == ["How likely?"]
    assert bodies(update, team) == ["At last!"]


def test_a_task_that_is_deleted_and_brought_back_keeps_its_comments(task, team, scenario):
    comment = say(task, team.person)
    scenario.refresh_from_db()
    tasks.delete_tasks(scenario, [task.key], actor=team.person)
    assert not selectors.comments_for(team.membership).filter(pk=comment.pk).exists()

    from planning.services.history import undo

    scenario.refresh_from_db()
    undo(scenario, actor=team.person)

    assert selectors.comments_for(team.membership).filter(pk=comment.pk).exists()


def test_a_reply_to_a_reply_stands_in_the_same_thread(task, team):
    first = say(task, team.person, "One")
    second = say(task, team.person, "Two", parent=first)
    say(task, team.person, "Three", parent=second)

    [thread] = threads.threads_on(of_row(task), team.membership, may_administer=False)

    assert [one.row.body for one in thread.replies] == ["Two", "Three"]


def test_a_reply_to_something_elsewhere_is_refused(task, team, scenario):
    first = say(scenario, team.person)

    with pytest.raises(ValidationError, match="same thing"):
        say(task, team.person, parent=first)


def test_whom_it_names_is_written_down_and_whom_it_names_no_more_is_not(task, team):
    anna, carl = join(team), join(team)
    anna.name, carl.name = "Anna Weber", "Carl"
    anna.save()
    carl.save()
    make_team("Elsewhere", email="strange@example.com")

    comment = say(task, team.person, f"@Anna Weber, @{carl.email}, @strange@example.com, @nobody")
    assert set(comment.mentions.values_list("person", flat=True)) == {anna.pk, carl.pk}

    services.edit_comment(comment, subject=of_row(task), actor=team.person, body="@anna weber only")
    assert list(Mention.objects.values_list("person", flat=True)) == [anna.pk]


def test_a_name_that_two_share_names_neither(task, team):
    for _ in range(2):
        person = join(team)
        person.name = "Anna"
        person.save()

    assert not say(task, team.person, "@Anna").mentions.exists()


def test_a_guest_who_may_not_read_it_can_not_be_named(task, team):
    guest = join(team, Role.GUEST)

    assert not say(task, team.person, f"@{guest.email}").mentions.exists()


def test_only_the_author_changes_it_and_it_says_so(task, team):
    comment, other = say(task, team.person), join(team)

    with pytest.raises(PermissionDenied):
        services.edit_comment(comment, subject=of_row(task), actor=other, body="Nonsense")
    with pytest.raises(PermissionDenied):
        services.delete_comment(comment, subject=of_row(task), actor=other)
    changed = services.edit_comment(comment, subject=of_row(task), actor=team.person, body="Deep?")

    assert (changed.body, changed.version) == ("Deep?", 2)
    assert changed.edited_at is not None


def test_a_stale_change_is_refused(task, team):
    comment, subject = say(task, team.person), of_row(task)
    services.edit_comment(comment, subject=subject, actor=team.person, body="Two", seen=1)

    with pytest.raises(ValidationError, match="meanwhile"):
        services.edit_comment(comment, subject=subject, actor=team.person, body="Three", seen=1)


def test_a_deleted_comment_keeps_its_place_only_while_replies_stand_below(task, team):
    first, subject = say(task, team.person, "Secret"), of_row(task)
    reply = say(task, team.person, "Reply", parent=first)

    services.delete_comment(first, subject=subject, actor=team.person)
    [thread] = threads.threads_on(subject, team.membership, may_administer=False)
    assert thread.row.is_deleted
    assert "Secret" not in thread.html

    services.delete_comment(reply, subject=subject, actor=team.person)
    assert threads.threads_on(subject, team.membership, may_administer=False) == []


def test_an_admin_may_delete_what_others_wrote(task, team):
    admin = join(team, Role.ADMIN)
    comment = say(task, team.person)

    services.delete_comment(comment, subject=of_row(task), actor=admin)

    comment.refresh_from_db()
    assert (comment.is_deleted, comment.body) == (True, "")


def test_a_reaction_is_counted_once_and_taken_back(task, team):
    comment, subject = say(task, team.person), of_row(task)
    for _ in range(2):
        services.react(comment, subject=subject, actor=team.person, mood="👍", is_on=True)
    assert comment.reactions.count() == 1

    services.react(comment, subject=subject, actor=team.person, mood="👍", is_on=False)
    assert not comment.reactions.exists()
    with pytest.raises(ValidationError):
        services.react(comment, subject=subject, actor=team.person, mood="💩", is_on=True)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.GUEST])
def test_who_only_looks_says_nothing(task, team, role):
    person = join(team, role)

    with pytest.raises(PermissionDenied):
        say(task, person)


@pytest.mark.parametrize("body", ["", "  \n ", "x" * 10_001])
def test_nothing_and_too_much_are_refused(task, team, body):
    with pytest.raises(ValidationError):
        say(task, team.person, body)


def test_a_guest_reads_no_comment(task, team):
    comment = say(task, team.person)
    guest = membership_for(join(team, Role.GUEST))

    assert not selectors.comments_for(guest).exists()
    with pytest.raises(LookupError):
        of_about(comment, guest)


def test_counts_by_task_leave_out_what_was_deleted(task, team, scenario):
    comment = say(task, team.person)
    say(task, team.person, "Reply", parent=comment)
    say(scenario, team.person)
    assert selectors.counts_by_task(scenario) == {task.key: 2}

    services.delete_comment(comment, subject=of_row(task), actor=team.person)
    assert selectors.counts_by_task(Scenario.objects.get(pk=scenario.pk)) == {task.key: 1}
