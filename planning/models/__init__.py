"""The rows of a plan: fields, constraints and facts about one row."""

from planning.models.calendar import Calendar
from planning.models.dependency import Dependency
from planning.models.driver import Correlation, Driver
from planning.models.export import PlanExport
from planning.models.forecast import ForecastRecord
from planning.models.project import Project
from planning.models.promotion import Promotion, PromotionKind
from planning.models.risk import Risk, RiskImpact
from planning.models.scenario import Scenario
from planning.models.task import Task
from planning.models.update import Update
from planning.models.upload import Upload
from planning.models.view import ScenarioView
from planning.models.work import (
    Cycle,
    Label,
    Priority,
    RelationKind,
    TaskAssignee,
    TaskLabel,
    TaskRelation,
    TaskWork,
)

__all__ = [
    "Calendar",
    "Correlation",
    "Cycle",
    "Dependency",
    "Driver",
    "ForecastRecord",
    "Label",
    "PlanExport",
    "Priority",
    "Project",
    "Promotion",
    "PromotionKind",
    "RelationKind",
    "Risk",
    "RiskImpact",
    "Scenario",
    "ScenarioView",
    "Task",
    "TaskAssignee",
    "TaskLabel",
    "TaskRelation",
    "TaskWork",
    "Update",
    "Upload",
]
