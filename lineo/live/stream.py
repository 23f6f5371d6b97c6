"""The event stream: an ASGI application that serves nothing else.

``GET /events/stream/?scenario=…`` answers server-sent events: ``hello`` with
where things stand, ``happened`` for each event, ``here`` when somebody comes
or goes. Each event's id is its number, so a browser that was cut off says by
itself from where on to catch up. Who follows is let in as by the API, looked at
again every few seconds and at once when rights change, and cut off when theirs
are not what they were. No database transaction outlives a look.
"""

import asyncio
import contextlib
import json
import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder

from lineo import requests, tracing
from lineo.activity.models import Event
from lineo.live import feed, presence
from lineo.live.gate import Pass, Refusal, admit
from lineo.live.hub import Follower, Hub

logger = logging.getLogger(__name__)

PATH = "/events/stream/"
PULSE_SECONDS = 10.0
"""How often a stream has its rights looked at, and gives a sign of life."""
MOST_STREAMS = 1_000
MOST_STREAMS_OF_ONE = 50
"""So many one person may hold open, so that nobody takes the room of all others.

Each look at rights is a call of theirs: so many leave them half of their calls a minute.
"""
MOST_UNSURE = 6
"""So often in a row a server that is busy or away may leave open whether somebody may follow."""
FARTHEST_BACK = 1_000
"""Who is farther behind reads the page anew: ``hello`` says that events were passed over."""

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
_TAB = re.compile(r"[A-Za-z0-9-]{8,40}")
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]


