"""The chat widget for other sites: one script, served as it stands in ``assistant/widget/``."""

import gzip
import hashlib
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

SCRIPT = Path(__file__).parent.parent / "widget" / "policy-chat.js"
_MEDIA_TYPE = "text/javascript; charset=utf-8"


def routes() -> APIRouter:
    router = APIRouter(include_in_schema=False)
    plain = SCRIPT.read_bytes()
    packed = gzip.compress(plain, 9, mtime=0)
    # Weak, as it names the script whether packed or not.
    tag = f'W/"{hashlib.sha256(plain).hexdigest()[:32]}"'

    @router.head("/widget/policy-chat.js")
    @router.get("/widget/policy-chat.js")
    async def script(request: Request) -> Response:
        headers = {
            "ETag": tag,
            "Cache-Control": "public, max-age=300, must-revalidate",
            "Vary": "Accept-Encoding",
            "Cross-Origin-Resource-Policy": "cross-origin",  # any page may load it; who may ask is another matter
        }
        known = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
        if "*" in known or tag.removeprefix("W/") in [one.removeprefix("W/") for one in known]:
            return Response(status_code=304, headers=headers)
        if not _takes_gzip(request.headers.get("accept-encoding", "")):
            return Response(plain, media_type=_MEDIA_TYPE, headers=headers)
        return Response(packed, media_type=_MEDIA_TYPE, headers={**headers, "Content-Encoding": "gzip"})

    return router


def _takes_gzip(accepted: str) -> bool:
    """Whether ``Accept-Encoding`` names gzip without forbidding it (``gzip;q=0``)."""
    for one in accepted.lower().split(","):
        name, _, weight = one.replace(" ", "").partition(";q=")
        if name == "gzip":
            return not weight or weight.strip("0.") != ""
    return False
