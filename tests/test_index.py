"""The index kept in Chroma: what is embedded again, what is noticed, and what happens when it cannot be written."""

import hashlib
import logging
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import chromadb
import numpy as np
import pytest
from chromadb.config import Settings as ChromaSettings
from filelock import FileLock

from corpus import index, places
from corpus.chunks import chunks_of
from corpus.clauses import PolicyText, parse
from corpus.embedding import Vectors, unit
from corpus.index import Index
from corpus.places import Folder
from tools.errors import StoreError

ROOT = Path(__file__).parent.parent
MARKDOWN = """# 关于支持物流业发展的若干措施

为支持物流业，根据《意见》（国办发〔2020〕15号），制定本措施。

## 一、仓储补贴

新建仓库的，每平方米补助20元，最高50万元。（牵头单位：市商务局，责任单位：市财政局）

## 二、车辆更新

2025年6月30日前更换新能源货车的，每辆奖励1万元。车辆应在本市登记。

##

本措施自2025年1月1日起施行。
"""


class Letters:
    """An embedding for tests: characters counted into as many places as it has dimensions."""

    def __init__(self, dimension: int = 64) -> None:
        self.name = f"letters-{dimension}"
        self.dimension = dimension
        self.fingerprint = hashlib.sha256(self.name.encode()).hexdigest()
        self.seen: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.seen += texts
        counts = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for char in text:
                counts[row, ord(char) % self.dimension] += 1
        return unit(counts)


def opened(
    data: Path,
    policy: PolicyText | None = None,
    phrases: Mapping[str, Sequence[str]] | None = None,
    model: Letters | None = None,
    key: str = "物流",
) -> tuple[Index, Letters]:
    model = model or Letters()
    return Index(key, chunks_of(policy or parse(MARKDOWN), phrases or {}), model, Folder(data / "index")), model


def ids(found: Index, model: Letters, query: str) -> list[str]:
    return [near.chunk.clause.id for near in found.nearest(model.embed([query])[0])]


def test_chunks_are_clauses_their_sentences_and_phrases() -> None:
    chunks = chunks_of(parse(MARKDOWN), {"1": ["仓库补贴", "仓库补贴", " "]})
    count = {kind: sum(chunk.kind == kind for chunk in chunks) for kind in ("clause", "sentence", "asked_as")}
    assert count == {"clause": 4, "sentence": 9, "asked_as": 1}
    for chunk in chunks:
        assert chunk.clause.text[chunk.span.start : chunk.span.end] == chunk.span.text


def test_a_chunk_carries_what_the_clause_says() -> None:
    chunks = {(c.clause.id, c.kind): c.metadata for c in chunks_of(parse(MARKDOWN), {}) if c.kind == "clause"}
    storage, vehicles, why = chunks["1", "clause"], chunks["2", "clause"], chunks["preamble", "clause"]
    assert (storage["lead"], storage["responsible"], storage["supporting"]) == ("市商务局", "市财政局", "")
    assert storage["amounts"] == "20元；50万元"
    assert (storage["label"], storage["kind"], storage["start"]) == ("一 仓储补贴", "clause", 0)
    assert vehicles["dates"] == "2025年6月30日"
    assert why["documents"] == "国办发〔2020〕15号"


def test_nearest_first_and_a_chunk_is_nearest_to_itself(tmp_path: Path) -> None:
    found, model = opened(tmp_path)
    for chunk in chunks_of(parse(MARKDOWN), {}):
        near = found.nearest(model.embed([chunk.text])[0])
        assert near[0].similarity == pytest.approx(1, abs=1e-4)
        assert chunk.text in [one.chunk.text for one in near if one.similarity > 0.9999]
        assert [one.similarity for one in near] == sorted((one.similarity for one in near), reverse=True)
        assert len(near) == len(found)


def test_a_second_opening_embeds_nothing(tmp_path: Path) -> None:
    first, _ = opened(tmp_path)
    second, model = opened(tmp_path)
    assert first.embedded == len(first) == 13
    assert second.embedded == 0
    assert model.seen == []
    assert ids(second, model, "更换货车") == ids(first, model, "更换货车")


