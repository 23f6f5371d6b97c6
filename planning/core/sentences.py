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
from planning.core.wording import gettext as _
from planning.core.wording import gettext_noop

_FIELDS = {
    "percent_complete": gettext_noop("done"),
    "actual_start": gettext_noop("actual start"),
    "actual_finish": gettext_noop("actual finish"),
    "manual_start": gettext_noop("manual start"),
    "manual_finish": gettext_noop("manual finish"),
    "promised_start": gettext_noop("promised start"),
    "promised_finish": gettext_noop("promised finish"),
    "expected_finish": gettext_noop("expected finish"),
    "external_start": gettext_noop("start by other projects"),
    "external_finish": gettext_noop("finish by other projects"),
    "external_links": gettext_noop("links to other projects"),
    "risk_level": gettext_noop("risk level"),
    "existence": gettext_noop("chance that it is done at all"),
    "constraint2": gettext_noop("second constraint"),
    "work_calendar": gettext_noop("work calendar"),
    "leveling_delay": gettext_noop("levelling delay"),
    "start_milestone": gettext_noop("start milestone"),
    "lag_calendar": gettext_noop("lag calendar"),
    "must_finish_by": gettext_noop("must finish by"),
    "data_date": gettext_noop("data date"),
    "time_zone": gettext_noop("time zone"),
    "minutes_per_day": gettext_noop("minutes a day"),
    "minutes_per_week": gettext_noop("minutes a week"),
    "critical_float_limit": gettext_noop("critical up to a float of"),
    "total_float": gettext_noop("total float from"),
    "out_of_sequence": gettext_noop("out-of-sequence work"),
    "honor_constraints": gettext_noop("constraints win over links"),
    "open_ends_critical": gettext_noop("open ends are critical"),
    "lag_from_early_start": gettext_noop("start lags from the early start"),
    "active": gettext_noop("active"),
    "calendar": gettext_noop("calendar"),
    "constraint": gettext_noop("constraint"),
    "deadline": gettext_noop("deadline"),
    "duration": gettext_noop("duration"),
    "estimate": gettext_noop("estimate"),
    "kind": gettext_noop("kind"),
    "lag": gettext_noop("lag"),
    "name": gettext_noop("name"),
    "parent": gettext_noop("parent"),
    "probability": gettext_noop("probability"),
    "remaining": gettext_noop("remaining"),
    "resumed": gettext_noop("resumed"),
    "rho": gettext_noop("rho"),
    "rules": gettext_noop("rules"),
    "spearman": gettext_noop("spearman"),
    "start": gettext_noop("start"),
    "suspended": gettext_noop("suspended"),
    "target": gettext_noop("target"),
}
_WISHES = {
    "ASAP": gettext_noop("as soon as possible"),
    "ALAP": gettext_noop("as late as possible"),
    "SNET": gettext_noop("starts no earlier than"),
    "SNLT": gettext_noop("starts no later than"),
    "FNET": gettext_noop("finishes no earlier than"),
    "FNLT": gettext_noop("finishes no later than"),
    "MSO": gettext_noop("must start on"),
    "MFO": gettext_noop("must finish on"),
}
_OPAQUE = {
    "impacts": gettext_noop("other impacts"),
    "after": gettext_noop("another response"),
    "tasks": gettext_noop("other tasks"),
    "exceptions": gettext_noop("other days off and on"),
    "external_links": gettext_noop("waits for other tasks of other projects"),
    "external_dates": gettext_noop("dates in other projects"),
}
_NOUNS = {
    "calendars": gettext_noop("Calendar"),
    "risks": gettext_noop("Risk"),
    "drivers": gettext_noop("Driver"),
    "correlations": gettext_noop("Correlation"),
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
        return place, _("removed")
    return place, _change(edit, names)


def _added(edit: Edit) -> str:
    if edit.kind is EditKind.TASK:
        duration = _text("duration", edit.after.get("duration", "0d"), {})
        return _("added, %(duration)s") % {"duration": duration}
    if edit.kind is EditKind.RISK:
        chance = _text("probability", edit.after["probability"], {})
        return _("added, probability %(chance)s") % {"chance": chance}
    return _("added")


def _change(edit: Edit, names: Mapping[str, str]) -> str:
    if edit.field in _OPAQUE and edit.kind is not EditKind.SETTING:
        return _(_OPAQUE[edit.field])
    old, new = (_text(edit.field, value, names) for value in (edit.before, edit.after))
    if edit.field == "name" and edit.kind is not EditKind.SETTING:
        return _("was called %(name)s") % {"name": old}
    if edit.field == "parent":
        if edit.after:
            return _("now under %(name)s") % {"name": new}
        return _("no longer under a summary")
    label = label_of(edit.field)
    if edit.before is None:
        return f"{label} {new}"
    if edit.after is None:
        return _("%(field)s removed (was %(value)s)") % {"field": label, "value": old}
    is_plain = edit.field in {"duration", "estimate"}
    return f"{old} → {new}" if is_plain else f"{label} {old} → {new}"


def label_of(field: str) -> str:
    """Return what people call a field of the plan file.

    Examples
    --------
    >>> label_of("percent_complete")
    'done'
    """
    if field in _FIELDS:
        return _(_FIELDS[field])
    return _(field.replace("_", " ").replace("week.", ""))


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
    return f"{len(value)}" if isinstance(value, list | tuple) else _("given")


def _text(field: str, value: Any, names: Mapping[str, str]) -> str:
    """Return one value for people."""
    if value is None:
        return _("none")
    if field in {"duration", "remaining", "lag", "critical_float_limit", "leveling_delay"}:
        return spaced(str(value))
    if field == "estimate":
        return _estimate(value)
    if field in {"constraint", "constraint2"}:
        date = f" {_text('date', value['date'], names)}" if value.get("date") else ""
        return f"{_(_WISHES[value['type']])}{date}"
    if field == "percent_complete":
        return f"{value:g} %"
    if field in {"probability", "existence"}:
        return f"{100 * value:.0f} %"
    if field == "parent":
        return names.get(value, value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or _("no work")
    return _date(value) if isinstance(value, str) else f"{value:g}"


def spaced(text: str) -> str:
    """Return a duration with its unit apart: ``12 d``, ``2 d elapsed``, ``50 %``."""
    sign = "−" if text.startswith("-") else ""
    bare = text.removeprefix("-")
    is_elapsed = bare.startswith("e")
    bare = bare.removeprefix("e")
    amount = f"{sign}{bare[:-1]} {bare[-1]}"
    return _("%(duration)s elapsed") % {"duration": amount} if is_elapsed else amount


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
        words = {"field": label_of(edit.field), "task": predecessor, "old": old, "new": new}
        return _("%(field)s after %(task)s %(old)s → %(new)s") % words
    words = edit.after if edit.what is What.ADDED else edit.before
    lag = words.get("lag", "0d")
    tail = "" if type_ == "FS" else f" ({type_})"
    tail += "" if lag == "0d" else f" + {spaced(lag)}"
    link = {"task": f"{predecessor}{tail}"}
    is_new = edit.what is What.ADDED
    return _("now after %(task)s") % link if is_new else _("no longer after %(task)s") % link


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
        return _("Plan settings")
    if collection == "tasks":
        return names.get(key, key)
    noun = _(_NOUNS[collection])
    if collection != "correlations":
        return f"{noun} {key}"
    first, _bar, second = (names.get(part, part) for part in key.partition("|"))
    return _("%(noun)s %(first)s and %(second)s") % {"noun": noun, "first": first, "second": second}


def lines(found: Iterable[Sentence]) -> Iterator[str]:
    """Yield the texts alone."""
    for sentence in found:
        yield sentence.text
