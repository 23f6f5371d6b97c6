"""Who calls, in one word: what is counted and remembered is counted and remembered for them."""

from rest_framework.request import Request

from lineo.requests import address_of


def caller_of(request: Request) -> str:
    """Return the token's, else the person's, else the address's own word.

    Two tokens of one person are two callers: an agent does not use up what
    its person may do.
    """
    token = getattr(request.auth, "token_id", None)
    if token is not None:
        return f"token:{token}"
    if request.user.is_authenticated:
        return f"person:{request.user.pk}"
    return f"address:{address_of(request)}"
