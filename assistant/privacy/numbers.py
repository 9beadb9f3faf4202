"""Which pieces of a text's digits are personal numbers: by their digits, by how they are grouped, by the words around.

A word that names the number allows more (a mistyped one, odd groups, round figures); without one, anything that could
make it an amount, a sum or a document's number lets it stay.
"""

import re
from typing import Literal

from assistant.privacy import around, shapes
from assistant.privacy.groups import Piece, chains, pieces

Span = tuple[int, int, Literal["id", "phone", "card"], str]

_LAST_X = re.compile(r"[ -]?(?:[x×叉]|艾克斯|埃克斯|\*(?!\*))(?![a-z0-9])")
_EXTENSION = re.compile(
    r" ?(?P<open>\()?(?:-|,?转(?:接|分机)?|,?分机号?:?|ext\.?:?|#) ?[0-9]{1,5}(?![0-9万亿千元年%-])(?(open)\))"
)
_MOBILE_GROUPS = {(11,), (3, 4, 4), (3, 8), (7, 4), (1,) * 11}
_LOCAL_GROUPS = {(7,), (8,), (3, 4), (4, 4)}
_CARD_GROUPS = {(4, 4, 4, 4, more)[: 4 + (more > 0)] for more in range(4)} | {(6, more) for more in range(10, 14)}
_OLD_GROUPS = {(15,), (6, 6, 3), (6, 9)}


def find(text: str) -> list[Span]:
    """The personal numbers of a folded text, from left to right; none overlap."""
    found: list[Span] = []
    floor = 0
    for groups in chains(text):
        at = 0
        while at < len(groups):
            span = next((one for piece in pieces(text, floor, groups, at) if (one := _read(piece))), None)
            at += 1
            if span:
                found.append(span)
                floor = span[1]
                while at < len(groups) and groups[at][0] < floor:
                    at += 1
    return found


def _read(piece: Piece) -> Span | None:
    """The personal number a piece is, or None."""
    length = len(piece.digits)
    if length == 17 and (last := _LAST_X.match(piece.text, piece.end)):
        whole = piece._replace(
            digits=piece.digits + "x", end=last.end(), sizes=(*piece.sizes[:-1], piece.sizes[-1] + 1)
        )
        if span := _identity(whole):
            return span
    if length in (15, 18) and (span := _identity(piece)):
        return span
    if length >= 16 and (span := _card(piece)):
        return span
    return _phone(piece)


def _identity(piece: Piece) -> Span | None:
    text, floor, start, end, digits, *_ = piece
    if len(digits) == 15:
        valid = shapes.old_identity(digits)
        born = valid
    else:
        valid, born = shapes.identity(digits), shapes.born(digits)
    if not born or around.measured(text, floor, start, end):
        return None
    said = around.before(text, floor, start)
    named = said == "id" or around.identity_after(text, end)
    if not named:
        doubtful = said == "code" or piece.odd or not piece.plain or shapes.credit_code(digits)
        if len(digits) == 15:
            doubtful = doubtful or said != "" or piece.sizes not in _OLD_GROUPS
        if doubtful or not valid:
            return None
    return start, end, "id", "[身份证号]"


def _card(piece: Piece) -> Span | None:
    text, floor, start, end, digits, sizes, *_ = piece
    if not shapes.issued(digits) or around.measured(text, floor, start, end):
        return None
    said = around.before(text, floor, start)
    named = said == "card" or (said == "account" and shapes.luhn(digits))
    if not named:
        if said in ("amount", "code", "account") or piece.odd or piece.listed or not piece.plain:
            return None
        if len(sizes) > 1 and sizes not in _CARD_GROUPS:
            return None
        if not (shapes.luhn(digits) and shapes.issued_surely(digits)) or shapes.round_number(digits):
            return None
    return start, end, "card", "[银行卡号]"


def _phone(piece: Piece) -> Span | None:
    text, floor, start, end, digits, sizes, between, alone = piece
    known = shapes.mobile(digits) or shapes.landline(digits)
    number = digits if known else shapes.without_country(digits)
    abroad, local = shapes.abroad(digits), not number and shapes.local_line(digits)
    if not (number or abroad or local) or around.measured(text, floor, start, end):
        return None
    mobile = shapes.mobile(number)
    mark = "[手机号]" if mobile else "[电话]"
    if not mobile:
        piece = piece._replace(end=_extended(text, end))
    if local:
        tidy = alone and sizes in _LOCAL_GROUPS and piece.plain and around.a_line(text, floor, start)
        return (start, piece.end, "phone", mark) if tidy and not piece.odd else None
    said = around.before(text, floor, start)
    plus = not known and text[max(floor, start - 1) : start] == "+"
    named = plus or digits[:2] == "00" or said == "phone" or around.phone_after(text, end)
    if not number and not named:
        return None
    if not known and (rest := sizes[0] - shapes.country(digits)):
        sizes = (rest, *sizes[1:])
    elif not known:  # the country code stands by itself
        if not named and between[0] == " ":
            return None
        sizes = sizes[1:]
    usual = sizes in _MOBILE_GROUPS if mobile else len(sizes) <= 3
    if not (piece.plain or (named and usual)):
        return None
    if not named:
        figure = mobile and (shapes.round_number(number) or piece.listed)
        if not usual or said or figure or piece.odd:
            return None
    start -= plus
    if text[max(floor, start - 1) : start] == "(" and ")" in "".join(between[:1]):
        start -= 1
    return start, piece.end, "phone", mark


def _extended(text: str, end: int) -> int:
    """The end of the extension behind a landline, or ``end``."""
    extension = _EXTENSION.match(text, end)
    return extension.end() if extension else end
