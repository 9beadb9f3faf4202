"""What else may not be shown: names nobody gave, another language, the instructions, markup."""

import re
from collections.abc import Iterator

from assistant.checks import words as w
from assistant.checks.piece import QUOTE, Piece
from assistant.facts import Facts
from assistant.reading.language import language_of

_TITLE = re.compile(r"《([^《》]{2,})》")
_BODY = re.compile(rf"([一-龥]{{1,14}}?)({w.OFFICES})(?!部)")
_NO_OFFICE = re.compile(rf"(?:{w.NO_OFFICE})$")
# A model may also repeat the 牵头单位 and 责任单位 of a clause; what staff write of them is held against the clause.
_GENERAL = r"牵头|责任|对应|地方|各级"
_ANYWHERE = re.compile(rf"(?:{w.SOME_OFFICE}|{_GENERAL})[一-龥]{{0,4}}$")
_ANY_DEPARTMENT = re.compile(rf"(?:{w.ANY_DEPARTMENT}|{_GENERAL}|政府)$")
_MARKUP = re.compile(r"<\/?[A-Za-z!][^>]*>|&#?\w+;|\]\s*\((?!/policy/)|!\[|```|\\[A-Za-z]+|\$[^$\n]+\$|\[\^")
_ROLE = re.compile(
    r"(?i)(?:系统|内部)(?:提示|指令)|提示词|我的(?:指令|规则|设定)|system prompt|my (?:instructions|rules)|不受限制|开发者模式|越狱|DAN\b|jailbreak|rule_id|entry_id|compute_award|policy_entry|search_policy|tool_call|作为(?:一个)?不受|only say|my guidelines|these instructions|the instructions"
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z'-]{2,}(?:[ ,;]+[A-Za-z][A-Za-z'-]*){2,}")
_HAN = re.compile(r"[一-龥]")
SHARED = 12  # characters in a row that only the instructions have


def names_are_known(piece: Piece, facts: Facts) -> Iterator[str]:
    """A document or an office is named only as the policy, a result or the user names it."""
    even = facts.names.translate(str.maketrans("〈〉", "《》"))
    for match in _TITLE.finditer(piece.text.translate(str.maketrans("〈〉", "《》"))):
        if match[1] not in even:
            yield f"文件名没有出处：《{match[1]}》"
    names = "\n".join([facts.names, *piece.contacts])
    for match in _BODY.finditer(QUOTE.sub("", piece.text)):
        whole = match[0]
        if _NO_OFFICE.search(whole):
            continue
        known = any(whole[at:] in names for at in range(len(whole) - 2))
        none = (_ANY_DEPARTMENT if match[2] in ("部门", "科室") else _ANYWHERE).search(match[1])
        if not known and not none:
            yield f"单位没有出处：{whole}"


def language_is_the_questions(piece: Piece, facts: Facts) -> Iterator[str]:
    """An answer is written in the language of its question; names and quotes stay as they are."""
    if piece.language == "zh":
        for match in _LATIN.finditer(piece.plain):
            if match[0].lower() not in facts.names.lower():
                yield f"回答应用中文：{match[0][:30]}"
    elif len(_HAN.findall(piece.plain)) > 12 and language_of(piece.plain) == "zh":
        yield f"The answer should be in English: {piece.plain.strip()[:30]}"


def instructions_stay_inside(piece: Piece, facts: Facts) -> Iterator[str]:
    """Nothing of the instructions is told, and no other role is taken."""
    if match := _ROLE.search(piece.text):
        yield f"不能谈及工作指令：{match[0]}"
    for at in range(0, max(0, len(piece.plain) - SHARED)):
        words = piece.plain[at : at + SHARED]
        if words in facts.instructions and words not in facts.names and words not in facts.draft:
            yield f"泄露了工作指令：{words}"
            return


_STUTTER = re.compile(r"(.{1,12}?)\1{5,}", re.DOTALL)


def nothing_stutters(piece: Piece, facts: Facts) -> Iterator[str]:
    """No word or phrase over and over."""
    for match in _STUTTER.finditer(piece.text):
        if match[1].strip(" -|:=\n*_."):
            yield f"反复重复：{match[1].strip()}"


def no_markup(piece: Piece, facts: Facts) -> Iterator[str]:
    """No HTML, link, picture, formula or code: links are made here, from clause ids."""
    for match in _MARKUP.finditer(piece.text):
        yield f"不能使用的标记：{match[0][:20]}"
