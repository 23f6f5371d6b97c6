"""One run: people at work, faults in turn, and at its end what became of everything."""

import random
import time
from dataclasses import dataclass
from typing import Any

from tests.operations.chaos.faults import Fault, World
from tests.operations.load.site_of_plans import sign_in
from tests.operations.people import Answer, Asker, Editor, Heard, Person, Visits
from tests.operations.place import Place

TASKS = (300, 700, 1200)


@dataclass(frozen=True)
class Course:
    """How long a run is, what it asks for, and what breaks in which order."""

    seconds: float
    simulations: int
    faults: tuple[Fault, ...]
    fault_every_seconds: float
    iterations: tuple[int, ...]
    frozen_seconds: float
    settle_seconds: float
    seed: int = 1


@dataclass(frozen=True)
class Outcome:
    """What became of everything that was asked for."""

    asked: int
    done: int
    duplicates: int
    attempts: int
    edits: int
    edits_lost: int
    answers: int
    failures: list[Answer]
    slowest: Answer | None
    broken: list[str]

    @property
    def lost(self) -> int:
        """How many simulations never ended well."""
        return self.asked - self.done

    @property
    def is_well(self) -> bool:
        """Whether nothing was lost, doubled or failed without a cause."""
        wrong = (self.lost, self.duplicates, self.edits_lost, len(self.failures), len(self.broken))
        return not any(wrong)

    def __str__(self) -> str:
        return f"{self.done}/{self.asked} done, {self.lost} lost, {self.duplicates} duplicates"


def _say(line: str) -> None:
    print(line, flush=True)


def run(place: Place, course: Course, *, say: Any = _say) -> Outcome:
    """Run ``course`` on ``place``, whose servers run already."""
    prepared = _prepare(place)
    place.serve()
    heard = Heard()

    def person() -> Person:
        return Person(place.url, prepared.session, heard)

    reader = person()
    asker = Asker(person(), prepared.scenarios, list(course.iterations))
    editor = Editor(person(), prepared.tasks)
    pages = [f"/scenarios/{prepared.scenarios[0]}/", "/"]
    begun = time.monotonic()
    visits = [
        Visits(
            lambda: [reader.send("GET", page) for page in pages], every_seconds=0.5, heard=heard
        ),
        Visits(editor.edit, every_seconds=1.0, heard=heard),
        Visits(_asking(asker, course, begun), every_seconds=0.1, heard=heard),
    ]
    draw = random.Random(course.seed)
    world = World(
        place, heard, draw, course.frozen_seconds, lambda: _nobody_is_at_the_last(prepared)
    )
    try:
        broken = _break_things(world, course, begun, say)
        patience = {"seconds": course.settle_seconds, "pause": 0.5}
        heard.wait_for(lambda: len(asker.asked) == course.simulations, **patience)
        _settle(prepared, asker, course.settle_seconds, say)
    finally:
        for visit in visits:
            visit.end()
    return _count(prepared, asker, editor, heard, broken, course)


def _asking(asker: Asker, course: Course, begun: float) -> Any:
    pace = course.seconds / course.simulations

    def ask_when_due() -> None:
        number = len(asker.asked)
        if number < course.simulations and time.monotonic() - begun >= number * pace:
            asker.ask(number)

    return ask_when_due


def _break_things(world: World, course: Course, begun: float, say: Any) -> list[str]:
    """Break one thing after another; return what should not have come of it."""
    broken = []
    for number, fault in enumerate(_in_turn(course)):
        due = begun + (number + 1) * course.fault_every_seconds
        if due > begun + course.seconds:
            break
        world.heard.pause(due - time.monotonic())
        world.wait_for_attempts_left()
        try:
            told = fault(world)
        except AssertionError as error:
            told = f"WRONG: {error}"
            broken.append(f"{fault.__name__}: {error}")
        say(f"{time.monotonic() - begun:6.0f} s  {fault.__name__.replace('_', ' ')}: {told}")
    world.heard.pause(begun + course.seconds - time.monotonic())
    return broken


def _in_turn(course: Course) -> Any:
    """Give the faults in order, then at random, for as long as anybody asks."""
    yield from course.faults
    draw = random.Random(course.seed)
    while True:
        yield draw.choice(course.faults)


