"""What comes before a request is one: bounds on heads and on time, and requests that two servers could read differently."""

import re
import socket
from collections.abc import Iterator

import pytest

from assistant.api import create_app
from assistant.chat import Assistant
from assistant.web import wire
from evals.fuzz_wire import ATTACKS, Attack, asks, leave_streams, post
from tests.serving import get, served

QUICK = [attack for attack in ATTACKS if not attack.pause and attack.pieces[0] and "trailers" not in attack.name]
HEALTH = "GET /healthz HTTP/1.1\r\nHost: a\r\n"


@pytest.fixture
def address(engine: Assistant) -> Iterator[str]:
    with served(create_app(assistant=engine)) as found:
        yield found


def answer(address: str, *pieces: bytes) -> bytes:
    """All that comes until the server closes; the next piece is sent when something came, or nothing for a while."""
    host, _, port = address.removeprefix("http://").partition(":")
    told = b""
    with socket.create_connection((host, int(port)), timeout=30) as client:
        try:
            for piece in pieces:
                client.sendall(piece)
            while piece := client.recv(65536):
                told += piece
        except ConnectionError:  # closed by the server while there was more to send
            pass
    return told


def statuses(told: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", told)]


@pytest.mark.parametrize("attack", QUICK, ids=lambda attack: attack.name[:40])
def test_what_is_no_proper_request_is_refused_and_the_rest_goes_on(address: str, attack: Attack) -> None:
    pieces = [
        piece.replace(b"\r\n", b"\r\nConnection: close\r\n", 1) if piece[:4] in (b"POST", b"GET ") else piece
        for piece in attack.pieces
    ]
    found = statuses(answer(address, *pieces))
    assert {str(status) for status in found[:1]} <= attack.allowed
    assert found or "closed" in attack.allowed
    assert get(f"{address}/healthz").status_code == 200


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (f"X: {'a' * 30_000}\r\n", 200),
        (f"X: {'a' * 33_000}\r\n", 431),
        ("".join(f"X{number}: {'a' * 300}\r\n" for number in range(90)), 200),
        ("".join(f"X{number}: {'a' * 300}\r\n" for number in range(120)), 431),
    ],
)
def test_a_head_has_its_limit(address: str, head: str, status: int) -> None:
    told = answer(address, f"{HEALTH}Connection: close\r\n{head}\r\n".encode())
    assert statuses(told) == [status]
    if status != 200:
        assert b"application/problem+json" in told
        assert b"X-Content-Type-Options: nosniff" in told
        assert "请求头".encode() in told


SMUGGLED = b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
FRAMINGS = {
    "length and chunks": ("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n" + SMUGGLED),
    "chunks and length": ("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", b"0\r\n\r\n" + SMUGGLED),
    "two lengths": ("Content-Length: 0\r\nContent-Length: 44\r\n", SMUGGLED),
    "lengths in one": ("Content-Length: 0, 44\r\n", SMUGGLED),
    "a length with a sign": ("Content-Length: +0\r\n", SMUGGLED),
    "a length in hexadecimal": ("Content-Length: 0x0\r\n", SMUGGLED),
    "chunked, misspelt": ("Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n" + SMUGGLED),
    "chunked after a tab": ("Transfer-Encoding:\tchunked, identity\r\n", b"0\r\n\r\n" + SMUGGLED),
    "a space before the colon": ("Transfer-Encoding : chunked\r\n", b"0\r\n\r\n" + SMUGGLED),
    "a line feed alone": ("X: y\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n" + SMUGGLED),
    "a chunk longer than told": ("Transfer-Encoding: chunked\r\n", b"1\r\nab\r\n0\r\n\r\n" + SMUGGLED),
    "a chunk ended by a line feed": ("Transfer-Encoding: chunked\r\n", b"1\na\n0\n\n" + SMUGGLED),
}


def test_two_proper_requests_are_both_answered(address: str) -> None:
    """So that the tests below would see what was hidden."""
    last = SMUGGLED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    told = answer(address, b"POST /desk/logout HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n" + last)
    assert statuses(told) == [303, 200]
    assert b"# HELP" in told


@pytest.mark.parametrize(("fields", "body"), FRAMINGS.values(), ids=FRAMINGS)
def test_a_request_that_could_be_read_in_two_ways_ends_the_connection(address: str, fields: str, body: bytes) -> None:
    told = answer(address, f"POST /desk/logout HTTP/1.1\r\nHost: a\r\n{fields}\r\n".encode() + body)
    assert len(statuses(told)) == 1, "what was hidden in it is not answered"
    assert statuses(told)[0] in (400, 413)
    assert b"# HELP" not in told


def test_who_is_slow_is_let_go(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(wire, "BODY_SECONDS", 0.2)
    assert answer(address) == b"", "a connection nobody uses"
    assert statuses(answer(address, HEALTH.encode())) == [408], "a head without end"
    assert statuses(answer(address, post(b"", length=100))) == [408], "a body that does not come"
    assert statuses(answer(address, post(b"5\r\nabc", "Transfer-Encoding: chunked"))) == [408], "a chunk cut short"
    assert statuses(answer(address, f"{HEALTH}\r\nGET /".encode())) == [200, 408], "the second request"
    assert get(f"{address}/healthz").status_code == 200


def test_who_takes_nothing_is_let_go(engine: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "UNREAD_SECONDS", 0.2)
    lost = []
    ended = wire.BoundedProtocol.connection_lost

    def connection_lost(self: wire.BoundedProtocol, error: Exception | None) -> None:
        lost.append(error)
        ended(self, error)

    monkeypatch.setattr(wire.BoundedProtocol, "connection_lost", connection_lost)
    with served(create_app(assistant=engine)) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=30) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 400)
            for _ in range(600):
                if lost or get(f"{address}/healthz").status_code != 200:
                    break
        assert lost


def test_an_answer_under_way_is_not_written_into(address: str) -> None:
    told = answer(address, post(asks("营收8000万能拿多少"), path="/api/chat") + b"no HTTP\r\n\r\n")
    assert statuses(told) in ([200], [])
    assert "收到的不是完整".encode() not in told


def test_readers_who_leave_cost_nothing(address: str) -> None:
    port = int(address.rpartition(":")[2])
    assert sum(leave_streams(port, 20, 1).values()) == 20
    assert get(f"{address}/healthz").status_code == 200
