"""The digest: what somebody has not seen yet, in one mail."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import ngettext

from lineo.accounts.asker import asked_by
from lineo.accounts.models import User
from lineo.accounts.selectors import membership_for
from lineo.jobs.handle import JobHandle
from lineo.jobs.registry import job
from lineo.notices.models import Notice
from lineo.notices.selectors import unhidden
from lineo.notices.services import DIGEST
from planning import selectors as planning

MOST_LINES = 50


@job(DIGEST, timeout_seconds=60)
def mail_digest(handle: JobHandle, *, person: str) -> dict[str, Any]:
    """Mail what is unread and was not mailed yet; what has been read meanwhile is left out."""
    to = User.objects.filter(pk=person, is_active=True).first()
    who = membership_for(to) if to else None
    rows = Notice.objects.select_for_update().filter(
        person=UUID(person), by_mail=True, mailed_at=None, read_at=None
    )
    # What is told from here on waits for the next mail: only these are counted as mailed.
    waiting = Notice.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
    with asked_by(who):
        readable = set(planning.projects_for(who).values_list("pk", flat=True))
        shown = list(unhidden(waiting))
    lines = [row for row in shown if row.project_id is None or row.project_id in readable]
    waiting.update(mailed_at=timezone.now())
    if to is None or who is None or not lines:
        return {"mailed": 0}
    with translation.override(to.locale):
        _message(to, lines, handle).send()
    return {"mailed": len(lines)}


def _message(to: User, lines: list[Notice], handle: JobHandle) -> EmailMultiAlternatives:
    count = len(lines)
    subject = ngettext("Lineo: %(count)d thing for you", "Lineo: %(count)d things for you", count)
    context = {
        "person": to,
        "lines": lines[:MOST_LINES],
        "more": count - len(lines[:MOST_LINES]),
        "site": settings.SITE_URL,
    }
    text = render_to_string("notices/digest.txt", context)
    message = EmailMultiAlternatives(subject % {"count": count}, text, to=[to.email])
    # The same id when it is tried again, so that a second copy is known as one.
    message.extra_headers["Message-ID"] = f"<digest-{handle.job_id}@{_host()}>"
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    message.attach_alternative(render_to_string("notices/digest.html", context), "text/html")
    return message


def _host() -> str:
    return settings.SITE_URL.partition("://")[2].partition("/")[0].partition(":")[0] or "lineo"
