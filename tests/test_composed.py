"""A query that is composed once gives each asker their own rows."""

from threading import Thread
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from lineo.accounts.models import Membership, User
from lineo.composed import Composed
from tests.builders import make_person, make_team

pytestmark = pytest.mark.django_db


def composed() -> tuple[Composed[User], list[UUID]]:
    """Return a query for a person, and the ids that it was composed with."""
    seen: list[UUID] = []

    @Composed
    def person(pk: UUID) -> QuerySet[User]:
        seen.append(pk)
        return User.objects.filter(pk=pk)

    return person, seen


def test_it_is_composed_once_and_asked_with_other_ids():
    first, second = make_person(), make_person()
    people, seen = composed()

    found = [people.row(first.pk), people.row(second.pk), people.row(first.pk)]

    assert found == [first, second, first]
    assert len(seen) == 1
    assert people.row(seen[0]) is None


def test_it_asks_anew_each_time():
    person = make_person()
    people, _seen = composed()
    people.row(person.pk)
    User.objects.filter(pk=person.pk).update(name="Ada")

    with CaptureQueriesContext(connection) as asked:
        found = people.row(person.pk)

    assert found is not None
    assert found.name == "Ada"
    assert len(asked) == 1


def test_rows_bring_what_belongs_to_them():
    team = make_team("Atelier")

    @Composed
    def memberships(person: UUID) -> QuerySet[Membership]:
        return Membership.objects.filter(person=person).select_related("workspace")

    with team.context(), CaptureQueriesContext(connection) as asked:
        names = [each.workspace.name for each in memberships.rows(team.person.pk)]

    assert names == ["Atelier"]
    assert len(asked) == 1


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_list_of_ids_stands_for_one(count: int):
    people = [make_person() for _ in range(4)]

    @Composed
    def some(ids: UUID) -> QuerySet[User]:
        return User.objects.filter(pk__any_of=ids).order_by("email")

    found = some.rows([person.pk for person in people[:count]])

    assert found == sorted(people[:count], key=lambda one: one.email)


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_on_its_own_connection():
    person = make_person()
    people, _seen = composed()
    people.row(person.pk)
    found: list[tuple[User | None, int]] = []

    def ask() -> None:
        with CaptureQueriesContext(connection) as asked:
            found.append((people.row(person.pk), len(asked)))
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()

    assert found == [(person, 1)]