@dataclass(frozen=True)
class Prepared:
    """The rows that people work with."""

    team: Any
    session: str
    scenarios: list[str]
    tasks: list[str]


def _nobody_is_at_the_last(prepared: Prepared) -> bool:
    """Whether every job may break off once more: a third fault for one would prove nothing."""
    from django.db import DatabaseError, connections
    from django.db.models import F

    from lineo.jobs.models import ACTIVE, Job

    try:
        with prepared.team.context():
            tried_out = Job.objects.filter(state__in=ACTIVE, attempt__gte=F("max_attempts"))
            return not tried_out.exists()
    except DatabaseError:
        return False
    finally:
        connections.close_all()  # no connection of ours outlasts what comes


def _prepare(place: Place) -> Prepared:
    """Set Django up on the place's servers, and make plans to simulate and one to edit."""
    from lineo.accounts.models import Role
    from planning.models import Task
    from planning.services import projects
    from tests.benchmarks.networks import network, plan_of
    from tests.builders import make_baseline, make_chain, make_team

    team = make_team("Chaos", role=Role.OWNER)
    scenarios = []
    for count in TASKS:
        with team.context():
            project = projects.create_project_from_plan(
                plan=plan_of(network(count)), name=f"Of {count}", actor=team.person
            )
            scenarios.append(str(projects.baseline_of(project).pk))
    with team.context():
        edited = make_baseline(team, name="Edited")
        make_chain(edited, *(f"Task {number}" for number in range(20)), team=team)
        tasks = [
            str(key) for key in Task.objects.filter(scenario=edited).values_list("pk", flat=True)
        ]
    return Prepared(team, sign_in(team), scenarios, tasks)


def _settle(prepared: Prepared, asker: Asker, seconds: float, say: Any) -> None:
    """Wait until every job has ended; what failed for want of memory is asked for again."""
    from lineo.jobs.models import ACTIVE, Failure, Job, State
    from simulations.models import Simulation

    def all_ended() -> bool:
        with prepared.team.context():
            jobs = dict(
                Simulation.objects.filter(pk__in=asker.asked.values()).values_list("pk", "job_id")
            )
            rows = {job.pk: job for job in Job.objects.filter(pk__in=jobs.values())}
            busy = Job.objects.filter(state__in=ACTIVE, queue="default").exists()
        starved = [
            number
            for number, key in asker.asked.items()
            if _is_starved(rows, jobs, key, State, Failure)
        ]
        for number in starved:
            say(f"          simulation {number} had no memory left: asked for again")
            asker.ask_again(number)
        return not busy and not starved

    asker.person.heard.wait_for(all_ended, seconds=seconds, pause=1.0)


def _is_starved(rows: Any, jobs: Any, key: str, state: Any, failure: Any) -> bool:
    from uuid import UUID

    row = rows.get(jobs.get(UUID(key)))
    return bool(row and row.state == state.FAILED and row.failure == failure.MEMORY)


def _count(
    prepared: Prepared,
    asker: Asker,
    editor: Editor,
    heard: Heard,
    broken: list[str],
    course: Course,
) -> Outcome:
    from lineo.jobs.models import Job, State
    from planning.models import ForecastRecord, Task
    from simulations.models import Simulation

    with prepared.team.context():
        simulations = Simulation.objects.filter(pk__in=asker.asked.values())
        jobs = Job.objects.filter(pk__in=simulations.values_list("job_id", flat=True))
        done = jobs.filter(state=State.DONE)
        results = ForecastRecord.objects.count()
        attempts = sum(done.values_list("attempt", flat=True))
        every = Job.objects.filter(kind="simulation").count()
        names = {str(pk): name for pk, name in Task.objects.values_list("pk", "name")}
        ended = done.count()
        broken += [
            f"job {job.pk} is {job.state} ({job.failure}), attempt {job.attempt}"
            for job in jobs.exclude(state=State.DONE)
        ]
    # One row for each simulation that was asked for and one forecast for each that was done.
    doubled = (every - asker.again - len(asker.asked)) + max(results - ended, 0)
    return Outcome(
        asked=course.simulations,
        done=min(ended, results),
        duplicates=doubled,
        attempts=attempts,
        edits=len(editor.confirmed),
        edits_lost=len(editor.lost(names)),
        answers=len(heard.answers),
        failures=heard.failures(),
        slowest=heard.slowest(),
        broken=broken,
    )
