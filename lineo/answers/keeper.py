"""The table of kept answers, as :mod:`lineo.api.idempotency` asks it."""

import base64
import hashlib
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models.functions import Now

from lineo.answers.models import KeptAnswer
from lineo.api.errors import ConflictError, UnderWayError
from lineo.api.idempotency import Answer

KEPT_FOR = timedelta(hours=24)


class TableOfAnswers:
    """Keeps answers in the workspace of the request, in its transaction.

    Two requests with one key meet at the unique key of the table: the second
    waits until the first has committed, and finds its answer, or has been
    rolled back, and takes its place. Bodies are kept encrypted under the site's
    key, for some hold a secret that is answered once and stands nowhere.
    """

    def claim(self, caller: str, key: str, fingerprint: str) -> Answer | None:
        """Take the key for this request, or return what was answered under it before.

        Raises
        ------
        UnderWayError
            If the first takes longer than a statement may wait.
        ConflictError
            If the site's key has been changed since the first answer.
        """
        _forget_old()
        mine = KeptAnswer(caller=caller, key=key, fingerprint=fingerprint)
        try:
            with transaction.atomic():
                KeptAnswer.objects.bulk_create([mine], ignore_conflicts=True)
        except OperationalError as error:
            raise UnderWayError from error
        known = KeptAnswer.objects.get(caller=caller, key=key)
        if known.pk == mine.pk:
            return None
        return Answer(known.fingerprint, known.status or 200, _read(known.body), known.headers)

    def keep(self, caller: str, key: str, answer: Answer) -> None:
        """Write down what was answered under a key that was taken."""
        KeptAnswer.objects.filter(caller=caller, key=key).update(
            fingerprint=answer.fingerprint,
            status=answer.status,
            body=_cipher().encrypt(answer.body.encode()).decode(),
            headers=answer.headers,
        )


def _forget_old() -> None:
    """Delete what was kept long enough, but for what another request deletes right now.

    Waiting for that would let every request with a key wait for the others to end.
    """
    old = KeptAnswer.objects.filter(created_at__lt=Now() - KEPT_FOR)
    free = old.select_for_update(skip_locked=True).values_list("pk", flat=True)
    if gone := list(free):
        KeptAnswer.objects.filter(pk__in=gone).delete()


def _read(body: str) -> str:
    try:
        return _cipher().decrypt(body.encode()).decode()
    except InvalidToken as error:
        raise ConflictError from error


def _cipher() -> Fernet:
    key = hashlib.sha256(b"lineo.answers" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