@pytest.mark.parametrize(
    ("old", "new", "embedded"),
    [
        ("车辆应在本市登记。", "车辆应在本市登记并年检。", 2),  # the clause and the sentence
        ("最高50万元", "最高60万元", 2),  # amounts are not in the vector's text, yet the change is kept
        ("## 二、车辆更新", "## 二、货车更新", 4),  # a heading is part of each of its chunks
        ("车辆应在本市登记。", "", 1),  # the clause; the sentence goes
    ],
)
def test_only_what_changed_is_embedded_again(tmp_path: Path, old: str, new: str, embedded: int) -> None:
    opened(tmp_path)
    changed = parse(MARKDOWN.replace(old, new))
    again, model = opened(tmp_path, changed)
    assert again.embedded == embedded
    assert {near.chunk.text for near in again.nearest(model.embed(["车辆登记"])[0])} == {
        chunk.text for chunk in chunks_of(changed, {})
    }


def test_a_phrase_added_is_all_that_is_embedded(tmp_path: Path) -> None:
    opened(tmp_path)
    again, model = opened(tmp_path, phrases={"2": ["换车"]})
    assert (again.embedded, model.seen) == (1, ["换车"])


def test_another_embedding_is_noticed_and_the_first_one_kept(tmp_path: Path) -> None:
    opened(tmp_path)
    other, model = opened(tmp_path, model=Letters(32))
    assert other.embedded == len(other)
    assert len(other.nearest(model.embed(["仓库"])[0])) == len(other)
    assert opened(tmp_path)[0].embedded == 0


def test_two_policies_share_a_folder(tmp_path: Path) -> None:
    one, model = opened(tmp_path)
    other, _ = opened(tmp_path, parse(MARKDOWN.replace("仓储", "冷链")), key="冷链")
    assert other.embedded == len(other)
    assert any("仓储" in near.chunk.text for near in one.nearest(model.embed(["仓储补贴"])[0]))
    assert not any("仓储" in near.chunk.text for near in other.nearest(model.embed(["仓储补贴"])[0]))


def test_progress_ends_at_the_total(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "BATCH", 5)
    told: list[tuple[int, int]] = []
    Index("物流", chunks_of(parse(MARKDOWN), {}), Letters(), Folder(tmp_path / "index"), lambda *at: told.append(at))
    assert told == [(5, 13), (10, 13), (13, 13)]


def test_a_zero_vector_is_near_nothing(tmp_path: Path) -> None:
    found, model = opened(tmp_path)
    assert found.nearest(model.embed([""])[0]) == []


@pytest.mark.parametrize("damage", ["a file in the way", "a broken database"])
def test_what_cannot_be_written_is_kept_in_memory(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    if damage == "a file in the way":
        (tmp_path / "index").write_text("")
    else:
        (tmp_path / "index").mkdir()
        (tmp_path / "index" / "chroma.sqlite3").write_bytes(b"not a database" * 100)
    with caplog.at_level(logging.WARNING):
        found, model = opened(tmp_path)
    assert "改在内存中建立" in caplog.text
    assert ids(found, model, "更换货车")[0] == "2"


def test_an_index_that_stays_locked_is_an_error_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "LOCK_SECONDS", 0.2)
    (tmp_path / "index").mkdir()
    with FileLock(tmp_path / "index" / ".lock"), pytest.raises(StoreError, match="另一个进程占用"):
        opened(tmp_path)


def test_processes_that_build_at_once_agree(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.test_index import opened, ids;"
        "found, model = opened(Path(sys.argv[1])); print(found.embedded, *ids(found, model, '更换货车'))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    outputs = [process.communicate(timeout=120)[0].split() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert sorted(int(output[0]) for output in outputs) == [0, 0, 13]
    assert outputs[0][1:] == outputs[1][1:] == outputs[2][1:]


def test_an_index_open_elsewhere_answers_while_the_text_changes(tmp_path: Path) -> None:
    old, model = opened(tmp_path)
    opened(tmp_path, parse(MARKDOWN.replace("车辆应在本市登记。", "车辆应在本市登记并年检。")))
    left = old.nearest(model.embed(["更换货车"])[0])
    assert left
    assert all(near.chunk in chunks_of(parse(MARKDOWN), {}) for near in left)


def test_an_index_emptied_behind_our_back_is_built_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    found, model = opened(tmp_path)
    before = ids(found, model, "更换货车")
    client = chromadb.PersistentClient(str(tmp_path / "index"), ChromaSettings(anonymized_telemetry=False))
    for collection in client.list_collections():
        client.delete_collection(collection.name)
    with caplog.at_level(logging.WARNING):
        assert ids(found, model, "更换货车") == before
    assert "改在内存中建立" in caplog.text