class Application:
    """One process's streams."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.streams = 0
        self.of_person: Counter[UUID] = Counter()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            with requests.continued(requests.new()):
                await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await self.hub.end()
        # Uvicorn ends by the signal itself, without a word to whoever would send the rest.
        await asyncio.to_thread(tracing.flush)
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["path"] == "/livez":
            await _refuse(send, 200, b"alive\n", kind=b"text/plain")
        elif scope["path"] != PATH:
            await _refuse(send, 404, b"")
        elif scope["method"] != "GET":
            await _refuse(send, 405, b"")
        elif self.streams >= MOST_STREAMS:
            await _refuse(send, 503, b"")
        else:
            self.streams += 1
            try:
                await self._serve(scope, receive, send)
            finally:
                self.streams -= 1

    async def _serve(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        tab, after = query.pop("tab", ""), query.pop("after", "")
        with tracing.span(f"GET {PATH}"):
            admitted = await self.hub.ask(admit, scope, query)
        if isinstance(admitted, Refusal):
            await _refuse(send, admitted.status, admitted.body)
            return
        person_id = admitted.person.pk
        if self.of_person[person_id] >= MOST_STREAMS_OF_ONE:
            await _refuse(send, 429, b"")
            return
        follower = Follower(admitted, _number_seen(scope, after, admitted))
        stream = _Stream(self.hub, follower, scope, query, tab if _TAB.fullmatch(tab) else "")
        self.hub.begin()
        self.of_person[person_id] += 1
        try:
            await self._follow(stream, receive, send)
        finally:
            self.of_person[person_id] -= 1
            if not self.of_person[person_id]:
                del self.of_person[person_id]

    async def _follow(self, stream: "_Stream", receive: Receive, send: Send) -> None:
        headers = [*_HEADERS, _named()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        sending = asyncio.create_task(stream.run(send))
        gone = asyncio.create_task(_until_gone(receive))
        try:
            await asyncio.wait({sending, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, gone):
                task.cancel()
            await asyncio.gather(sending, gone, return_exceptions=True)
            await stream.leave()
        if not sending.cancelled() and sending.exception() is None:
            with contextlib.suppress(OSError):
                await send({"type": "http.response.body", "body": b""})


class _Stream:
    """What is sent to one follower."""

    def __init__(
        self, hub: Hub, follower: Follower, scope: dict[str, Any], query: dict[str, str], tab: str
    ) -> None:
        self.hub, self.follower, self.scope, self.query, self.tab = hub, follower, scope, query, tab
        self.unsure = 0
        self.look_at = 0.0

    async def run(self, send: Send) -> None:
        """Send what happens until the follower may not follow any more, or is too slow."""
        self.look_at = _soon()
        with self.hub.following(self.follower):
            await _write(send, *self._hello())
            await self._enter()
            await self.hub.carry(self.follower.workspace_id)
            while not self.follower.is_lost:
                kind, words = await self._next()
                if kind == "rights":
                    if not await self._may_go_on():
                        return
                    await _write(send, "pulse", {})
                elif kind == "happened":
                    await self._tell(send, *words)
                else:
                    await _write(send, kind, words)

    async def _next(self) -> tuple[str, Any]:
        """Return what waits, or that rights are due to be looked at, however busy the stream is."""
        if asyncio.get_running_loop().time() >= self.look_at:
            return "rights", None  # the clock below has no turn while something waits already
        try:
            async with asyncio.timeout_at(self.look_at):
                return await self.follower.waiting.get()
        except TimeoutError:
            return "rights", None

    async def _tell(self, send: Send, event: Event, words: dict[str, Any]) -> None:
        """Tell of ``event`` if the follower may see it, by the rights that were looked at last."""
        membership = self.follower.admitted.membership
        if feed.may_see(membership, event):
            [shown] = feed.told_to(membership, [words])
            await _write(send, "happened", shown, number=event.sequence)

    def _hello(self) -> tuple[str, dict[str, Any]]:
        admitted = self.follower.admitted
        is_behind = admitted.number - self.follower.number > FARTHEST_BACK
        if is_behind:
            self.follower.number = admitted.number
        return "hello", {
            "latest": admitted.number,
            "revision": admitted.revision,
            "passed_over": is_behind,
        }

    async def _may_go_on(self) -> bool:
        """Look at rights anew, and give a sign of life to who else is here."""
        known = self.follower.admitted
        self.look_at = _soon()
        with tracing.unseen():
            fresh = await self.hub.ask(admit, self.scope, self.query)
        if isinstance(fresh, Refusal):
            # A server that is busy or away says nothing of rights, for a while.
            self.unsure += 1
            return fresh.status in (429, 500, 502, 503) and self.unsure <= MOST_UNSURE
        self.unsure = 0
        if fresh.rights != known.rights:
            return False
        self.follower.admitted = fresh
        if self.tab and known.place.scenario_id:
            await self.hub.ask(self._stay_now, known.place.scenario_id)
        return True

    async def _enter(self) -> None:
        scenario_id = self.follower.admitted.place.scenario_id
        if scenario_id and self.tab:
            await self.hub.ask(self._enter_now)
        if scenario_id:
            await self.hub.show_who_is_here(self.follower.workspace_id, scenario_id)

    def _enter_now(self) -> None:
        admitted = self.follower.admitted
        assert admitted.place.scenario_id
        presence.enter(
            self.follower.workspace_id,
            admitted.place.scenario_id,
            self.tab,
            person=admitted.person,
        )

    async def leave(self) -> None:
        """Be seen no more; where the process ends, the sign of life fades by itself."""
        scenario_id = self.follower.admitted.place.scenario_id
        if self.tab and scenario_id:
            with contextlib.suppress(RuntimeError):
                await self.hub.ask(self._leave_now, scenario_id)

    def _stay_now(self, scenario_id: UUID) -> None:
        person_id = self.follower.admitted.person.pk
        presence.stay(self.follower.workspace_id, scenario_id, self.tab, person_id=person_id)

    def _leave_now(self, scenario_id: UUID) -> None:
        person_id = self.follower.admitted.person.pk
        presence.leave(self.follower.workspace_id, scenario_id, self.tab, person_id=person_id)


def _soon() -> float:
    return asyncio.get_running_loop().time() + PULSE_SECONDS


def _number_seen(scope: dict[str, Any], after: str, admitted: Pass) -> int:
    """Return up to where the follower was before it was cut off; else where things stand."""
    seen = dict(scope["headers"]).get(b"last-event-id", after.encode())
    if seen.isdigit() and len(seen) < 16:
        return min(int(seen), admitted.number)
    return admitted.number


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, kind: str, words: Any, *, number: int | None = None) -> None:
    line = json.dumps(words, cls=DjangoJSONEncoder)
    at = f"id: {number}\n" if number else ""
    await send(_part(f"{at}event: {kind}\ndata: {line}\n\n".encode()))


def _part(content: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": content, "more_body": True}


def _named() -> tuple[bytes, bytes]:
    return b"x-request-id", requests.current().encode()


async def _refuse(
    send: Send, status: int, body: bytes, *, kind: bytes = b"application/json"
) -> None:
    headers = [(b"content-type", kind), (b"cache-control", b"no-store"), _named()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
