"""Everything that people do to a plan, drawn by a die: what rescheduling is tested with."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from planning.core import editing
from planning.core.plan import (
    Calendar,
    CalendarException,
    Constraint,
    ConstraintType,
    Dependency,
    ExternalDates,
    ExternalLink,
    Interval,
    Lag,
    LagCalendar,
    LinkType,
    OutOfSequence,
    Plan,
    Rules,
    Task,
    TaskKind,
    TotalFloat,
)

START = datetime(2026, 1, 5, 8)


class Editor:
    """Edits plans at random; remembers links that are gone, to bring back the very objects."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.gone: list[Dependency] = []
        self.count = 0

    def edited(self, plan: Plan) -> Plan:
        """Return the plan after something that a person does; a PlanError if it can't be done."""
        edits: list[Callable[[Plan], Plan]] = [
            *[self.link] * 3,
            *[self.unlink] * 2,
            *[self.relink] * 2,
            *[self.bring_back] * 2,
            *[self.task_field] * 8,
            self.progress,
            self.add,
            self.remove,
            self.move,
            self.shuffle,
            self.settings,
            self.calendar,
            self.several,
        ]
        return self.dice.choice(edits)(plan)

    def moment(self) -> datetime:
        return START + timedelta(hours=self.dice.randrange(-48, 90 * 24))

    def key(self, plan: Plan) -> str:
        return self.dice.choice(plan.tasks).key

    def other_projects(self) -> dict[str, object]:
        """Return links to other projects, and when what they wait for is scheduled."""
        kinds = self.dice.sample(
            [LinkType.FS, LinkType.SS, LinkType.FF, LinkType.SF], self.dice.randrange(3)
        )
        start = self.moment()
        return {
            "external_links": tuple(ExternalLink("other", "P", kind, Lag(480)) for kind in kinds),
            "external_dates": (ExternalDates("other", "P", start, start + timedelta(days=2)),),
        }

    def link(self, plan: Plan) -> Plan:
        lag = self.dice.choice(
            [Lag(), Lag(), Lag(480), Lag(-240), Lag(600, elapsed=True), Lag(percent=50)]
        )
        which = self.dice.choice([None, None, *LagCalendar])
        kind = self.dice.choice(list(LinkType))
        one = Dependency(self.key(plan), self.key(plan), kind, lag, which)
        return editing.add_dependency(plan, one)

    def unlink(self, plan: Plan) -> Plan:
        if not plan.dependencies:
            return plan
        one = self.dice.choice(plan.dependencies)
        self.gone.append(one)
        return editing.remove_dependency(plan, one.key)

    def relink(self, plan: Plan) -> Plan:
        if not plan.dependencies:
            return plan
        one = self.dice.choice(plan.dependencies)
        self.gone.append(one)
        other = self.dice.choice(
            [
                replace(one, lag=Lag(self.dice.randrange(-500, 1500))),
                replace(one, type=self.dice.choice(list(LinkType))),
                replace(one, lag_calendar=LagCalendar.CLOCK),
            ]
        )
        return editing.replace_dependency(plan, one.key, other)

    def bring_back(self, plan: Plan) -> Plan:
        if not self.gone:
            return plan
        return editing.add_dependency(plan, self.gone.pop(self.dice.randrange(len(self.gone))))

    def task_field(self, plan: Plan) -> Plan:
        dice, moment = self.dice, self.moment()
        kind = dice.choice([*ConstraintType, ConstraintType.SNET, ConstraintType.FNET])
        wish = Constraint(kind, None if kind in ("ASAP", "ALAP") else moment)
        if kind == "ALAP" and dice.random() < 0.6:
            wish = Constraint(ConstraintType.SNLT, moment)
        length = timedelta(hours=dice.randrange(0, 200))
        fields = dice.choice(
            [
                {"duration_minutes": dice.randrange(0, 4000)},
                {"name": f"Name {dice.randrange(9)}"},
                {"constraint": wish},
                {"constraint": None, "constraint2": None},
                {"constraint2": wish},
                {"deadline": dice.choice([None, moment])},
                {"calendar": dice.choice([None, *(one.key for one in plan.calendars)])},
                {"elapsed": dice.random() < 0.5},
                {"manual_start": moment, "manual_finish": moment + length},
                {"manual_start": None, "manual_finish": None},
                {"active": dice.random() < 0.5},
                {"existence": dice.choice([1.0, 0.0])},
                {"expected_finish": dice.choice([None, moment])},
                {"external_start": dice.choice([None, moment])},
                {"external_finish": dice.choice([None, moment])},
                self.other_projects(),
                {"leveling_delay_minutes": dice.choice([0, 600])},
                {"kind": dice.choice([TaskKind.TASK, TaskKind.EFFORT, TaskKind.MILESTONE])},
            ]
        )
        key = self.key(plan)
        if "kind" in fields and key in plan.parents():
            return plan
        return editing.replace_task(plan, key, **fields)

    def progress(self, plan: Plan) -> Plan:
        begun = START + timedelta(hours=self.dice.randrange(0, 240))
        nothing = {"actual_start": None, "actual_finish": None, "percent_complete": 0.0}
        fields = self.dice.choice(
            [
                {**nothing, "remaining_minutes": None, "resumed": None},
                {**nothing, "actual_start": begun, "percent_complete": 40.0},
                {**nothing, "actual_start": begun, "remaining_minutes": 300},
                {"actual_start": begun, "resumed": begun + timedelta(days=9)},
                {"actual_start": begun, "actual_finish": begun + timedelta(hours=30)},
            ]
        )
        return editing.replace_task(plan, self.key(plan), **fields)

    def add(self, plan: Plan) -> Plan:
        self.count += 1
        new = Task(f"n{self.count}", "New", duration_minutes=self.dice.randrange(0, 2000))
        after = self.key(plan) if self.dice.random() < 0.7 else None
        parent = plan.task(after).parent if after else None
        return editing.insert_task(plan, replace(new, parent=parent), after=after)

    def remove(self, plan: Plan) -> Plan:
        return editing.remove_tasks(plan, [self.key(plan)]) if len(plan.tasks) > 5 else plan

    def move(self, plan: Plan) -> Plan:
        act = self.dice.choice([editing.indent_task, editing.outdent_task, editing.outdent_task])
        return act(plan, self.key(plan))

    def shuffle(self, plan: Plan) -> Plan:
        links = tuple(self.dice.sample(plan.dependencies, len(plan.dependencies)))
        return replace(plan, dependencies=links)

    def several(self, plan: Plan) -> Plan:
        for _ in range(3):
            plan = self.task_field(self.link(plan))
        return plan

    def settings(self, plan: Plan) -> Plan:
        dice = self.dice
        fields = dice.choice(
            [
                {"name": "Other"},
                {"target": self.moment()},
                {"data_date": dice.choice([None, START + timedelta(days=dice.randrange(0, 20))])},
                {"must_finish_by": dice.choice([None, self.moment()])},
                {"total_float": dice.choice(list(TotalFloat))},
                {"rules": dice.choice(list(Rules))},
                {"honor_constraints": dice.random() < 0.5},
                {"open_ends_critical": dice.random() < 0.5},
                {"critical_float_limit_minutes": dice.choice([0, 540])},
                {"out_of_sequence": dice.choice(list(OutOfSequence))},
                {"lag_calendar": dice.choice(list(LagCalendar))},
            ]
        )
        return replace(plan, project=replace(plan.project, **fields))

    def calendar(self, plan: Plan) -> Plan:
        one: Calendar = self.dice.choice(plan.calendars)
        day = date(2026, 1, 5) + timedelta(days=self.dice.randrange(60))
        hours = self.dice.choice([(), (Interval(360, 900),)])
        changed = replace(one, exceptions=(*one.exceptions, CalendarException(day, day, hours)))
        return editing.put(plan, "calendars", changed)
