"""Notices and watched dates over HTTP: each caller their own."""

from datetime import date
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.accounts.policy import Action, demand_reach
from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.queries import Query
from lineo.api.shapes import (
    FLAG,
    MOMENT,
    NUMBER,
    choice,
    nullable,
    record,
    ref,
    shape,
    text,
    whole,
)
from lineo.api.shapes import UUID as ID
from lineo.notices import selectors, services, watching
from lineo.notices.models import (
    DateWatch,
    Digest,
    Direction,
    Notice,
    NoticeKind,
    NoticeSettings,
    Way,
)
from planning import selectors as planning
from planning.api.history import person
from planning.api.views import PlanningView
from planning.api.words import instant

_WAYS = {kind.value: choice(*Way.values) for kind in NoticeKind}
_DAY = {"type": "string", "format": "date"}
_THRESHOLD = {**NUMBER, "exclusiveMinimum": 0, "exclusiveMaximum": 1}

NOTICE = shape(
    "Notice",
    record(
        {
            "id": ID,
            "url": text(200),
            "kind": choice(*NoticeKind.values),
            "actor": nullable(record({"id": ID, "name": text(300)})),
            "project": nullable(ID),
            "title": text(300),
            "detail": text(300),
            "page": text(300, about="Where people read it."),
            "created_at": MOMENT,
            "read_at": nullable(MOMENT),
        },
        about="One thing that the caller is told.",
    ),
)
NOTICES = page_of("Notice")
shape("NoticesRead", record({"read": whole(0, 2**31 - 1)}))
SETTINGS = shape(
    "NoticeSettings", record({"digest": choice(*Digest.values), "ways": record(_WAYS)})
)
shape(
    "NoticeSettingsChange",
    {
        **record(
            {"digest": choice(*Digest.values), "ways": record(_WAYS, required=())}, required=()
        ),
        "minProperties": 1,
    },
)
WATCH = shape(
    "Watch",
    record(
        {
            "id": ID,
            "url": text(200),
            "project": ID,
            "scenario": nullable(ID),
            "day": _DAY,
            "direction": choice(*Direction.values),
            "threshold": NUMBER,
            "past": FLAG,
            "chance": nullable(NUMBER),
            "seen_at": nullable(MOMENT),
        },
        about="Tell the caller when the chance of a day passes a threshold. `past` says that it"
        " was passed and told; it counts again once the chance has come back by more than its"
        " noise.",
    ),
)
WATCHES = page_of("Watch")
shape(
    "WatchNew",
    record(
        {
            "day": _DAY,
            "threshold": _THRESHOLD,
            "direction": choice(*Direction.values, default=Direction.BELOW.value),
            "scenario": nullable(ID),
        },
        required=("day", "threshold"),
        about="Without a scenario, whichever is the baseline is watched.",
    ),
)


def present(row: Notice) -> dict[str, Any]:
    """Return a notice as the API shows it."""
    return {
        "id": str(row.pk),
        "url": reverse("api:notice", args=[row.pk]),
        "kind": row.kind,
        "actor": person(row.actor),
        "project": str(row.project_id) if row.project_id else None,
        "title": row.title,
        "detail": row.detail,
        "page": row.url,
        "created_at": instant(row.created_at),
        "read_at": instant(row.read_at),
    }


def present_settings(row: NoticeSettings) -> dict[str, Any]:
    """Return how somebody wants to be told."""
    ways = {kind.value: row.way_of(kind).value for kind in NoticeKind}
    return {"digest": row.digest, "ways": ways}


def present_watch(row: DateWatch) -> dict[str, Any]:
    """Return a watched date as the API shows it."""
    return {
        "id": str(row.pk),
        "url": reverse("api:watch", args=[row.pk]),
        "project": str(row.project_id),
        "scenario": str(row.scenario_id) if row.scenario_id else None,
        "day": row.day.isoformat(),
        "direction": row.direction,
        "threshold": row.threshold,
        "past": row.is_past,
        "chance": row.chance,
        "seen_at": instant(row.seen_at),
    }


class Notices(PlanningView):
    """What the caller is told, the newest first."""

    tag = "notices"

    @operation(
        "list_notices",
        "List what you are told",
        answers=NOTICES,
        query=(*PAGE_QUERY, Query("unread", FLAG, "Only what is unread, or only what is read.")),
    )
    def get(self, request: Request, *, query: dict[str, Any]) -> Response:
        rows = selectors.notices_for(self.membership)
        if query["unread"] is not None:
            rows = rows.filter(read_at__isnull=query["unread"])
        return page(request, rows, present, query)


