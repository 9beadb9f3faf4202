"""Write an amount in yuan in the spellings people use; reading any of them gives the same amount back."""

from __future__ import annotations

from decimal import Decimal

HAN = "零一二三四五六七八九"
FORMAL = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "十", "百", "千")
FORMAL_PLACES = ("", "拾", "佰", "仟")
WAN = Decimal(10**4)
YI = Decimal(10**8)


def write(value: Decimal | int, style: str = "mixed") -> str:
    """``value`` yuan, exactly: ``mixed`` 1.2亿元, ``digits`` 120000000元, ``grouped`` 120,000,000元,
    ``han`` 一亿二千万元, ``formal`` 壹亿贰仟万元整.

    >>> write(150000), write(120000000), write(Decimal("1234.56"))
    ('15万元', '1.2亿元', '1234.56元')
    """
    amount = Decimal(value)
    sign, amount = ("-" if amount < 0 else ""), abs(amount)
    if style == "mixed":
        return sign + _mixed(amount)
    if style in ("digits", "grouped"):
        return sign + plain(amount, grouped=style == "grouped") + "元"
    if style in ("han", "formal"):
        return ("负" if sign else "") + _han(amount, formal=style == "formal")
    raise ValueError(f"unknown style {style!r}")


def plain(value: Decimal, grouped: bool = False) -> str:
    """Digits without exponent and without trailing zeros after the point."""
    text = f"{value:,f}" if grouped else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _mixed(amount: Decimal) -> str:
    if amount >= YI and amount % (YI / 10000) == 0:
        return plain(amount / YI) + "亿元"
    if amount >= WAN and amount % 100 == 0:
        return plain(amount / WAN) + "万元"
    return plain(amount) + "元"


def _han(amount: Decimal, formal: bool) -> str:
    digits, places = (FORMAL, FORMAL_PLACES) if formal else (HAN, PLACES)
    cents = int(amount * 100)
    if cents != amount * 100:
        raise ValueError(f"{amount} yuan is finer than one fen")
    whole, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    text = _whole(whole, digits, places) + "元"  # 零元九角 too: 九角 alone may be a corner
    if jiao:
        text += digits[jiao] + "角"
    elif fen and whole:
        text += "零"
    if fen:
        text += digits[fen] + "分"
    return text + ("整" if formal and not fen else "")


def _whole(value: int, digits: str, places: tuple[str, ...]) -> str:
    """A whole number in Chinese, with 零 for every gap; 亿 counts what stands before it (一万二千亿)."""
    for base, name in ((10**8, "亿"), (10**4, "万")):
        if value >= base:
            head, rest = divmod(value, base)
            text = _whole(head, digits, places) + name
            if not rest:
                return text
            return text + (digits[0] if rest < base // 10 else "") + _whole(rest, digits, places)
    return _group(value, digits, places) if value else digits[0]


def _group(group: int, digits: str, places: tuple[str, ...]) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            text += (digits[0] if gap and text else "") + digits[digit] + places[place]
        gap = not digit
    return text
