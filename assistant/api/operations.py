"""Whether the service lives and is ready, and what it counts."""

from collections.abc import Callable

import anyio
from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from assistant.api.requests import PROBLEMS
from assistant.chat import Assistant
from assistant.operations.metrics import metrics as counted
from assistant.web import problems

_FRESH = {"Cache-Control": "no-store"}


def routes(engine: Assistant, page_open: Callable[[], bool]) -> APIRouter:
    router = APIRouter(tags=["运行状态"])
    threads = anyio.CapacityLimiter(2)  # apart from those that answer questions, which may all be busy

    @router.head("/healthz", include_in_schema=False)
    @router.get("/healthz", summary="进程是否存活", description="能答就是存活，不看能否提问。")
    async def healthz() -> Response:
        """The process answers."""
        return JSONResponse({"status": "ok"}, headers=_FRESH)

    @router.head("/readyz", include_in_schema=False)
    @router.get(
        "/readyz",
        responses={503: PROBLEMS[503]},
        summary="是否可以提问",
        description="索引已建好，可以提问；page 说明网页是否也已打开，assistant 为 off 时管理员关闭了助手。没有准备好，或正在停止时是 503。",
    )
    async def readyz() -> Response:
        """Questions are answered at full speed; ``page`` tells whether the web page is up as well.

        An assistant that an operator turned off is no fault of the process: it stays ready, to tell the notice.
        """
        if not engine.ready():
            raise problems.loading()
        if engine.under_way.ending:
            raise problems.ending()
        switch = "off" if await to_thread.run_sync(engine.notice, limiter=threads) else "on"
        return JSONResponse({"status": "ready", "page": page_open(), "assistant": switch}, headers=_FRESH)

    @router.get(
        "/metrics",
        response_class=PlainTextResponse,
        summary="Prometheus 指标",
        description="本进程的计数，Prometheus 文本格式。",
    )
    def metrics() -> Response:
        """Counters of this process in the Prometheus text format."""
        counted().look(engine.store)
        counted().index_degraded.set(engine.degraded())
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST, headers=_FRESH)

    return router
