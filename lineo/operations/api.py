"""How the site is, over HTTP, for whoever may ask nothing else."""

from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from lineo import __version__
from lineo.api.operations import operation
from lineo.api.shapes import choice, nullable, record, shape, text, whole
from lineo.api.views import ApiView
from lineo.operations import readiness
from lineo.operations.readiness import Status

HEALTH = shape(
    "SiteHealth",
    record(
        {
            "status": choice(*Status),
            "version": text(20),
            "services": record(
                {
                    "postgresql": choice(*Status),
                    "migrations": choice(*Status),
                    "redis": choice(*Status),
                    "workers": nullable(whole(0, 10_000)),
                }
            ),
        },
        about="Degraded: pages are served, jobs may have to wait.",
    ),
)


class Health(ApiView):
    """The state of the site."""

    tag = "site"
    permission_classes = (AllowAny,)

    @operation("read_site_health", "Read the state of the site", answers=HEALTH)
    def get(self, request: Request) -> Response:
        """Answer the version and how each service is; no sign-in is needed."""
        found = readiness.look()
        return Response(
            {"status": found.status, "version": __version__, "services": found.services}
        )


urlpatterns = [path("health/", Health.as_view(), name="site-health")]
