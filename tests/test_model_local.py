"""A GGUF file as a chat model: what is told when it cannot be, and a real run where the engine and a file are there."""

import importlib.util
import os
import re
import signal
import struct
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool

from assistant.model import engine
from assistant.model.connect import open_model
from assistant.model.local import open_file
from assistant.settings import Settings
from tools.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
MODEL = os.environ.get("ASSISTANT_TEST_GGUF", "")


def _text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def gguf(data: int) -> bytes:
    """A GGUF file of one array of strings, one number and two tensors, the second at 64; ``data`` bytes of them."""
    pairs = (
        _text("words")
        + struct.pack("<IIQ", 9, 8, 2)
        + _text("一")
        + _text("二")
        + _text("n")
        + struct.pack("<II", 4, 7)
    )
    tensors = b"".join(_text(name) + struct.pack("<IQIQ", 1, 16, 0, at) for name, at in (("a", 0), ("b", 64)))
    return b"GGUF" + struct.pack("<IQQ", 3, 2, 2) + pairs + tensors + bytes(data)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.model.local.is_installed", lambda: True)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "不存在"),
        (b"", "不是 GGUF 文件"),
        (b"PK\x03\x04 a zip", "不是 GGUF 文件"),
        (b"GGUF", "不完整"),
        (gguf(128)[:60], "不完整"),
        (gguf(64), "不完整"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**63, 2**63) + b"\xff" * 64, "不完整"),
    ],
)
def test_a_file_that_is_no_model_is_told_at_the_start(
    content: bytes | None, says: str, tmp_path: Path, installed: None
) -> None:
    path = tmp_path / "模型.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=says) as told:
        open_file(str(path))
    assert str(path) in str(told.value)


def test_a_folder_is_no_model(tmp_path: Path, installed: None) -> None:
    with pytest.raises(SettingsError, match="不存在"):
        open_file(str(tmp_path))


def test_a_missing_package_is_told_with_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.model.engine.importlib.util.find_spec", lambda name: None)
    path = tmp_path / "a.gguf"
    path.write_bytes(gguf(128))
    with pytest.raises(SettingsError, match=re.escape(f'pip install "{engine.PACKAGE}"')):
        open_model(Settings(model=str(path)))


def test_the_package_is_of_one_version() -> None:
    assert f'local = ["{engine.PACKAGE}"]' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert engine.PACKAGE in (ROOT / "evals/chat_model/requirements.txt").read_text("utf-8").splitlines()


class Double:
    """An engine that tells one word after the other until no more is wanted, or ``parts``."""

    def __init__(self, parts: list[dict[str, Any]] | None = None) -> None:
        self.parts, self.running, self.most, self.told, self.loads = parts, 0, 0, 0, 0
        self.requests: list[dict[str, Any]] = []

    def handle_chat_completions(self, request: dict[str, Any], told: engine.Told) -> None:
        self.requests.append(request)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            for part in self.parts if self.parts is not None else iter(lambda: word("词"), None):
                time.sleep(0.002)
                self.told += 1
                if told(part):
                    return
        finally:
            self.running -= 1


def word(text: str, reason: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "finish_reason": reason, "delta": {"content": text} if text else {}}]}


USED = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}}
ENDED = [word("你"), word("好"), word("", "stop"), USED]


@pytest.fixture
def double(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: None) -> Any:
    """Gives a model whose engine is the double."""

    def make(server: Double, seconds: float = 60.0) -> Any:
        def loaded(path: str) -> Double:
            server.loads += 1
            return server

        monkeypatch.setattr(engine, "_loaded", loaded)
        path = tmp_path / "a.gguf"
        path.write_bytes(gguf(128))
        return open_file(str(path), seconds)

    return make


