"""In which order names stand: as people look them up, whatever their case and accents.

The database sorts by code points, alike on every machine; there ``Lower`` comes nearest.
"""

import unicodedata


def in_alphabet(name: str) -> tuple[str, str]:
    """Return by what ``name`` is sorted.

    Examples
    --------
    >>> sorted(["Zoo", "apple", "Ähre", "Apple"], key=in_alphabet)
    ['Ähre', 'Apple', 'apple', 'Zoo']
    """
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(one for one in letters if not unicodedata.combining(one)), name
