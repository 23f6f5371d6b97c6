"""Words for people, in the language of whoever reads them.

The pure packages know no catalogue of translations. The site hands its own in
with :func:`speak_with`; without one, all is said in English.
"""

from collections.abc import Callable, Sequence

SHOWN_OF_A_CIRCLE = 12

_catalogues: list[Callable[[str], str]] = []


def speak_with(translate: Callable[[str], str]) -> None:
    """Say everything in the words of ``translate`` from now on."""
    _catalogues[:] = [translate]


def gettext(message: str) -> str:
    """Return a message in the reader's language.

    Examples
    --------
    >>> gettext("removed")
    'removed'
    """
    return _catalogues[0](message) if _catalogues else message


def gettext_noop(message: str) -> str:
    """Mark a message for translation where it is written; it is translated where it is said."""
    return message


def circle_of(names: Sequence[str]) -> str:
    """Return the names of a circle in its order, the last the first again; a long one in short.

    Examples
    --------
    >>> circle_of(["dig", "pour"])
    'dig → pour → dig'
    """
    hidden = len(names) - SHOWN_OF_A_CIRCLE
    if hidden <= 0:
        return " → ".join((*names, names[0]))
    first, last = names[: SHOWN_OF_A_CIRCLE - 2], names[-2:]
    return " → ".join((*first, f"{hidden} more", *last, names[0]))
