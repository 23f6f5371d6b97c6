"""Answers that are kept so that a request sent twice is carried out once."""

from django.db import models
from django.db.models.functions import Now

from lineo.accounts.models import WorkspaceModel
from lineo.accounts.walls import walls


class KeptAnswer(WorkspaceModel):
    """What was answered to one caller under one key; without a status it is still being made."""

    caller = models.CharField(max_length=120)
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    # Text and not JSON, whose fields PostgreSQL puts in another order: the same bytes come back.
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "kept answer"
        constraints = [
            *walls("answers_keptanswer"),
            models.UniqueConstraint(
                fields=["workspace", "caller", "key"], name="keptanswer_one_of_a_key"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "created_at"], name="keptanswer_age")]

    def __str__(self) -> str:
        return f"{self.status} {self.created_at}"
