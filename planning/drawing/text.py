"""Text that stands in markup."""

import re
from html import escape as escaped

_needs_escaping = re.compile("[&<>\"']").search


def escape(text: str) -> str:
    """Return ``text`` as markup shows it: as it is, mostly, for a table has thousands of texts."""
    return escaped(text) if _needs_escaping(text) else text
