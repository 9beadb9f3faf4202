"""The head of the page at ``/``: Gradio's template made this service's own before it leaves the server.

Gradio rewrites styles it is given (``:is`` and ``:not`` lists break), names itself in the sharing tags,
and declares the page English. Here its HTML gets our language, style and script, and loses those tags.
"""

import re
from functools import cache
from html import escape
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.pages.document import VIEW_SCRIPT

SCRIPTS = ("static/copy.js", "ask.js", "sending.js", "answers.js", "past.js")
_HERE = Path(__file__).parent
_FOREIGN = re.compile(r'\s*<(?:meta\s+(?:property="og:|name="twitter:)|link\s+rel="manifest")[^>]*>')
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' "
    "rx='7' fill='%230b4a7d'/%3E%3Cpath d='M9 8h14v3H9zm0 6h14v3H9zm0 6h9v3H9z' fill='white'/%3E%3C/svg%3E"
)


class Frame:
    """ASGI middleware over the Gradio application; touches the front page and nothing else."""

    def __init__(self, app: ASGIApp, title: str, description: str, noscript: str) -> None:
        self.app = app
        self.head = f"""<title>{escape(title)}</title>
<meta name="description" content="{escape(description)}">
<meta name="theme-color" content="#0b4a7d">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="{_ICON}">
<style>{_file("site.css")}{_file("ask.css")}</style>
<script src="/ui/{VIEW_SCRIPT}"></script>
<script>{"".join(map(_file, SCRIPTS))}</script>
</head>"""
        self.noscript = f"<noscript>{noscript}</noscript>\n"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: Message = {}
        body = b""

        async def collect(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        await self.app({**scope, "headers": plain}, receive, collect)
        body = self.framed(body.decode("utf-8")).encode("utf-8")
        MutableHeaders(scope=start)["Content-Length"] = str(len(body))
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def framed(self, html: str) -> str:
        """Gradio's HTML -> ours."""
        html = _FOREIGN.sub("", html).replace('lang="en"', 'lang="zh-CN"', 1)
        return html.replace("</head>", self.head, 1).replace("<gradio-app", f"{self.noscript}<gradio-app", 1)


@cache
def _file(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
