"""What a chat model may say: no lie of the data reaches anybody, true sentences do, and every check is needed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answer import AskRequest
from assistant.chat import Assistant, open_assistant
from assistant.checks import ALL, Check
from assistant.drafting import Ready
from assistant.events import Delta, Done
from assistant.settings import Settings
from evals.model_contract import Told, load
from tests.model_double import Double, Reply

TRUE_SHARE = 0.99


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Told]]:
    engine = open_assistant(Settings(data=tmp_path_factory.mktemp("data")))
    cache: dict[tuple[str, str], Ready] = {}
    return {name: load(name, engine, cache) for name in ("lies", "true")}


def test_the_lies_are_of_many_kinds(data: dict[str, list[Told]]) -> None:
    assert len({told.row["kind"] for told in data["lies"]}) >= 40
    assert len(data["lies"]) >= 400
    assert len(data["true"]) >= 200


def test_no_lie_passes(data: dict[str, list[Told]]) -> None:
    assert [told.row["id"] for told in data["lies"] if not told.faults()] == []


def test_true_sentences_pass(data: dict[str, list[Told]]) -> None:
    rejected = [(told.row["id"], told.faults()[0]) for told in data["true"] if told.faults()]
    assert len(rejected) <= (1 - TRUE_SHARE) * len(data["true"]), rejected


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.__name__)
def test_without_any_one_check_some_lie_passes(check: Check, data: dict[str, list[Told]]) -> None:
    rest = [one for one in ALL if one is not check]
    assert any(told.faults() and not told.faults(rest) for told in data["lies"])


@pytest.fixture(scope="module")
def liar() -> Iterator[Double]:
    double = Double(lambda _: Reply())
    yield double
    double.close()


@pytest.fixture(scope="module")
def lied_to(liar: Double, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_BASE_URL", liar.url)
        patch.setenv("OPENAI_API_KEY", "none")
        yield open_assistant(Settings(data=tmp_path_factory.mktemp("lied"), model="openai:liar", model_seconds=20))


def test_no_lie_is_streamed_or_told(liar: Double, lied_to: Assistant, data: dict[str, list[Told]]) -> None:
    """The whole way: over HTTP, in chunks of three characters, on every try; what is streamed is what is told."""
    shown = []
    for told in data["lies"]:
        text = str(told.row["text"])
        liar.answers = lambda _, text=text: Reply([text[at : at + 3] for at in range(0, len(text), 3)])
        streamed, answer = "", None
        for event in lied_to.stream(AskRequest(question=told.row["question"], as_of=told.facts.as_of)):
            streamed += event.text if isinstance(event, Delta) else ""
            answer = event.answer if isinstance(event, Done) else None
        assert answer is not None
        assert answer.answer == streamed
        assert answer.verified
        held = answer.fallback or told.row["kind"] == "repetition"  # said once it is true
        if told.row["lie"] in streamed or not held:
            shown.append(told.row["id"])
    assert shown == []


def test_the_questions_were_asked_of_the_model(liar: Double) -> None:
    assert len(liar.requests) >= 400


def test_facts_are_the_engines(data: dict[str, list[Told]], tmp_path: Path) -> None:
    """The facts a text is held against come from the same engine as any answer."""
    engine = open_assistant(Settings(data=tmp_path))
    told = data["true"][0]
    answer = engine.ask(AskRequest(question=told.row["question"], as_of=told.facts.as_of))
    assert [call.result for call in answer.tool_calls] == [call.result for call in told.facts.calls]
