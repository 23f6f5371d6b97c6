"""One declaration for each operation: what it takes, what it answers, what OpenAPI says of it."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial, wraps
from typing import Any, TypeVar, cast

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from lineo.api.idempotency import PARAMETER, key_of, once
from lineo.api.preconditions import version_seen
from lineo.api.queries import Query, read_query
from lineo.api.shapes import Schema, listing, nullable, record, ref, shape, text, validated

Handler = TypeVar("Handler", bound=Callable[..., HttpResponse])

ERROR = shape(
    "Error",
    record(
        {
            "error": record(
                {
                    "code": text(40, about="A word that stays the same."),
                    "message": text(10_000, about="A sentence for people."),
                    "details": listing(
                        record({"field": text(1000), "message": text(10_000)}),
                        1000,
                    ),
                    "request_id": nullable(text(64)),
                }
            )
        },
        about="What every answer looks like that is no success.",
    ),
)

_REASONS = {
    400: "The request can't be understood.",
    401: "Nobody is signed in.",
    403: "The role doesn't let them.",
    404: "It does not exist, or is someone else's.",
    406: "Only JSON and a page for people are spoken here.",
    409: "It can't be done as things stand now.",
    412: "Somebody has changed it since: read it again.",
    413: "The body is too large.",
    415: "Bodies are JSON.",
    422: "The body makes no sense; each fault is named.",
    428: "If-Match is missing.",
    429: "More calls than may be made in a minute; Retry-After says how long to wait.",
}
_IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string"},
    OpenApiParameter.HEADER,
    required=True,
    description='The ETag that was read, in its quotes, such as `"3"`; `*` stands for any.',
)


def operation(
    operation_id: str,
    summary: str,
    *,
    answers: Schema | None = None,
    status: int | tuple[int, str] = 200,
    body: str = "",
    takes_file: bool = False,
    file_types: Iterable[str] = (),
    query: Iterable[Query] = (),
    headers: Iterable[OpenApiParameter] = (),
    guarded: bool = False,
    keeps_answer: bool = True,
    also: Mapping[int, Any] | None = None,
) -> Callable[[Handler], Handler]:
    """Declare what a view's method does.

    The method is then handed, as keywords, only what has passed: ``body`` in
    the shape of that name, the ``data`` of a file, ``query`` by name, and
    ``seen``, the version that If-Match names, where the operation is
    ``guarded`` by it. What is asked twice with one Idempotency-Key reaches it
    once, unless its answer is a secret that must be kept nowhere.
    """
    known = tuple(query)

    def declare(handler: Handler) -> Handler:
        is_made_once = keeps_answer and handler.__name__ == "post"

        @wraps(handler)
        def run(view: Any, request: Request, **address: Any) -> Any:
            query = read_query(request.query_params, known)
            # What is malformed is told before any version is compared (RFC 9110, 13.2.1).
            key = key_of(request) if is_made_once else None
            given: dict[str, Any] = {"query": query} if known else {}
            if guarded:
                given["seen"] = version_seen(request)
            if takes_file:
                data: Any = request.data
                given["data"] = data if isinstance(data, bytes) else b""
            if body:
                given["body"] = validated(body, request.data)
            answer: Callable[[], Any] = partial(handler, view, request, **address, **given)
            return answer() if key is None else once(request, key, answer)

        declared: Any = extend_schema(
            operation_id=operation_id,
            summary=summary,
            description=handler.__doc__ or "",
            request=_request(body, takes_file=takes_file),
            responses=_responses(
                status,
                answers,
                body=bool(body) or takes_file,
                guarded=guarded,
                also={**_files(file_types), **(also or {})},
            ),
            parameters=[
                *(_query_parameter(each) for each in known),
                *headers,
                *([PARAMETER] if is_made_once else []),
                *([_IF_MATCH] if guarded else []),
            ],
        )(run)
        return cast(Handler, declared)

    return declare


def _request(body: str, *, takes_file: bool) -> dict[str, Any] | None:
    if takes_file:
        return {"application/octet-stream": {"type": "string", "format": "binary"}}
    return {"application/json": ref(body)} if body else None


def _files(kinds: Iterable[str]) -> dict[tuple[int, str], Any]:
    """Return the answers of an operation that gives a file of one of these kinds."""
    return {(200, kind): OpenApiTypes.BINARY for kind in kinds}


def _query_parameter(query: Query) -> OpenApiParameter:
    return OpenApiParameter(query.name, query.schema, description=query.about)


def _responses(
    status: int | tuple[int, str],
    answers: Schema | None,
    *,
    body: bool,
    guarded: bool,
    also: Mapping[Any, Any] | None,
) -> dict[Any, Any]:
    errors = {400, 401, 403, 404, 406, 409, 422, 429}
    # A body may name the version that it was decided on.
    errors |= {412, 413, 415} if body else set()
    errors |= {412, 428} if guarded else set()
    done = OpenApiResponse(answers, description="Done.")
    is_file = any(isinstance(code, tuple) for code in also or {})
    return {
        **({} if is_file else {status: done}),
        **{code: OpenApiResponse(ERROR, description=_REASONS[code]) for code in sorted(errors)},
        **(also or {}),
    }
