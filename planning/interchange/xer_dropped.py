"""What a plan cannot hold of a XER file, counted table by table."""

from planning.interchange.report import ReportBuilder
from planning.interchange.xer_columns import COLUMNS, PREFIXES, USUAL, WORDS
from planning.interchange.xer_tables import Record, XerFile
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


def drop_other_things(file: XerFile, report: ReportBuilder) -> None:
    """Count the rows and fields that say something and are not kept."""
    for table, rows in file.tables.items():
        if table not in KEPT_TABLES:
            report.drop(NAMES.get(table, table.lower()), len(rows))
    for table, columns in COLUMNS.items():
        others = [name for name in file.fields.get(table, ()) if not columns.is_known(name)]
        for name in others:
            what = f"{PREFIXES[table]}.{WORDS.get(name, name)}"
            report.drop(what, sum(_says_something(row, name) for row in file.rows(table)))


def _says_something(row: Record, name: str) -> bool:
    value = row.get(name, "")
    if name == "phys_complete_pct" and row.get("complete_pct_type") == "CP_Phys":
        return False
    return value not in ("", USUAL.get(name)) and number_of(row, name) != 0
