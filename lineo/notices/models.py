"""Notices, how a person wants to be told, and the dates that they watch."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import User, WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from planning.models import Project, Scenario


class NoticeKind(models.TextChoices):
    """What somebody is told of."""

    MENTION = "mention", _("Somebody named me")
    REPLY = "reply", _("An answer in a thread of mine")
    ASSIGNMENT = "assignment", _("A task was given to me")
    PROMOTION = "promotion", _("A scenario became the baseline")
    UPDATE = "update", _("An update was posted")
    FAILURE = "failure", _("A simulation of mine failed")
    WATCH = "watch", _("A date that I watch")


class Way(models.TextChoices):
    """How a person wants to be told of one kind."""

    BOTH = "both", _("In the page and by mail")
    PAGE = "page", _("In the page")
    MAIL = "mail", _("By mail")
    NONE = "none", _("Not at all")


class Digest(models.TextChoices):
    """How often what goes by mail is gathered."""

    HOURLY = "hourly", _("Each hour")
    DAILY = "daily", _("Each morning")
    WEEKLY = "weekly", _("Each Monday morning")
    OFF = "off", _("Never")


USUAL_WAYS = {
    NoticeKind.MENTION: Way.BOTH,
    NoticeKind.REPLY: Way.BOTH,
    NoticeKind.ASSIGNMENT: Way.BOTH,
    NoticeKind.PROMOTION: Way.BOTH,
    NoticeKind.UPDATE: Way.PAGE,
    NoticeKind.FAILURE: Way.PAGE,
    NoticeKind.WATCH: Way.BOTH,
}


class Notice(WorkspaceModel):
    """One thing that one person is told."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=NoticeKind)
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    project = WallKey(Project, models.CASCADE, null=True, related_name="+")
    task_key = models.CharField(max_length=200, blank=True)
    # In whose words it is told: who may not read one of them any more is not told. They outlive
    # the scenarios. (Null where it was written before the column, so that nobody knows.)
    scenarios = ArrayField(models.UUIDField(), default=list, null=True, blank=True)
    title = models.CharField(max_length=300)
    detail = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=300)
    in_page = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [*walls("notices_notice", "project")]
        indexes = [
            models.Index(
                fields=["workspace", "person", "-created_at"], name="notice_newest_of_person"
            ),
            models.Index(
                fields=["workspace", "person"],
                condition=models.Q(read_at=None, in_page=True),
                name="notice_unread_of_person",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NoticeSettings(WorkspaceModel):
    """How one person wants to be told in one workspace; without a row, the usual ways."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    digest = models.CharField(
        _("Mail is gathered"), max_length=8, choices=Digest, default=Digest.DAILY
    )
    ways = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = _("notice settings")
        constraints = [
            *walls("notices_noticesettings"),
            models.UniqueConstraint(
                fields=["workspace", "person"], name="noticesettings_one_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.digest}"

    def way_of(self, kind: NoticeKind) -> Way:
        """Return how this person is told of one kind."""
        chosen = self.ways.get(kind.value)
        return Way(chosen) if chosen in Way.values else USUAL_WAYS[kind]


class Direction(models.TextChoices):
    """Which way a chance must pass its threshold."""

    BELOW = "below", _("falls below")
    ABOVE = "above", _("rises above")


class DateWatch(WorkspaceModel):
    """“Tell me when the chance of 1 June falls below 70 %.”

    Without a scenario it watches whichever is the baseline. ``is_past`` says
    that the threshold has been passed and was told; it is forgotten only when
    the chance has come back by more than its noise, so that a chance that
    wavers around the threshold is told once.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="+", editable=False)
    project = WallKey(Project, models.CASCADE, related_name="+")
    scenario = WallKey(Scenario, models.CASCADE, null=True, blank=True, related_name="+")
    day = models.DateField(_("day"))
    direction = models.CharField(
        _("when the chance"), max_length=8, choices=Direction, default=Direction.BELOW
    )
    threshold = models.FloatField(_("threshold"))
    is_past = models.BooleanField(default=False, editable=False)
    chance = models.FloatField(null=True, editable=False)
    seen_at = models.DateTimeField(null=True, editable=False)
    seen_record = models.UUIDField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = _("date watches")
        ordering = ["day", "created_at"]
        constraints = [
            *walls("notices_datewatch", "project", "scenario"),
            models.CheckConstraint(
                condition=models.Q(threshold__gt=0, threshold__lt=1),
                name="datewatch_threshold_between",
                violation_error_message=_("A threshold lies between 0 and 100 per cent."),
            ),
            models.CheckConstraint(
                condition=models.Q(direction__in=Direction.values),
                name="datewatch_direction_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.direction} {self.threshold:.0%}"
