"""The addresses of plans: a noun is a page, a verb is a POST."""

from django.urls import path

from planning.views import (
    appearance,
    branches,
    calendars,
    exports,
    health,
    history,
    imports,
    projects,
    risks,
    scenarios,
    tasks,
)

app_name = "planning"

urlpatterns = [
    path("", projects.projects, name="projects"),
    path("theme/", appearance.set_theme, name="set-theme"),
    path("projects/new/", projects.create_project, name="create-project"),
    path("projects/import/", imports.import_plan, name="import-plan"),
    path("imports/<uuid:pk>/", imports.import_report, name="import-report"),
    path("projects/<uuid:pk>/", projects.project, name="project"),
    path("scenarios/<uuid:pk>/", scenarios.scenario, name="scenario"),
    path("scenarios/<uuid:pk>/rows/<int:first>/", scenarios.scenario_rows, name="scenario-rows"),
    path("scenarios/<uuid:pk>/bar/", scenarios.workbench_bar, name="workbench-bar"),
    path("scenarios/<uuid:pk>/zoom/", scenarios.set_zoom, name="set-zoom"),
    path("scenarios/<uuid:pk>/undo/", scenarios.undo, name="undo"),
    path("scenarios/<uuid:pk>/redo/", scenarios.redo, name="redo"),
    path("scenarios/<uuid:pk>/branch/", branches.branch_scenario, name="branch-scenario"),
    path("scenarios/<uuid:pk>/details/", branches.scenario_details, name="scenario-details"),
    path("scenarios/<uuid:pk>/delete/", branches.delete_scenario, name="delete-scenario"),
    path("scenarios/<uuid:pk>/archive/", branches.archive_scenario, name="archive-scenario"),
    path("scenarios/<uuid:pk>/restore/", branches.restore_scenario, name="restore-scenario"),
    path("scenarios/<uuid:pk>/settings/", scenarios.plan_settings, name="plan-settings"),
    path("scenarios/<uuid:pk>/history/", history.history, name="history"),
    path("scenarios/<uuid:pk>/health/", health.health, name="health"),
    path("scenarios/<uuid:pk>/export/<slug:suffix>/", exports.export_plan, name="export-plan"),
    path("scenarios/<uuid:pk>/tasks/add/", tasks.add_task, name="add-task"),
    path("tasks/<uuid:pk>/", tasks.task, name="task"),
    path("tasks/<uuid:pk>/edit/", tasks.edit_task, name="edit-task"),
    path("tasks/<uuid:pk>/cell/", tasks.edit_cell, name="edit-cell"),
    path("tasks/<uuid:pk>/indent/", tasks.indent_task, name="indent-task"),
    path("tasks/<uuid:pk>/outdent/", tasks.outdent_task, name="outdent-task"),
    path("tasks/<uuid:pk>/delete/", tasks.delete_task, name="delete-task"),
    path("tasks/<uuid:pk>/why/", tasks.why, name="why"),
    path("scenarios/<uuid:pk>/risks/", risks.risks, name="risks"),
    path("scenarios/<uuid:pk>/risks/add/", risks.add_risk, name="add-risk"),
    path("risks/<uuid:pk>/", risks.risk, name="risk"),
    path("risks/<uuid:pk>/delete/", risks.delete_risk, name="delete-risk"),
    path("scenarios/<uuid:pk>/calendars/", calendars.calendars, name="calendars"),
    path("scenarios/<uuid:pk>/calendars/add/", calendars.add_calendar, name="add-calendar"),
    path("calendars/<uuid:pk>/", calendars.calendar, name="calendar"),
    path("calendars/<uuid:pk>/delete/", calendars.delete_calendar, name="delete-calendar"),
]
