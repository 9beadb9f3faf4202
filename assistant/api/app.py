"""The server: every door's routes around one engine."""

from collections.abc import Callable

from fastapi import FastAPI

from assistant.access.accounts import Access
from assistant.access.keys import Keys
from assistant.access.limits import Limits
from assistant.api import (
    admin,
    assets,
    calculator,
    described,
    desk,
    docs,
    feedback,
    openai,
    operations,
    policies,
    questions,
    sessions,
    widget,
)
from assistant.api.admission import Admission
from assistant.api.origins import ForeignOriginsStay, ListedOriginsRead
from assistant.chat import Assistant, open_assistant
from assistant.mcp.door import PATH as MCP_PATH
from assistant.mcp.door import McpDoor
from assistant.operations.observed import Observed
from assistant.pages.door import PageDoor
from assistant.settings import Settings
from assistant.web import problems
from assistant.web.address import Address
from assistant.web.guard import Guard

# Addresses that are told as they stand in logs and metrics, though the request was turned away or has no route of ours.
_STATIC = frozenset(
    {"/api/ask", "/api/chat", "/api/calculate", "/api/feedback", "/v1/chat/completions", MCP_PATH, "/openapi.json"}
)


def create_app(
    settings: Settings | None = None,
    assistant: Assistant | None = None,
    on_open: Callable[[], None] = lambda: None,
) -> FastAPI:
    """The whole server: ``assistant`` when given, else one opened from ``settings`` (or the environment).

    ``on_open`` is called once, when the web page is up. Raises SettingsError or PolicyError.
    """
    settings = settings or Settings.from_environment()
    engine = assistant or open_assistant(settings)
    door = PageDoor(engine, on_open)
    app = FastAPI(title="政策问答接口", docs_url=None, redoc_url=None, lifespan=door.lifespan)
    limits = Limits(settings.redis_url)
    app.add_middleware(Admission, checked=Keys(engine.store), limits=limits, settings=settings)
    app.add_middleware(ForeignOriginsStay, origins=settings.origins)
    app.add_middleware(Guard)
    app.add_middleware(Observed, routes=_STATIC)
    app.add_middleware(ListedOriginsRead, origins=settings.origins)
    app.router.default = door
    problems.install(app)
    app.include_router(questions.routes(engine))
    app.include_router(feedback.routes(engine))
    app.include_router(openai.routes(engine, Address(settings)))
    app.include_router(assets.routes())
    app.include_router(widget.routes())
    app.include_router(policies.routes(engine))
    app.include_router(calculator.routes(engine))
    app.add_route(MCP_PATH, McpDoor(engine, settings), methods=["POST"], include_in_schema=False)  # type: ignore[arg-type]
    access = Access(engine.store)
    app.include_router(sessions.routes(access, limits, engine.policies[engine.default_policy].title))
    app.include_router(desk.routes(engine, access, limits))
    app.include_router(admin.routes(engine, access))
    app.include_router(operations.routes(engine, lambda: door.open))
    app.include_router(docs.routes(engine, Address(settings)))
    described.install(app, engine, settings.keyed)
    return app
