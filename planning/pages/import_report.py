"""What an import made and what it could not keep, for people."""

from dataclasses import dataclass
from typing import Any

from lineo.accounts.models import Membership
from lineo.jobs.models import Job, JobDetail
from planning import selectors
from planning.models import Scenario


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The end of an import, good or bad."""

    file: str
    tasks: int
    scenario: Scenario | None
    dropped: list[dict[str, Any]]
    warnings: list[str]
    failure: str


def report_of(job: Job, membership: Membership | None) -> ImportReport | None:
    """Return the report of an import that has ended, None while it goes on."""
    if job.is_active:
        return None
    detail = JobDetail.objects.filter(pk=job.pk).first()
    result = (detail.result if detail else None) or {}
    found = result.get("import", {})
    scenario = None
    if "scenario" in result:
        scenario = selectors.scenarios_for(membership).filter(pk=result["scenario"]).first()
    return ImportReport(
        file=result.get("file", ""),
        tasks=result.get("tasks", 0),
        scenario=scenario,
        dropped=found.get("dropped", []),
        warnings=found.get("warnings", []),
        failure=(detail.error if detail else "") or job.get_failure_display(),
    )
