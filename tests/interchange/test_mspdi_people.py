"""Whose hours a task of Microsoft Project is worked in."""

from tests.interchange.mspdi_plans import plan_of
from tests.mspdi_files import calendar, tags, task, week

SEVEN = calendar(2, "Seven days", days=week(range(1, 8)))
TUESDAYS = calendar(3, "Tom", base=1, is_base=0, days=week([3]))
RESOURCES = tags(
    Resources=tags(
        Resource=[tags(UID=1, Type=1, CalendarUID=3), tags(UID=2, Type=1, CalendarUID=2)]
    )
)


def assigned(*pairs):
    rows = [tags(TaskUID=task, ResourceUID=who, Units=1) for task, who in pairs]
    return RESOURCES + tags(Assignments=tags(Assignment=rows))


def work_calendars(rows, *pairs):
    plan = plan_of(rows, calendar() + SEVEN + TUESDAYS, more=assigned(*pairs))
    keys = {one.key for one in plan.calendars}
    used = [one.work_calendar for one in plan.tasks]
    assert all(key in keys for key in used if key)
    return used


def test_a_task_is_worked_on_when_its_people_work():
    assert work_calendars(task(1) + task(2), (1, 1)) == ["3", None]


def test_several_people_work_whenever_one_of_them_does():
    assert work_calendars(task(1), (1, 1), (1, 2)) == ["people:2or3"]


def test_a_calendar_of_its_own_narrows_the_time_of_its_people():
    tuesday_and_thursday = task(1, CalendarUID=2)

    assert work_calendars(tuesday_and_thursday, (1, 1)) == ["3"]


def test_people_are_left_aside_where_the_task_says_so_or_its_duration_is_fixed():
    rows = task(1, IgnoreResourceCalendar=1) + task(2, Type=1) + task(3, Type=2)

    assert work_calendars(rows, (1, 1), (2, 1), (3, 1)) == [None, None, "3"]
