"""What a plan cannot hold of a XER file, counted table by table."""

from planning.interchange.report import ReportBuilder
from planning.interchange.xer_tables import XerFile
from planning.interchange.xer_values import number_of

# Rows of these tables are read, or only describe the database they come from.
KEPT_TABLES = frozenset(
    ("", "PROJECT", "SCHEDOPTIONS", "CALENDAR", "PROJWBS", "TASK", "TASKPRED", "CURRTYPE", "OBS")
)
NAMES = {
    "RSRC": "resources",
    "TASKRSRC": "assignments",
    "ROLES": "roles",
    "RSRCROLE": "resource_roles",
    "RSRCRATE": "resource_rates",
    "ACTVTYPE": "activity_code_types",
    "ACTVCODE": "activity_codes",
    "TASKACTV": "tasks.activity_codes",
    "UDFTYPE": "custom_fields",
    "UDFVALUE": "custom_field_values",
    "TASKMEMO": "tasks.notes",
    "WBSMEMO": "wbs.notes",
    "TASKPROC": "tasks.steps",
    "PROJCOST": "tasks.expenses",
    "TASKFIN": "tasks.past_periods",
    "TRSRCFIN": "assignments.past_periods",
    "TASKDOC": "tasks.documents",
    "DOCUMENT": "documents",
    "PROJISSU": "issues",
    "RISK": "risks",
    "PROJRISK": "risks",
    "PROJTHRS": "thresholds",
    "PCATTYPE": "project_code_types",
    "PCATVAL": "project_codes",
    "PROJPCAT": "project.codes",
}
QUANTITIES = {
    "target_work_qty": "tasks.work",
    "target_equip_qty": "tasks.equipment",
}


def drop_other_things(file: XerFile, report: ReportBuilder) -> None:
    """Count the rows and fields that say something and are not kept."""
    for table, rows in file.tables.items():
        if table not in KEPT_TABLES:
            report.drop(NAMES.get(table, table.lower()), len(rows))
    for record in file.rows("TASK"):
        for column, what in QUANTITIES.items():
            if number_of(record, column):
                report.drop(what)
        if record.get("priority_type", "PT_Normal") not in ("", "PT_Normal"):
            report.drop("tasks.priority")
        if record.get("complete_pct_type") != "CP_Phys" and number_of(record, "phys_complete_pct"):
            report.drop("tasks.physical_percent_complete")
        if record.get("location_id"):
            report.drop("tasks.location")
    for record in file.rows("TASKPRED"):
        if record.get("comments"):
            report.drop("links.comments")
