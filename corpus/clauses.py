"""A policy's text as clauses: the unit that is retrieved, cited and quoted.

``policy.md`` is the delivered text with Markdown heading marks and nothing else added:

* ``#`` is the title; what follows it, up to the first numbered heading, is the clause ``preamble``;
* a heading that begins with a number (``一、`` ``（一）`` ``1.`` ``第三条``) opens a clause whose id is
  the path of its numbers (``2.2.5``), whatever the heading's depth in Markdown;
* a heading that ends with a full stop runs into the paragraph after it, as in the delivered text;
* a heading mark with nothing behind it opens the clause ``closing``;
* a numbered heading with no text of its own (``二、工作措施``) is only a step on the path.

A clause's ``text`` is a true substring of the delivered text, its own heading included, so that an
offset into a clause always points at the policy's own words.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tools.errors import PolicyError

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}
_MARK = re.compile(r"^(#{1,6})(?:[ \t]+(.*))?$")
_NUMBER = re.compile(
    r"^(?:第(?P<ordinal>[零一二三四五六七八九十百]+|\d+)[章节条]|(?P<comma>[一二三四五六七八九十]+)、"
    r"|（(?P<paren>[一二三四五六七八九十]+)）|(?P<arabic>\d+)[.．、])\s*"
)
_UNITS = re.compile(r"（(?=(?:牵头|责任|配合)单位：)(?P<body>[^（）]*(?:（[^（）]*）[^（）]*)*)）")
_ORGANISATION = re.compile(r"[局部委会府院厅办处科所站点中心机构单位公司]$|）$")
_ROLE = re.compile(r"[，；\s]*(牵头|责任|配合)单位：")
_DOCUMENT_NUMBER = re.compile(r"[一-龥]{2,12}〔\d{4}〕\d+号")
_SPECIAL = {"preamble": "引言", "closing": "附则"}


@dataclass(frozen=True, slots=True)
class Span:
    """A run of a clause's text: ``clause.text[start:end] == text``."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Clause:
    """One clause. ``id`` is stable (``2.2.5``), ``number`` and ``heading`` are for people (``二（二）5``)."""

    id: str
    number: str
    heading: str
    text: str
    path: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.number} {self.heading}".strip()

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The clause's sentences, in order; a bracket is never split, and a line is never crossed."""
        return tuple(_sentences(self.text))

    @cached_property
    def units(self) -> dict[str, tuple[str, ...]]:
        """Responsible units by role: ``{"牵头": (...), "责任": (...), "配合": (...)}``, roles named only."""
        found = _UNITS.search(self.text)
        if not found:
            return {}
        parts = _ROLE.split(found["body"])
        return {role: tuple(_names(names)) for role, names in zip(parts[1::2], parts[2::2], strict=True)}

    @cached_property
    def documents(self) -> tuple[str, ...]:
        """Document numbers (文号) the clause cites, in order, each once."""
        return tuple(dict.fromkeys(_DOCUMENT_NUMBER.findall(self.text)))

    def find(self, quote: str) -> Span:
        """The one place where ``quote`` stands in the clause.

        Raises PolicyError when it stands nowhere or more than once.
        """
        start = self.text.find(quote) if quote else -1
        if start < 0:
            raise PolicyError(f"引文不在条款 {self.id} 中：{quote!r}")
        if self.text.find(quote, start + 1) >= 0:
            raise PolicyError(f"引文在条款 {self.id} 中出现不止一次：{quote!r}")
        return Span(quote, start, start + len(quote))


@dataclass(frozen=True)
class PolicyText:
    """A whole policy text. ``text`` is the delivered document without heading marks."""

    title: str
    text: str
    clauses: tuple[Clause, ...]

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @cached_property
    def _by_id(self) -> dict[str, Clause]:
        return {clause.id: clause for clause in self.clauses}

    def clause(self, clause_id: str) -> Clause:
        """Raises PolicyError when there is no such clause."""
        try:
            return self._by_id[clause_id]
        except KeyError:
            raise PolicyError(f"没有条款 {clause_id}；现有条款：{'、'.join(self._by_id)}") from None

    def __contains__(self, clause_id: str) -> bool:
        return clause_id in self._by_id


