"""A real server and a real browser. Without Chromium or Playwright these tests are skipped, with the reason."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 playwright（pip install playwright）")
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT = 120  # seconds after which the server is taken to hang


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        pytest.skip("没有找到 Chromium；安装后可运行浏览器测试，例如 apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server of its own, with an empty data folder, serves."""
    with started(tmp_path_factory.mktemp("data")) as found:
        yield found


@contextmanager
def started(data: Path, **environment: str) -> Iterator[str]:
    """The address of a server that writes to ``data``, for as long as the block runs."""
    with running(data, **environment) as (address, _):
        yield address


@contextmanager
def running(data: Path, **environment: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The same with its process, which the block may end before."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    server = subprocess.Popen(
        [sys.executable, "app.py"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**kept, "PORT": "0", "ASSISTANT_DATA": str(data), "PYTHONIOENCODING": "utf-8", **environment},
    )
    try:
        assert server.stdout
        lines: list[str] = []
        for line in server.stdout:
            lines.append(line)
            if found := re.search(r"打开 (http://127\.0\.0\.1:\d+)", line):
                yield found[1], server
                break
        else:
            pytest.fail(f"the server did not start: {lines}")
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=WAIT)


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens an address in a fresh browser profile.

    Whatever a test does there, the browser may ask no other host, break no content policy, raise no script error.
    """
    asked: list[str] = []
    own: list[str] = []
    faults: list[str] = []
    contexts = []

    def heard(message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            faults.append(message.text)

    def visit(path: str = "/", **context: Any) -> Page:
        contexts.append(browser.new_context(**{"locale": "zh-CN", **context}))
        page = contexts[-1].new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", heard)
        page.goto(path if path.startswith("http") else address + path)
        own.append(page.url.split("/", 3)[2])
        return page

    yield visit
    for context in contexts:
        context.close()
    ours = ("data:", "blob:", *(f"http://{host}" for host in own))
    assert [url for url in asked if not url.startswith(ours)] == []
    assert faults == []


def violations(page: Page, context_selector: str | None = None) -> list[tuple[str, list[str]]]:
    """What axe-core finds on the page, or inside ``context_selector``: each rule broken, with the HTML it found."""
    page.evaluate(_axe())
    options = {"resultTypes": ["violations"]}  # what passes need not be listed node by node
    run = "([selector, options]) => axe.run(selector || document, options)"
    found = page.evaluate(run, [context_selector, options])["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


@cache
def _axe() -> str:
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
