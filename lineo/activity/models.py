"""The change log, the audit trail beside it, and the one order of both."""

from functools import partial
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from lineo.accounts.happened import ActorKind
from lineo.accounts.models import User, WorkspaceModel
from lineo.accounts.tokens import token_in_use
from lineo.accounts.walls import walls
from lineo.activity import bell
from lineo.activity.signals import recorded


class Record(WorkspaceModel):
    """One deed: append-only, by one actor, numbered in its workspace's order at commit.

    Subjects are named by kind and id, without a foreign key: the record
    outlives what it speaks of. The number is given by a trigger of the
    database, see :class:`Event`.
    """

    subject_kind = models.CharField(max_length=40)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # With which of the actor's tokens, under the name of that moment.
    token_id = models.UUIDField(null=True)
    token_name = models.CharField(max_length=120, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    @property
    def actor_kind(self) -> ActorKind:
        """What kind of actor did it."""
        if self.actor is None:
            return ActorKind.SYSTEM
        return ActorKind.AGENT if self.actor.is_agent else ActorKind.PERSON

    @property
    def actor_name(self) -> str:
        """Who did it, in words."""
        return str(self.actor or ActorKind.SYSTEM.label)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row; tell who records more in this transaction, and who listens after it."""
        self.token_id, self.token_name = token_in_use(self.actor_id)
        super().save(*args, **kwargs)
        recorded.send(type(self), row=self)
        transaction.on_commit(partial(bell.ring, self.workspace_id))


ACTIONS = {
    "create-project": "project.created",
    "create-scenario": "scenario.created",
    "branch-scenario": "scenario.branched",
    "delete-scenario": "scenario.deleted",
    "promote-scenario": "scenario.promoted",
}


class Change(Record):
    """One committed intention of one actor on one scenario.

    ``edits`` holds what it did in the plan's words, each edit with its value
    before and after, so that the same row tells what happened and how to undo
    it. Audit, undo, history, merge bases and live events all read this row;
    nothing else records history.
    """

    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    project_id = models.UUIDField()
    revision = models.PositiveIntegerField()
    intention = models.CharField(_("intention"), max_length=40)
    summary = models.CharField(_("summary"), max_length=300)
    edits = models.JSONField()
    undoes = models.UUIDField(null=True)
    is_undo = models.BooleanField(default=False)
    # The state that this change took in: where a branch began, what was merged, and of the
    # scenario itself the moment that was restored.
    joined_id = models.UUIDField(null=True)
    joined_revision = models.PositiveIntegerField(null=True)
    # What was changed, as it stands now: known to whoever changed it just now, no part of the row.
    subject: Any = None

    class Meta:
        ordering = ["-revision"]
        constraints = [
            *walls("activity_change"),
            models.UniqueConstraint(
                fields=["workspace", "subject_id", "revision"],
                name="change_one_for_each_revision",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "project_id", "-created_at"]),
            models.Index(
                fields=["workspace", "joined_id"],
                condition=models.Q(joined_id__isnull=False),
                name="change_joined",
            ),
        ]

    def __str__(self) -> str:
        return self.summary

    @property
    def action(self) -> str:
        """What its event is called; the database knows it too, where it numbers the event."""
        return ACTIONS.get(self.intention, "scenario.changed")


class AuditEntry(Record):
    """One deed that is no change of a plan: someone signed in, got a role, took a file out."""

    action = models.CharField(_("action"), max_length=60)
    subject_id = models.UUIDField(null=True)
    subject_name = models.CharField(_("object"), max_length=200, blank=True)
    project_id = models.UUIDField(null=True)
    scenario_id = models.UUIDField(null=True)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-id"]
        constraints = walls("activity_auditentry")

    def __str__(self) -> str:
        return f"{self.action} {self.subject_name}".strip()


class Source(models.TextChoices):
    """Where an event's own row stands."""

    CHANGE = "change", _("Change of a plan")
    ENTRY = "entry", _("Other action")


class Event(WorkspaceModel):
    """The place of a change or an entry in the one order of its workspace; has its id.

    Triggers write it while the transaction commits, one workspace at a time:
    whoever has read up to a number has read all that will ever stand before
    it. Catching up, webhooks and the audit page go by this order. Within the
    transaction the row is not there yet.
    """

    sequence = models.BigIntegerField(_("number"))
    source = models.CharField(max_length=8, choices=Source)
    action = models.CharField(_("action"), max_length=60)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField(null=True)
    project_id = models.UUIDField(null=True)
    scenario_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-sequence"]
        verbose_name = _("event")
        constraints = [
            *walls("activity_event"),
            models.UniqueConstraint(
                fields=["workspace", "sequence"], name="event_one_for_each_number"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "action", "-sequence"], name="event_by_action"),
            models.Index(fields=["workspace", "actor", "-sequence"], name="event_by_actor"),
            models.Index(fields=["workspace", "subject_id", "-sequence"], name="event_by_subject"),
            models.Index(fields=["workspace", "-created_at"], name="event_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"
