"""The end of a workspace: nothing of it stays but one line that it happened.

Only the owner of the tables can, for the audit trail and the change log refuse everybody
else. What of the workspace stands in backups goes when they do.
"""

from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import ProtectedError, RestrictedError

from lineo.accounts.models import User, Workspace
from lineo.accounts.tenancy import as_owner
from lineo.operations.files import files_of, left_in_folder
from lineo.operations.models import Erasure
from lineo.operations.people import known_nowhere, people_of
from lineo.operations.tables import workspace_tables


def erase(slug: str, *, asked_by: str) -> Erasure:
    """Erase the workspace called ``slug``, and the people who are known nowhere else.

    Those are the members and whoever was removed from it earlier, as far as a row still bears
    their name.

    Parameters
    ----------
    asked_by
        Who wanted it, as it will stand in the record.

    Raises
    ------
    Workspace.DoesNotExist
        If there is no such workspace.
    """
    with as_owner():
        with transaction.atomic():
            workspace = Workspace.objects.get(slug=slug)
            files = list(files_of(workspace.pk))
            known = people_of(workspace.pk)
            rows = _delete_rows(workspace)
            people = known_nowhere(known)
            rows += sum(_delete_person(person) for person in people)
            _end_sessions({str(person.pk) for person in people}, str(workspace.pk))
            record = Erasure.objects.create(
                former_workspace=workspace.pk, asked_by=asked_by, rows=rows
            )
        for storage, name in (*files, *left_in_folder(record.former_workspace)):
            storage.delete(name)
    return record


def _delete_rows(workspace: Workspace) -> int:
    """Delete every row that names the workspace; keys are checked when all are gone."""
    rows = 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.erasing = 'on'")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in workspace_tables():
            cursor.execute(
                f'DELETE FROM "{table}" WHERE workspace_id = %s',  # noqa: S608 - a table's own name
                [workspace.pk],
            )
            rows += cursor.rowcount
        cursor.execute("DELETE FROM accounts_workspace WHERE id = %s", [workspace.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return rows + 1


def _delete_person(person: User) -> int:
    """Delete a person, unless something of another workspace still bears their name."""
    person_id = person.pk
    try:
        with transaction.atomic():
            count, _kinds = person.delete()
    except (ProtectedError, RestrictedError):
        person.pk = person_id
        return 0
    person.pk = person_id
    return count


def _end_sessions(people: set[str], workspace: str) -> None:
    for session in Session.objects.iterator():
        said = session.get_decoded()
        if said.get("_auth_user_id") in people or said.get("workspace") == workspace:
            session.delete()
