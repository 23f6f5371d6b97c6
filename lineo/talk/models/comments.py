"""Comments, whom they name and what people made of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import User, WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from lineo.talk.models.about import SUBJECT_KEYS, About, one_subject
from planning.models import Scenario

MOST_CHARACTERS = 10_000


class Comment(About):
    """Something said of a task, a risk, a scenario, an update or a decision.

    ``written_in`` remembers the scenario through which it was said. Threads
    are one level deep: ``parent`` is the comment that began it. A deleted
    comment keeps its place while replies stand below it.
    """

    written_in = WallKey(Scenario, models.SET_NULL, null=True, blank=True, related_name="+")
    parent = WallKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    body = models.TextField(_("comment"), max_length=MOST_CHARACTERS, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            *walls("talk_comment", *SUBJECT_KEYS, "written_in", "parent"),
            one_subject("comment_has_one_subject"),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "project", "subject_kind", "subject_key"],
                name="comment_by_subject",
            ),
        ]

    def __str__(self) -> str:
        return self.body[:60]

    @property
    def is_deleted(self) -> bool:
        """Whether only its place is left."""
        return self.deleted_at is not None


class Mention(WorkspaceModel):
    """A person whom a comment names, by the words that name them there."""

    comment = WallKey(Comment, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    label = models.CharField(max_length=254)

    class Meta:
        ordering = ["pk"]
        constraints = [
            *walls("talk_mention", "comment"),
            models.UniqueConstraint(
                fields=["workspace", "comment", "person"], name="mention_person_once"
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.label}"


class Mood(models.TextChoices):
    """What a person may make of a comment without words."""

    YES = "👍", _("Yes")
    NO = "👎", _("No")
    JOY = "🎉", _("Hooray")
    HEART = "❤️", _("Thank you")
    DOUBT = "😕", _("Doubtful")
    EYES = "👀", _("Looking into it")


class Reaction(WorkspaceModel):
    """What one person made of one comment."""

    comment = WallKey(Comment, models.CASCADE, related_name="reactions")
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    mood = models.CharField(max_length=8, choices=Mood)

    class Meta:
        ordering = ["pk"]
        constraints = [
            *walls("talk_reaction", "comment"),
            models.UniqueConstraint(
                fields=["workspace", "comment", "person", "mood"], name="reaction_once_each"
            ),
            models.CheckConstraint(
                condition=models.Q(mood__in=Mood.values), name="reaction_mood_known"
            ),
        ]

    def __str__(self) -> str:
        return self.mood
