"""Carries what happens to all who follow it in this process.

A bell over Redis says in which workspace something is new; the events
themselves are read from PostgreSQL once for all its followers, in short
transactions on threads of their own. Without Redis it asks each second.
"""

import asyncio
import contextlib
import contextvars
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from redis import asyncio as aioredis
from redis.exceptions import RedisError

from lineo import tracing
from lineo.accounts.tenancy import workspace_context
from lineo.activity.bell import CHANNEL
from lineo.activity.models import Event
from lineo.live import feed, presence
from lineo.live.gate import Pass

logger = logging.getLogger(__name__)

WITHOUT_BELL_SECONDS = 1.0
WITH_BELL_SECONDS = 5.0
"""How often to look by itself: a bell may be lost."""
MOST_WAITING = 1_000
RIGHTS = ("member.", "rule.", "token.", "person.sessions_ended", "person.signed_out", "workspace.")
"""How actions begin after which rights are read anew at once."""

T = TypeVar("T")


@dataclass(eq=False)
class Follower:
    """One stream: what it may be told, up to where it was, and what waits to be sent."""

    admitted: Pass
    number: int
    waiting: asyncio.Queue[tuple[str, Any]] = field(
        default_factory=lambda: asyncio.Queue(MOST_WAITING)
    )
    is_lost: bool = False

    @property
    def workspace_id(self) -> UUID:
        return self.admitted.membership.workspace_id

    def tell(self, kind: str, words: Any) -> None:
        """Put a message into the queue; who is too slow is cut off, and catches up later."""
        try:
            self.waiting.put_nowait((kind, words))
        except asyncio.QueueFull:
            self.is_lost = True


class Hub:
    """All followers of one process."""

    def __init__(self) -> None:
        self.followers: dict[UUID, set[Follower]] = {}
        self._locks: dict[UUID, asyncio.Lock] = {}
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="live")
        self._is_heard = False
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """Listen for bells, and look now and then; started with the first follower."""
        if not self._tasks:
            # Of no request: what they log and ask is not the first follower's.
            self._tasks = [
                asyncio.create_task(work, context=contextvars.Context())
                for work in (self._listen(), self._look())
            ]

    async def end(self) -> None:
        """Stop listening."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        self._threads.shutdown(wait=False)

    async def ask(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run what asks the database or Redis on a thread, so that no stream waits for it."""

        def run() -> T:
            close_old_connections()
            try:
                return function(*arguments)
            except DatabaseError:
                connections.close_all()
                raise
            finally:
                close_old_connections()

        # With the request's id and its trace, which a thread would not know.
        known = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._threads, known.run, run)

    @contextlib.contextmanager
    def following(self, follower: Follower) -> Any:
        """Carry to ``follower`` whatever happens as long as the block lasts."""
        known = self.followers.setdefault(follower.workspace_id, set())
        known.add(follower)
        try:
            yield
        finally:
            known.discard(follower)
            if not known:
                self.followers.pop(follower.workspace_id, None)
                self._locks.pop(follower.workspace_id, None)

    async def carry(self, workspace_id: UUID) -> None:
        """Read what is new in the workspace, and hand it to its followers."""
        async with self._locks.setdefault(workspace_id, asyncio.Lock()):
            while followers := self.followers.get(workspace_id):
                number = min(one.number for one in followers)
                try:
                    events, words = await self.ask(_read, workspace_id, number)
                except DatabaseError as error:
                    logger.warning("Nothing is carried for now: %s", error)
                    return
                self._hand_out(workspace_id, events, words)
                if len(events) < feed.MOST_EVENTS:
                    return

    def _hand_out(self, workspace_id: UUID, events: list[Event], words: list[Any]) -> None:
        for follower in self.followers.get(workspace_id, ()):
            seen = follower.number
            news = [one for one in zip(events, words, strict=True) if one[0].sequence > seen]
            # One look tells of all these, for each is a call of the follower's.
            if any(event.action.startswith(RIGHTS) for event, _told in news):
                follower.tell("rights", None)
            for event, told in news:
                follower.number = event.sequence
                if follower.admitted.place.holds(event):
                    # Judged when its turn comes: rights that changed are known by then.
                    follower.tell("happened", (event, told))

    async def show_who_is_here(self, workspace_id: UUID, scenario_id: UUID) -> None:
        """Tell all who follow the scenario who else does."""
        followers = [
            one
            for one in self.followers.get(workspace_id, ())
            if one.admitted.place.scenario_id == scenario_id
        ]
        if followers:
            people = await self.ask(presence.people_at, workspace_id, scenario_id)
            for follower in followers:
                follower.tell("here", {"people": people})

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except (RedisError, OSError) as error:
                logger.warning("No bell; asking each second: %s", error)
            self._is_heard = False
            await asyncio.sleep(WITHOUT_BELL_SECONDS)

    async def _hear(self) -> None:
        line = aioredis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5)
        try:
            async with line.pubsub() as bells:
                await bells.psubscribe(f"{CHANNEL}*")
                self._is_heard = True
                # What happened while nobody listened.
                await self._look_everywhere()
                async for bell in bells.listen():
                    if bell["type"] == "pmessage":
                        await self._answer(bell["channel"].decode(), bell["data"].decode())
        finally:
            await line.aclose()

    async def _answer(self, channel: str, message: str) -> None:
        workspace_id = _uuid(channel.removeprefix(CHANNEL))
        if workspace_id is None or workspace_id not in self.followers:
            return
        scenario_id = _uuid(message.removeprefix(presence.HERE))
        if scenario_id:
            await self.show_who_is_here(workspace_id, scenario_id)
        else:
            with tracing.span("carry events"):
                await self.carry(workspace_id)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(WITH_BELL_SECONDS if self._is_heard else WITHOUT_BELL_SECONDS)
            await self._look_everywhere()

    async def _look_everywhere(self) -> None:
        with tracing.unseen():
            for workspace_id in list(self.followers):
                await self.carry(workspace_id)


def _read(workspace_id: UUID, number: int) -> tuple[list[Event], list[Any]]:
    with workspace_context(workspace_id):
        events = feed.events_after(number)
        return events, feed.told(events)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
