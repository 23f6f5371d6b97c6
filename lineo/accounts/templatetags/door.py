"""What the pages at the door need: a picture for the camera of an app."""

import qrcode
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from qrcode.constants import ERROR_CORRECT_M

register = template.Library()
QUIET = 4


@register.simple_tag
def qr(text: str) -> SafeString:
    """Return ``text`` as an inline SVG: our policy allows no ``data:`` image and no style."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    rows = code.get_matrix()
    side = len(rows) + 2 * QUIET
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return format_html(
        '<svg viewBox="0 0 {side} {side}" role="img" aria-labelledby="secret" width="176"'
        ' height="176" shape-rendering="crispEdges"><rect width="{side}" height="{side}"'
        ' fill="#fff"/><path fill="#000" d="{path}"/></svg>',
        side=side,
        path=mark_safe(path),  # noqa: S308 - numbers of our own
    )
