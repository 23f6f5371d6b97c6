"""Those who work while things break: one asks for simulations, others read and edit."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import requests

_PATIENCE_SECONDS = 300.0
_LONGEST_ANSWER_SECONDS = 30.0
# What a person may well be told while things break: somebody was faster, or wait a little.
_MAY_BE_TOLD = frozenset({409, 412, 429})


class RefusedError(RuntimeError):
    """The site turned somebody away who did nothing wrong: there is no point in going on."""


@dataclass(frozen=True)
class Answer:
    """One request: when, what came of it (0: nothing), and how long that took."""

    at: float
    what: str
    status: int
    seconds: float

    @property
    def is_failure(self) -> bool:
        """Whether the site failed, rather than the one who asked."""
        return self.status == 0 or self.status >= 500


@dataclass
class Heard:
    """All answers, and the times in which none was to be expected."""

    answers: list[Answer] = field(default_factory=list)
    outages: list[tuple[float, float]] = field(default_factory=list)
    refusal: str = ""
    _refused: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, answer: Answer) -> None:
        """Keep an answer."""
        with self._lock:
            self.answers.append(answer)

    def refuse(self, reason: str) -> None:
        """Let everybody who waits end, for this reason; the first one counts."""
        with self._lock:
            self.refusal = self.refusal or reason
        self._refused.set()

    def pause(self, seconds: float) -> None:
        """Wait as long as nobody is turned away.

        Raises
        ------
        RefusedError
            As soon as somebody is.
        """
        if self._refused.wait(max(seconds, 0)):
            raise RefusedError(self.refusal)

    def wait_for(self, condition: Callable[[], bool], *, seconds: float, pause: float) -> bool:
        """Return whether ``condition`` came true within ``seconds``, while nobody is refused."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            self.pause(pause)
        return True

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Mark a time in which requests may fail, such as while PostgreSQL is away."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self.outages.append((begun, time.monotonic()))

    def failures(self) -> list[Answer]:
        """Return the failures that nothing excuses."""
        return [answer for answer in self.answers if answer.is_failure and not self._is_out(answer)]

    def slowest(self) -> Answer | None:
        """Return the answer that took longest while the database was there."""
        fair = (answer for answer in self.answers if not self._is_out(answer))
        return max(fair, key=lambda answer: answer.seconds, default=None)

    def _is_out(self, answer: Answer) -> bool:
        asked = answer.at - answer.seconds
        return any(asked <= ended and answer.at >= begun for begun, ended in self.outages)


class Person:
    """A signed-in person, who sends and reads JSON; every answer is heard."""

    def __init__(self, url: str, session: str, heard: Heard) -> None:
        self.url, self.heard = url, heard
        self.line = requests.Session()
        self.line.cookies.set("sessionid", session)
        self.line.cookies.set("csrftoken", "c" * 32)
        self.line.headers["X-CSRFToken"] = "c" * 32

    def send(self, method: str, address: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Return the status, 0 where no answer came, and what was answered."""
        asked, given = time.monotonic(), {name.replace("_", "-"): h for name, h in headers.items()}
        status, said, led_to = 0, None, ""
        try:
            answer = self.line.request(
                method,
                self.url + address,
                json=body,
                headers=given,
                timeout=_LONGEST_ANSWER_SECONDS,
            )
            status, led_to = answer.status_code, answer.url
            with suppress(ValueError):
                said = answer.json()
        except requests.RequestException:
            self.line.close()
        now = time.monotonic()
        self.heard.add(Answer(now, f"{method} {address}", status, now - asked))
        if "/sign-in/" in led_to or (400 <= status < 500 and status not in _MAY_BE_TOLD):
            self.heard.refuse(f"{method} {address} was refused: {status} {said or ''}".strip())
        return status, said


class Asker:
    """Asks for one simulation after another, each until it is accepted, never twice."""

    def __init__(self, person: Person, scenarios: list[str], iterations: list[int]) -> None:
        self.person, self.scenarios, self.iterations = person, scenarios, iterations
        self.asked: dict[int, str] = {}
        self.again = 0

    def ask(self, number: int, *, again: int = 0) -> None:
        """Ask for simulation ``number``; an answer that got lost is asked for with the same key."""
        scenario = self.scenarios[number % len(self.scenarios)]
        iterations = self.iterations[number // len(self.scenarios) % len(self.iterations)]
        key, until = f"chaos-{number}-{again}", time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            status, said = self.person.send(
                "POST",
                f"/api/v1/scenarios/{scenario}/simulations/",
                {"iterations": iterations, "seed": number},
                Idempotency_Key=key,
            )
            if status == 202:
                self.asked[number] = said["id"]
                return
            self.person.heard.pause(0.5)
        raise TimeoutError(f"simulation {number} was never accepted")

    def ask_again(self, number: int) -> None:
        """Ask anew, as a person does who reads that it failed for want of memory."""
        self.again += 1
        self.ask(number, again=self.again)


class Editor:
    """Renames one task after another, and remembers what was confirmed and what is unknown."""

    def __init__(self, person: Person, tasks: list[str]) -> None:
        self.person, self.tasks = person, tasks
        self.confirmed: dict[str, str] = {}
        self.unknown: dict[str, set[str]] = {}
        self.count = 0

    def edit(self) -> None:
        """Rename the next task."""
        self.count += 1
        task, name = self.tasks[self.count % len(self.tasks)], f"Edit {self.count}"
        status, _said = self.person.send(
            "PATCH", f"/api/v1/tasks/{task}/", {"name": name}, If_Match="*"
        )
        if status == 200:
            self.confirmed[task] = name
            self.unknown.pop(task, None)
        else:
            self.unknown.setdefault(task, set()).add(name)

    def lost(self, names: dict[str, str]) -> list[str]:
        """Return the tasks whose confirmed name is not theirs, but for names that may have come."""
        return [
            task
            for task, name in self.confirmed.items()
            if names[task] != name and names[task] not in self.unknown.get(task, ())
        ]


class Visits:
    """Something done again and again in a thread of its own until told to stop.

    What goes wrong in it is heard by all, for nobody would see a thread end.
    """

    def __init__(self, act: Callable[[], object], *, every_seconds: float, heard: Heard) -> None:
        self._stop, self._heard = threading.Event(), heard
        self._thread = threading.Thread(target=self._go_on, args=(act, every_seconds), daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop, and wait for what is being done."""
        self._stop.set()
        self._thread.join(_LONGEST_ANSWER_SECONDS + 5)

    def _go_on(self, act: Callable[[], object], every_seconds: float) -> None:
        while not self._stop.is_set():
            try:
                act()
            except Exception as error:  # noqa: BLE001 - whatever it is, the run must not hang
                self._heard.refuse(f"{type(error).__name__}: {error}")
                return
            self._stop.wait(every_seconds)
