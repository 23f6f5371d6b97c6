"""Who asks, for as long as a request lasts: what reads far from the view need to know.

Selectors and services are handed a membership or a person where they decide.
What only softens what is shown (a task that is hidden from somebody) reads it
here, and shows all to the system, which asks for nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from lineo.accounts.models import Membership

_asker: ContextVar[Membership | None] = ContextVar("lineo_asker", default=None)


def asker() -> Membership | None:
    """Return what the person of this request is in its workspace; None without a request."""
    return _asker.get()


@contextmanager
def asked_by(membership: Membership | None) -> Iterator[None]:
    """Answer a request of ``membership``."""
    token = _asker.set(membership)
    try:
        yield
    finally:
        _asker.reset(token)
