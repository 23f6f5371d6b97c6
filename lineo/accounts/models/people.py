"""People, and what they are in a workspace."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lineo.accounts.ids import uuid7
from lineo.accounts.models.base import WorkspaceModel
from lineo.accounts.scopes import Reach, Rule
from lineo.accounts.walls import LENIENT_PERSON, LENIENT_WORKSPACE, RowSecurity, WorkspaceKey


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person who signs in with ``email``; the address is kept in lower case."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person who may open the admin. No one stands above the walls."""
        return self.create_user(email, password, is_staff=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person, or an agent, which acts by its tokens alone and belongs to one workspace.

    Stands outside the walls: sign-in comes before any workspace.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(
        _("e-mail"),
        max_length=254,
        unique=True,
        error_messages={"unique": _("Someone signs in with this address already.")},
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    locale = models.CharField(_("language"), max_length=16, default="en")
    is_active = models.BooleanField(_("active"), default=True)
    is_agent = models.BooleanField(_("agent"), default=False, editable=False)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["email"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_in_lower_case",
                violation_error_message=_("An e-mail address is kept in lower case."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = self.email.strip().lower()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Answer Django's admin; what rows are seen there is the walls' affair."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff


class Role(models.TextChoices):
    """What a person is in a workspace, from the one who decides to the one who looks in."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    MEMBER = "member", _("Member")
    VIEWER = "viewer", _("Viewer")
    GUEST = "guest", _("Guest")


class Membership(WorkspaceModel):
    """A person in a workspace. Suspended, they keep their name on what they did, no more."""

    person = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.MEMBER)
    is_suspended = models.BooleanField(_("suspended"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # What limits whoever asks with a token, beyond their role; None limits nothing.
    reach: Reach | None = None
    token_id: UUID | None = None
    token_name: str | None = None
    # The rules that speak of them, read once (see lineo.accounts.rules).
    known_rules: tuple[Rule, ...] | None = None

    class Meta:
        ordering = ["created_at"]
        constraints = [
            WorkspaceKey(name="accounts_membership_workspace_key"),
            RowSecurity(
                name="accounts_membership_row_security",
                using=f"workspace_id = {LENIENT_WORKSPACE}",
                visible=f"person_id = {LENIENT_PERSON}",
            ),
            models.UniqueConstraint(
                fields=["workspace", "person"],
                name="membership_person_once",
                violation_error_message=_("This person is in the workspace already."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}"


class SignInTries(models.Model):
    """How often sign-in was tried under a keyed hash of an account or an address."""

    key = models.CharField(max_length=64, primary_key=True)
    tries = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("sign-in tries")
        verbose_name_plural = _("sign-in tries")

    def __str__(self) -> str:
        return f"{self.key[:8]}…: {self.tries}"


class FailedSignIn(models.Model):
    """A sign-in that failed a moment ago, until the sweeper has told it.

    It is written alike whether there is such an account or not, so that no
    answer takes longer where there is one.
    """

    person = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    step = models.CharField(max_length=8)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("failed sign-in")

    def __str__(self) -> str:
        return f"{self.person_id} {self.step}"
