"""Edits in the words that a sponsor reads: ``Backend API: 12 d → 15 d``.

One line a thing, however many of its fields changed; links are told at the
task that waits: ``now after Security review``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from planning.core.diff import collection_of
from planning.core.durations import STANDARD
from planning.core.edits import Edit, EditKind, What
from planning.core.estimate_words import estimate_from_words
from planning.core.estimates import format_estimate
from planning.core.plan import Plan, PlanError

_FIELDS = {
    "percent_complete": "done",
    "actual_start": "actual start",
    "actual_finish": "actual finish",
    "manual_start": "manual start",
    "manual_finish": "manual finish",
    "promised_start": "promised start",
    "promised_finish": "promised finish",
    "expected_finish": "expected finish",
    "external_start": "start by other projects",
    "external_finish": "finish by other projects",
    "risk_level": "risk level",
    "existence": "chance that it is done at all",
    "constraint2": "second constraint",
    "work_calendar": "work calendar",
    "leveling_delay": "levelling delay",
    "start_milestone": "start milestone",
    "lag_calendar": "lag calendar",
    "must_finish_by": "must finish by",
    "data_date": "data date",
    "time_zone": "time zone",
    "minutes_per_day": "minutes a day",
    "minutes_per_week": "minutes a week",
    "critical_float_limit": "critical up to a float of",
    "total_float": "total float from",
    "out_of_sequence": "out-of-sequence work",
    "honor_constraints": "constraints win over links",
    "open_ends_critical": "open ends are critical",
    "lag_from_early_start": "start lags from the early start",
}
_WISHES = {
    "ASAP": "as soon as possible",
    "ALAP": "as late as possible",
    "SNET": "starts no earlier than",
    "SNLT": "starts no later than",
    "FNET": "finishes no earlier than",
    "FNLT": "finishes no later than",
    "MSO": "must start on",
    "MFO": "must finish on",
}
_OPAQUE = {
    "impacts": "other impacts",
    "after": "another response",
    "tasks": "other tasks",
    "exceptions": "other days off and on",
}
_NOUNS = {
    "calendars": "calendar",
    "risks": "risk",
    "drivers": "driver",
    "correlations": "correlation",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """What changed about one thing.

    ``collection`` and ``key`` name the thing, ``title`` names it for people;
    ``text`` is the whole line. ``what`` says whether the thing itself was added
    or removed.
    """

    collection: str
    key: str
    title: str
    phrases: tuple[str, ...]
    what: What

    @property
    def text(self) -> str:
        """The whole line."""
        return f"{self.title}: {'; '.join(self.phrases)}"


def sentences(edits: Iterable[Edit], before: Plan, after: Plan) -> list[Sentence]:
    """Return one line for each thing that changed, tasks with their links.

    Parameters
    ----------
    edits : iterable of Edit
        What :func:`planning.core.diff.diff` found between the two plans.
    before, after : Plan
        Where the names come from; the later one's first.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from datetime import datetime
    >>> from planning.core.diff import diff
    >>> from planning.core.plan import Dependency, ProjectSettings, Task
    >>> tasks = (Task("A", "Security review"), Task("B", "Backend API", duration_minutes=5760))
    >>> old = Plan(ProjectSettings("x", datetime(2026, 1, 5, 8)), tasks=tasks)
    >>> longer = replace(tasks[1], duration_minutes=7200)
    >>> new = replace(old, tasks=(tasks[0], longer), dependencies=(Dependency("A", "B"),))
    >>> [sentence.text for sentence in sentences(diff(old, new), old, new)]
    ['Backend API: 12 d → 15 d; now after Security review']
    """
    return told(edits, names_of(before) | names_of(after))


def told(edits: Iterable[Edit], names: Mapping[str, str]) -> list[Sentence]:
    """Return :func:`sentences` where only the tasks' names are known."""
    phrases: dict[tuple[str, str], list[str]] = {}
    whats: dict[tuple[str, str], What] = {}
    for edit in edits:
        place, text = _phrase(edit, names)
        phrases.setdefault(place, []).append(_in_one_line(text))
        if not edit.field and edit.kind is not EditKind.DEPENDENCY:
            whats[place] = edit.what
    return [
        Sentence(
            *place, _in_one_line(_title(place, names)), tuple(texts), whats.get(place, What.CHANGED)
        )
        for place, texts in phrases.items()
    ]


def names_in(edits: Iterable[Edit], before: Plan, after: Plan) -> dict[str, str]:
    """Return the names of the tasks that ``edits`` speak of, for telling them later.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.plan import ProjectSettings, Task
    >>> plan = Plan(ProjectSettings("x", datetime(2026, 1, 5, 8)), tasks=(Task("A", "Dig"),))
    >>> names_in([Edit(EditKind.TASK, "A", What.REMOVED, before={})], plan, plan)
    {'A': 'Dig'}
    """
    names = names_of(before) | names_of(after)
    spoken: set[str] = set()
    for edit in edits:
        spoken.add(edit.key)
        if edit.kind is EditKind.DEPENDENCY:
            spoken.update(_ends(edit)[:2])
        if edit.kind is EditKind.CORRELATION:
            spoken.update(edit.key.split("|"))
        if edit.field == "parent":
            spoken.update(key for key in (edit.before, edit.after) if key)
    return {key: names[key] for key in sorted(spoken) if key in names}


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _phrase(edit: Edit, names: Mapping[str, str]) -> tuple[tuple[str, str], str]:
    """Return where an edit is told and what is said of it there."""
    if edit.kind is EditKind.DEPENDENCY:
        predecessor, successor, _type = _ends(edit)
        return ("tasks", successor), _link_phrase(edit, names.get(predecessor, predecessor))
    place = (collection_of(edit.kind), "" if edit.kind is EditKind.SETTING else edit.key)
    if edit.what is What.ADDED:
        return place, _added(edit)
    if edit.what is What.REMOVED:
        return place, "removed"
    return place, _change(edit, names)


