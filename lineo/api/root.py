"""The first page of the API: where to go from here."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.operations import operation
from lineo.api.shapes import record, shape
from lineo.api.views import ApiView

COLLECTIONS = ("projects", "jobs", "me", "members", "rules", "tokens")
_LINK = {"type": "string", "format": "uri"}
ROOT = shape("Root", record(dict.fromkeys((*COLLECTIONS, "schema", "docs", "redoc"), _LINK)))


class Root(ApiView):
    """Everything starts at the projects; the description tells the rest."""

    @operation("read_root", "Where to go from here", answers=ROOT)
    def get(self, request: Request) -> Response:
        names = (*COLLECTIONS, "schema", "docs", "redoc")
        return Response({name: reverse(f"api:{name}", request=request) for name in names})
