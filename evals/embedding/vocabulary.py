"""The tokens of the bundled embedding, and the tokenizer that cuts a text into them.

The characters of GB 2312 and the common ones of Big5, the most frequent words of jieba's dictionary (MIT), frequent
English words (english.txt) and digits. A Unigram model prefers words that are frequent and long.
"""

import importlib
import math
import re
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import Unigram

WORDS = 30_000
SIGNS = [*"0123456789", *(str(year) for year in range(2018, 2031))]
BIG5_COMMON = b"\xc6\x7e"
"""The last of Big5's frequently used characters (level 1)."""
_HERE = Path(__file__).parent
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Token:
    """``frequency`` is its share of running text, 0 to 1."""

    text: str
    frequency: float


def tokens() -> list[Token]:
    """The vocabulary but for the unknown token, frequent tokens first within each kind; the same on every machine."""
    dictionary = _dictionary()
    total = sum(dictionary.values())
    rare = 1 / total
    single = sorted((word for word in dictionary if len(word) == 1), key=lambda word: (-dictionary[word], word))
    characters = sorted(_characters() | set(single[:4000]))
    frequent = sorted((word for word in dictionary if len(word) > 1), key=lambda word: (-dictionary[word], word))[
        :WORDS
    ]
    english = (_HERE / "english.txt").read_text(encoding="utf-8").split()
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    return [
        *(Token(sign, 1e-4) for sign in SIGNS),
        *(Token(word, dictionary[word] / total) for word in frequent),
        *(Token(char, max(dictionary.get(char, 0) / total, rare)) for char in characters),
        *(Token(letter, 1e-4) for letter in letters),
        *(Token(word, 0.1 / (rank + 10)) for rank, word in enumerate(english)),
    ]


def tokenizer(vocabulary: list[Token]) -> Tokenizer:
    """Cuts NFKC text in small letters into runs of Chinese, Latin letters or digits, and those into tokens."""
    scored = [("[UNK]", -30.0)]
    for token in vocabulary:
        if token.text in SIGNS or (len(token.text) == 1 and token.text.isascii()):
            score = -18.0
        elif token.text.isascii():
            score = -11.0
        else:
            score = math.log(token.frequency)
        scored.append((token.text, round(score, 2)))
    made = Tokenizer(Unigram(scored, unk_id=0, byte_fallback=False))
    made.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(r"(?<=\d),(?=\d)"), "")]
    )
    made.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\u4e00-\u9fff]+|[a-z]+|\d+"), behavior="removed", invert=True)
    return made


def _dictionary() -> dict[str, int]:
    """jieba's words with their counts; names of persons are left out."""
    path = Path(str(importlib.import_module("jieba").__file__)).parent / "dict.txt"
    found: dict[str, int] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        word, count, kind = line.split()
        if _CHINESE.fullmatch(word) and not kind.startswith("nr"):
            found[word] = int(count)
    return found


def _characters() -> set[str]:
    found = set()
    for code in range(0x4E00, 0xA000):
        traditional = chr(code).encode("big5", "ignore")
        if chr(code).encode("gb2312", "ignore") or b"" < traditional <= BIG5_COMMON:
            found.add(chr(code))
    return found
