"""The table of kept answers, as :mod:`lineo.api.idempotency` asks it."""

from datetime import timedelta

from django.db import OperationalError, transaction
from django.db.models.functions import Now

from lineo.answers.models import KeptAnswer
from lineo.api.errors import UnderWayError
from lineo.api.idempotency import Answer

KEPT_FOR = timedelta(hours=24)


class TableOfAnswers:
    """Keeps answers in the workspace of the request, in its transaction.

    Two requests with one key meet at the unique key of the table: the second
    waits until the first has committed, and finds its answer, or has been
    rolled back, and takes its place.
    """

    def claim(self, caller: str, key: str, fingerprint: str) -> Answer | None:
        """Take the key for this request, or return what was answered under it before.

        Raises
        ------
        UnderWayError
            If the first takes longer than a statement may wait.
        """
        KeptAnswer.objects.filter(created_at__lt=Now() - KEPT_FOR).delete()
        mine = KeptAnswer(caller=caller, key=key, fingerprint=fingerprint)
        try:
            with transaction.atomic():
                KeptAnswer.objects.bulk_create([mine], ignore_conflicts=True)
        except OperationalError as error:
            raise UnderWayError from error
        known = KeptAnswer.objects.get(caller=caller, key=key)
        if known.pk == mine.pk:
            return None
        return Answer(known.fingerprint, known.status or 200, known.body, known.headers)

    def keep(self, caller: str, key: str, answer: Answer) -> None:
        """Write down what was answered under a key that was taken."""
        KeptAnswer.objects.filter(caller=caller, key=key).update(
            fingerprint=answer.fingerprint,
            status=answer.status,
            body=answer.body,
            headers=answer.headers,
        )
