"""Keep the memory that one simulation frees for the next.

Rows, tables and histograms of a thousand tasks are some ten megabytes. The C
library gives such pieces back to the system at once, or not, by what else has
been freed before; each new page then costs a fault, all of them as much as a
tenth of a simulation. With its thresholds set to the greatest that it would
come to by itself [1]_, they are handed out again.

References
----------
.. [1] ``mallopt(3)``, Linux man-pages: ``M_MMAP_THRESHOLD`` is dynamic up to
   ``DEFAULT_MMAP_THRESHOLD_MAX``, and the trim threshold twice as large.
"""

import ctypes
from contextlib import suppress

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
GREATEST_MMAP_THRESHOLD = 32 << 20


def keep_freed_memory() -> None:
    """Let the C library hold up to 64 MB for what is asked for next; without glibc, nothing.

    Examples
    --------
    >>> keep_freed_memory()
    """
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(M_MMAP_THRESHOLD, GREATEST_MMAP_THRESHOLD)
        library.mallopt(M_TRIM_THRESHOLD, 2 * GREATEST_MMAP_THRESHOLD)
