"""What every view of the API is built on."""

from functools import partial
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lineo.api.limits import Allowance, count_call, refuse_what_passes
from lineo.api.parsing import MAX_BODY_BYTES
from lineo.api.preconditions import is_version, spare_what_is_known


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

    allowance: Allowance | None = None

    def perform_authentication(self, request: Request) -> None:
        """Find out who calls, and count the call: strangers too, before they are turned away."""
        try:
            super().perform_authentication(request)
        finally:
            self.allowance = count_call(request)
            refuse_what_passes(self.allowance)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep answers out of caches: they belong to a person and change with the plan."""
        answer: HttpResponse = super().finalize_response(request, response, *args, **kwargs)
        patch_cache_control(answer, private=True, no_store=True)
        for name, value in (self.allowance.headers if self.allowance else {}).items():
            answer[name] = value
        if is_a_good_read(request, answer):
            known = request.headers.get("If-None-Match", "")
            if isinstance(answer, Response):
                answer.add_post_render_callback(partial(spare_what_is_known, if_none_match=known))
            else:
                spare_what_is_known(answer, known)
        return answer


def is_a_good_read(request: Request, answer: HttpResponse) -> bool:
    """Return whether the answer is data that can be told when it is known, and no page.

    Some views say by themselves when nothing has changed, cheaper than by showing it.
    """
    if request.method != "GET" or answer.status_code != 200:
        return False
    has_own_tag = "ETag" in answer and not is_version(answer["ETag"])
    is_data = request.accepted_renderer.format != "html" and not answer.streaming
    return is_data and not has_own_tag
