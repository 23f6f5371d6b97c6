"""How a person asked to see the lanes: sorted, filtered, grouped. Read tolerantly."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lineo.alphabet import in_alphabet
from lineo.portfolio.lanes import Lane
from planning.models.project import ProjectStatus

Choice = tuple[str, str | Promise]

SORTS: tuple[Choice, ...] = (
    ("danger", _("Most in danger")),
    ("name", _("Name")),
    ("finish", _("Planned finish")),
    ("p80", _("P80")),
    ("target", _("Target")),
    ("moved", _("Moved most")),
)
GROUPS: tuple[Choice, ...] = (
    ("", _("No groups")),
    ("status", _("Status")),
    ("type", _("Kind of project")),
)
ONLY: tuple[Choice, ...] = (
    ("", _("All")),
    ("danger", _("In danger")),
    ("waiting", _("Waiting for others")),
    ("unknown", _("Without a forecast")),
)
STATUSES: tuple[Choice, ...] = (("", _("Any status")), *ProjectStatus.choices)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What was asked for; whatever makes no sense is what nobody asked for."""

    text: str = ""
    status: str = ""
    only: str = ""
    sort: str = "danger"
    group: str = ""

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> "Arrangement":
        """Read an address's query."""
        return cls(
            text=str(query.get("q") or "")[:100].strip(),
            status=_one_of(STATUSES, query.get("status")),
            only=_one_of(ONLY, query.get("only")),
            sort=_one_of(SORTS, query.get("sort")),
            group=_one_of(GROUPS, query.get("group")),
        )

    @property
    def query(self) -> str:
        """The same as an address's query."""
        given = {
            "q": self.text,
            "status": self.status,
            "only": self.only,
            "sort": "" if self.sort == SORTS[0][0] else self.sort,
            "group": self.group,
        }
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def is_filtered(self) -> bool:
        return bool(self.text or self.status or self.only)

    def arranged(self, lanes: Sequence[Lane]) -> list["LaneGroup"]:
        """Return the lanes in groups, filtered and sorted."""
        kept = sorted(filter(self._keeps, lanes), key=_name)
        key, is_descending = _KEYS[self.sort]
        known = [lane for lane in kept if key(lane) is not None]
        known.sort(key=key, reverse=is_descending)
        rest = [lane for lane in kept if key(lane) is None]
        groups: dict[str, list[Lane]] = {}
        for lane in [*known, *rest]:
            groups.setdefault(self._heading(lane), []).append(lane)
        return [LaneGroup(name, members) for name, members in groups.items()]

    def _keeps(self, lane: Lane) -> bool:
        words = self.text.casefold().split()
        said = f"{lane.name} {lane.project.code}".casefold()
        if any(word not in said for word in words):
            return False
        if self.status and lane.project.status != self.status:
            return False
        rules: dict[str, bool] = {
            "danger": lane.is_in_danger,
            "waiting": lane.is_waiting,
            "unknown": lane.spread is None,
        }
        return rules.get(self.only, True)

    def _heading(self, lane: Lane) -> str:
        if self.group == "status":
            return str(lane.project.get_status_display())
        return str(lane.project.get_type_display()) if self.group == "type" else ""


@dataclass(frozen=True, slots=True)
class LaneGroup:
    """Lanes under one heading; without groups there is one without a name."""

    name: str
    lanes: Sequence[Lane]


def _name(lane: Lane) -> tuple[str, str]:
    return in_alphabet(lane.name)


_KEYS: dict[str, tuple[Callable[[Lane], Any], bool]] = {
    "danger": (lambda lane: lane.chance, False),
    "name": (_name, False),
    "finish": (lambda lane: lane.finish, False),
    "p80": (lambda lane: lane.p80, False),
    "target": (lambda lane: lane.target, False),
    "moved": (lambda lane: lane.moved_days, True),
}


def _one_of(choices: Sequence[Choice], value: object) -> str:
    known = [name for name, _label in choices]
    return str(value) if value in known else known[0]
