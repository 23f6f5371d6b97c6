"""The ASGI entry points: the event stream, and one server for all in the demo.

``application`` serves the event stream alone, as a process of its own behind the proxy
that also leads to the pages (gunicorn, lineo/wsgi.py), which are faster there. ``site``
serves both from one port, for where no proxy stands in front: a page's policy lets it
connect to its own origin only.
"""

import os
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lineo.settings")

from lineo import tracing

# Before Django is set up, which reads its middleware once.
tracing.begin("lineo-live")
pages = get_wsgi_application()

# ruff: noqa: E402 - Django is set up above
from a2wsgi import WSGIMiddleware

from lineo.live.stream import PATH, Application

PAGE_THREADS = 8


class Site:
    """Pages on threads, the stream beside them."""

    def __init__(self) -> None:
        wsgi: Any = pages
        self.pages: Any = WSGIMiddleware(wsgi, workers=PAGE_THREADS)
        self.stream = Application()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        is_page = scope["type"] == "http" and scope["path"] != PATH
        await (self.pages if is_page else self.stream)(scope, receive, send)


application = Application()
site = Site()
