"""What an import could not keep, told to the person who imported.

Every reader hands back an :class:`ImportResult`: the plan, and a report that
counts each dropped field and warns of each repair, so that nothing is lost in
silence.
"""

from collections import Counter
from dataclasses import dataclass, field, replace

from planning.core.plan import Plan

MAX_WARNINGS = 200
MAX_SENTENCE = 600


def short(sentence: str) -> str:
    """Return a sentence for people, cut where a file's names make it endless.

    Examples
    --------
    >>> len(short("a" * 5_000)) == MAX_SENTENCE
    True
    """
    return sentence if len(sentence) <= MAX_SENTENCE else f"{sentence[: MAX_SENTENCE - 1]}…"


def _counted(warnings: list[str]) -> tuple[str, ...]:
    hidden = len(warnings) - MAX_WARNINGS
    if hidden > 0:
        warnings = [*warnings[:MAX_WARNINGS], f"And {hidden} more warnings of this kind."]
    return tuple(warnings)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What was left out of a plan, by kind and count, and what was repaired.

    ``dropped`` holds pairs such as ``("tasks.cost", 12)``, by name;
    ``warnings`` are sentences in the order of the file.
    """

    dropped: tuple[tuple[str, int], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether the whole file was kept as it stood."""
        return not self.dropped and not self.warnings

    def with_warnings(self, more: tuple[str, ...]) -> "ImportReport":
        """Return the report with more warnings; beyond ``MAX_WARNINGS`` they are only counted."""
        return replace(self, warnings=_counted([*self.warnings, *more]))

    def as_data(self) -> dict[str, list[object]]:
        """Return the ``import`` block of ``schedule --json``."""
        return {
            "dropped": [{"what": what, "count": count} for what, count in self.dropped],
            "warnings": list(self.warnings),
        }


@dataclass(slots=True)
class ReportBuilder:
    """Collects a report while a file is read.

    Examples
    --------
    >>> report = ReportBuilder()
    >>> report.drop("tasks.cost")
    >>> report.drop("tasks.cost", 2)
    >>> report.warn("Task 7 has no name; its id is used.")
    >>> report.build().dropped
    (('tasks.cost', 3),)
    """

    _dropped: Counter[str] = field(default_factory=Counter)
    _warnings: dict[str, None] = field(default_factory=dict)

    def drop(self, what: str, count: int = 1) -> None:
        """Count ``count`` values of the field ``what`` as not kept."""
        if count > 0:
            self._dropped[what] += count

    def warn(self, sentence: str) -> None:
        """Add one sentence, once however often it is said; one of endless names is cut."""
        self._warnings.setdefault(short(sentence), None)

    def build(self) -> ImportReport:
        """Return the report; beyond ``MAX_WARNINGS`` warnings are only counted."""
        return ImportReport(tuple(sorted(self._dropped.items())), _counted(list(self._warnings)))


@dataclass(frozen=True, slots=True)
class ImportResult:
    """A plan read from a file, and what the file held besides."""

    plan: Plan
    report: ImportReport = ImportReport()
