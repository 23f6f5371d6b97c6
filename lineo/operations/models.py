"""The one line that stays of a workspace that was erased."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """That a workspace was erased: when, on whose word, how much; nothing of what it held.

    Stands outside the walls, for there is no workspace any more. Only the owner of
    the tables writes it.
    """

    former_workspace = models.UUIDField(editable=False)
    erased_at = models.DateTimeField(_("erased"), auto_now_add=True)
    asked_by = models.CharField(_("asked by"), max_length=200)
    rows = models.PositiveBigIntegerField(_("rows"))

    class Meta:
        ordering = ["-erased_at"]

    def __str__(self) -> str:
        return f"{self.former_workspace}, {self.erased_at:%Y-%m-%d}"
