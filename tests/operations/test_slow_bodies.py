"""Who sends a body slowly holds up nobody else, and need not be signed in to try."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from lineo import gunicorn
from lineo.slow_bodies import Patience, PatientSocket, SlowBodyError
from tests.builders import make_team
from tests.operations.machines import Machine

MANY = 12
"""More slow clients than there are threads."""


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lineo.slow_bodies.AT_ONCE_SECONDS", 0.1)
    monkeypatch.setattr("lineo.slow_bodies.MOST_SECONDS", 0.4)


def test_what_comes_is_read(pair):
    ours, theirs = pair
    theirs.sendall(b"abc")

    assert PatientSocket(ours, Patience(1)).recv(10) == b"abc"

    theirs.close()
    assert PatientSocket(ours, Patience(1)).recv(10) == b""


def test_what_is_slow_has_to_find_a_place(pair):
    ours, _theirs = pair
    patience = Patience(1)
    other, its_client = socket.socketpair()
    began = time.monotonic()
    slow = PatientSocket(ours, patience)
    with pytest.raises(SlowBodyError):
        slow.recv(10)
    waited = time.monotonic() - began
    with pytest.raises(SlowBodyError):
        slow.recv(10)

    with other, its_client, patience._places, pytest.raises(SlowBodyError):
        PatientSocket(other, patience).recv(10)
    refused = time.monotonic() - began - waited

    assert waited >= 0.4
    assert refused < waited


def test_a_drip_does_not_last_for_ever(pair):
    ours, theirs = pair
    patient = PatientSocket(ours, Patience(1))

    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.05):
            theirs.sendall(b"x")

    sender = threading.Thread(target=drip)
    sender.start()
    try:
        with pytest.raises(SlowBodyError):
            read_each(patient, 200)
    finally:
        stop.set()
        sender.join()


def test_what_was_decrypted_already_is_read_though_no_more_comes(pair, tmp_path):
    ours, theirs = encrypted(*pair, tmp_path)
    with ours, theirs:
        theirs.sendall(b"abcde")
        patient = PatientSocket(ours, Patience(1))

        assert (patient.recv(2), patient.recv(3)) == (b"ab", b"cde")


def encrypted(server: socket.socket, client: socket.socket, folder: Path) -> list[ssl.SSLSocket]:
    """Return both ends of a line, with TLS on it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "lineo.example")])
    now = datetime.now(UTC)
    certificate = x509.CertificateBuilder(
        name, name, key.public_key(), 1, now, now.replace(year=2100)
    )
    pem = serialization.Encoding.PEM
    words = certificate.sign(key, hashes.SHA256()).public_bytes(pem) + key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(words)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(folder / "both.pem")
    asking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    asking.check_hostname, asking.verify_mode = False, ssl.CERT_NONE
    with ThreadPoolExecutor() as both:
        ends = (
            both.submit(serving.wrap_socket, server, server_side=True),
            both.submit(asking.wrap_socket, client),
        )
    return [end.result() for end in ends]


def test_half_the_threads_stay_free_also_of_those_that_the_command_line_says(monkeypatch):
    monkeypatch.setattr("gc.freeze", lambda: None)
    worker = SimpleNamespace(cfg=SimpleNamespace(threads=6))

    gunicorn.post_worker_init(worker)

    taken = [worker.patience._places.acquire(blocking=False) for _ in range(4)]
    assert taken == [True, True, True, False]


@pytest.mark.django_db(transaction=True)
def test_many_who_send_slowly_hold_up_nobody(rq_queue: Any, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "machine", LINEO_WEB_THREADS="4")
    try:
        page = f"{machine.serve('--workers=1')}/sign-in/"
        token = requests.get(page, timeout=60).cookies["csrftoken"]
        quick = time_to_get(page)
        with ExitStack() as open_lines:
            for _ in range(MANY):
                open_lines.enter_context(slow_client(page, token))
            # At first each of them is waited for, as long as a usual body takes to begin.
            first, then = time_to_get(page), time_to_get(page)
    finally:
        machine.stop()

    assert first < quick + 10
    assert then < quick + 3


def read_each(patient: PatientSocket, count: int) -> None:
    """Read bytes, of which each comes well before it is waited for too long."""
    for _ in range(count):
        patient.recv(1)


def slow_client(page: str, token: str) -> socket.socket:
    place = urlsplit(page)
    line = socket.create_connection((place.hostname, place.port))
    head = (
        f"POST {place.path} HTTP/1.1", f"Host: {place.netloc}", f"Cookie: csrftoken={token}",
        "Content-Type: application/x-www-form-urlencoded", "Content-Length: 100000",
    )  # fmt: skip
    line.sendall("\r\n".join([*head, "", "a"]).encode())
    return line


def time_to_get(page: str) -> float:
    began = time.monotonic()
    assert requests.get(page, timeout=60).status_code == 200
    return time.monotonic() - began


class Broken(BytesIO):
    def read(self, *_: Any) -> bytes:
        raise SlowBodyError


@pytest.mark.django_db
def test_the_api_says_that_a_body_broke_off() -> None:
    client = Client()
    client.force_login(make_team().person)

    answer = client.post("/api/v1/projects/", {}, "application/json", **{"wsgi.input": Broken()})

    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "The body broke off, or came too slowly."
