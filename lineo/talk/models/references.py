"""References: what an estimate or a decision leans on."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import User
from lineo.accounts.walls import walls
from lineo.talk.models.about import SUBJECT_KEYS, About, one_subject

MOST_TAGS = 12
WEB_ADDRESS = URLValidator(
    schemes=["http", "https"], message=_("Write a whole address, such as https://example.com/a.")
)


class ReferenceKind(models.TextChoices):
    """In what form it is kept."""

    LINK = "link", _("Link")
    FILE = "file", _("File")
    NOTE = "note", _("Note")


class Credibility(models.TextChoices):
    """How much one can lean on it."""

    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class Reference(About):
    """A link, a file or a note that backs an estimate or a decision.

    A file lies in Django's default storage under ``stored_as``, a name that
    nobody chose; ``file_name`` is what people called it, cleaned.
    """

    kind = models.CharField(max_length=8, choices=ReferenceKind)
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("source"), max_length=200, blank=True)
    credibility = models.CharField(_("credibility"), max_length=8, choices=Credibility, blank=True)
    tags = ArrayField(
        models.CharField(max_length=40), verbose_name=_("tags"), default=list, blank=True
    )
    url = models.CharField(_("address"), max_length=2000, blank=True, validators=[WEB_ADDRESS])
    body = models.TextField(_("note"), blank=True)
    # A field of files, so that exports, backups and erasing find them; `files.keep` fills it.
    stored_as = models.FileField(max_length=200, blank=True, editable=False)
    file_name = models.CharField(max_length=150, blank=True, editable=False)
    file_type = models.CharField(max_length=100, blank=True, editable=False)
    file_bytes = models.PositiveIntegerField(null=True, editable=False)
    file_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            *walls("talk_reference", *SUBJECT_KEYS),
            one_subject("reference_has_one_subject"),
            models.CheckConstraint(
                condition=models.Q(kind="link", stored_as="") & ~models.Q(url="")
                | models.Q(kind="file", url="") & ~models.Q(stored_as="")
                | models.Q(kind="note", url="", stored_as="") & ~models.Q(body=""),
                name="reference_holds_its_kind",
                violation_error_message=_("Give an address, a file or a note."),
            ),
            models.CheckConstraint(
                condition=models.Q(credibility__in=["", *Credibility.values]),
                name="reference_credibility_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "project", "subject_kind", "subject_key"],
                name="reference_by_subject",
            ),
        ]

    def __str__(self) -> str:
        return self.title
