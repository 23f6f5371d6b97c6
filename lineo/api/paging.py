"""Pages of rows: ``limit`` and ``offset``, always with the total."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from lineo.api.queries import LIMIT, MAX_LIMIT, MAX_OFFSET, OFFSET
from lineo.api.shapes import Schema, nullable, record, ref, shape, whole

PAGE_QUERY = (LIMIT, OFFSET)


def page_of(name: str) -> Schema:
    """Publish and return the shape of a page of the shape ``name``."""
    link = nullable({"type": "string", "format": "uri"})
    return shape(
        f"{name}Page",
        record(
            {
                "count": whole(0, 2**53, description="How many rows there are in all."),
                "limit": whole(1, MAX_LIMIT),
                "offset": whole(0, MAX_OFFSET),
                "next": link,
                "previous": link,
                "results": {"type": "array", "items": ref(name)},
            }
        ),
    )


def page(
    request: Request,
    rows: QuerySet[Any],
    present: Callable[[Any], dict[str, Any]],
    query: dict[str, Any],
    *,
    attach: Callable[[list[Any]], object] | None = None,
) -> Response:
    """Answer one page of ``rows``, each as ``present`` says.

    ``attach`` is handed the rows of the page first, to fetch at once what
    they have besides.
    """
    limit, offset = query["limit"], query["offset"]
    count = rows.count()
    found = list(rows[offset : offset + limit]) if offset < count else []
    if attach:
        attach(found)
    is_last = offset + limit >= count or offset + limit > MAX_OFFSET
    return Response(
        {
            "count": count,
            "limit": limit,
            "offset": offset,
            "next": None if is_last else _link(request, offset + limit),
            "previous": _link(request, max(offset - limit, 0)) if offset else None,
            "results": [present(row) for row in found],
        }
    )


def _link(request: Request, offset: int) -> str:
    query = request.query_params.copy()
    query["offset"] = str(offset)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
