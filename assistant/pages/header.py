"""The band at the top of every public page: the site's name, the ways in, and how pages look."""

from html import escape
from urllib.parse import quote

from tools.rules import Policy

NAME = "政策问答"


def address(policy: Policy) -> str:
    """Where the policy's text is read."""
    return f"/policy/{quote(policy.id, safe='')}"


def header(policy: Policy, here: str) -> str:
    """The band as HTML for the page at ``here``, such as ``/calculator``; styled by ``site.css``.

    The link to ``here`` is marked as the current page; a page that no link leads to marks none. On the front page
    the name is the page's heading. The buttons work by ``static/view.js`` and are hidden without it.
    """
    links = (("/", "提问"), ("/calculator", "算一算"), (address(policy), "政策原文"))
    nav = "".join(
        f'<a href="{escape(href)}"{" aria-current=page" if href == here else ""}>{name}</a>' for href, name in links
    )
    name = f"<h1>{NAME}</h1>" if here == "/" else f'<a href="/">{NAME}</a>'
    return f"""<header class="site"><div class="site-row">
<div class="site-name">{name}</div>
<nav class="site-nav" aria-label="网站">{nav}</nav>
<div class="site-view" role="group" aria-label="显示方式">
<button type="button" data-view="size" aria-pressed="false">大字</button>
<button type="button" data-view="theme" aria-pressed="false">深色</button>
</div></div></header>"""
