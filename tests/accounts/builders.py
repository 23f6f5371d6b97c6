"""People and workspaces with dull defaults."""

from itertools import count

from lineo.accounts import services
from lineo.accounts.models import Membership, Role, User, Workspace
from lineo.accounts.people import vouch_for
from lineo.accounts.tenancy import workspace_context

PASSWORD = "correct horse battery"
_numbers = count(1)


def make_person(name: str = "Ada", **fields) -> User:
    email = fields.pop("email", f"{name.lower()}{next(_numbers)}@example.org")
    return User.objects.create_user(email, name=name, **fields)


def make_person_with_password(name: str = "Ada", **fields) -> User:
    """Cost one hash: for those who sign in by the form."""
    person = make_person(name, password=PASSWORD, **fields)
    vouch_for(person)
    return person


def make_workspace(name: str = "Bridge", *, owner: User | None = None) -> Workspace:
    return services.create_workspace(name, owner=owner or make_person())


def join(workspace: Workspace, person: User, role: Role = Role.MEMBER, **fields) -> Membership:
    with workspace_context(workspace, person):
        return Membership.objects.create(workspace=workspace, person=person, role=role, **fields)


def membership_of(workspace: Workspace, person: User) -> Membership:
    with workspace_context(workspace, person):
        return Membership.objects.get(workspace=workspace, person=person)
