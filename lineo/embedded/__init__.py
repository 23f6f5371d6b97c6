"""PostgreSQL and Valkey from wheels, for the demo, development and tests.

They are used only where ``DATABASE_URL`` is not set. :func:`ensure` starts them unless they
run, and they stop when the last process that asked for them has ended, however it ended.
Nothing here imports Django (but for ``backend``, which Django imports).
"""

from lineo.embedded.client import EmbeddedError, Lease, Servers, ensure

__all__ = ["EmbeddedError", "Lease", "Servers", "ensure"]
