"""Who can be named and assigned: all who may read, and what it costs to know them."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from lineo.accounts.actions import Action, ScopeKind
from lineo.accounts.models import Membership, Role
from lineo.accounts.places import Place
from lineo.accounts.rule_services import add_rule
from planning.people import readers_of, shown_labels
from tests.builders import join


def test_everybody_who_may_read_is_among_them(team, scenario):
    people = {join(team, role) for role in (Role.ADMIN, Role.MEMBER, Role.VIEWER)}
    join(team, Role.GUEST)

    assert {*readers_of(scenario)} == {team.person, *people}


def test_knowing_them_takes_as_many_queries_for_many_as_for_few(team, scenario):
    denied = Membership.objects.get(person=join(team))
    place = Place(ScopeKind.PROJECT, scenario.project_id, "")
    owner = Membership(workspace=team.workspace, person=team.person, role=Role.OWNER)
    add_rule(place, action=Action.READ, allows=False, member=denied, actor=owner)
    with CaptureQueriesContext(connection) as few:
        assert denied.person not in readers_of(scenario)
    for _ in range(12):
        join(team)

    with CaptureQueriesContext(connection) as many:
        assert len(readers_of(scenario)) == 13

    assert len(many) == len(few)


def test_two_of_one_name_are_told_apart_by_their_addresses(team):
    one, other, third = (join(team) for _ in range(3))
    one.name = other.name = "Anna Weber"
    third.name = "Bo"

    assert shown_labels([one, other, third]) == {one: one.email, other: other.email, third: "Bo"}
