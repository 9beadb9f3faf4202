"""How long from the last key to the painted answer on the hotline desk, in a real browser. Loopback only.

    python -m evals.bench_desk [--questions 60] [--pause 90]

Different questions of the sets are typed: all but the last letters are put in at once, the last ones key by key with
``--pause`` milliseconds between, so that earlier previews are under way as when somebody types. Measured is from the
browser's own time stamp of the last input to the first frame that shows that question's answer. Needs Chromium and
Playwright. Prints a Markdown table.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from evals import sets
from evals.report import percentile

ROOT = Path(__file__).parent.parent
NAME, PASSWORD = "bench", "long-enough-word-7"
LIMIT = 120.0  # seconds any one step may take
TYPED = 4  # letters typed key by key
# Settles with the milliseconds from the last input to the frame that shows the answer to what stands in the box.
PAINTED = """wanted => new Promise((done, failed) => {
  const limit = setTimeout(() => failed(new Error("no answer to " + wanted)), 10000);
  const box = document.getElementById("question");
  const shown = document.getElementById("shown");
  let last = 0;
  box.addEventListener("input", (event) => (last = event.timeStamp));
  const look = () => {
    const there = box.value === wanted && document.getElementById("asked").textContent === wanted;
    if (!there || shown.hidden || shown.hasAttribute("aria-busy")) return;
    watch.disconnect();
    clearTimeout(limit);
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done(performance.now() - last);
    requestAnimationFrame(() => channel.port2.postMessage(0));
  };
  const watch = new MutationObserver(look);
  watch.observe(shown, { attributes: true, childList: true, subtree: true, characterData: true });
})"""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.bench_desk", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--questions", type=int, default=60, help="how many, at most 400")
    parser.add_argument("--pause", type=int, default=90, help="milliseconds between the last keys")
    options = parser.parse_args(arguments)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with tempfile.TemporaryDirectory() as data, _server(Path(data)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{address}/desk/login")
        page.fill("#name", NAME)
        page.fill("#password", PASSWORD)
        page.click("button[type=submit]")
        asked = _questions(min(max(options.questions, 10), 400))
        _one(page, asked[-1], options.pause)  # what the first answer loads is not the desk's
        times = sorted(_one(page, question, options.pause) for question in asked)
        browser.close()
    print(f"| key to painted answer, {len(times)} questions | ms |\n| --- | ---: |")
    print(
        f"| median | {statistics.median(times):.0f} |\n| p95 | {percentile(times, 95):.0f} |\n| longest | {times[-1]:.0f} |"
    )
    return 0


def _questions(count: int) -> list[str]:
    """Questions of one turn, spread over all sets."""
    every = [one.turns[0].ask.strip() for name in sets.names() for one in sets.load(name) if len(one.turns) == 1]
    usable = list(dict.fromkeys(ask for ask in every if TYPED < len(ask) <= 100 and "\n" not in ask))
    step = max(len(usable) // count, 1)
    return usable[::step][:count]


def _one(page: Page, question: str, pause: int) -> float:
    page.fill("#question", question[:-TYPED])
    page.wait_for_timeout(300)
    page.evaluate(f"wanted => void (window.painted = ({PAINTED})(wanted))", question)
    for letter in question[-TYPED:]:
        page.wait_for_timeout(pause)
        page.keyboard.insert_text(letter)
    return float(page.evaluate("window.painted"))


@contextmanager
def _server(data: Path) -> Iterator[str]:
    environ = os.environ | {"ASSISTANT_DATA": str(data), "PORT": "0", "PYTHONIOENCODING": "utf-8"}
    add = [sys.executable, "-m", "assistant", "account", "add", NAME]
    subprocess.run(add, input=f"{PASSWORD}\n", text=True, cwd=ROOT, env=environ, check=True, timeout=LIMIT)
    process = subprocess.Popen([sys.executable, "app.py"], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environ)
    assert process.stdout
    try:
        for line in process.stdout:
            if found := re.search(r"打开 (http://127\.0\.0\.1:\d+)", line):
                yield found[1]
                break
        else:
            raise RuntimeError("the server did not start")
    finally:
        process.terminate()
        process.communicate(timeout=LIMIT)


if __name__ == "__main__":
    sys.exit(main())
