"""What people and scripts do that is no change of a plan, told to whoever records it.

Rooms that stand below the change log call :func:`tell` within their
transaction. A receiver of :data:`happened` writes in that same transaction,
so the deed and its record stand or fall together.
"""

import logging
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import Membership, User, Workspace
from lineo.accounts.tenancy import current_person_id, current_workspace_id, workspace_context

logger = logging.getLogger(__name__)

happened = Signal()
"""Sent with ``fact``, a :class:`Fact`, within the transaction and the workspace of the deed.

A receiver's exception undoes the deed.
"""


class ActorKind(models.TextChoices):
    """Who can do something."""

    PERSON = "person", _("Person")
    AGENT = "agent", _("Agent")
    SYSTEM = "system", _("Lineo itself")


class Subject(NamedTuple):
    """What a deed was done to, known by kind and id, under the name of that moment."""

    kind: str
    id: UUID | None = None
    name: str = ""
    project_id: UUID | None = None
    scenario_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One deed: who did what to what, and what it changed.

    ``before`` and ``after`` are what JSON can hold: a word, or names with
    values. No secret is ever among them.
    """

    action: str
    workspace_id: UUID
    actor: User | None
    subject: Subject
    before: Any = None
    after: Any = None


def tell(
    action: str,
    *,
    workspace: Workspace | UUID | None,
    actor: User | Membership | None,
    subject: models.Model | Subject | None = None,
    before: Any = None,
    after: Any = None,
) -> None:
    """Say that something was done, in the transaction that does it.

    Parameters
    ----------
    action
        The object and what was done to it, as webhooks name events: lower
        case, words joined by ``_``, parts by a point (``member.role_changed``).
    workspace
        In whose trail it stands. What belongs to none (someone signs in who
        is in no workspace) is only logged.
    actor
        Who did it, an agent as itself; None for Lineo.
    subject
        A row, whose kind, id, name, project and scenario are taken from it,
        or these words; without it, the actor themselves.
    before, after
        What was changed; never a secret.
    """
    person = actor.person if isinstance(actor, Membership) else actor
    workspace_id = workspace.pk if isinstance(workspace, Workspace) else workspace
    if workspace_id is None:
        logger.info("%s by %s, in no workspace", action, person.pk if person else "Lineo")
        return
    fact = Fact(
        action=action,
        workspace_id=workspace_id,
        actor=person,
        subject=subject_of(subject if subject is not None else person),
        before=before,
        after=after,
    )
    is_inside = current_workspace_id() == workspace_id
    with workspace_context(workspace_id, current_person_id() if is_inside else person):
        happened.send(None, fact=fact)


def subject_of(thing: models.Model | Subject | None) -> Subject:
    """Return how a deed names ``thing``."""
    if thing is None:
        return Subject("system")
    if isinstance(thing, Subject):
        return thing
    kind = str(thing._meta.model_name)
    own = {f"{kind}_id": thing.pk}
    return Subject(
        kind="person" if isinstance(thing, User) else kind,
        id=thing.pk,
        name=str(thing),
        project_id=own.get("project_id", getattr(thing, "project_id", None)),
        scenario_id=own.get("scenario_id", getattr(thing, "scenario_id", None)),
    )