def test_opening_it_sets_how_threads_wait(double: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    double(Double())
    assert (os.environ["OMP_WAIT_POLICY"], os.environ["GOMP_SPINCOUNT"]) == ("PASSIVE", "0")


def idle(server: Double) -> bool:
    for _ in range(200):
        if not server.running:
            return True
        time.sleep(0.01)
    return False


def test_an_answer_streams_and_ends_with_its_reason_and_tokens(double: Any) -> None:
    model = double(Double(ENDED))
    chunks = list(model.stream([HumanMessage("你好")]))
    assert "".join(str(chunk.text) for chunk in chunks) == "你好"
    assert chunks[-1].response_metadata["finish_reason"] == "stop"
    assert chunks[-1].usage_metadata == {"input_tokens": 7, "output_tokens": 2, "total_tokens": 9}
    assert model.invoke([HumanMessage("你好")]).text == "你好"


def test_it_loads_once_and_answers_one_at_a_time(double: Any) -> None:
    server = Double(ENDED)
    model = double(server)
    assert server.loads == 0
    threads = [threading.Thread(target=model.invoke, args=("你好",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (server.loads, server.most, len(server.requests)) == (1, 1, 8)


def test_a_closed_stream_stops_the_engine(double: Any) -> None:
    server = Double()
    stream = double(server).stream("你好")
    assert any(chunk.text for chunk in stream)
    stream.close()
    assert idle(server)


def test_a_stream_closed_while_it_waits_its_turn_never_runs(double: Any) -> None:
    server = Double()
    model = double(server)
    first, second = model.stream("一"), model.stream("二")
    next(first), next(first)
    assert next(second).text == ""
    second.close()
    first.close()
    assert idle(server)
    time.sleep(0.05)
    assert len(server.requests) == 1


def test_the_time_limit_stops_the_engine(double: Any) -> None:
    server = Double()
    with pytest.raises(TimeoutError):
        double(server, 0.2).invoke("你好")
    assert idle(server)


def test_a_request_turned_away_says_so_as_over_http(double: Any) -> None:
    model = double(Double([{"error": {"code": 400, "message": "exceeds the available context size"}}]))
    with pytest.raises(engine.EngineError, match="context size") as told:
        model.invoke("长")
    assert told.value.status_code == 400


def test_tools_are_passed_and_calls_come_back(double: Any) -> None:
    first = {"index": 0, "id": "x", "type": "function", "function": {"name": "look", "arguments": '{"word":'}}
    rest = {"index": 0, "function": {"arguments": '"奖励"}'}}
    parts = [{"choices": [{"index": 0, "delta": {"tool_calls": [one]}}]} for one in (first, rest)]
    server = Double([*parts, word("", "tool_calls"), USED])
    message = double(server).bind_tools([look]).invoke([SystemMessage("查"), HumanMessage("奖励")])
    assert [(call["name"], call["args"], call["id"]) for call in message.tool_calls] == [
        ("look", {"word": "奖励"}, "x")
    ]
    assert server.requests[0]["tools"][0]["function"]["name"] == "look"


@tool
def look(word: str) -> str:
    """Look a word up in the policy."""
    return word


if importlib.util.find_spec("xllamacpp") is None:
    WHY_NOT = f'the optional package is not installed: pip install "{engine.PACKAGE}"'
else:
    WHY_NOT = "" if Path(MODEL).is_file() else "ASSISTANT_TEST_GGUF names no GGUF file"


@pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)
class TestForReal:
    """With the engine and the model of ASSISTANT_TEST_GGUF."""

    def test_it_answers_as_told_and_leaves_signals_and_ports_alone(self) -> None:
        handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        caught: list[int] = []
        signal.signal(signal.SIGTERM, lambda number, _: caught.append(number))
        try:
            chunks: list[AIMessageChunk] = list(open_file(MODEL).stream("只回答一个字：好"))
            os.kill(os.getpid(), signal.SIGTERM)
            assert caught == [signal.SIGTERM]
        finally:
            signal.signal(signal.SIGTERM, handlers[1])
        assert "".join(str(chunk.text) for chunk in chunks).strip()
        assert chunks[-1].response_metadata["finish_reason"] in ("stop", "length")
        assert chunks[-1].usage_metadata
        assert chunks[-1].usage_metadata["output_tokens"] > 0
        listening = {line.split()[9] for line in Path("/proc/self/net/tcp").read_text().splitlines() if " 0A " in line}
        ours = {os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}
        assert not any(f"socket:[{inode}]" in ours for inode in listening)

    def test_a_closed_stream_lets_the_next_one_begin(self) -> None:
        model = open_file(MODEL)
        stream = model.stream("从一数到一千，每个数写一行。")
        assert any(chunk.text for chunk in stream)
        stream.close()
        began = time.monotonic()
        assert any(chunk.text for chunk in model.stream("从一数到一千，每个数写一行。"))
        assert time.monotonic() - began < 20

    def test_a_prompt_too_long_is_turned_away(self) -> None:
        with pytest.raises(engine.EngineError) as told:
            open_file(MODEL).invoke("奖励" * 20_000)
        assert told.value.status_code == 400

    def test_tools_and_their_results_are_understood(self) -> None:
        said = [
            HumanMessage("查“奖励”"),
            AIMessage("", tool_calls=[{"name": "look", "args": {"word": "奖励"}, "id": "1"}]),
        ]
        message = (
            open_file(MODEL)
            .bind_tools([look])
            .invoke([*said, ToolMessage("奖励：无", tool_call_id="1")], stop=["}\n", "。"])
        )
        assert message.text or message.tool_calls

    def test_a_file_the_engine_cannot_load_is_told(self, tmp_path: Path) -> None:
        path = tmp_path / "a.gguf"
        path.write_bytes(gguf(128))
        with pytest.raises(SettingsError, match="不能加载"):
            open_file(str(path)).invoke("你好")
