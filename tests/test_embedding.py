"""The bundled embedding, read without torch, and any other, through sentence-transformers."""

import socket
import subprocess
import sys
import time
import types
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import embedding
from corpus.embedding import BUNDLED, open_embedding
from tools.errors import SettingsError

TEXTS = [
    "我们去年主营业务收入8000万，能拿多少奖励？",
    "ＡＢＣ　２０２４年１月１日起實施，Hello World 1,234.5",
    "（牵头单位：市人社局，责任单位：市财政局）",
    "a\x00b\n\t🙂 ",
    "SELECT * FROM 条款 WHERE 1=1; <script>",
    "龘龘",
    "",
    "🙂🙂",
]


@pytest.fixture(scope="module")
def through_sentence_transformers() -> embedding.Embedding:
    return open_embedding(str(BUNDLED))


def test_both_readers_give_the_same_vectors(through_sentence_transformers: embedding.Embedding) -> None:
    ours, theirs = open_embedding(), through_sentence_transformers
    assert ours.dimension == theirs.dimension == 256
    known = [text for text in TEXTS if ours.embed([text]).any()]
    assert len(known) == 5
    np.testing.assert_allclose(ours.embed(known), theirs.embed(known), atol=1e-5)


def test_one_name_is_one_fingerprint_and_two_models_are_two(
    through_sentence_transformers: embedding.Embedding,
) -> None:
    assert open_embedding().fingerprint == open_embedding("  ").fingerprint
    assert through_sentence_transformers.fingerprint == open_embedding(str(BUNDLED)).fingerprint
    assert open_embedding().fingerprint != through_sentence_transformers.fingerprint


def test_no_text_gives_no_row(through_sentence_transformers: embedding.Embedding) -> None:
    assert open_embedding().embed([]).shape == (0, 256)
    assert through_sentence_transformers.embed([]).shape == (0, 256)


@pytest.mark.parametrize("text", ["", "🙂🙂", "，。！", "\n"])
def test_a_text_of_no_known_token_is_zero(text: str) -> None:
    assert not open_embedding().embed([text]).any()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=5))
def test_rows_are_unit_or_zero_whatever_the_text(texts: list[str]) -> None:
    vectors = open_embedding().embed(texts)
    assert vectors.shape == (len(texts), 256)
    assert vectors.dtype == np.float32
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.all((lengths == 0) | (np.abs(lengths - 1) < 1e-4))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=2, max_size=6))
def test_a_row_does_not_depend_on_its_neighbours(texts: list[str]) -> None:
    model = open_embedding()
    np.testing.assert_allclose(model.embed(texts), np.vstack([model.embed([text]) for text in texts]), atol=1e-6)


@pytest.mark.parametrize(
    ("near", "far"),
    [
        (("啥时候到期", "有效期至2026年12月31日"), ("啥时候到期", "市财政局负责拨付资金")),
        (("归谁管", "负责业务指导和管理工作"), ("归谁管", "补贴按人数发放")),
        (("挖来专家有补贴吗", "引进高层次人才给予奖励"), ("挖来专家有补贴吗", "企业上规入统")),
        (("流水做到一个亿", "年营业收入达到目标"), ("流水做到一个亿", "服务站点由县区管理")),
        (("talent subsidy", "引进人才补贴"), ("talent subsidy", "本办法停止执行")),
    ],
)
def test_spoken_words_are_near_the_written_ones(near: tuple[str, str], far: tuple[str, str]) -> None:
    def cosine(pair: tuple[str, str]) -> float:
        one, other = open_embedding().embed(list(pair))
        return float(one @ other)

    assert cosine(near) > cosine(far) + 0.05


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The hosts asked for while a test runs; none is ever found."""
    asked: list[object] = []

    def refuse(host: object, *_: object, **__: object) -> None:
        asked.append(host)
        raise socket.gaierror("no lookups in tests")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return asked


def test_offline_an_unknown_name_is_refused_without_a_lookup(
    monkeypatch: pytest.MonkeyPatch, looked_up: list[object]
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(SettingsError, match=r"no-such/model.*ASSISTANT_EMBEDDING"):
        open_embedding("no-such/model")
    assert looked_up == []


def test_a_local_folder_is_loaded_without_a_lookup(looked_up: list[object]) -> None:
    assert open_embedding(str(BUNDLED)).dimension == 256
    assert looked_up == []


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("[{}]")
    with pytest.raises(SettingsError, match="ASSISTANT_EMBEDDING"):
        open_embedding(str(tmp_path))


def test_a_broken_bundled_model_says_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not tensors")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(SettingsError, match="向量模型不完整"):
        embedding.StaticModel(tmp_path)


def test_a_hub_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        time.sleep(5)

    stuck = types.ModuleType("sentence_transformers")
    stuck.__dict__["SentenceTransformer"] = never
    monkeypatch.setitem(sys.modules, "sentence_transformers", stuck)
    monkeypatch.setattr(embedding, "LOAD_SECONDS", 0.1)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with pytest.raises(SettingsError, match="没能加载向量模型"):
        open_embedding("some/model")


def test_heavy_packages_are_not_imported_for_the_bundled_model() -> None:
    code = (
        "import sys, corpus.retrieve; heavy = {'torch', 'sentence_transformers', 'chromadb'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules);"
        "from corpus.embedding import open_embedding; open_embedding().embed(['一']);"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent, timeout=60)
