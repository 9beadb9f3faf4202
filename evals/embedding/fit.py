"""Rows of a static embedding fitted by gradient: a text is the mean of its tokens' rows, brought to unit length."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Bag = NDArray[np.int64]
DROPPED = 0.3
"""Share of a passage's tokens left out at each sight of it, so that none is learnt by heart."""


@dataclass(frozen=True)
class Pairs:
    """``asks[i]`` are questions passage ``i`` answers; passages of one topic are never set against each other."""

    passages: list[Bag]
    topics: list[str]
    asks: list[list[Bag]]
    same: list[list[Bag]]


class Rows:
    """The rows being fitted, with Adam's moments for the rows a step touches."""

    def __init__(self, rows: Matrix, rate: float) -> None:
        self.rows = rows.copy()
        self._first = np.zeros_like(rows)
        self._second = np.zeros_like(rows)
        self._scale = float(np.sqrt(np.mean(rows**2)))
        self._rate = rate

    def means(self, bags: Sequence[Bag]) -> tuple[Matrix, Matrix]:
        """Unit vectors (n, dimension) of the bags, and their lengths (n, 1) before that."""
        mean = np.stack([self.rows[bag].mean(axis=0) for bag in bags])
        length = np.linalg.norm(mean, axis=1, keepdims=True) + 1e-9
        return mean / length, length

    def step(self, bags: Sequence[Bag], units: Matrix, lengths: Matrix, slope: Matrix, progress: float) -> None:
        """One step against ``slope``, the loss's gradient by the unit vectors; ``progress`` 0 to 1 anneals it."""
        inner = (slope - (slope * units).sum(axis=1, keepdims=True) * units) / lengths
        counts = np.array([len(bag) for bag in bags])
        touched, where = np.unique(np.concatenate(bags), return_inverse=True)
        gradient = np.zeros((len(touched), self.rows.shape[1]), dtype=np.float32)
        np.add.at(gradient, where, np.repeat(inner / counts[:, None], counts, axis=0))
        gradient *= self._scale
        self._first[touched] = 0.9 * self._first[touched] + 0.1 * gradient
        self._second[touched] = 0.99 * self._second[touched] + 0.01 * gradient**2
        change = self._first[touched] / (np.sqrt(self._second[touched]) + 1e-6)
        self.rows[touched] -= self._rate * self._scale * (1 - progress) * change


def to_teachers(rows: Matrix, bags: list[Bag], targets: Matrix, epochs: int, rate: float, seed: int) -> Matrix:
    """Rows whose bags point where the teachers put them (``targets``, unit rows)."""
    random = np.random.default_rng(seed)
    fitted = Rows(rows, rate)
    steps = epochs * (len(bags) // 128)
    for step in range(steps):
        chosen = random.integers(0, len(bags), 128)
        batch = [bags[at] for at in chosen]
        units, lengths = fitted.means(batch)
        fitted.step(batch, units, lengths, (-targets[chosen] / len(batch)).astype(np.float32), step / steps)
    return fitted.rows


def to_pairs(rows: Matrix, pairs: Pairs, steps: int, rate: float, seed: int, same: float, heat: float) -> Matrix:
    """Rows under which a question is nearer to its passage than to others, and equal words to each other.

    ``same`` is the share of steps spent on equal words, ``heat`` the temperature of the contrast (InfoNCE).
    """
    random = np.random.default_rng(seed)
    fitted = Rows(rows, rate)
    topics = np.array(pairs.topics)
    for step in range(steps):
        if random.random() < same:
            left, right, blocked = _equal_words(pairs, random)
        else:
            left, right, blocked = _questions(pairs, topics, random)
        bags = [*left, *right]
        units, lengths = fitted.means(bags)
        slope = _contrast(units[: len(left)], units[len(left) :], blocked, heat)
        fitted.step(bags, units, lengths, slope, step / steps)
    return fitted.rows


def _equal_words(pairs: Pairs, random: np.random.Generator) -> tuple[list[Bag], list[Bag], NDArray[np.bool_]]:
    chosen = random.choice(len(pairs.same), min(96, len(pairs.same)), replace=False)
    drawn = [random.choice(len(pairs.same[at]), 2, replace=False) for at in chosen]
    left = [pairs.same[at][two[0]] for at, two in zip(chosen, drawn, strict=True)]
    right = [pairs.same[at][two[1]] for at, two in zip(chosen, drawn, strict=True)]
    return left, right, np.zeros((len(left), len(left)), dtype=bool)


def _questions(
    pairs: Pairs, topics: NDArray[np.str_], random: np.random.Generator
) -> tuple[list[Bag], list[Bag], NDArray[np.bool_]]:
    chosen = random.integers(0, len(pairs.passages), 96)
    left = [pairs.asks[at][random.integers(len(pairs.asks[at]))] for at in chosen]
    right = []
    for at in chosen:
        kept = pairs.passages[at][random.random(len(pairs.passages[at])) > DROPPED]
        right.append(kept if len(kept) else pairs.passages[at])
    alike = topics[chosen][:, None] == topics[chosen][None, :]
    return left, right, alike & ~np.eye(len(chosen), dtype=bool)


def _contrast(left: Matrix, right: Matrix, blocked: NDArray[np.bool_], heat: float) -> Matrix:
    """The gradient of the symmetric InfoNCE loss by (left, right), stacked."""
    logits = left @ right.T / heat
    logits[blocked] = -1e9
    slope = (_softmax(logits) + _softmax(logits.T).T) / 2 - np.eye(len(left), dtype=np.float32)
    slope /= heat * len(left)
    return np.vstack([slope @ right, slope.T @ left]).astype(np.float32)


def _softmax(logits: Matrix) -> Matrix:
    powers: Matrix = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Matrix = powers / powers.sum(axis=1, keepdims=True)
    return shares
