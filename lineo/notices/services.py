"""What is done to notices, and how somebody is told."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils import timezone

from lineo.accounts.models import User
from lineo.jobs import services as jobs
from lineo.jobs.models import Job, Priority, State
from lineo.notices.models import Digest, Notice, NoticeKind, NoticeSettings, Way
from lineo.notices.selectors import Who, notices_for, settings_by_person, settings_of
from planning.models import Project

MORNING = 7
DIGEST = "mail-digest"


@transaction.atomic
def notify(
    people: Iterable[UUID],
    kind: NoticeKind,
    *,
    title: str,
    url: str,
    detail: str = "",
    actor: User | None = None,
    project: Project | None = None,
    task_key: str = "",
    scenarios: Iterable[UUID | None] = (),
) -> list[Notice]:
    """Tell each of these people, in the way that they chose; nobody is told what they did."""
    wanted = {pk for pk in people if actor is None or pk != actor.pk}
    made, mailed = [], {}
    for pk, chosen in settings_by_person(wanted).items():
        way = chosen.way_of(kind)
        by_mail = way in (Way.BOTH, Way.MAIL) and chosen.digest != Digest.OFF
        in_page = way in (Way.BOTH, Way.PAGE)
        if not (by_mail or in_page):
            continue
        made.append(
            Notice(
                person_id=pk,
                kind=kind,
                actor=actor,
                project=project,
                task_key=task_key,
                scenarios=[pk for pk in scenarios if pk],
                title=title[:300],
                detail=detail[:300],
                url=url[:300],
                in_page=in_page,
                by_mail=by_mail,
            )
        )
        if by_mail:
            mailed[pk] = Digest(chosen.digest)
    _ask_for_digests(mailed)
    return Notice.objects.bulk_create(made)


@transaction.atomic
def mark_read(notice: Notice) -> None:
    """Remember that its person has seen it."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())


@transaction.atomic
def mark_all_read(who: Who) -> int:
    """Remember that a person has seen all of theirs."""
    return notices_for(who).filter(read_at=None).update(read_at=timezone.now())


@transaction.atomic
def change_settings(person: User, *, digest: str | None = None, **ways: str) -> NoticeSettings:
    """Choose how one is told: what is left out stays."""
    row = settings_of(person)
    if digest is not None:
        row.digest = Digest(digest)
    known = {kind.value for kind in NoticeKind}
    chosen = {kind: Way(way).value for kind, way in ways.items() if kind in known}
    row.ways = {**row.ways, **chosen}
    row.full_clean(exclude=["person", "ways"])
    row.save()
    return row


def next_moment(digest: Digest, now: datetime, zone: str) -> datetime:
    """Return when the next mail of this rhythm goes out, in the person's own morning.

    Examples
    --------
    >>> from datetime import UTC
    >>> now = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
    >>> next_moment(Digest.HOURLY, now, "UTC").isoformat()
    '2026-03-04T10:00:00+00:00'
    >>> next_moment(Digest.DAILY, now, "Europe/Berlin").isoformat()
    '2026-03-05T07:00:00+01:00'
    >>> next_moment(Digest.WEEKLY, now, "UTC").isoformat()
    '2026-03-09T07:00:00+00:00'
    """
    if digest == Digest.HOURLY:
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    try:
        local = now.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        local = now
    due = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if due <= local:
        due += timedelta(days=1)
    while digest == Digest.WEEKLY and due.weekday() != 0:
        due += timedelta(days=1)
    return due


def _ask_for_digests(rhythms: Mapping[UUID, Digest]) -> None:
    """Put a mail for each person in the queue for its moment, unless one waits already."""
    topics = {pk: f"digest:{pk}" for pk in rhythms}
    rows = Job.objects.filter(topic__in=topics.values(), function=DIGEST, state=State.QUEUED)
    waiting = set(rows.values_list("topic", flat=True))
    asked = [pk for pk, topic in topics.items() if topic not in waiting]
    zones = dict(User.objects.filter(pk__in=asked).values_list("pk", "time_zone"))
    for pk in asked:
        jobs.enqueue(
            DIGEST,
            kind="digest",
            payload={"person": str(pk)},
            topic=topics[pk],
            priority=Priority.BATCH,
            not_before=next_moment(rhythms[pk], timezone.now(), zones.get(pk) or "UTC"),
        )