def load(path: Path) -> PolicyText:
    """Reads a ``policy.md``. Raises PolicyError when the file is missing or not of the form above."""
    try:
        return parse(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PolicyError(f"读不到政策文本 {path}：{error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"政策文本 {path} 不是 UTF-8 编码，请用 UTF-8 另存后再试。") from error


def parse(markdown: str) -> PolicyText:
    """Markdown of the form above -> PolicyText. Raises PolicyError naming the line at fault."""
    clauses: list[Clause] = []
    everything: list[str] = []
    lines: list[str] = []  # of the clause being read
    run_in = False
    title = ""
    head: tuple[str, str, str, tuple[str, ...]] = ("", "", "", ())  # id, number, heading, path
    run_on = False  # the heading's own line already holds body text
    levels: list[tuple[int, str, str, str]] = []  # depth, id part, printed number, heading

    def close() -> None:
        if head[0] and len(lines) > (head[0] not in _SPECIAL and not run_on):
            clauses.append(Clause(*head[:3], "\n".join(lines), head[3]))

    for at, raw in enumerate(markdown.splitlines(), 1):
        line = raw.strip()
        mark = _MARK.match(line)
        if not line:
            continue
        if not mark:
            if not head[0]:
                raise PolicyError(f"policy.md 第 {at} 行：标题（# …）之前不应有正文")
            if run_in:
                lines[-1] += line
                everything[-1] += line
                run_in, run_on = False, True
            else:
                lines.append(line)
                everything.append(line)
            continue
        close()
        depth, heading = len(mark[1]), (mark[2] or "").strip()
        lines, run_on, run_in = [heading] if heading else [], False, heading.endswith("。")
        if heading:
            everything.append(heading)
        if depth == 1 and not title:
            title, head = heading, ("preamble", "", _SPECIAL["preamble"], ())
            continue
        if not heading:
            head = ("closing", "", _SPECIAL["closing"], ())
            continue
        number = _NUMBER.match(heading)
        if not number:
            raise PolicyError(f"policy.md 第 {at} 行：标题没有编号：{heading!r}")
        levels = [level for level in levels if level[0] < depth]
        path = tuple(level[3] for level in levels)
        levels.append((depth, _value(number), _printed(number), heading))
        name = heading[number.end() :].rstrip("。")
        clause_id = ".".join(level[1] for level in levels)
        head = (clause_id, "".join(level[2] for level in levels), name, path)
    close()
    ids = [clause.id for clause in clauses]
    if len(set(ids)) != len(ids) or not clauses:
        raise PolicyError("policy.md 没有条款，或有重复的条款编号：" + "、".join(ids))
    return PolicyText(title, "\n".join(everything), tuple(clauses))


def _names(listed: str) -> list[str]:
    """``市人社局、市财政局`` -> two names; ``各县、区人社局`` is one, for 各县 names no organisation."""
    names: list[str] = []
    pending = ""
    for part in listed.split("、"):
        pending += ("、" if pending else "") + part.strip()
        if _ORGANISATION.search(pending):
            names.append(pending)
            pending = ""
    return [*names, pending] if pending else names


def _value(number: re.Match[str]) -> str:
    words = next(group for group in number.groups() if group)
    if words.isdigit():
        return str(int(words))
    total, digit = 0, 0
    for char in words:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[char]
    return str(total + digit)


def _printed(number: re.Match[str]) -> str:
    if number["paren"]:
        return f"（{number['paren']}）"
    return number["comma"] or number["arabic"] or number[0].strip()


def _sentences(text: str) -> list[Span]:
    spans: list[Span] = []
    start = depth = 0
    for at, char in enumerate(text):
        depth += (char in "（(《〈“") - (char in "）)》〉”")
        ends = char == "\n" or (depth <= 0 and char in "。；！？;!?")
        if not ends and not (depth <= 0 and char in "）)" and _UNITS.fullmatch(text[start : at + 1])):
            continue
        if char == "\n":
            depth = 0
        _keep(spans, text, start, at + (char != "\n"))
        start = at + 1
    _keep(spans, text, start, len(text))
    return spans


def _keep(spans: list[Span], text: str, start: int, end: int) -> None:
    words = text[start:end]
    if words.strip():
        start += len(words) - len(words.lstrip())
        spans.append(Span(words.strip(), start, start + len(words.strip())))
