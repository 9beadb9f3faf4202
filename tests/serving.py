"""A server in this process, on a port of its own, for clients that speak HTTP and nothing else."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp

from assistant.web.wire import BoundedProtocol

WAIT = 60  # seconds after which the server is taken to hang; the first question loads what all of them need


def request(method: str, url: str, **more: Any) -> httpx.Response:
    return httpx.request(method, url, timeout=WAIT, **more)


get, head, post = partial(request, "GET"), partial(request, "HEAD"), partial(request, "POST")


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The address of ``app``, without its lifespan, for as long as the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, http=BoundedProtocol, lifespan="off", log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(WAIT)
        assert not thread.is_alive()
