"""Where messages may not go: not one connection is made there."""

import ipaddress
import socket

import pytest

from lineo.webhooks import sending
from lineo.webhooks.addresses import AddressError, check_form, is_public, resolve

# Each leads, one way or another, to a place that is not on the public internet.
INWARD = [
    "https://127.0.0.1/", "https://127.1/", "https://127.0.0.53:8443/", "https://0.0.0.0/",
    "https://0/", "https://2130706433/", "https://0x7f000001/", "https://017700000001/",
    "https://0x7f.0.0.1/", "https://localhost/", "https://LOCALHOST/", "https://10.0.0.1/",
    "https://172.16.0.1/", "https://172.31.255.255/", "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/", "https://100.127.255.254/",
    "https://192.0.0.1/", "https://192.0.2.1/", "https://198.18.0.1/", "https://198.51.100.1/",
    "https://203.0.113.1/", "https://224.0.0.1/", "https://240.0.0.1/", "https://255.255.255.255/",
    "https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::127.0.0.1]/",
    "https://[fe80::1]/", "https://[fc00::1]/", "https://[fd12:3456::1]/", "https://[ff02::1]/",
    "https://[2001:db8::1]/", "https://[64:ff9b::7f00:1]/", "https://[64:ff9b:1::a00:1]/",
    "https://[2002:7f00:1::]/", "https://[2001:0:7f00:1::]/", "https://[fec0::1]/",
    "https://inward.example/", "https://both.example/",
]  # fmt: skip
# What no address may look like at all.
ILL_FORMED = [
    "", "x", "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "//example.com/",
    "https://", "https://user:word@example.com/", "https://example.com:99999/",
    "https://exa mple.com/", "https://example.com/\nHost: x", "https://[fe80::1%25eth0]/",
    "https://[::1", "gopher://127.0.0.1:6379/_FLUSHALL", "https://exämple.com/",
]  # fmt: skip
NAMES = {
    "inward.example": ["10.1.2.3"],
    "both.example": ["8.8.8.8", "127.0.0.1"],
    "public.example": ["93.184.215.14"],
}


@pytest.fixture
def connections(monkeypatch):
    """Every connection that is tried; none of them succeeds."""
    tried = []
    look_up = socket.getaddrinfo

    def answer(host, port, *args, **kwargs):
        if host in NAMES:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in NAMES[host]]
        return look_up(host, port, *args, **kwargs)

    def connect(self, address):
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    monkeypatch.setattr(socket.socket, "connect", connect)
    return tried


@pytest.mark.parametrize("url", [*INWARD, *ILL_FORMED])
def test_nothing_is_connected_to(connections, url):
    outcome = sending.post(url, body=b"{}", headers={})

    assert connections == []
    assert outcome.error
    assert not outcome.is_good


def test_there_are_forty_of_them():
    assert len(INWARD) >= 40


def test_what_is_public_is_connected_to_at_the_address_that_was_checked(connections, monkeypatch):
    sending.post("https://public.example/hook", body=b"{}", headers={})

    assert connections == [("93.184.215.14", 443)]


def test_a_name_that_changes_its_mind_changes_nothing(connections, monkeypatch):
    answers = iter([["93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]])
    look_up = socket.getaddrinfo
    asked = []

    def rebinding(host, port, *args, **kwargs):
        if host != "rebinding.example":
            return look_up(host, port, *args, **kwargs)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in next(answers)]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)

    sending.post("https://rebinding.example/", body=b"{}", headers={})

    assert asked == ["rebinding.example"]
    assert connections == [("93.184.215.14", 443)]


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://10.0.0.1/", "https://[::1]/"])
def test_a_literal_is_refused_as_soon_as_it_is_typed(url):
    with pytest.raises(AddressError):
        check_form(url)


@pytest.mark.parametrize("ip", ["8.8.8.8", "93.184.215.14", "2606:4700:4700::1111"])
def test_the_public_internet_is_public(ip):
    assert is_public(ipaddress.ip_address(ip))


def test_a_host_that_the_site_trusts_may_be_inward(settings):
    settings.WEBHOOK_HOSTS = ["127.0.0.1:9999"]

    assert resolve("http://127.0.0.1:9999/x?y=1").path == "/x?y=1"
    with pytest.raises(AddressError):
        resolve("http://127.0.0.1:9998/")
