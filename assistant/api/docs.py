"""``/docs``: the page on the interfaces, made from the document at ``/openapi.json``."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.chat import Assistant
from assistant.mcp.tools import TOOLS
from assistant.pages import docs, document
from assistant.pages.examples import examples
from assistant.web.address import Address
from assistant.web.schemas import chinese


def routes(engine: Assistant, address: Address) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.head(docs.PATH)
    @router.get(docs.PATH)
    def page(request: Request) -> Response:
        policy = engine.policies[engine.default_policy]
        tools = [
            docs.McpTool(tool.name, tool.title, tool.description, chinese(tool.schema(engine.policies)))
            for tool in TOOLS
        ]
        base = address.of(request.headers, request.url.scheme) or "http://本服务的地址"
        text = docs.body(request.app.openapi(), tools, policy, examples(policy)[0], base)
        return document.page("接口文档", text, style="docs.css", script="docs.js")

    return router
