"""The frame of the pages that need no script: the policy's text, the page shown while loading, errors."""

import base64
import hashlib
from functools import cache
from html import escape
from pathlib import Path

from fastapi.responses import HTMLResponse


@cache
def _style() -> str:
    return (Path(__file__).parent / "document.css").read_text(encoding="utf-8")


@cache
def _content_policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )


def page(title: str, body: str, status: int = 200, refresh: int = 0) -> HTMLResponse:
    """An HTML answer with the shared style and a policy that allows nothing else.

    ``body`` is HTML; ``refresh`` makes the browser ask again after so many seconds.
    """
    again = f'<meta http-equiv="refresh" content="{refresh}">\n' if refresh else ""
    html = f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{again}<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<style>{_style()}</style>
</head>
<body>
{body}
</body>
</html>
"""
    headers = {"Content-Security-Policy": _content_policy()}
    if status != 200:
        headers["Cache-Control"] = "no-store"
    return HTMLResponse(html, status, headers)


def message(title: str, text: str, status: int, refresh: int = 0) -> HTMLResponse:
    """A page that says one thing, with the way back to the front page."""
    body = f"""<header><a href="/">返回政策问答</a></header>
<main class="message" role="status"><h1>{escape(title)}</h1><p>{escape(text)}</p></main>"""
    return page(title, body, status, refresh)