def _added(edit: Edit) -> str:
    if edit.kind is EditKind.TASK:
        return f"added, {_text('duration', edit.after.get('duration', '0d'), {})}"
    if edit.kind is EditKind.RISK:
        return f"added, probability {edit.after['probability']:.0%}"
    return "added"


def _change(edit: Edit, names: Mapping[str, str]) -> str:
    if edit.field in _OPAQUE and edit.kind is not EditKind.SETTING:
        return _OPAQUE[edit.field]
    old, new = (_text(edit.field, value, names) for value in (edit.before, edit.after))
    if edit.field == "name" and edit.kind is not EditKind.SETTING:
        return f"was called {old}"
    if edit.field == "parent":
        return f"now under {new}" if edit.after else "no longer under a summary"
    label = _FIELDS.get(edit.field, edit.field.replace("_", " ").replace("week.", ""))
    if edit.before is None:
        return f"{label} {new}"
    if edit.after is None:
        return f"{label} removed (was {old})"
    is_plain = edit.field in {"duration", "estimate"}
    return f"{old} → {new}" if is_plain else f"{label} {old} → {new}"


def said(field: str, value: Any, names: Mapping[str, str]) -> str:
    """Return the value of a field for people, as it stands in a sentence.

    Examples
    --------
    >>> said("duration", "12d", {})
    '12 d'
    """
    if field in _OPAQUE and value is not None:
        return _opaque(value)
    return _text(field, value, names)


def _opaque(value: Any) -> str:
    return f"{len(value)}" if isinstance(value, list | tuple) else "given"


def _text(field: str, value: Any, names: Mapping[str, str]) -> str:
    """Return one value for people."""
    if value is None:
        return "none"
    if field in {"duration", "remaining", "lag", "critical_float_limit", "leveling_delay"}:
        return spaced(str(value))
    if field == "estimate":
        return _estimate(value)
    if field in {"constraint", "constraint2"}:
        date = f" {_text('date', value['date'], names)}" if value.get("date") else ""
        return f"{_WISHES[value['type']]}{date}"
    if field == "percent_complete":
        return f"{value:g} %"
    if field in {"probability", "existence"}:
        return f"{value:.0%}"
    if field == "parent":
        return names.get(value, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "no work"
    return _date(value) if isinstance(value, str) else f"{value:g}"


def spaced(text: str) -> str:
    """Return a duration with its unit apart: ``12 d``, ``2 d elapsed``, ``50 %``."""
    sign = "−" if text.startswith("-") else ""
    bare = text.removeprefix("-")
    tail = " elapsed" if bare.startswith("e") else ""
    bare = bare.removeprefix("e")
    return f"{sign}{bare[:-1]} {bare[-1]}{tail}"


def _estimate(words: Any) -> str:
    try:
        return format_estimate(estimate_from_words(words, STANDARD), STANDARD)
    except PlanError:
        return str(words)


def _date(text: str) -> str:
    is_moment = len(text) >= len("2026-01-05T08:00") and text[4:5] == "-" and text[10:11] == "T"
    return f"{text[:10]} {text[11:16]}" if is_moment else text


def _link_phrase(edit: Edit, predecessor: str) -> str:
    type_ = edit.key.rpartition("|")[2]
    if edit.what is What.CHANGED:
        old, new = _text(edit.field, edit.before, {}), _text(edit.field, edit.after, {})
        label = _FIELDS.get(edit.field, edit.field)
        return f"{label} after {predecessor} {old} → {new}"
    words = edit.after if edit.what is What.ADDED else edit.before
    lag = words.get("lag", "0d")
    tail = "" if type_ == "FS" else f" ({type_})"
    tail += "" if lag == "0d" else f" + {spaced(lag)}"
    return f"{'now' if edit.what is What.ADDED else 'no longer'} after {predecessor}{tail}"


def _ends(edit: Edit) -> tuple[str, str, str]:
    """Return predecessor, successor and type, also where a key holds a bar."""
    words = edit.after if edit.what is What.ADDED else edit.before
    if isinstance(words, dict) and "from" in words:
        return words["from"], words["to"], words.get("type", "FS")
    predecessor, _, rest = edit.key.partition("|")
    successor, _, type_ = rest.rpartition("|")
    return predecessor, successor, type_


def names_of(plan: Plan) -> dict[str, str]:
    """Return the name of each task by key."""
    return {task.key: task.name for task in plan.tasks}


def _title(place: tuple[str, str], names: Mapping[str, str]) -> str:
    collection, key = place
    if collection == "project":
        return "Plan settings"
    if collection == "tasks":
        return names.get(key, key)
    pair = " and ".join(names.get(part, part) for part in key.split("|"))
    return f"{_NOUNS[collection].capitalize()} {pair if collection == 'correlations' else key}"


def lines(found: Iterable[Sentence]) -> Iterator[str]:
    """Yield the texts alone."""
    for sentence in found:
        yield sentence.text
