"""What every view of the API is built on."""

from typing import Any, ClassVar

from django.utils.cache import patch_cache_control
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lineo.api.parsing import MAX_BODY_BYTES


class ApiView(APIView):
    """A resource under ``/api/v1/``; ``tag`` groups it with its kin in the description."""

    tag: ClassVar[str] = "api"
    max_body_bytes: ClassVar[int] = MAX_BODY_BYTES

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Answer people without a workspace here, in the envelope, not by a redirect."""
        view: Any = super().as_view(**initkwargs)
        view.needs_no_workspace = True
        return view

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Keep answers out of caches: they belong to a person and change with the plan."""
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        patch_cache_control(answer, private=True, no_store=True)
        return answer
