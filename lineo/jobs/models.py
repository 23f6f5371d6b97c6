"""The one job table: what must be done, who does it, how far it is."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lineo import requests
from lineo.accounts.models import WallKey, WorkspaceModel
from lineo.accounts.walls import RowSecurity, SameWorkspace, WorkspaceKey, walls


class State(models.TextChoices):
    """Where a job is. The last three are for ever."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Failure(models.TextChoices):
    """Why a job failed, as the sentence that its person reads."""

    REFUSED = "refused", _("It could not be done as asked.")
    TIME = "time", _("It took longer than it may. Try a smaller plan or fewer iterations.")
    MEMORY = "memory", _("It needed more memory than it may use. Try a smaller plan.")
    LOST = "lost", _("It was begun three times, and each time its worker broke off.")
    UNKNOWN = "unknown", _("This version of Lineo does not know how to do it.")
    ERROR = "error", _("Something went wrong on our side. It has been noted.")


class Queue(models.TextChoices):
    """Which workers take a job: live forecasts have their own, so that they never wait."""

    DEFAULT = "default", _("Default")
    LIVE = "live", _("Live")


class Priority(models.IntegerChoices):
    """Who goes first within a queue."""

    BATCH = -10, _("Batch")
    NORMAL = 0, _("Normal")
    URGENT = 10, _("Urgent")


ACTIVE = (State.QUEUED, State.RUNNING)
FINAL = (State.DONE, State.FAILED, State.CANCELLED)


class Job(WorkspaceModel):
    """The control row of one job. It holds no content, for the sweeper sees all of them.

    ``attempt`` is the fencing token: each claim makes the next one, and every
    later write asks for the one that it knows. Jobs of one ``topic`` look at the
    same thing as it stands when they begin, so one that waits is enough. A job
    that was split runs on without a lease until its parts have ended; what came
    back is not begun again before ``not_before``.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    function = models.CharField(_("function"), max_length=80)
    kind = models.CharField(_("kind"), max_length=40)
    queue = models.CharField(_("queue"), max_length=16, choices=Queue, default=Queue.DEFAULT)
    priority = models.SmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    idempotency_key = models.CharField(max_length=120, blank=True)
    topic = models.CharField(max_length=80, blank=True, editable=False)
    # Of the request in which it was asked for: its logs, changes and trace go on under it.
    request_id = models.CharField(
        max_length=64, blank=True, default=requests.current, editable=False
    )
    parent = WallKey(
        "self", models.CASCADE, null=True, blank=True, related_name="parts", editable=False
    )

    state = models.CharField(_("state"), max_length=16, choices=State, default=State.QUEUED)
    attempt = models.PositiveIntegerField(_("attempt"), default=0)
    max_attempts = models.PositiveIntegerField(default=3)
    failure = models.CharField(_("reason"), max_length=16, choices=Failure, blank=True)
    is_cancel_requested = models.BooleanField(default=False)
    waits_for_parts = models.BooleanField(default=False, editable=False)
    progress = models.FloatField(_("progress"), default=0.0)
    stage = models.CharField(_("stage"), max_length=80, blank=True)

    created_at = models.DateTimeField(_("asked for"), db_default=Now(), editable=False)
    rung_at = models.DateTimeField(db_default=Now(), editable=False)
    not_before = models.DateTimeField(null=True, blank=True, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    # Whether asking for it gave back a job that was asked for before, with the same key.
    is_repeat = False

    class Meta:
        ordering = ["-id"]
        verbose_name = _("job")
        constraints = [
            WorkspaceKey(name="jobs_job_workspace_key"),
            RowSecurity(name="jobs_job_row_security", sweeper=True),
            SameWorkspace(field="parent", name="jobs_job_parent_same_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "function", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="job_idempotency_key_once",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="job_state_known"),
            models.CheckConstraint(
                condition=~Q(state=State.RUNNING)
                | Q(started_at__isnull=False, lease_until__isnull=False)
                | Q(started_at__isnull=False, waits_for_parts=True),
                name="job_running_has_lease",
            ),
            models.CheckConstraint(
                condition=Q(state=State.FAILED) ^ Q(failure=""), name="job_failed_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(progress__gte=0, progress__lte=1), name="job_progress_is_a_share"
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue", "-priority", "id"],
                condition=Q(state=State.QUEUED),
                name="job_next_in_queue",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state=State.RUNNING), name="job_leases"
            ),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="job_parts"),
            models.Index(
                fields=["workspace", "topic"], condition=~Q(topic=""), name="job_of_a_topic"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_active(self) -> bool:
        """Whether something may still happen to it."""
        return self.state in ACTIVE

    @property
    def duration(self) -> timedelta | None:
        """How long its last attempt took, once it has ended."""
        if self.started_at is None or self.finished_at is None:
            return None
        return self.finished_at - self.started_at


class FailedJob(Job):
    """A job that no one will try again unless told to: the dead-letter page of the admin."""

    class Meta:
        proxy = True
        ordering = ["-finished_at"]
        verbose_name = _("failed job")
        verbose_name_plural = _("failed jobs")


class JobDetail(WorkspaceModel):
    """What a job is given and gives: the content, behind the wall. Has the job's id."""

    job = WallKey(Job, models.CASCADE, related_name="details")
    payload = models.JSONField(default=dict)
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(_("what to tell the person"), blank=True)
    trace = models.TextField(_("what to tell the developer"), blank=True)

    class Meta:
        verbose_name = _("job detail")
        constraints = [
            *walls("jobs_jobdetail", "job"),
            models.UniqueConstraint(fields=["workspace", "job"], name="jobdetail_one_of_a_job"),
        ]

    def __str__(self) -> str:
        return str(self.job_id)
