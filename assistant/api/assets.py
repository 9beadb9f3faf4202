"""Scripts served as they stand: those of the plain pages under ``/ui/``, and whatever else is an ``Asset``."""

import gzip
import hashlib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.pages.document import STATIC
from assistant.web.problems import not_found

_MEDIA_TYPE = "text/javascript; charset=utf-8"


class Asset:
    """One script: packed for whoever takes gzip, and not sent again to whoever has it (RFC 9110, 13.1.2)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _plain(self) -> bytes:
        return self._path.read_bytes()

    @cached_property
    def _packed(self) -> bytes:
        return gzip.compress(self._plain, 9, mtime=0)

    @cached_property
    def _tag(self) -> str:
        # Weak, as it names the script whether packed or not.
        return f'W/"{hashlib.sha256(self._plain).hexdigest()[:32]}"'

    def answer(self, request: Request, headers: Mapping[str, str]) -> Response:
        """The script, or 304 where the request names its tag; ``headers`` go with either."""
        sent = {"ETag": self._tag, "Vary": "Accept-Encoding", **headers}
        known = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
        if "*" in known or self._tag.removeprefix("W/") in [one.removeprefix("W/") for one in known]:
            return Response(status_code=304, headers=sent)
        if not _takes_gzip(request.headers.get("accept-encoding", "")):
            return Response(self._plain, media_type=_MEDIA_TYPE, headers=sent)
        return Response(self._packed, media_type=_MEDIA_TYPE, headers={**sent, "Content-Encoding": "gzip"})


def routes() -> APIRouter:
    """Only files that are there, by their names."""
    router = APIRouter(include_in_schema=False)
    scripts = {path.name: Asset(path) for path in STATIC.glob("*.js")}

    @router.get("/ui/{name}")
    def script(request: Request, name: str) -> Response:
        if name not in scripts:
            raise not_found()
        return scripts[name].answer(request, {"Cache-Control": "no-cache"})  # asked again each time, by its tag

    return router


def _takes_gzip(accepted: str) -> bool:
    """Whether ``Accept-Encoding`` names gzip without forbidding it (``gzip;q=0``)."""
    for one in accepted.lower().split(","):
        name, _, weight = one.replace(" ", "").partition(";q=")
        if name == "gzip":
            return not weight or weight.strip("0.") != ""
    return False
