"""The nested text of a P6 calendar, ``(0||1(s|08:00|f|16:00)())``, as a tree.

Each node is a bracketed number, two bars and a name, then its attributes in
one bracket (``key|value|key|value``) and its children in another.
"""

from dataclasses import dataclass, field

from planning.core.plan import PlanError

MAX_DEPTH = 40


@dataclass(slots=True)
class Node:
    """One node: its name, its attributes, its children."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)

    def child(self, name: str) -> "Node | None":
        """Return the first child of that name, in any case."""
        wanted = name.lower()
        return next((one for one in self.children if one.name.lower() == wanted), None)


def parse_calendar_text(text: str) -> Node:
    """Return the root node; spaces and 0x7F bytes between nodes mean nothing.

    Raises
    ------
    PlanError
        If the brackets do not match or nest absurdly deep.
    """
    root = Node("")
    # Each level is [node, the bracket that is open in it: attributes or children].
    stack: list[tuple[Node, int]] = [(root, 1)]
    start = 0
    for index, character in enumerate(text):
        if character not in "()":
            continue
        between = text[start:index].strip(" \t\r\n\x7f")
        start = index + 1
        if character == "(":
            _open(stack, between)
        else:
            _close(stack, between)
    if len(stack) != 1:
        raise PlanError("The brackets of a calendar do not match.")
    return root


_HEAD, _CHILDREN, _AFTER_ATTRIBUTES, _ATTRIBUTES = 0, 1, 2, 3


def _open(stack: list[tuple[Node, int]], between: str) -> None:
    node, state = stack[-1]
    if state == _CHILDREN:
        if len(stack) > MAX_DEPTH:
            raise PlanError("A calendar is nested too deep.")
        child = Node("")
        node.children.append(child)
        stack.append((child, _HEAD))
    elif state == _HEAD:
        node.name = between.partition("||")[2].strip()
        stack[-1] = (node, _ATTRIBUTES)
    elif state == _AFTER_ATTRIBUTES:
        stack[-1] = (node, _CHILDREN)
    else:
        raise PlanError("The brackets of a calendar do not match.")


def _close(stack: list[tuple[Node, int]], between: str) -> None:
    node, state = stack[-1]
    if state == _ATTRIBUTES:
        parts = between.split("|")
        node.attributes.update(zip(parts[::2], parts[1::2], strict=False))
        stack[-1] = (node, _AFTER_ATTRIBUTES)
    elif state == _CHILDREN and len(stack) > 1:
        stack[-1] = (node, _AFTER_ATTRIBUTES)
    elif len(stack) > 1:
        stack.pop()
    else:
        raise PlanError("The brackets of a calendar do not match.")
