"""How a scenario's last simulation stands. The status is the job's."""

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from lineo.jobs.models import Job, JobDetail, State
from planning.models import Scenario
from simulations.models import Simulation

QUICK_SECONDS = 3


@dataclass(frozen=True, slots=True)
class SimulationStatus:
    """What the page says of the simulation that was asked for last."""

    id: UUID
    state: str
    percent: int
    failure: str
    age_seconds: float

    @property
    def is_queued(self) -> bool:
        return self.state == State.QUEUED

    @property
    def is_under_way(self) -> bool:
        return self.state in (State.QUEUED, State.RUNNING)

    @property
    def is_cancelled(self) -> bool:
        return self.state == State.CANCELLED

    @property
    def poll(self) -> str:
        """How soon the page asks again: eagerly at first, then each second."""
        return "250ms" if self.age_seconds < QUICK_SECONDS else "1s"


def last_simulation(scenario: Scenario) -> Simulation | None:
    """Return the simulation that was asked for last."""
    return Simulation.objects.filter(scenario=scenario).order_by("-created_at").first()


def status_of(scenario: Scenario) -> SimulationStatus | None:
    """Return how the last simulation stands, None where there was none."""
    simulation = last_simulation(scenario)
    if simulation is None or simulation.job_id is None:
        return None
    job = Job.objects.filter(pk=simulation.job_id).first()
    if job is None:
        return None
    return SimulationStatus(
        id=simulation.pk,
        state=job.state,
        percent=int(job.progress * 100),
        failure=_failure(job) if job.state == State.FAILED else "",
        age_seconds=(timezone.now() - simulation.created_at).total_seconds(),
    )


def _failure(job: Job) -> str:
    told = JobDetail.objects.filter(pk=job.pk).values_list("error", flat=True).first()
    return told or job.get_failure_display()
