"""The frame of the pages that are plain HTML: policy text, calculator, desk, messages, errors.

Styles are inline, by their hash; scripts come from this server's ``/ui/`` only (``assistant.api.assets``).
"""

import base64
import hashlib
from functools import cache
from html import escape
from pathlib import Path

from fastapi.responses import HTMLResponse

STATIC = Path(__file__).parent / "static"  # what ``/ui/`` serves
VIEW_SCRIPT = "view.js"  # light or dark, large print; on every page
_SELF, _NONE = "'self'", "'none'"


@cache
def _style(more: str) -> str:
    here = Path(__file__).parent
    return "".join((here / name).read_text(encoding="utf-8") for name in ("site.css", "document.css", more) if name)


@cache
def _content_policy(more: str, scripts: bool, posts: bool) -> str:
    digest = base64.b64encode(hashlib.sha256(_style(more).encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; script-src 'self'; img-src data:; "
        f"connect-src {_SELF if scripts else _NONE}; frame-ancestors 'none'; base-uri 'none'; "
        f"form-action {_SELF if scripts or posts else _NONE}"
    )


def page(
    title: str,
    body: str,
    status: int = 200,
    *,
    refresh: int = 0,
    style: str = "",
    script: str = "",
    posts: bool = False,
) -> HTMLResponse:
    """An HTML answer with the shared style and a content policy that allows nothing but this server.

    ``body`` is HTML; ``refresh`` makes the browser ask again after so many seconds. ``style`` names a file beside
    this one that is added to the shared style, ``script`` one of ``STATIC``, or several, apart by spaces; a page
    with a script may call this server and send forms to it, one that ``posts`` may send forms.
    """
    again = f'<meta http-equiv="refresh" content="{refresh}">\n' if refresh else ""
    own = "".join(f'<script src="/ui/{name}" defer></script>\n' for name in script.split())
    html = f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{again}<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<style>{_style(style)}</style>
<script src="/ui/{VIEW_SCRIPT}"></script>
{own}</head>
<body>
{body}
</body>
</html>
"""
    headers = {"Content-Security-Policy": _content_policy(style, bool(script), posts)}
    if status != 200:
        headers["Cache-Control"] = "no-store"
    return HTMLResponse(html, status, headers)


def message(title: str, text: str, status: int, refresh: int = 0) -> HTMLResponse:
    """A page that says one thing, with the way back to the front page."""
    body = f"""<header class="back"><a href="/">返回政策问答</a></header>
<main class="message" role="status"><h1>{escape(title)}</h1><p>{escape(text)}</p></main>"""
    return page(title, body, status, refresh=refresh)
