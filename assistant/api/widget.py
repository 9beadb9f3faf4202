"""The chat widget for other sites: one script, served as it stands in ``assistant/widget/``."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.api.assets import Asset

SCRIPT = Path(__file__).parent.parent / "widget" / "policy-chat.js"
_HEADERS = {
    "Cache-Control": "public, max-age=300, must-revalidate",
    "Cross-Origin-Resource-Policy": "cross-origin",  # any page may load it; who may ask is another matter
}


def routes() -> APIRouter:
    router = APIRouter(include_in_schema=False)
    asset = Asset(SCRIPT)

    @router.head("/widget/policy-chat.js")
    @router.get("/widget/policy-chat.js")
    async def script(request: Request) -> Response:
        return asset.answer(request, _HEADERS)

    return router
