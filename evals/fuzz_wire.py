"""What no HTTP library sends: raw bytes for ``evals.fuzz_api``, and what may come of each.

Broken, doubled and contradicting heads, bodies that are no JSON, clients that are slow, leave, or take no answer.
"""

import contextlib
import gzip
import json
import random
import re
import select
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

WAIT = 60.0  # seconds until an answer is taken to be lost
PATIENCE = 45.0  # seconds a slow client goes on
AT_ONCE = 60  # slow clients
CLOSED = "closed"  # without an answer
_LINGER = struct.pack("ii", 1, 0)  # close with a reset
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
_REFUSED = frozenset({"400", "413", "422", "431", CLOSED})


@dataclass(frozen=True)
class Attack:
    """``pieces`` are sent one after the other, ``pause`` seconds apart; ``allowed`` are the statuses that may come."""

    name: str
    pieces: Sequence[bytes]
    allowed: frozenset[str]
    pause: float = 0.0


@dataclass
class Tried:
    """How often each status came, and what should not have."""

    statuses: dict[str, Counter[str]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def add(self, attack: str, outcome: str, allowed: frozenset[str]) -> None:
        self.statuses.setdefault(attack, Counter())[outcome] += 1
        if outcome not in allowed:
            self.broken.append(f"{attack}: {outcome}")


def post(body: bytes, *fields: str, path: str = "/api/ask", length: int | None = None) -> bytes:
    """A POST as it goes over the wire."""
    given = "".join(f"{one}\r\n" for one in fields or ("Content-Type: application/json",))
    size = len(body) if length is None else length
    framing = "" if any("ransfer-" in one or "ength:" in one for one in fields) else f"Content-Length: {size}\r\n"
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{given}{framing}\r\n".encode() + body


def asks(question: str) -> bytes:
    return json.dumps({"question": question}).encode()


_GET = "GET /healthz HTTP/1.1\r\nHost: a\r\n"
MCP = ("Content-Type: application/json", "Accept: application/json, text/event-stream")
_CHUNKED = "Transfer-Encoding: chunked"
_BODIES = {
    "deep arrays": b'{"question": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "broken UTF-8": b'{"question": "\xff\xfe\xc0\x80\xed\xa0\x80"}',
    "UTF-16": '{"question": "营收"}'.encode("utf-16"),
    "a lone surrogate": b'{"question": "\\ud800"}',
    "NaN": b'{"question": NaN}',
    "Infinity": b'{"question": -Infinity}',
    "a huge number": b'{"question": 1' + b"0" * 60_000 + b"}",
    "gzip": gzip.compress(asks("营收8000万能拿多少")),
    "nothing": b"",
    "NUL": b"\x00" * 1000,
    "no end": b'{"question": "',
}
ATTACKS = [
    *(Attack(name, [post(body)], frozenset({"400", "413", "422"})) for name, body in _BODIES.items()),
    Attack("a key twice", [post(b'{"question": "a", "question": "b"}')], frozenset({"200", "400", "422"})),
    Attack(
        "gzip, declared", [post(_BODIES["gzip"], "Content-Encoding: gzip")], frozenset({"400", "415", "422"})
    ),
    *(
        Attack(f"as {kind[:40]}", [post(asks("a"), f"Content-Type: {kind}")], frozenset({"200", "400", "415", "422"}))
        for kind in ("text/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "a" * 5000)
    ),
    Attack("deep JSON, 100k levels", [post(b"[" * 100_000, path="/v1/chat/completions")], frozenset({"400", "422"})),
    Attack("deep JSON at MCP", [post(b'{"a":' * 10_000, *MCP, path="/mcp")], frozenset({"400"})),
    Attack("a length beyond the limit", [post(b"x" * 1000, length=10**12)], frozenset({"413"})),
    Attack("a body beyond the limit", [post(b"x" * 2_000_000)], frozenset({"413", CLOSED})),
    Attack("a chunked body beyond", [post(b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n" + b"ffff\r\n" + b"x" * 9, _CHUNKED)], _REFUSED),
    Attack("chunks of a wrong size", [post(b"5\r\nabcdefgh\r\n0\r\n\r\n", _CHUNKED)], _REFUSED),
    Attack("chunks of no size", [post(b"zz\r\nab\r\n0\r\n\r\n", _CHUNKED)], _REFUSED),
    Attack("a chunk of 2^64", [post(b"ffffffffffffffffff\r\na\r\n", _CHUNKED)], _REFUSED),
    Attack("trailers, 1 MB", [post(b"1\r\na\r\n0\r\nX: " + b"a" * 1_000_000, _CHUNKED)], _REFUSED | {"408"}),
    Attack("length and chunks", [post(b"0\r\n\r\n", "Content-Length: 5", _CHUNKED)], _REFUSED),
    Attack("two lengths", [post(b"12345", "Content-Length: 5", "Content-Length: 6")], _REFUSED),
    Attack("a negative length", [post(b"", "Content-Length: -1")], _REFUSED),
    Attack("a length in words", [post(b"", "Content-Length: ten")], _REFUSED),
    Attack("chunked twice", [post(b"0\r\n\r\n", _CHUNKED, _CHUNKED)], _REFUSED),
    Attack("an encoding nobody knows", [post(b"0\r\n\r\n", "Transfer-Encoding: chunked, x")], _REFUSED),
    Attack("1 MB of one header", [f"{_GET}X: {'a' * 1_000_000}\r\n\r\n".encode()], frozenset({"431", CLOSED})),
    Attack("50,000 headers", [_GET.encode() + b"X: a\r\n" * 50_000 + b"\r\n"], frozenset({"431", CLOSED})),
    Attack("an address of 1 MB", [b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n\r\n"], frozenset({"431", CLOSED})),
    Attack("a header folded", [f"{_GET}X: a\r\n b\r\n\r\n".encode()], frozenset({"200", "400"})),
    Attack("a space before the colon", [f"{_GET}Content-Length : 0\r\n\r\n".encode()], _REFUSED),
    Attack("a bare line feed", [f"{_GET}X: a\nY: b\r\n\r\n".encode()], frozenset({"200", "400"})),
    Attack("no HTTP", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64)], frozenset({"400"})),
    Attack("HTTP/2", [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"], frozenset({"400", CLOSED})),
    Attack("a method nobody knows", [b"QWERTY / HTTP/1.1\r\nHost: a\r\n\r\n"], frozenset({"400"})),
    Attack("an address that is none", [b"GET http://[::1 HTTP/1.1\r\nHost: a\r\n\r\n"], frozenset({"400"})),
    Attack("another server's address", [b"GET http://evil.example/healthz HTTP/1.1\r\nHost: a\r\n\r\n"],
           frozenset({"200", "400", "404"})),
    Attack("a tunnel", [b"CONNECT evil.example:443 HTTP/1.1\r\nHost: a\r\n\r\n"], frozenset({"400", "404", "405"})),
    Attack("a change of protocol", [f"{_GET}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n".encode()],
           frozenset({"200", "400"})),
    Attack("10,000 at once (pipelined)", [f"{_GET}\r\n".encode() * 10_000], frozenset({"200"})),
    Attack("a slow head", [bytes([one]) for one in f"{_GET}X: {'a' * 1000}".encode()], frozenset({"408", CLOSED}), 0.1),
    Attack("a slow body", [post(b"", length=1000), *[b"a"] * 1000], frozenset({"408", CLOSED}), 0.1),
    Attack("an unused connection", [b""], frozenset({CLOSED})),
]  # fmt: skip


def tried(port: int, ask: Callable[[], bool]) -> Tried:
    """Every attack, those that are slow by many clients at once. ``ask``: whether the server still answers."""
    found = Tried()
    for attack in ATTACKS:
        times = AT_ONCE if attack.pause or not attack.pieces[0] else 3
        with ThreadPoolExecutor(times) as clients:
            for outcome in clients.map(lambda one: sent(port, one), [attack] * times):
                found.add(attack.name, outcome, attack.allowed)
        if not ask():
            found.broken.append(f"{attack.name}: nothing else was answered afterwards")
    return found


def sent(port: int, attack: Attack) -> str:
    """The status that came first, or CLOSED; ``none`` where neither came in time."""
    until = time.monotonic() + PATIENCE
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT) as client:
        with contextlib.suppress(OSError):  # the server may answer and close before all is sent
            for piece in attack.pieces:
                client.sendall(piece)
                if attack.pause and (time.monotonic() > until or _answered(client, attack.pause)):
                    break
        with contextlib.suppress(TimeoutError):
            try:
                told = client.recv(65536)
            except ConnectionError:
                told = b""
            status = _STATUS.match(told)
            return status[1].decode() if status else CLOSED
    return "none"


def _answered(client: socket.socket, seconds: float) -> bool:
    """Whether something can be read within ``seconds``."""
    return bool(select.select([client], [], [], seconds)[0])


def leave_streams(port: int, times: int, seed: int) -> Counter[str]:
    """Clients of ``/api/chat`` that leave after some bytes of the answer, every other with a reset, and tell after what."""
    chance, seen = random.Random(seed), Counter[str]()
    for at in range(times):
        with socket.create_connection(("127.0.0.1", port), timeout=WAIT) as client:
            if at % 2:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
            client.sendall(post(asks("去年主营业务收入8000万，能拿多少奖励？"), path="/api/chat"))
            wanted, got = chance.choice((0, 1, 200, 1000, 4000)), b""
            while len(got) < wanted and (piece := client.recv(min(500, wanted - len(got)))):
                got += piece
            seen["before the head" if not got else "in the stream"] += 1
    return seen


def take_nothing(port: int, clients: int) -> None:
    """Clients that ask for long answers again and again, and read none of them."""
    held = []
    try:
        for _ in range(clients):
            client = socket.create_connection(("127.0.0.1", port), timeout=2)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            held.append(client)
            with contextlib.suppress(OSError):
                client.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 200)
        time.sleep(2)
    finally:
        for client in held:
            client.close()
