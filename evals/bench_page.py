"""What the page at ``/`` weighs and how long a firm waits for its first answer, in a real browser. Loopback only.

    python -m evals.bench_page [--runs 5]

Prints a Markdown table of medians. ``cold``: a fresh server (nothing indexed) and a fresh browser (nothing cached);
``warm``: the same server and browser once more. Bytes are those over the wire, headers and compression included; the
first answer counts from the click on 发送 until the whole answer is seen. Needs Playwright and Chromium.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, CDPSession, sync_playwright

from evals.bench_start import LIMIT, QUESTION, ROOT, free_port

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
]
SETTLED = 1.5  # seconds without anything new after which a page has loaded all it needs
_UNITS = {"bytes": "{:.0f} KB", "requests": "{:.0f}", "seconds": "{:.2f} s"}


@dataclass(frozen=True)
class Measured:
    """One visit: what came over the wire until the page can be used and for the first answer, and how long each took."""

    page_bytes: int
    page_requests: int
    page_seconds: float
    answer_bytes: int
    answer_requests: int
    answer_seconds: float


class Wire:
    """Counts what a page loads; what its cache answers weighs nothing and is no request."""

    def __init__(self, session: CDPSession) -> None:
        self._cached: set[str] = set()
        self._counted: dict[str, int] = {}  # bytes of each request so far; an event stream may not end
        self.bytes = self.requests = 0
        session.send("Network.enable")
        session.on("Network.requestServedFromCache", lambda event: self._cached.add(event["requestId"]))
        session.on("Network.responseReceived", self._received)
        session.on("Network.dataReceived", lambda event: self._came(event["requestId"], event["encodedDataLength"]))
        session.on("Network.loadingFinished", self._finished)

    def take(self) -> tuple[int, int]:
        """Bytes and requests since the last time."""
        taken = self.bytes, self.requests
        self.bytes = self.requests = 0
        return taken

    def _received(self, event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            self._cached.add(event["requestId"])
        if event["requestId"] not in self._cached:
            self.requests += 1
            self._came(event["requestId"], event["response"]["encodedDataLength"])

    def _came(self, request: str, length: float) -> None:
        if request not in self._cached:
            self._counted[request] = self._counted.get(request, 0) + int(length)
            self.bytes += int(length)

    def _finished(self, event: dict[str, Any]) -> None:
        """The whole is told at the end only where a response was compressed."""
        self._came(event["requestId"], event["encodedDataLength"] - self._counted.get(event["requestId"], 0))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m evals.bench_page", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--runs", type=int, default=5, help="servers and browsers started, at most 50")
    runs = min(max(parser.parse_args(arguments).runs, 1), 50)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not chromium:
        print("no Chromium was found", file=sys.stderr)
        return 1
    found: dict[str, list[Measured]] = {"cold": [], "warm": []}
    with sync_playwright() as playwright:
        for _ in range(runs):
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            with _served() as address:
                for state, measured in zip(found, _visits(browser, address), strict=True):
                    found[state].append(measured)
            browser.close()
    print(f"| measured, median of {runs} | cold | warm |\n| --- | ---: | ---: |")
    for name, field, unit in (
        ("page, over the wire", "page_bytes", "bytes"),
        ("page, requests", "page_requests", "requests"),
        ("page, until it can be used", "page_seconds", "seconds"),
        ("first answer, over the wire", "answer_bytes", "bytes"),
        ("first answer, requests", "answer_requests", "requests"),
        ("first answer, click to complete", "answer_seconds", "seconds"),
    ):
        medians = (statistics.median(getattr(one, field) for one in found[state]) for state in found)
        shown = (_UNITS[unit].format(value / 1000 if unit == "bytes" else value) for value in medians)
        print(f"| {name} | {' | '.join(shown)} |")
    return 0


@contextmanager
def _served() -> Iterator[str]:
    """The address of a fresh server whose page is ready."""
    with tempfile.TemporaryDirectory() as data:
        port = str(free_port())
        environ = os.environ | {"ASSISTANT_DATA": data, "HOST": "127.0.0.1", "PORT": port}
        log = subprocess.DEVNULL
        process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environ, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}/"
            _await_page(address)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=30)


def _await_page(address: str) -> None:
    until = time.perf_counter() + LIMIT
    while time.perf_counter() < until:
        try:
            if "gradio" in httpx.get(address, timeout=LIMIT, trust_env=False).text:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the page did not become ready")


def _visits(browser: Browser, address: str) -> Iterator[Measured]:
    """A first visit, and one more by the same browser."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(LIMIT * 1000)
    for _ in range(2):
        yield _visit(context, address)
    context.close()


def _visit(context: BrowserContext, address: str) -> Measured:
    """Opens the page and asks one question in a conversation of its own."""
    page = context.new_page()
    page.add_init_script("localStorage.clear()")
    wire = Wire(context.new_cdp_session(page))
    began = time.perf_counter()
    page.goto(address)
    page.get_by_label("您的问题").wait_for()
    page.locator(".chip:visible").first.wait_for()
    page_seconds = time.perf_counter() - began
    page.wait_for_timeout(SETTLED * 1000)
    page_bytes, page_requests = wire.take()
    page.get_by_label("您的问题").fill(QUESTION)
    answers = page.locator("#chat .answer:not(.writing)")
    began = time.perf_counter()
    page.get_by_role("button", name="发送").click()
    answers.wait_for()
    answer_seconds = time.perf_counter() - began
    page.wait_for_timeout(SETTLED * 1000)
    answer_bytes, answer_requests = wire.take()
    page.close()
    return Measured(page_bytes, page_requests, page_seconds, answer_bytes, answer_requests, answer_seconds)


if __name__ == "__main__":
    sys.exit(main())
