"""Addresses of plans: collections below what holds them, each row by its own id."""

from django.urls import path

from planning.api import (
    analysis,
    bulk,
    dependencies,
    differences,
    files,
    history,
    intentions,
    kinds,
    merges,
    plans,
    projects,
    promotions,
    scenarios,
    search,
    tasks,
    updates,
)
from planning.work import api as work
from planning.work import label_api

urlpatterns = [
    path("projects/", projects.Projects.as_view(), name="projects"),
    path("projects/<uuid:project_id>/", projects.ProjectDetail.as_view(), name="project"),
    path(
        "projects/<uuid:project_id>/archive/",
        projects.ProjectArchive.as_view(),
        name="archive-project",
    ),
    path(
        "projects/<uuid:project_id>/restore/",
        projects.ProjectRestore.as_view(),
        name="restore-project",
    ),
    path(
        "projects/<uuid:project_id>/scenarios/",
        scenarios.ProjectScenarios.as_view(),
        name="scenarios",
    ),
    path("projects/<uuid:project_id>/updates/", updates.ProjectUpdates.as_view(), name="updates"),
    path("updates/<uuid:update_id>/", updates.UpdateDetail.as_view(), name="update"),
    path("scenarios/<uuid:scenario_id>/", scenarios.ScenarioDetail.as_view(), name="scenario"),
    *(
        path(f"scenarios/<uuid:scenario_id>/{name}/", view.as_view(), name=name)
        for name, view in (
            ("branch", scenarios.ScenarioBranch),
            ("archive", scenarios.ScenarioArchive),
            ("restore", scenarios.ScenarioRestore),
            ("diff", differences.ScenarioDiff),
            ("merge", merges.ScenarioMerge),
            ("promote", promotions.ScenarioPromote),
            ("restore-baseline", promotions.ScenarioRestoreBaseline),
            ("undo", history.ScenarioUndo),
            ("redo", history.ScenarioRedo),
            ("restore-moment", history.ScenarioMoment),
            ("settings", plans.ScenarioSettings),
            ("plan", plans.ScenarioPlan),
            ("bulk", bulk.ScenarioBulk),
            ("exports", files.ScenarioExports),
            ("preview", intentions.ScenarioPreview),
            ("schedule", analysis.ScenarioSchedule),
            ("health", analysis.ScenarioHealth),
            ("changes", history.ScenarioChanges),
            ("tasks", tasks.ScenarioTasks),
            ("milestones", tasks.ScenarioMilestones),
            ("dependencies", dependencies.ScenarioDependencies),
            ("calendars", kinds.ScenarioCalendars),
            ("risks", kinds.ScenarioRisks),
            ("drivers", kinds.ScenarioDrivers),
            ("correlations", kinds.ScenarioCorrelations),
        )
    ),
    path(
        "scenarios/<uuid:scenario_id>/merge/preview/",
        merges.ScenarioMergePreview.as_view(),
        name="preview-merge",
    ),
    path(
        "projects/<uuid:project_id>/promote-rows/",
        merges.ProjectPromoteRows.as_view(),
        name="promote-rows",
    ),
    path(
        "projects/<uuid:project_id>/lineage/", promotions.ProjectLineage.as_view(), name="lineage"
    ),
    path("promotions/<uuid:promotion_id>/", promotions.PromotionDetail.as_view(), name="promotion"),
    path("imports/", files.Imports.as_view(), name="imports"),
    path("exports/<uuid:export_id>/", files.ExportDetail.as_view(), name="export"),
    path("exports/<uuid:export_id>/file/", files.ExportFile.as_view(), name="export-file"),
    path("changes/<uuid:change_id>/", history.ChangeDetail.as_view(), name="change"),
    path("tasks/<uuid:task_id>/", tasks.TaskDetail.as_view(), name="task"),
    path("tasks/<uuid:task_id>/move/", tasks.TaskPlace.as_view(), name="move-task"),
    *(
        path(f"tasks/<uuid:task_id>/{name}/", view.as_view(), name=f"{name}-task")
        for name, view in (
            ("reschedule", intentions.TaskReschedule),
            ("resize", intentions.TaskResize),
            ("indent", intentions.TaskIndent),
            ("outdent", intentions.TaskOutdent),
        )
    ),
    path("tasks/<uuid:task_id>/reasons/", tasks.TaskReasons.as_view(), name="task-reasons"),
    path(
        "dependencies/<uuid:dependency_id>/",
        dependencies.DependencyDetail.as_view(),
        name="dependency",
    ),
    path("calendars/<uuid:row_id>/", kinds.CalendarDetail.as_view(), name="calendar"),
    path("risks/<uuid:row_id>/", kinds.RiskDetail.as_view(), name="risk"),
    path("drivers/<uuid:row_id>/", kinds.DriverDetail.as_view(), name="driver"),
    path("correlations/<uuid:row_id>/", kinds.CorrelationDetail.as_view(), name="correlation"),
    path("tasks/<uuid:task_id>/teamwork/", work.TaskWorkDetail.as_view(), name="task-work"),
    path("tasks/<uuid:task_id>/relations/", work.TaskRelations.as_view(), name="relations"),
    path("relations/<uuid:relation_id>/", work.RelationDetail.as_view(), name="relation"),
    path("scenarios/<uuid:scenario_id>/teamwork/", work.ScenarioWork.as_view(), name="work"),
    path(
        "scenarios/<uuid:scenario_id>/unblocked/",
        work.ScenarioUnblocked.as_view(),
        name="unblocked",
    ),
    path("projects/<uuid:project_id>/labels/", label_api.ProjectLabels.as_view(), name="labels"),
    path("labels/<uuid:label_id>/", label_api.LabelDetail.as_view(), name="label"),
    path("projects/<uuid:project_id>/cycles/", work.ProjectCycles.as_view(), name="cycles"),
    path("cycles/<uuid:cycle_id>/", work.CycleDetail.as_view(), name="cycle"),
    path("search/", search.Search.as_view(), name="search"),
]
