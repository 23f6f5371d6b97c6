"""Signatures of Standard Webhooks, version 1: https://www.standardwebhooks.com."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from lineo.webhooks.models import Webhook

PREFIX = "whsec_"
FORMER_IS_GOOD_FOR = timedelta(days=1)


def secret_of(webhook: Webhook, *, rotations: int | None = None) -> str:
    """Return the secret: what is shown once when a webhook is made or its secret rotated."""
    count = webhook.rotations if rotations is None else rotations
    words = f"lineo.webhook {webhook.pk} {webhook.salt} {count}".encode()
    key = hmac.digest(settings.SECRET_KEY.encode(), words, hashlib.sha256)
    return PREFIX + base64.b64encode(key).decode()


def secrets_of(webhook: Webhook) -> list[str]:
    """Return the secrets to sign with: also the former one, as long as it is good."""
    secrets = [secret_of(webhook)]
    rotated = webhook.rotated_at
    if rotated and timezone.now() - rotated < FORMER_IS_GOOD_FOR:
        secrets.append(secret_of(webhook, rotations=webhook.rotations - 1))
    return secrets


def headers_for(
    message_id: str, *, timestamp: int, body: bytes, secrets: Sequence[str]
) -> dict[str, str]:
    """Return the three headers of a signed message.

    Examples
    --------
    >>> signed = headers_for(
    ...     "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330,
    ...     body=b'{"test": 2432232314}', secrets=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    ... )
    >>> signed["webhook-signature"]
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(secret, signed) for secret in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
