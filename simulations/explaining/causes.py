"""Which cause an edit belongs to, by the table that the split itself goes by."""

from collections import defaultdict
from collections.abc import Iterable

from planning.core.edits import Edit, EditKind
from planning.core.project_words import PROJECT_FIELDS
from planning.core.words import TASK_FIELDS as WORDS
from simulations.engine.comparing.attribution import TASK_FIELDS, Cause, cause_of_setting

_BY_KIND = {
    EditKind.DEPENDENCY: Cause.LINKS,
    EditKind.CALENDAR: Cause.CALENDARS,
    EditKind.RISK: Cause.RISKS,
    EditKind.DRIVER: Cause.RISKS,
    EditKind.CORRELATION: Cause.RISKS,
}
_BY_ATTRIBUTE = {name: cause for cause, names in TASK_FIELDS.items() for name in names}


def cause_of(edit: Edit) -> Cause | None:
    """Return the cause of an edit; None where no date depends on it.

    Examples
    --------
    >>> from planning.core.edits import What
    >>> cause_of(Edit(EditKind.TASK, "A", What.CHANGED, "duration", "1d", "2d"))
    <Cause.ESTIMATES: 'estimates'>
    """
    if edit.kind is EditKind.SETTING:
        return cause_of_setting(PROJECT_FIELDS[edit.field].attributes[0])
    if edit.kind in _BY_KIND:
        return _BY_KIND[edit.kind]
    if not edit.field:
        return Cause.SCOPE
    found = {_BY_ATTRIBUTE.get(name) for name in WORDS[edit.field].attributes} - {None}
    return found.pop() if found else None


def by_cause(edits: Iterable[Edit]) -> dict[Cause, list[Edit]]:
    """Return the edits that can move a date, under their causes."""
    found: defaultdict[Cause, list[Edit]] = defaultdict(list)
    for edit in edits:
        cause = cause_of(edit)
        if cause is not None:
            found[cause].append(edit)
    return dict(found)
