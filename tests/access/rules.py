"""What each address asks of a person: one row for every address and method of the site.

Whoever adds an address adds its row here; ``test_matrix.py`` fails until then, and tries it as
every role, on their own, foreign and missing rows. The roles of an action stand in
``lineo/accounts/policy.py`` and nowhere else.
"""

from enum import Enum, auto
from typing import NamedTuple

from lineo.accounts.policy import Action

READ, EXPORT, EDIT, COMMENT = Action.READ, Action.EXPORT, Action.EDIT, Action.COMMENT
SIMULATE, BRANCH, PROMOTE, DELETE = Action.SIMULATE, Action.BRANCH, Action.PROMOTE, Action.DELETE
CREATE, ARCHIVE, ADMINISTER = Action.CREATE_PROJECT, Action.ARCHIVE, Action.ADMINISTER
MANAGE = Action.MANAGE_PEOPLE


class Who(Enum):
    """Who an address is for, where that is no question of a role."""

    EVERYONE = auto()
    SIGNED_IN = auto()
    IN_WORKSPACE = auto()
    ITS_PERSON = auto()  # one person's own: nobody else's, whatever their role
    ITS_AUTHOR = auto()  # to be read by others, and changed by nobody else


class Hidden(NamedTuple):
    """An action without which a row is not even there; its own person sees it too."""

    action: Action


Needs = Action | Who | Hidden
Rows = dict[str, dict[str, Needs]]
EVERYONE, SIGNED_IN, IN_WORKSPACE = Who.EVERYONE, Who.SIGNED_IN, Who.IN_WORKSPACE


def get(needs: Needs, *names: str) -> Rows:
    return {name: {"GET": needs} for name in names}


def post(needs: Needs, *names: str) -> Rows:
    return {name: {"POST": needs} for name in names}


def form(reads: Needs, writes: Needs, *names: str) -> Rows:
    """Return the rows of pages with a form: looked at by one action, sent by another."""
    return {name: {"GET": reads, "POST": writes} for name in names}


def row(*names: str) -> Rows:
    """Return the rows of what the API reads, changes and deletes by its id."""
    return {name: {"GET": READ, "PATCH": EDIT, "DELETE": EDIT} for name in names}


def within(area: str, *parts: Rows) -> Rows:
    return {f"{area}:{name}": methods for part in parts for name, methods in part.items()}


