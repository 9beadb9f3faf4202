"""The hotline desk: what a worker sees with a caller on the line. The script ``/ui/desk.js`` fills it."""

from html import escape

from fastapi.responses import HTMLResponse

from assistant.access import Session
from assistant.pages import document
from tools.rules import Policy


def page(policy: Policy, session: Session) -> HTMLResponse:
    body = f"""<main id="desk" data-csrf="{escape(session.csrf)}" data-role="{escape(session.role)}">
<h1>坐席台</h1><p>{escape(session.account)}</p><p>{escape(policy.title)}</p></main>"""
    return document.page("坐席台", body, script="desk.js")
