"""SECURITY.md: every threat has a row, every row its tests, and every test is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.partition("## Threat model")[2].splitlines()
    if re.match(r"\| (?!---|Who)", line)
]
# Everybody who comes to a door, or stands between: each must be thought of.
WHO = (
    "Visitor", "Host page of the widget", "API client", "OpenAI client", "MCP client", "Agent", "Reviewer",
    "Administrator", "Operator", "Neighbour process", "Proxy", "Chat model provider", "Policy author", "Supplier",
)  # fmt: skip
TEST = re.compile(r"`((?:e2e/)?test_\w+\.py)::(test_\w+)`")


@cache
def declared(file: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_everybody_is_thought_of() -> None:
    assert {row[0] for row in ROWS} == set(WHO)
    assert len(ROWS) >= 40


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1][:60])
def test_a_row_names_tests_that_are_there(row: list[str]) -> None:
    assert len(row) == 5
    assert all(row)
    found = TEST.findall(row[4])
    assert found, "no test"
    assert not re.sub(r"[,\s]", "", TEST.sub("", row[4])), "more than tests"
    for file, name in found:
        assert name in declared(file), f"{file}::{name}"


def test_what_else_the_page_names_is_there() -> None:
    for path in re.findall(r"`((?:assistant|deploy|evals|corpus|tools)/[\w./-]+)`", PAGE):
        assert (ROOT / path).exists(), path
    for module in re.findall(r"python -m (evals\.\w+)", PAGE):
        assert (ROOT / f"{module.replace('.', '/')}.py").exists(), module
