"""How much a client may send, and how long it may take, before there is a request: uvicorn's HTTP protocol with bounds.

uvicorn by itself takes a head of any length and waits for it for ever, so that a few hundred clients that send a byte
now and then hold every socket (slow HTTP attacks; deploy/nginx.conf has the same bounds for who stands behind nginx).
What is no HTTP is told in the form of ``assistant.web.problems``, with the guard's headers.
"""

import asyncio
import json

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from assistant.web.guard import HEADERS
from assistant.web.problems import MEDIA_TYPE

HEAD_LIMIT = 32 * 1024  # bytes of the request line and header fields
MESSAGE_LIMIT = (
    8 * 1024 * 1024
)  # bytes as sent, of a request whose body the guard bounds: chunks have their own lengths
HEAD_SECONDS = 10.0  # until a head is whole, from the connection's begin or its first byte
BODY_SECONDS = 20.0  # from there until the body is
UNREAD_SECONDS = 30.0  # an answer that the client does not take is held

_WORDS = {
    400: ("Bad Request", "请求无法读取", "收到的不是完整、正确的 HTTP 请求。请检查客户端或代理，再发一次。"),
    408: ("Request Timeout", "请求超时", "请求没有在时限内发完。请检查网络后再发一次。"),
    413: ("Content Too Large", "内容过长", "请求太大。请删减内容后再发一次。"),
    431: ("Request Header Fields Too Large", "内容过长", f"请求头超过 {HEAD_LIMIT // 1024} KiB。请删减网址或请求头。"),
}


class BoundedProtocol(HttpToolsProtocol):
    """One connection. What goes beyond a bound is answered where no answer has begun, and the connection closed."""

    _timer: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle
    _status = 400  # what is answered to a request that cannot be read
    _in_head = True
    _sent = 0  # bytes since the head, or what follows it, began in an earlier piece

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._within(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._within(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._sent += len(data)
        super().data_received(data)
        if self._sent > (HEAD_LIMIT if self._in_head else MESSAGE_LIMIT):
            self._refuse(431 if self._in_head else 413)

    def on_message_begin(self) -> None:
        self._in_head, self._sent = True, 0
        self._within(HEAD_SECONDS)
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # what follows a chunked body is nothing anybody here reads
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > HEAD_LIMIT:
            self._status = 431
            raise ValueError("the parser gives up, and send_400_response is called")
        super().on_headers_complete()
        self._in_head, self._sent = False, 0
        self._within(BODY_SECONDS)

    def on_message_complete(self) -> None:
        self._within(None)
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(self._status)

    def pause_writing(self) -> None:
        self._unread = self.loop.call_later(UNREAD_SECONDS, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        self._unread.cancel()
        super().resume_writing()

    def _within(self, seconds: float | None) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = self.loop.call_later(seconds, self._late) if seconds else None

    def _late(self) -> None:
        if self.scope is None:
            self.transport.close()  # a connection made in advance
        else:
            self._refuse(408)

    def _refuse(self, status: int) -> None:
        if self.transport.is_closing():
            return
        if self._in_head:
            unanswered = self.cycle is None or self.cycle.response_complete
        else:
            unanswered = not self.cycle.response_started and not self.pipeline
        if unanswered:
            self.transport.write(_answer(status))
        self.transport.close()


def _answer(status: int) -> bytes:
    phrase, title, detail = _WORDS[status]
    told = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body = json.dumps(told, ensure_ascii=False).encode()
    fields = {"Content-Type": MEDIA_TYPE, "Content-Length": len(body), "Connection": "close", **HEADERS}
    head = "".join(f"{name}: {value}\r\n" for name, value in {**fields, "Cache-Control": "no-store"}.items())
    return f"HTTP/1.1 {status} {phrase}\r\n{head}\r\n".encode() + body
