"""What README prints is what the program prints.

    python -m evals.docs           writes the outputs into README.md and README.en.md
    python -m evals.docs --check   exits 1 when they are stale
    python -m evals.docs table     asks all questions and prints the table of README (no times: they differ by machine)

An output stands between ``<!-- begin: COMMAND -->`` and ``<!-- end -->``.
"""

import argparse
import difflib
import functools
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from evals import sets
from evals.report import INEXACT, UNTRUE, passed_share, recall
from evals.run import ask_all, door, look_up_all, policy_folders, read_sources

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "README.en.md")
_BLOCK = re.compile(r"(<!-- begin: (?P<command>[^\n]+?) -->\n).*?(<!-- end -->)", re.DOTALL)
LIMIT = 900.0  # seconds one command may take


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.docs", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", nargs="?", choices=("table",))
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when an output is stale")
    options = parser.parse_args(arguments)
    if options.what:
        print(table())
        return 0
    stale = [page for page in PAGES if _renewed(ROOT / page, write=not options.check)]
    if stale:
        print(("stale: " if options.check else "renewed: ") + ", ".join(stale))
    return 1 if stale and options.check else 0


def table() -> str:
    """The scores of every question set and of retrieval, as Markdown."""
    rows = ["| 问题集 | 问题 | 全对 | 数字全对 | 引文为真 |", "| --- | ---: | ---: | ---: | ---: |"]
    with tempfile.TemporaryDirectory() as data:
        questions = {name: sets.load(name) for name in sets.names()}
        with door(None, Path(data)) as client:
            asked = ask_all(client, questions, read_sources())
        found = look_up_all(sets.load_retrieval(), policy_folders()[0], Path(data))
    for name in [*questions, None]:
        some = [one for one in asked if name in (None, one.set)]
        exact, true = (sum(one.free_of(kinds) for one in some) for kinds in (INEXACT, UNTRUE))
        label = name or "合计"
        rows.append(
            f"| {label} | {len(some)} | {passed_share(some):.1%} | {exact / len(some):.1%} | {true / len(some):.1%} |"
        )
    rows += ["", "| 检索问题 | recall@1 | recall@3 |", "| ---: | ---: | ---: |"]
    rows.append(f"| {len(found)} | {recall(found, 1):.3f} | {recall(found, 3):.3f} |")
    return "\n".join(rows)


def _renewed(page: Path, write: bool) -> bool:
    """Whether the page's outputs differ from what the commands print now; writes them when asked to."""

    def put(block: re.Match[str]) -> str:
        return f"{block[1]}{_printed(block['command'])}\n{block[3]}"

    old = page.read_text(encoding="utf-8")
    new = _BLOCK.sub(put, old)
    if write and new != old:
        page.write_text(new, encoding="utf-8")
    elif new != old:
        print(
            "\n".join(difflib.unified_diff(old.splitlines(), new.splitlines(), page.name, "printed now", lineterm=""))
        )
    return new != old


@functools.cache
def _printed(command: str) -> str:
    """What a command prints, without the conversation's id, which is new each time."""
    words = shlex.split(command)
    with tempfile.TemporaryDirectory() as data:
        done = subprocess.run(
            [sys.executable, *words[1:]],
            cwd=ROOT,
            env=os.environ | {"ASSISTANT_DATA": data, "COLUMNS": "100"},
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=True,
        )
    out = re.sub(r"[0-9a-f]{32}", "…", done.stdout.strip())
    return out if out.startswith("|") or "\n|" in out else f"```\n{out}\n```"


if __name__ == "__main__":
    sys.exit(main())
