"""Where a message may go: to the public internet, never back into the site's own network.

A name is looked up once, every address that it has is checked, and the
connection is made to the address that was checked, so that a name server
can't answer differently the second time. Redirects are not followed.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Ways to write an IPv4 address into an IPv6 one: whatever it is, it is not meant for this.
_CARRIERS = [
    ipaddress.ip_network(one)
    for one in (
        "::/96",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
    )
]


class AddressError(ValueError):
    """The address is none to send to; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: connect to ``ip`` and nowhere else."""

    host: str
    ip: str
    port: int
    path: str
    is_tls: bool

    @property
    def host_header(self) -> str:
        """What to send as ``Host``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.is_tls else 80
        return host if self.port == usual else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class _Parts:
    host: str
    port: int
    path: str
    is_tls: bool
    is_trusted: bool


def check_form(url: str) -> None:
    """Raise unless ``url`` may be an address to send to, as far as it can be told by reading it.

    Raises
    ------
    AddressError
        With a sentence that says what to do.
    """
    parts = _parts(url)
    literal = _literal(parts.host)
    if literal is not None and not parts.is_trusted:
        _demand_public(literal)


def resolve(url: str) -> Target:
    """Look the name up and return the address to connect to.

    Raises
    ------
    AddressError
        Where one of its addresses is not public, or there is none.
    """
    parts = _parts(url)
    try:
        found = socket.getaddrinfo(parts.host, parts.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressError(_("This name can't be found.")) from None
    ips = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not ips:
        raise AddressError(_("This name can't be found."))
    if not parts.is_trusted:
        for ip in ips:
            _demand_public(ip)
    return Target(parts.host, str(ips[0]), parts.port, parts.path, parts.is_tls)


def is_public(ip: IPAddress) -> bool:
    """Return whether ``ip`` is an address on the public internet.

    Examples
    --------
    >>> [is_public(ipaddress.ip_address(one)) for one in ("8.8.8.8", "10.0.0.1", "2002:a00::")]
    [True, False, False]
    """
    if ip.version == 6 and (ip.is_site_local or any(ip in network for network in _CARRIERS)):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _demand_public(ip: IPAddress) -> None:
    if not is_public(ip):
        raise AddressError(_("This address is not on the public internet."))


def _parts(url: str) -> _Parts:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise AddressError(_("This is no web address.")) from None
    if any(ord(letter) <= 32 or ord(letter) == 127 for letter in url) or not url.isascii():
        raise AddressError(_("An address is written in plain letters, without blanks."))
    if parts.username is not None or parts.password is not None:
        raise AddressError(_("Leave name and password out of the address; messages are signed."))
    if not host or "%" in host:
        raise AddressError(_("This is no web address."))
    is_tls = parts.scheme == "https"
    number = port if port is not None else 443 if is_tls else 80
    is_trusted = f"{host}:{number}" in settings.WEBHOOK_HOSTS
    if not is_tls and not (is_trusted and parts.scheme == "http"):
        raise AddressError(_("An address begins with https://."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Parts(host, number, path, is_tls, is_trusted)


def _literal(host: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