class NoticesRead(PlanningView):
    """All notices at once."""

    tag = "notices"

    @operation("read_all_notices", "Count all notices as read", answers=ref("NoticesRead"))
    def post(self, request: Request) -> Response:
        return Response({"read": services.mark_all_read(self.membership)})


class NoticeDetail(PlanningView):
    """One notice."""

    tag = "notices"

    def notice(self, pk: UUID) -> Notice:
        return get_object_or_404(selectors.notices_for(self.membership), pk=pk)

    @operation("read_notice", "Read a notice", answers=NOTICE)
    def get(self, request: Request, notice_id: UUID) -> Response:
        """Return it; reading it so does not count it as read."""
        return Response(present(self.notice(notice_id)))

    @operation("mark_notice_read", "Count a notice as read", answers=NOTICE)
    def post(self, request: Request, notice_id: UUID) -> Response:
        services.mark_read(self.notice(notice_id))
        return Response(present(self.notice(notice_id)))


class NoticeSettingsDetail(PlanningView):
    """How the caller wants to be told."""

    tag = "notices"

    @operation("read_notice_settings", "Read how you are told", answers=SETTINGS)
    def get(self, request: Request) -> Response:
        return Response(present_settings(selectors.settings_of(self.actor)))

    @operation(
        "change_notice_settings",
        "Choose how you are told",
        body="NoticeSettingsChange",
        answers=SETTINGS,
    )
    def patch(self, request: Request, *, body: dict[str, Any]) -> Response:
        demand_reach(self.membership, Action.MANAGE_PEOPLE)
        row = services.change_settings(
            self.actor, digest=body.get("digest"), **body.get("ways", {})
        )
        return Response(present_settings(row))


class ProjectWatches(PlanningView):
    """The dates of a project that the caller watches."""

    tag = "notices"

    @operation("list_watches", "List the dates you watch", answers=WATCHES, query=PAGE_QUERY)
    def get(self, request: Request, project_id: UUID, *, query: dict[str, Any]) -> Response:
        rows = selectors.watches_for(self.membership).filter(project=self.project(project_id))
        return page(request, rows, present_watch, query)

    @operation("watch_date", "Watch a date", body="WatchNew", answers=WATCH, status=201)
    def post(self, request: Request, project_id: UUID, *, body: dict[str, Any]) -> Response:
        project = self.project(project_id)
        demand_reach(self.membership, Action.COMMENT, project_id=project.pk)
        given = {**body, "day": date.fromisoformat(body["day"]), "scenario": None}
        if body.get("scenario"):
            rows = planning.scenarios_for(self.membership).filter(project=project)
            given["scenario"] = get_object_or_404(rows, pk=body["scenario"])
        row = watching.watch_date(project, actor=self.actor, **given)
        return Response(present_watch(row), status=201)


class WatchDetail(PlanningView):
    """One watched date."""

    tag = "notices"

    def watch(self, pk: UUID) -> DateWatch:
        return get_object_or_404(selectors.watches_for(self.membership), pk=pk)

    @operation("read_watch", "Read a watched date", answers=WATCH)
    def get(self, request: Request, watch_id: UUID) -> Response:
        return Response(present_watch(self.watch(watch_id)))

    @operation("stop_watching", "Watch a date no more", status=204)
    def delete(self, request: Request, watch_id: UUID) -> Response:
        row = self.watch(watch_id)
        demand_reach(self.membership, Action.COMMENT, project_id=row.project_id)
        watching.stop_watching(row)
        return Response(status=204)


urlpatterns = [
    path("notices/", Notices.as_view(), name="notices"),
    path("notices/read/", NoticesRead.as_view(), name="notices-read"),
    path("notices/settings/", NoticeSettingsDetail.as_view(), name="notice-settings"),
    path("notices/<uuid:notice_id>/", NoticeDetail.as_view(), name="notice"),
    path("projects/<uuid:project_id>/watches/", ProjectWatches.as_view(), name="watches"),
    path("watches/<uuid:watch_id>/", WatchDetail.as_view(), name="watch"),
]
