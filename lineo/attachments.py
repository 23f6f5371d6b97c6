"""Under which names files come in and go out: what people wrote, and nothing that misleads."""

import unicodedata
from pathlib import PurePosixPath

from django.utils.http import content_disposition_header

MOST_NAME = 120


def saved_as(name: str) -> dict[str, str]:
    """Return the header by which a browser saves an answer as a file of that name.

    What people call a plan has no folders: its slashes become dashes.

    Examples
    --------
    >>> saved_as("../Foundry\\u202e.svg")
    {'Content-Disposition': 'attachment; filename="Foundry.svg"'}
    >>> saved_as("Design/Build gantt.svg")
    {'Content-Disposition': 'attachment; filename="Design-Build gantt.svg"'}
    """
    parts = (part.strip() for part in name.replace("\\", "/").split("/"))
    whole = "-".join(part for part in parts if part.strip("."))
    said = content_disposition_header(as_attachment=True, filename=clean_name(whole))
    return {"Content-Disposition": said or "attachment"}


def clean_name(name: str) -> str:
    """Return a name that is safe to show and to save under: no folders, no hidden characters.

    Examples
    --------
    >>> clean_name("../../etc/pass\\u202ewd.pdf")
    'passwd.pdf'
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(one for one in last if not _is_hidden(one))
    shown = "".join("_" if one in '<>:"|?*%' else one for one in shown).strip(" .")
    path = PurePosixPath(shown or "file")
    return f"{path.stem[: MOST_NAME - len(path.suffix[:12])]}{path.suffix[:12]}"


def _is_hidden(one: str) -> bool:
    kind = unicodedata.category(one)
    return kind[0] == "C" or kind in ("Zl", "Zp")
