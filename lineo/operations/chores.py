"""What is over of the whole site: sessions, and answers that were kept for their keys."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models.functions import Now
from django.utils import timezone

from lineo.accounts.tenancy import as_sweeper
from lineo.answers.keeper import KEPT_FOR
from lineo.answers.models import KeptAnswer
from lineo.jobs.chores import forgets


@forgets("sessions")
def forget_sessions() -> int:
    """Delete sessions that have expired, and what was noted of those that are not there."""
    now = timezone.now()
    gone: int = Session.objects.filter(expire_date__lt=now).delete()[0]
    # A session is written a moment after what is noted of it.
    notes = UserSession.objects.filter(created_at__lt=now - timedelta(hours=1))
    known = Session.objects.values("session_key")
    gone += notes.exclude(session_key__in=known).delete()[0]
    return gone


@forgets("kept answers")
def forget_answers() -> int:
    """Delete answers whose key may mean another request by now, in every workspace."""
    with as_sweeper():
        return KeptAnswer.objects.filter(created_at__lt=Now() - KEPT_FOR).delete()[0]
