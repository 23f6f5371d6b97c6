"""The one list of commands and their keys: shown by “?”, bound by static/js/commands.js."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_SHOWN: dict[str, str | Promise] = {
    "$mod": "Ctrl",
    "ArrowUp": "↑",
    "ArrowDown": "↓",
    "ArrowLeft": "←",
    "ArrowRight": "→",
    "Escape": "Esc",
    "Space": "␣",
    "Home": _("Home"),
    "End": _("End"),
    "Insert": _("Insert"),
    "Backspace": _("Backspace"),
}


class Key(NamedTuple):
    """One key as it is drawn, and what stands before it."""

    text: str | Promise
    joined: bool


@dataclass(frozen=True, slots=True)
class Command:
    """Something that a key does.

    ``keys`` are tinykeys' words, several apart by a comma. One without a ``name`` is bound by
    the file that handles it and only listed; ``anywhere`` works in a text field too.
    """

    name: str
    label: Promise
    keys: str
    anywhere: bool = False

    @property
    def shown(self) -> list[list[Key]]:
        """The keys as they are drawn, each alternative a list."""
        return [_drawn(keys) for keys in self.keys.split(", ")]


@dataclass(frozen=True, slots=True)
class Group:
    """Commands that belong together."""

    title: Promise
    commands: tuple[Command, ...]


def _drawn(keys: str) -> list[Key]:
    drawn = []
    for press in keys.split(" "):
        *held, last = press.split("+") if press != "+" else ["+"]
        held = [one for one in held if not (one == "Shift" and last == "?")]
        for place, one in enumerate([*held, last]):
            text = _SHOWN.get(one, one.removeprefix("Digit").removeprefix("Key"))
            if isinstance(text, str) and len(text) == 1 and held:
                text = text.upper()
            drawn.append(Key(text, joined=place > 0))
    return drawn


GROUPS = (
    Group(
        _("Everywhere"),
        (
            Command("palette", _("Find tasks, pages and commands"), "$mod+k", anywhere=True),
            Command("keys", _("Show these keys"), "Shift+?"),
            Command("projects", _("Go to the projects"), "g p"),
            Command("notices", _("Go to the notices"), "g n"),
            Command("my-work", _("Go to my work"), "g m"),
            Command("portfolio", _("Go to the portfolio"), "g o"),
            Command("workbench", _("Go to the plan"), "g w"),
            Command("work", _("Go to the work: what can go on now"), "g a"),
            Command("forecast", _("Go to the forecast"), "g f"),
            Command("risks", _("Go to the risks"), "g r"),
            Command("calendars", _("Go to the calendars"), "g c"),
            Command("health", _("Go to the health"), "g h"),
            Command("difference", _("Go to the difference from another plan"), "g d"),
            Command("discussion", _("Go to the discussion"), "g t"),
            Command("settings", _("Go to the settings"), "g s"),
            Command("create", _("Create a project"), "c"),
            Command("simulate", _("Simulate"), "s"),
            Command("theme", _("Change the theme"), "t"),
            Command("", _("Close what is open"), "Escape"),
        ),
    ),
    Group(
        _("The plan"),
        (
            Command("undo", _("Undo"), "$mod+z"),
            Command("redo", _("Redo"), "$mod+Shift+z, $mod+y"),
            Command("history", _("Show the history"), "Shift+H"),
            Command("filter", _("Filter the rows"), "/"),
            Command("plan-order", _("Drop sort and filter"), "Shift+F"),
            Command("columns", _("Choose columns"), "Shift+C"),
            Command("expand-all", _("Expand all"), "Shift+E"),
            Command("collapse-all", _("Collapse all"), "Shift+W"),
            Command("look", _("Bars show the plan, uncertainty or criticality"), "u"),
            Command("zoom-in", _("Zoom in; also Ctrl and the wheel"), "+"),
            Command("zoom-out", _("Zoom out"), "-"),
            Command("print", _("Print"), "$mod+p"),
        ),
    ),
    Group(
        _("Cells"),
        (
            Command("", _("Move between cells; with Shift, choose them"), "ArrowUp, ArrowDown"),
            Command("", _("First and last cell; with Ctrl, row"), "Home, End"),
            Command("", _("Edit the cell; again, keep it and go down"), "Enter, F2"),
            Command("", _("Keep what is typed and go right"), "Tab"),
            Command("", _("Set every chosen cell to what is typed"), "$mod+Enter"),
            Command("", _("Empty the cell"), "Backspace"),
            Command("", _("Leave the cells, so that single keys are commands"), "Escape"),
            Command("choose-all", _("Choose every row"), "$mod+a"),
            Command("fill-down", _("Fill down"), "$mod+d"),
            Command("copy", _("Copy for a spreadsheet"), "$mod+c"),
            Command("copy-with-head", _("Copy with the column heads"), "$mod+Shift+c"),
            Command("", _("Paste from a spreadsheet"), "$mod+v"),
        ),
    ),
    Group(
        _("Rows"),
        (
            Command("insert", _("Insert a task above"), "Insert, Alt+Enter"),
            Command("delete", _("Delete the tasks; undo brings them back"), "Delete"),
            Command("indent", _("Indent"), "Alt+ArrowRight"),
            Command("outdent", _("Outdent"), "Alt+ArrowLeft"),
            Command("move-up", _("Move up"), "Alt+ArrowUp"),
            Command("move-down", _("Move down"), "Alt+ArrowDown"),
            Command("toggle", _("Collapse or expand"), "Alt+Space"),
            Command("open", _("Open the task beside the table"), "Alt+KeyO"),
            Command("edit-together", _("Edit the chosen tasks at once"), "Alt+KeyE"),
            Command("show-bar", _("Bring its bar into sight"), "Alt+KeyG"),
            Command("why", _("Why this date?"), "Alt+KeyW, w"),
            Command("risk-low", _("Risk level low"), "Alt+Digit1"),
            Command("risk-medium", _("Risk level medium"), "Alt+Digit2"),
            Command("risk-high", _("Risk level high"), "Alt+Digit3"),
            Command("risk-none", _("No risk level"), "Alt+Digit0"),
        ),
    ),
    Group(
        _("A bar of the Gantt (Tab leads from its row to it)"),
        (
            Command("", _("Move it by a working day; Enter keeps it"), "ArrowLeft, ArrowRight"),
            Command("", _("Make it shorter or longer"), "Shift+ArrowLeft, Shift+ArrowRight"),
            Command("", _("Link it to the one that the arrows choose, or unlink it"), "l"),
            Command("", _("Go to the next bar; with Alt, reorder it"), "ArrowUp, ArrowDown"),
            Command("", _("Why does it stand here?"), "w"),
        ),
    ),
)