TALKED_OF = ("task", "risk", "scenario", "update", "promotion")
API = within(
    "api",
    get(EVERYONE, "schema", "docs", "swagger-style", "redoc", "redoc-script"),
    get(IN_WORKSPACE, "root", "jobs"),
    get(READ, "job", "diff", "schedule", "health", "changes", "lineage", "promotion", "change"),
    get(READ, "update", "task-reasons", "live", "comparison", "forecast", "forecasts"),
    get(READ, "simulation"),
    post(ADMINISTER, "cancel-job"),
    form(IN_WORKSPACE, CREATE, "projects"),
    {"project": {"GET": READ, "PATCH": EDIT}},
    post(ARCHIVE, "archive-project", "restore-project"),
    form(READ, BRANCH, "scenarios"),
    {"scenario": {"GET": READ, "PATCH": EDIT, "DELETE": DELETE}},
    post(BRANCH, "branch"),
    form(READ, COMMENT, "updates"),
    post(EDIT, "archive", "restore", "undo", "redo", "bulk", "preview", "move-task"),
    post(EDIT, "restore-moment"),
    post(EDIT, "reschedule-task", "resize-task", "indent-task", "outdent-task"),
    post(PROMOTE, "promote", "restore-baseline"),
    {"settings": {"GET": READ, "PATCH": EDIT}, "plan": {"GET": EXPORT, "PUT": EDIT}},
    form(READ, EDIT, "tasks", "milestones", "dependencies", "calendars", "risks", "drivers"),
    form(READ, EDIT, "correlations"),
    row("task", "dependency", "calendar", "risk", "driver", "correlation"),
    form(READ, SIMULATE, "simulations"),
    post(SIMULATE, "comparisons", "cancel-simulation"),
    get(READ, "commitment", "calibration"),
    form(READ, EDIT, "commitments"),
    post(EDIT, "withdraw-commitment"),
    post(BRANCH, "correct-ranges"),
    form(READ, EDIT, "merge"),
    post(EDIT, "preview-merge"),
    post(PROMOTE, "promote-rows"),
    form(READ, BRANCH, "adjustments"),
    form(READ, SIMULATE, "movements"),
    get(READ, "adjustment", "movement"),
    post(SIMULATE, "forecast-merge"),
    get(Who.ITS_PERSON, "merge-forecast"),
    {"task-work": {"GET": READ, "PATCH": EDIT}},
    form(READ, EDIT, "relations", "cycles"),
    {"relation": {"GET": READ, "DELETE": EDIT}},
    get(READ, "work", "unblocked", "labels", "reference-file"),
    row("cycle", "label"),
    get(IN_WORKSPACE, "search", "notices"),
    *[form(READ, COMMENT, f"{kind}-comments", f"{kind}-references") for kind in TALKED_OF],
    {"comment": {"GET": READ, "PATCH": Who.ITS_AUTHOR, "DELETE": ADMINISTER}},
    post(COMMENT, "comment-replies", "comment-react"),
    {"reference": {"GET": READ, "PATCH": ADMINISTER, "DELETE": ADMINISTER}},
    post(IN_WORKSPACE, "notices-read"),
    {"notice-settings": {"GET": IN_WORKSPACE, "PATCH": IN_WORKSPACE}},
    form(Who.ITS_PERSON, Who.ITS_PERSON, "notice"),
    form(READ, READ, "watches"),
    {"watch": {"GET": Who.ITS_PERSON, "DELETE": Who.ITS_PERSON}},
    form(ADMINISTER, ADMINISTER, "webhooks"),
    {"webhook": dict.fromkeys(("GET", "PATCH", "DELETE"), Hidden(ADMINISTER))},
    post(Hidden(ADMINISTER), "rotate-webhook", "test-webhook", "resend-delivery"),
    get(Hidden(ADMINISTER), "webhook-deliveries", "delivery"),
    get(IN_WORKSPACE, "events"),
    form(READ, READ, "presence"),
    get(IN_WORKSPACE, "portfolio", "portfolio-links"),
    {"shown": {"GET": READ, "PUT": EDIT}},
    form(READ, EDIT, "goals"),
    row("goal"),
    post(SIMULATE, "joint-forecasts"),
    get(READ, "joint-forecast"),
    get(ADMINISTER, "audit"),
    post(CREATE, "imports"),
    post(EXPORT, "exports"),
    get(Who.ITS_PERSON, "export", "export-file"),
    {"me": {"GET": IN_WORKSPACE, "PATCH": IN_WORKSPACE}},
    get(IN_WORKSPACE, "members"),
    {"member": {"GET": READ, "PATCH": MANAGE, "DELETE": MANAGE}},
    post(MANAGE, "agents"),
    form(MANAGE, MANAGE, "rules", "invitations"),
    {"invitation": {"GET": Hidden(MANAGE), "DELETE": Hidden(MANAGE)}},
    {"rule": {"GET": Hidden(MANAGE), "DELETE": Hidden(MANAGE)}},
    form(IN_WORKSPACE, IN_WORKSPACE, "tokens"),
    {"token": {"GET": Hidden(MANAGE), "DELETE": Hidden(MANAGE)}},
    post(Who.ITS_PERSON, "rotate-token"),
    get(EVERYONE, "site-health"),
    post(EVERYONE, "sign-in", "refresh-token", "sign-out"),
)
ACCOUNTS = within(
    "accounts",
    form(EVERYONE, EVERYONE, "sign-in"),
    post(EVERYONE, "sign-out"),
    get(SIGNED_IN, "choose-workspace", "sessions"),
    post(SIGNED_IN, "enter-workspace", "create-workspace", "end-other-sessions"),
    form(SIGNED_IN, SIGNED_IN, "profile"),
    get(IN_WORKSPACE, "tokens", "members"),
    post(IN_WORKSPACE, "create-token"),
    post(Who.ITS_PERSON, "rotate-token", "revoke-token"),
    get(MANAGE, "agents", "rules"),
    post(MANAGE, "rename-workspace", "invite", "create-agent", "add-rule"),
    post(MANAGE, "change-role", "suspend", "reinstate", "remove"),
    post(Hidden(MANAGE), "revoke-invitation", "delete-rule", "create-agent-token"),
)
ACTIVITY = within("activity", get(ADMINISTER, "audit", "export-audit"))
JOBS = within("jobs", get(READ, "job"), post(ADMINISTER, "cancel-job"))
PLANNING = within(
    "planning",
    get(IN_WORKSPACE, "projects", "find"),
    post(EVERYONE, "set-theme"),
    form(IN_WORKSPACE, CREATE, "create-project", "import-plan"),
    get(Who.ITS_PERSON, "import-report"),
    get(READ, "project", "lineage", "promotion", "merge", "scenario", "scenario-rows"),
    get(
        READ, "workbench-bar", "columns", "row-order", "shape", "scenario-diff", "history", "health"
    ),
    get(READ, "task", "why", "risks", "calendars", "paste-page", "suggest-tasks"),
    get(EXPORT, "export-plan"),
    post(READ, "set-zoom", "set-look", "set-columns", "set-width", "set-split", "sort-rows"),
    post(READ, "filter-rows", "show-plan-order", "collapse-task", "collapse-all", "expand-all"),
    post(READ, "set-place"),
    post(READ, "preview-merge", "preview-paste"),
    post(EDIT, "apply-merge", "undo", "redo", "archive-scenario", "restore-scenario"),
    post(EDIT, "restore-moment", "add-task", "link-tasks", "change-link", "unlink-tasks"),
    post(EDIT, "insert-task", "delete-tasks", "indent-tasks", "outdent-tasks", "move-tasks"),
    post(EDIT, "fill-down", "set-cells", "paste", "edit-task", "edit-cell", "indent-task"),
    post(EDIT, "outdent-task", "move-task", "reschedule-task", "resize-task", "delete-task"),
    post(EDIT, "add-risk", "delete-risk", "add-calendar", "delete-calendar"),
    post(DELETE, "delete-scenario"),
    post(PROMOTE, "promote-rows"),
    post(BRANCH, "branch-scenario"),
    form(READ, PROMOTE, "promote"),
    get(READ, "work", "work-groups", "person-work", "cycles", "labels"),
    post(EDIT, "set-work", "relate", "unrelate", "add-cycle", "delete-cycle"),
    post(EDIT, "delete-label"),
    form(READ, EDIT, "cycle", "label"),
    form(READ, EDIT, "scenario-details", "plan-settings", "risk", "calendar", "edit-together"),
)
SIMULATIONS = within(
    "simulations",
    get(READ, "forecast", "status", "live", "compare", "why-moved"),
    get(EXPORT, "picture"),
    get(READ, "paper"),
    get(Who.ITS_PERSON, "merge-forecast"),
    post(SIMULATE, "simulate", "cancel", "forecast-merge", "start-comparison", "explain"),
    post(COMMENT, "post-narrative"),
    form(READ, BRANCH, "buffers"),
    get(READ, "commitments", "commitment", "calibration"),
    post(EDIT, "give-commitment", "withdraw-commitment"),
    post(BRANCH, "correct-ranges"),
)
TALK = within(
    "talk",
    *[get(READ, f"{kind}-talk", f"{kind}-references") for kind in TALKED_OF],
    *[post(COMMENT, f"add-{kind}-comment", f"add-{kind}-reference") for kind in TALKED_OF],
    get(READ, "reference", "reference-file", "comment", "timeline", "mentionable"),
    post(COMMENT, "reply", "react", "post-update"),
    post(Who.ITS_AUTHOR, "edit-comment"),
    post(ADMINISTER, "delete-comment", "delete-reference"),
)
NOTICES = within(
    "notices",
    get(IN_WORKSPACE, "notices", "count"),
    post(IN_WORKSPACE, "read-all"),
    form(IN_WORKSPACE, IN_WORKSPACE, "settings"),
    post(Who.ITS_PERSON, "open", "delete-watch"),
    get(READ, "watches"),
    post(READ, "add-watch"),
)
PORTFOLIO = within(
    "portfolio",
    get(IN_WORKSPACE, "portfolio"),
    get(EXPORT, "picture"),
    post(SIMULATE, "draw"),
    form(READ, EDIT, "shown", "add-goal", "goal"),
    post(EDIT, "delete-goal"),
)
WEBHOOKS = within(
    "webhooks",
    get(ADMINISTER, "webhooks"),
    post(ADMINISTER, "add-webhook"),
    get(Hidden(ADMINISTER), "webhook"),
    post(Hidden(ADMINISTER), "edit-webhook", "enable-webhook", "rotate-secret", "send-test"),
    post(Hidden(ADMINISTER), "delete-webhook", "resend"),
)
RULES: Rows = {
    **API,
    **ACCOUNTS,
    **ACTIVITY,
    **JOBS,
    **PLANNING,
    **SIMULATIONS,
    **TALK,
    **NOTICES,
    **PORTFOLIO,
    **WEBHOOKS,
}
