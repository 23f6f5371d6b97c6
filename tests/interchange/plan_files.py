"""Plan files in few words."""

from planning.interchange.planfile import plan_from_data


def plan_data(**blocks) -> dict:
    data = {"lineo": 1, "project": {"name": "Foundry", "start": "2026-01-05T08:00"}}
    return data | {"tasks": [{"id": "A"}, {"id": "B"}]} | blocks


def one_task(**fields):
    return plan_from_data(plan_data(tasks=[{"id": "A", **fields}])).tasks[0]
