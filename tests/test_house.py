"""The house rules that a test can hold: nothing of one policy in Python, nothing heavy before it is needed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = sorted(path for folder in ("assistant", "corpus", "tools") for path in (ROOT / folder).rglob("*.py"))
# What only the policy's folder may know: its places, its institutions, its documents.
POLICY_WORDS = re.compile(r"柳州|柳东|柳北|龙城|人力资源|产业园|招商团队|运营机构|上规入统|〔20\d\d〕\d")
HEAVY = ("torch", "sentence_transformers", "gradio", "chromadb", "langchain", "numpy", "mcp")


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_python_knows_no_policy(path: Path) -> None:
    found = [line for line in path.read_text(encoding="utf-8").splitlines() if POLICY_WORDS.search(line)]
    assert not [line for line in found if not _is_remark(line)]


def _is_remark(line: str) -> bool:
    """Comments, docstring examples and help may give an example of the text."""
    return bool(re.match(r"\s*(#|\"\"\"|``)", line)) or "``" in line or "# " in line


@pytest.mark.parametrize(
    "module", ["assistant.chat", "assistant.api", "assistant.__main__", "tools.money", "tools.lint"]
)
def test_heavy_packages_wait_until_they_are_needed(module: str) -> None:
    code = f"import sys, {module}; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == []
