"""Where an index may lie: a folder, a Chroma server, or the memory of this process.

A folder is shared by the processes of one machine, one writing at a time, and a text that changed is brought up to
date in place. A server is shared by machines that cannot lock each other out: there a collection's name carries the
hash of its content, so that all who build it write the same, and nobody's writing takes anything from another's.
"""

import base64
import contextlib
import logging
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from tools.errors import StoreError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateCollectionConfiguration
    from chromadb.api.fastapi import FastAPI
    from chromadb.api.models.Collection import Collection
    from chromadb.config import Settings

NEAREST = 1000
"""Chunks a search looks at: all of them for any policy of usual length, phrases included."""
LOCK_SECONDS = 30.0
"""The longest one process waits for another that is writing the same folder."""
CONNECT_SECONDS, CALL_SECONDS = 2.0, 3.0
"""The longest a server may take to be reached, and to answer one call."""
OUTDATED_SECONDS = 24 * 3600
"""How long a server keeps the collection of another text: longer than two versions run side by side."""

_MADE = "made"  # when a collection was begun, in seconds since 1970
_log = logging.getLogger(__name__)


class PlaceLostError(StoreError):
    """The place cannot be read or written just now."""


class Place(Protocol):
    """``returns``: whether to look again later when the place was lost."""

    returns: bool

    def opened(self, name: str, content: str) -> "contextlib.AbstractContextManager[Collection]":
        """The collection ``name`` for chunks of the hash ``content``, made where there is none, while it is filled.

        Raises PlaceLostError, for what goes wrong in the block as well.
        """
        ...

    def guarded(self) -> contextlib.AbstractContextManager[None]:
        """Whatever goes wrong with Chroma in the block is a PlaceLostError."""
        ...


class Folder:
    """Raises StoreError when another process holds the folder for longer than LOCK_SECONDS."""

    returns = False

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return f"索引文件夹 {self._path}（若文件已损坏，删去该文件夹后重启即可）"

    @contextlib.contextmanager
    def opened(self, name: str, content: str) -> Iterator["Collection"]:
        import chromadb

        with self.guarded(), _locked(self._path):
            yield _made(chromadb.PersistentClient(str(self._path), _settings()), name)

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        from chromadb.errors import ChromaError

        try:
            yield
        except (OSError, ChromaError) as error:
            raise PlaceLostError(f"{self}：{error}") from error


class Memory:
    """Always there, and gone with the process."""

    returns = False

    @contextlib.contextmanager
    def opened(self, name: str, content: str) -> Iterator["Collection"]:
        import chromadb

        yield _made(chromadb.EphemeralClient(_settings()), f"{name}-{content}")

    def guarded(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()


class Server:
    """A Chroma server at ``http(s)://[user:password@]host:port``, reached when it is first needed."""

    returns = True

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._host = self._url.netloc.rpartition("@")[2]

    def __str__(self) -> str:
        return f"Chroma 服务 {self._host}"

    @contextlib.contextmanager
    def opened(self, name: str, content: str) -> Iterator["Collection"]:
        from chromadb.api.models.Collection import Collection

        with self.guarded():
            model = self._api.get_or_create_collection(
                f"{name}-{content}", configuration=_configuration(), metadata={_MADE: int(time.time())}
            )
            yield Collection(self._api, model, embedding_function=None)
            with contextlib.suppress(PlaceLostError):  # another process may be clearing as well
                self._clear(name, model.name)

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        try:
            yield
        except PlaceLostError:
            raise
        except Exception as error:  # the client raises bare ones for what a server or a proxy says
            raise PlaceLostError(f"{self}：{type(error).__name__}") from error

    def _clear(self, name: str, kept: str) -> None:
        """Deletes what texts of long ago left behind."""
        with self.guarded():
            for model in self._api.list_collections(limit=1000):
                made = (model.metadata or {}).get(_MADE)
                other = model.name != kept and model.name.startswith(f"{name}-")
                if other and isinstance(made, int) and time.time() - made > OUTDATED_SECONDS:
                    _log.info("删去旧文本的索引 %s。", model.name)
                    self._api.delete_collection(model.name)

    @cached_property
    def _api(self) -> "FastAPI":
        """The library's own way to a client asks the server before a time limit could be set."""
        import httpx
        from chromadb.api.fastapi import FastAPI
        from chromadb.config import System

        settings = _settings()
        settings.chroma_server_host = f"{self._url.scheme}://{self._host}{self._url.path.rstrip('/')}"
        settings.chroma_server_http_port = 0  # it stands in the address
        if self._url.username:
            login = f"{unquote(self._url.username)}:{unquote(self._url.password or '')}"
            settings.chroma_server_headers = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
        api = FastAPI(System(settings))
        api._session.timeout = httpx.Timeout(CALL_SECONDS, connect=CONNECT_SECONDS)
        return api


def _settings() -> "Settings":
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def _made(client: "ClientAPI", name: str) -> "Collection":
    return client.get_or_create_collection(name, embedding_function=None, configuration=_configuration())


def _configuration() -> "CreateCollectionConfiguration":
    # many phrases that are nearly one make a graph of few neighbours fall apart, and a search then misses chunks
    return {"hnsw": {"space": "cosine", "ef_search": NEAREST, "ef_construction": 500, "max_neighbors": 100}}


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=LOCK_SECONDS):
            yield
    except Timeout:
        raise StoreError(
            f"另一个进程占用索引 {folder} 已超过 {LOCK_SECONDS:.0f} 秒。请稍后再试，或用 ASSISTANT_DATA 另设文件夹。"
        ) from None
