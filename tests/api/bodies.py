"""A good body for each shape that is sent."""

from typing import Any

PLAN = {"lineo": 1, "project": {"name": "Shed", "start": "2026-01-05"}}
BODIES: dict[str, Any] = {
    "AdjustmentNew": {"name": "Sure enough", "percent": 90},
    "AgentNew": {"name": "Nightly planner", "role": "member"},
    "Branch": {"name": "What if"},
    "Bulk": {
        "tasks": {
            "create": [{"key": "roof", "name": "Roof", "after": "L2"}],
            "change": [{"key": "L1", "duration": "3d"}],
            "delete": [{"key": "L3"}],
        },
        "dependencies": {
            "create": [{"from": "L2", "to": "roof"}],
            "change": [{"key": "L1|L2|FS", "lag": "1d"}],
        },
    },
    "CalendarChange": {"name": "Nights"},
    "CalendarNew": {"name": "Nights", "week": {"mon": ["22:00-06:00"]}},
    "CommitmentNew": {"to_whom": "Sponsor", "due": "2026-06-01", "note": "As agreed."},
    "CommitmentWithdrawal": {"reason": "The scope was cut."},
    "ComparisonNew": lambda ids: {
        "scenarios": [str(ids["scenarios:scenario_id"]), str(ids["others:scenario_id"])]
    },
    "CorrelationChange": {"spearman": -0.2},
    "CorrelationNew": {"tasks": ["L1", "L3"], "spearman": 0.4},
    "DependencyChange": {"lag": "2d"},
    "DependencyNew": {"from": "L1", "to": "L2", "type": "SS"},
    "DriverChange": {"rho": 0.2},
    "DriverNew": {"name": "Weather", "rho": 0.4, "tasks": ["L2"]},
    "Intention": {"intention": "reschedule", "task": "L2", "start": "2026-02-02"},
    "MeChange": {"name": "Ada Lovelace", "time_zone": "Europe/Berlin"},
    "MemberChange": {"role": "viewer"},
    "MergeChoice": lambda ids: {"from": str(ids["others:scenario_id"])},
    "MilestoneNew": {"name": "Handed over"},
    "MovementNew": lambda ids: {
        "from": str(ids["forecasts:first"]),
        "to": str(ids["forecasts:second"]),
    },
    "PlanFile": PLAN,
    "ProjectChange": {"name": "Bridge"},
    "ProjectNew": {"name": "Bridge", "start": "2026-01-05"},
    "PromotionNew": {"reason": "It is surer."},
    "RangeCorrection": {"name": "Wider"},
    "RiskChange": {"probability": 0.1},
    "RiskNew": {
        "name": "Frost",
        "probability": 0.2,
        "impacts": [{"task": "L1", "estimate": "1..2..4d"}],
        "after": {"probability": 0.1, "impacts": [], "cost": 500},
    },
    "RowsPromotion": lambda ids: {
        "from": str(ids["others:scenario_id"]),
        "name": "In part",
        "reason": "These are sure.",
        "rows": None,
    },
    "RuleNew": lambda ids: {
        "role": "viewer",
        "action": "edit",
        "allows": True,
        "kind": "scenario",
        "place": str(ids["scenarios:scenario_id"]),
    },
    "ScenarioChange": {"name": "Later"},
    "ScenarioNew": {"name": "From a file", "plan": PLAN},
    "SettingsChange": {"target": "2026-06-01"},
    "SimulationNew": {"iterations": 1000, "seed": 7},
    "TaskChange": {"name": "Dig deeper"},
    "TaskMove": {"parent": None},
    "TaskNew": {"name": "Cure", "duration": "3d"},
    "TaskReschedule": {"start": "2026-02-02T10:00"},
    "TaskResize": {"duration": "4d"},
    "TokenNew": {"name": "A script", "scopes": ["read", "edit"], "days": 30},
    "UpdateNew": {"body": "All is well."},
}
