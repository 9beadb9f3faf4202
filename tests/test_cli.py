"""The command line and the server process, as someone at a terminal meets them."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.plain import plain

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"
WAIT = 120  # seconds after which a process is taken to hang


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    return {**kept, "ASSISTANT_DATA": str(data), "PYTHONIOENCODING": "utf-8", **more}


def ran(
    data: Path, *arguments: str | bytes, stdin: bytes = b"", more: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "assistant", *arguments],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        env=environment(data, **(more or {})),
        timeout=WAIT,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_readable_answer(data: Path) -> None:
    done = ran(data, "ask", QUESTION, "--as-of", "2025-06-01")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "不超过15万元" in done.stdout
    assert (
        "二（二）5 经济贡献奖励「5000万元至1亿元的（包含5000万元，不含1亿元），一次性奖励不超过15万元」" in done.stdout
    )
    assert re.search(r"依据：《.+》· 第三稿 · 有效期 2024-01-01 至 2026-12-31 · 截至 2025-06-01\n", done.stdout)
    assert "**" not in done.stdout
    assert "](" not in done.stdout


def test_outside_its_dates_the_basis_says_so(data: Path) -> None:
    assert "截至 2027-01-01，不在有效期内" in ran(data, "ask", QUESTION, "--as-of", "2027-01-01").stdout


def test_json_is_the_contract_and_a_conversation_goes_on(data: Path) -> None:
    first = Answer.model_validate_json(ran(data, "ask", QUESTION, "--json").stdout)
    assert [award.amount_yuan for award in first.awards] == [150_000]
    done = ran(data, "ask", "-", "--json", "--conversation", first.conversation_id, stdin="那1.2亿呢？\n".encode())
    second = Answer.model_validate_json(done.stdout)
    assert [award.amount_yuan for award in second.awards] == [300_000]
    assert second.conversation_id == first.conversation_id
    assert json.loads(done.stdout) == second.model_dump(mode="json")


@pytest.mark.parametrize(
    ("arguments", "stdin", "status", "words"),
    [
        ([], b"", 2, "python -m assistant ask"),
        (["ask"], b"", 2, "请写出问题"),
        (["ask", "   "], b"", 2, "请写出问题"),
        (["ask", "-"], b"", 2, "请写出问题"),
        (["ask", "-"], "你好".encode("gbk"), 2, "UTF-8"),
        (["ask", "-"], b"a" * 70_000, 2, "2000 字"),
        (["ask", "长" * 2001], b"", 2, "2001 个字"),
        (["ask", b"\xc4\xe3"], b"", 2, "UTF-8"),
        (["ask", "a", "--as-of", "2025-13-01"], b"", 2, "--as-of：应为 YYYY-MM-DD"),
        (["ask", "a", "--as-of"], b"", 2, "--as-of：后面要跟一个值"),
        (["ask", "a", "--conversation", "nowhere"], b"", 2, "nowhere"),
        (["ask", "a", "--conversation", "x" * 65], b"", 2, "编号不对"),
        (["ask", "a", "--policy", "nowhere"], b"", 2, "nowhere"),
        (["ask", "a", "--jsn"], b"", 2, "不认识的参数：--jsn"),
        (["ask", "a", "b"], b"", 2, "不认识的参数：b"),
        (["ask", "a", "--json=1"], b"", 2, "--json：后面不应有值"),
        (["conversation", "find", b"\xc4\xe3"], b"", 2, "UTF-8"),
        (["replay", b"\xc4\xe3"], b"", 2, "UTF-8"),
        (["serve"], b"", 2, "没有 'serve' 这个命令"),
    ],
)
def test_bad_input_gets_one_line(
    data: Path, arguments: list[str | bytes], stdin: bytes, status: int, words: str
) -> None:
    done = ran(data, *arguments, stdin=stdin)
    assert done.returncode == status
    assert done.stdout == ""
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("PORT", "八千", "PORT"),
        ("ASSISTANT_POLICIES", "nowhere", "没有政策"),
        ("ASSISTANT_DATA", "/dev/null/x", "数据文件夹"),
    ],
)
def test_what_cannot_be_served_now_is_told_in_one_line(data: Path, variable: str, value: str, words: str) -> None:
    done = ran(data, "ask", "有效期到什么时候？", more={variable: value})
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"]])
def test_help_is_chinese(data: Path, arguments: list[str]) -> None:
    done = ran(data, *arguments)
    assert done.returncode == 0
    assert done.stdout.startswith("用法：")
    assert not re.search(r"usage|options|positional|show this", done.stdout)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**不超过15万元**。", "不超过15万元。"),
        ("见[二（二）5](/policy/x#2.2.5)「原文」", "见二（二）5「原文」"),
        ("- 一\n- 二\n  - 三\n\n末", "- 一\n- 二\n  - 三\n\n末"),
        ("1. 一\n2. 二", "1. 一\n2. 二"),
        ("|收入|奖励|\n|-|-|\n|8000万|不超过15万|", "收入 | 奖励\n8000万 | 不超过15万"),
        ("# 标题\n正文\n第二行", "标题\n\n正文\n第二行"),
        ("```\n**a**\n```", "**a**"),
        ("<b>x</b> & 1 < 2", "<b>x</b> & 1 < 2"),
        ("*AI生成*", "AI生成"),
        ("", ""),
    ],
)
def test_markdown_made_plain(markdown: str, text: str) -> None:
    assert plain(markdown) == text


def started(data: Path, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "app.py"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(data, **more),
    )


def test_the_server_tells_its_progress_answers_and_ends_when_told(data: Path) -> None:
    with started(data, PORT="0") as server:
        assert server.stdout
        lines: list[str] = []
        for line in server.stdout:
            lines.append(line)
            if "打开 http" in line:
                break
        address = re.search(r"http://127\.0\.0\.1:\d+", lines[-1])
        assert address, lines
        assert "读取政策" in lines[0]
        assert any("建立索引" in line for line in lines)
        with urllib.request.urlopen(f"{address[0]}/healthz", timeout=WAIT) as answer:
            assert json.load(answer) == {"status": "ok"}
        server.send_signal(signal.SIGTERM)
        _, faults = server.communicate(timeout=WAIT)
    assert "Traceback" not in faults


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"PORT": "70000"}, "PORT"),
        ({"HOST": "no such host"}, "HOST"),
        ({"ASSISTANT_POLICIES": "nowhere"}, "没有政策"),
    ],
)
def test_a_server_that_cannot_start_says_why_in_one_line(data: Path, more: dict[str, str], words: str) -> None:
    with started(data, **{"PORT": "0", **more}) as server:
        _, faults = server.communicate(timeout=WAIT)
    assert server.returncode == 1
    assert words in faults
    assert len(faults.strip().splitlines()) == 1


def test_a_port_in_use_is_told_in_one_line(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with started(data, PORT=port) as server:
            out, faults = server.communicate(timeout=WAIT)
    assert server.returncode == 1
    assert out == ""
    assert f"端口 {port}" in faults
    assert len(faults.strip().splitlines()) == 1
