"""Lineo refuses to serve under a role that ignores the walls."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from lineo.accounts.roles import check_role
from lineo.accounts.tenancy import as_owner

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_serving_role_is_accepted():
    check_role(connection)


def test_the_owner_is_refused():
    with as_owner(), pytest.raises(ImproperlyConfigured, match="'lineo_owner' ignores"):
        check_role(connection)


@pytest.mark.parametrize("role", ["postgres", "lineo_backup"])
def test_a_role_above_the_walls_is_refused_when_it_connects(role):
    serving = connection.settings_dict
    connection.close()
    connection.settings_dict = {**serving, "USER": role}
    try:
        with pytest.raises(ImproperlyConfigured, match="ignores row-level security"):
            connection.ensure_connection()
    finally:
        connection.close()
        connection.settings_dict = serving


def test_the_serving_role_cannot_alter_a_table():
    from django.db import ProgrammingError

    with pytest.raises(ProgrammingError, match="must be owner"), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_membership DISABLE ROW LEVEL SECURITY")
