"""The admin's page on the state of the site: services, queues, workers, what was rescued."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from redis.exceptions import RedisError
from rq.worker import Worker

from lineo import __version__
from lineo.operations import readiness, work
from lineo.redis_line import connect


@dataclass(frozen=True)
class WorkerSeen:
    """A worker as Redis knows it."""

    host: str
    process: int | None
    queues: str
    state: str
    last_heartbeat: datetime | None


def workers() -> list[WorkerSeen]:
    """Return the workers that Redis knows; none while it is away."""
    try:
        line = connect()
        try:
            return sorted(
                (
                    WorkerSeen(
                        worker.hostname or "",
                        worker.pid,
                        ", ".join(worker.queue_names()),
                        str(worker.get_state()),
                        worker.last_heartbeat,
                    )
                    for worker in Worker.all(connection=line)
                ),
                key=lambda seen: (seen.host, seen.process or 0),
            )
        finally:
            line.close()
    except (RedisError, OSError):
        return []


def state_of_the_site(request: HttpRequest) -> HttpResponse:
    """Show what an operator wants to know first."""
    context = {
        **admin.site.each_context(request),
        "title": _("State of the site"),
        "version": __version__,
        "found": readiness.look(),
        "work": work.look(),
        "workers": workers(),
    }
    return TemplateResponse(request, "admin/operations.html", context)


urlpatterns = [
    path("admin/operations/", admin.site.admin_view(state_of_the_site), name="state-of-the-site"),
]
