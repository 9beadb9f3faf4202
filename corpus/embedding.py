"""Texts -> vectors, by the bundled static model or by any sentence-transformers model.

The bundled model (``corpus/models``) is a sentence-transformers directory: a tokenizer and one row per token, whose
weighted mean is the vector. It is read here with three small packages, in a tenth of a second; torch and
sentence-transformers, which take ten, are imported only when another model is configured. A test holds that
both readers give the same vectors.
"""

import functools
import hashlib
import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from tools.errors import SettingsError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED = Path(__file__).parent / "models" / "zh-static-256"
LOAD_SECONDS = 60.0
"""The longest a configured model may take to load: a hub that cannot be reached hangs much longer by itself."""

Vectors = NDArray[np.float32]


class Embedding(Protocol):
    """``fingerprint`` changes whenever the vectors may: vectors of two fingerprints are never compared."""

    @property
    def name(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension); rows have unit length, or are zero when a text has no token the model knows."""
        ...


def open_embedding(name: str | None = None) -> Embedding:
    """The bundled model when ``name`` is empty, else the sentence-transformers model of that name or local path.

    Raises SettingsError when there is no such model or it cannot be loaded within LOAD_SECONDS.
    """
    if not name or not name.strip():
        return bundled()
    return TransformerModel(name.strip())


@functools.cache
def bundled() -> "StaticModel":
    """The bundled model, read once; its tokenizer also cuts the words of BM25, whatever embedding is configured."""
    return StaticModel(BUNDLED)


class StaticModel:
    """A sentence-transformers directory made of StaticEmbedding and Normalize, read without torch."""

    def __init__(self, folder: Path) -> None:
        """Raises SettingsError when a file is missing or not of this form."""
        import safetensors
        import safetensors.numpy
        from tokenizers import Tokenizer

        self.name = folder.name
        try:
            weights = (folder / "model.safetensors").read_bytes()
            words = (folder / "tokenizer.json").read_bytes()
            tensors = safetensors.numpy.load(weights)
            self._rows: NDArray[np.int8] = tensors["embeddings"]
            self._scales: Vectors = tensors["weights"].astype(np.float32)
            self.tokenizer: Tokenizer = Tokenizer.from_buffer(words)
        except (OSError, ValueError, KeyError, safetensors.SafetensorError) as error:
            raise SettingsError(
                f"内置向量模型不完整：{folder}（{error}）。请重新取得代码，或用 evals/embedding/build.py 重建。"
            ) from error
        self.tokenizer.no_padding()
        self.fingerprint = hashlib.sha256(weights + words).hexdigest()

    @property
    def dimension(self) -> int:
        return int(self._rows.shape[1])

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for at, encoding in enumerate(self.tokenizer.encode_batch(list(texts), add_special_tokens=False)):
            if encoding.ids:
                ids = np.asarray(encoding.ids)
                vectors[at] = self._scales[ids] @ self._rows[ids].astype(np.float32) / len(ids)
        return unit(vectors)


class TransformerModel:
    """Any model sentence-transformers can load, by hub name or local path."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._model = _load_bounded(name)
        self.fingerprint = hashlib.sha256(f"{name}\n{_described(self._model)}".encode()).hexdigest()

    @property
    def dimension(self) -> int:
        return int(self.embed(["一"]).shape[1])

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        found = self._model.encode(list(texts), convert_to_numpy=True, show_progress_bar=False)
        return unit(np.asarray(found, dtype=np.float32))


def unit(vectors: Vectors) -> Vectors:
    """Rows brought to unit length; a zero row stays zero."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    safe: Vectors = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 1e-12)
    return safe


def _load_bounded(name: str) -> "SentenceTransformer":
    """Loads in a thread that is left behind when it takes too long: the hub client retries for minutes."""
    outcome: list[SentenceTransformer | SettingsError] = []

    def load() -> None:
        try:
            outcome.append(_load(name))
        except SettingsError as error:
            outcome.append(error)

    loading = threading.Thread(target=load, name="embedding", daemon=True)
    loading.start()
    loading.join(LOAD_SECONDS)
    found = (
        outcome[0]
        if outcome
        else SettingsError(
            f"{LOAD_SECONDS:.0f} 秒内没能加载向量模型 {name!r}，多半是连不上模型库。"
            "请把模型下载到本机，将 ASSISTANT_EMBEDDING 设为它的文件夹；不设则用内置模型。"
        )
    )
    if isinstance(found, SettingsError):
        raise found
    return found


def _load(name: str) -> "SentenceTransformer":
    from huggingface_hub import snapshot_download
    from sentence_transformers import SentenceTransformer

    local = Path(name).expanduser()
    try:
        if local.exists():
            name_or_path = str(local)
        elif _offline():  # sentence-transformers looks the hub up even when told to use local files only
            name_or_path = snapshot_download(name, local_files_only=True)
        else:
            name_or_path = name
        return SentenceTransformer(name_or_path, device="cpu")
    except (OSError, ValueError, ImportError, RuntimeError, KeyError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise SettingsError(
            f"加载不了向量模型 {name!r}：{reason}。请核对 ASSISTANT_EMBEDDING：应为本机上 sentence-transformers 模型的"
            "文件夹，或可访问的模型名；不设则用内置模型。"
        ) from error


def _offline() -> bool:
    """HF_HUB_OFFLINE as it is now: the hub's client reads it only once, when it is imported."""
    return os.environ.get("HF_HUB_OFFLINE", "").strip().upper() in {"1", "ON", "YES", "TRUE"}


def _described(model: "SentenceTransformer") -> str:
    """What tells two models of one name apart: their modules and a sample of the vectors they give."""
    sample = np.asarray(model.encode(["政策", "一次性奖励不超过", "a b"], show_progress_bar=False), dtype=np.float32)
    return json.dumps([str(model), np.round(sample, 3).tolist()])
