"""What people type, without what only disturbs the reading of it."""

import re
from decimal import Decimal

from assistant.privacy import unmarked
from assistant.reading.language import language_of
from tools import money
from tools.money.english import NUMBER_WORD, number_in_words

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,80}>")  # its brackets would be read as comparison signs
_PINYIN = re.compile(r"(?<=\d) ?(wan|yi)\b", re.IGNORECASE)  # RMB 4,999 wan
_IN_WORDS = re.compile(  # eight thousand wan, three yi
    rf"\b(?P<number>(?:{NUMBER_WORD})(?:[ -](?:{NUMBER_WORD}|and)){{0,8}}) (?P<scale>wan|yi)\b", re.IGNORECASE
)
_SPELLED = re.compile(
    r"(?P<lead>(?:大概|大约|差不多|就|是)?)(?P<number>[一二两三四五六七八九]千[零一二两三四五六七八九十百]{0,6})"
)
_TEN_THOUSANDS = re.compile(
    r"(?<=\d) ?(?:ten[ -]thousands?|10k)(?= (?:yuan|rmb|cny)\b)", re.IGNORECASE
)  # 6000 ten thousand yuan
_GREW = re.compile(  # only what it grew to is the value
    r"(?P<verb>\b(?:grew|grown|rose|risen|increased|jumped|climbed|went up|went|fell|fallen|dropped|decreased|declined|went down|up|down)(?: \w{1,12}){0,3}) from (?:rmb|cny|¥)? ?[\d.,]{1,24} ?(?:millions?|billions?|mn?|bn?|k|wan|yi|万|亿)?(?: ?(?:yuan|rmb|cny))? to (?=(?:rmb|cny|¥)? ?\d)",
    re.IGNORECASE,
)
_MILLIONS = re.compile(r"(?<![\w.,])(\d{1,4}(?:\.\d{1,3})?)m\b(?! ?(?:²|2|sq|wide|long|tall|high|away))", re.IGNORECASE)
_OF_AWARDS = re.compile(
    r"(?i)tier|award|reward|bracket|threshold|qualif|revenue|turnover|income|sales|\btax|\bpaid\b|\bearn|\bmade\b"
)
_SUM_ALONE = re.compile(  # a follow-up that tells a sum and nothing else: and if it was 950m?
    r"(?i)(?:and|but|so|then|now|what|how|about|if|it|it's|we|our|they|he|was|were|is|had|has|did|do|got|with|only|say|at|to|for|"
    r"actually|instead|maybe|sorry|no|rather|or|,|\s)*+\d{1,4}(?:\.\d{1,3})?m(?:instead|then|though|now|\W)*"
)
_POWER = re.compile(r"(?<![a-zA-Z0-9.])(\d{1,4}(?:\.\d{1,6})?)[eE]\+?(\d{1,2})(?![a-zA-Z0-9.])")  # 1.5e8
_COUNTED = "家|个|户|年|月|日|天|人|名|次|项|档|类|种|条|期|万|亿"
_TAIL = re.compile(  # 1亿 2 is 1亿2 with a blank in it; 1亿 2 家 is not
    rf"(?<=[\d个]亿)[ \u3000]+(?=\d(?:[ \u3000]+(?!{_COUNTED}|\d)|[，,。；;？?！!呢吧元]|$))"
)
_SCALED = re.compile(r"(?:illions?|\d ?(?:mn?|bn?|k)|\d(?:,\d{3}){2,4}(?:\.\d{1,2})?|\d{7,12})$", re.IGNORECASE)
_GAP = re.compile(r"(?<=[\d一-鿿.]) (?=[\d一-鿿.])")


def clean(text: str) -> str:
    """The text without invisible characters and markup, without what stands for masked personal data and the blanks of
    a text typed letter by letter, and with the scales, powers and currencies of numbers written as they are read."""
    text = unmarked(_TAG.sub(" ", text.translate(_INVISIBLE)))
    if spelled := _SPELLED.fullmatch(text.strip()):
        read = money.read(f"{spelled['number']}元").amounts
        text = f"{spelled['lead']}{read[0].lo:f}" if len(read) == 1 and read[0].exact else text
    text = _IN_WORDS.sub(lambda match: f"{number_in_words(match['number'])} {match['scale']}", text)
    text = _TEN_THOUSANDS.sub("万", _GREW.sub(r"\g<verb> to ", text))
    if _OF_AWARDS.search(text) or _SUM_ALONE.fullmatch(text):
        text = _MILLIONS.sub(r"\1 million", text)
    text = _PINYIN.sub(lambda match: "万" if match[1].lower() == "wan" else "亿", text)
    text = _POWER.sub(lambda match: f"{Decimal(match[0]):f}", text)
    text = _TAIL.sub("", text)
    for end in reversed(without_currency(text)):
        text = f"{text[:end]} yuan{text[end:]}"
    spaced = text.count(" ") * 5 > len(text) * 2
    return _GAP.sub("", text) if spaced else text


def without_currency(text: str) -> list[int]:
    """Where the amounts of an English message end that names no currency (revenue of 80 million): they are in yuan, as
    everything here is."""
    if language_of(text) != "en" or not re.search(r"(?i)illion|\d ?(?:mn?|bn?|k)\b|(?:,\d{3}){2}|\d{7}", text):
        return []
    refused = money.read(text).refusals
    if any(one.code == "foreign" for one in refused):
        return []
    return [one.end for one in refused if one.code == "no_unit" and _SCALED.search(one.text)]
