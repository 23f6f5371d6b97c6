"""Plans as files of other tools: taken in and given out by jobs."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.errors import Fault, MalformedError
from lineo.api.operations import operation
from lineo.api.parsing import BytesParser
from lineo.api.queries import Query
from lineo.api.shapes import MOMENT, choice, nullable, record, ref, shape, text, whole
from lineo.api.shapes import UUID as ID
from lineo.attachments import saved_as
from lineo.jobs import selectors as jobs
from lineo.jobs.api import present as present_job
from planning import selectors
from planning.api.views import PlanningView
from planning.api.words import instant
from planning.interchange.writing import FORMATS
from planning.models import PlanExport
from planning.services.exports import CONTENT_TYPES, start_export
from planning.services.imports import MAX_BYTES, start_import

_TYPES = tuple(dict.fromkeys(kind.partition(";")[0] for kind in CONTENT_TYPES.values()))
EXPORT = shape(
    "Export",
    record(
        {
            "id": ID,
            "url": text(200),
            "scenario": ID,
            "format": choice(*FORMATS),
            "name": text(300, about="The name of the file."),
            "file": nullable(text(200, about="Where it is fetched, once it is written.")),
            "bytes": nullable(whole(0, 2**53)),
            "report": {"type": "object", "description": "What the format could not hold."},
            "created_at": MOMENT,
            "job": nullable(ref("Job")),
        },
        about="A plan as a file; it is kept for a day.",
    ),
)
shape("ExportNew", record({"format": choice(*FORMATS)}))
_ONE_PLACE = {"format": "uuid", "type": "string"}


class Imports(PlanningView):
    """Files become plans."""

    tag = "files"
    parser_classes = [BytesParser]
    max_body_bytes = MAX_BYTES + 1

    @operation(
        "import_plan",
        "Import a file of another tool",
        takes_file=True,
        answers=ref("Job"),
        status=202,
        query=(
            Query("name", text(255, least=1), "The name of the file, which names its plan."),
            Query("project", _ONE_PLACE, "Put it there as a new scenario; else a new project."),
            Query("scenario", _ONE_PLACE, "Replace that scenario's plan, as one change."),
        ),
    )
    def post(self, request: Request, *, query: dict[str, Any], data: bytes) -> Response:
        """Take MS Project XML, Primavera XER, GanttProject, CSV or a plan file, up to 20 MB.

        A job reads it; its result names the project and scenario, and what could not be kept.
        """
        if query["project"] and query["scenario"]:
            raise MalformedError(Fault("project", _("Name a project or a scenario, not both.")))
        job = start_import(
            name=query["name"] or "plan",
            data=data,
            actor=self.actor,
            project=self.project(UUID(query["project"])) if query["project"] else None,
            scenario=self.scenario(UUID(query["scenario"])) if query["scenario"] else None,
        )
        job.refresh_from_db()
        return Response(present_job(job), status=202)


class ExportView(PlanningView):
    """What the views of exports share."""

    tag = "files"

    def export(self, export_id: UUID) -> PlanExport:
        scenarios = selectors.scenarios_for(self.membership)
        rows = PlanExport.objects.filter(scenario__in=scenarios, created_by=self.actor)
        return get_object_or_404(rows, pk=export_id)

    def present(self, row: PlanExport) -> dict[str, Any]:
        job = jobs.job_for(self.membership, row.job_id) if row.job_id else None
        is_there = row.data is not None
        return {
            "id": str(row.pk),
            "url": reverse("api:export", args=[row.pk]),
            "scenario": str(row.scenario_id),
            "format": row.format,
            "name": str(row),
            "file": reverse("api:export-file", args=[row.pk]) if is_there else None,
            "bytes": len(row.data) if row.data is not None else None,
            "report": row.report,
            "created_at": instant(row.created_at),
            "job": present_job(job) if job else None,
        }


class ScenarioExports(ExportView):
    """The plan of a scenario as files."""

    @operation(
        "start_export",
        "Export a plan in any format",
        body="ExportNew",
        answers=EXPORT,
        status=202,
    )
    def post(self, request: Request, scenario_id: UUID, *, body: dict[str, Any]) -> Response:
        """Ask for a file; a job writes it. Read the export again until `file` is there."""
        row = start_export(self.scenario(scenario_id), format_=body["format"], actor=self.actor)
        return Response(self.present(self.export(row.pk)), status=202)


class ExportDetail(ExportView):
    """One export, for who asked for it."""

    @operation("read_export", "Read an export", answers=EXPORT)
    def get(self, request: Request, export_id: UUID) -> Response:
        return Response(self.present(self.export(export_id)))


class ExportFile(ExportView):
    """The file of an export."""

    @operation("fetch_export", "Fetch the file of an export", file_types=_TYPES)
    def get(self, request: Request, export_id: UUID) -> HttpResponse:
        row = self.export(export_id)
        if row.data is None:
            raise Http404
        return HttpResponse(
            bytes(row.data),
            content_type=CONTENT_TYPES[row.format],
            headers=saved_as(str(row)),
        )
