"""What a number can be by its digits alone. Every function takes ASCII digits and says yes or no."""

import re
from datetime import date

_PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0(?:10|2[0-57-9])[2-8][0-9]{7}|0[3-9][0-9]{2}[2-8][0-9]{6,7}")
_LOCAL = re.compile(r"[2-8][0-9]{6,7}")
_ABROAD = re.compile(r"(?:00)?(?:85[23][2-9][0-9]{7}|886[2-9][0-9]{7,8})")
_OLDEST = 1900
# UnionPay, Visa, Mastercard, JCB, Diners, Discover, and the numbers banks gave before they shared 62
_ISSUED = re.compile(r"62|4|5[0-9]|2[2-7]|35|3[0689]|60|65|68|69|9558|9555|9559|9688|9843|9988|940|900")
_SURELY = re.compile(r"62[0-9]{14,17}|(?:4|5[1-5])[0-9]{14,15}|35[0-9]{14}|9558[0-9]{15}")
# any of them, by its length and its first digits: what is not even this is looked at no further
_POSSIBLE = re.compile(
    r"1[3-9][0-9]{9}|0[1-9][0-9]{8,10}|(?:00)?8[568][0-9]{9,12}|[2-8][0-9]{6,7}|[1-8][0-9]{7}[01][0-9]{6}"
    rf"|[1-9][0-9]{{5}}(?:19|20)[0-9]{{9,10}}|(?=[0-9]{{16,19}}\Z)(?:{_ISSUED.pattern})[0-9]+"
)


def possible(digits: str) -> bool:
    """Whether digits may be any personal number, at first sight; an identity may lack its last character."""
    return _POSSIBLE.fullmatch(digits) is not None


def identity(digits: str) -> bool:
    """A resident identity number of 18 characters, the last of them 0-9 or ``x``, with a right check digit."""
    return born(digits) and _check(digits) == digits[17] and len(digits) == 18


def born(digits: str) -> bool:
    """Whether the region and the day of birth of an identity number of 18 characters can be."""
    place = digits[1:3] if digits[0] == "9" else digits[:2]  # 9: a foreigner with the right of residence
    return bool(_PROVINCES.match(place)) and day(digits[6:14])


def old_identity(digits: str) -> bool:
    """An identity number of 15 digits, as they were given until 1999."""
    return len(digits) == 15 and bool(_PROVINCES.match(digits)) and day("19" + digits[6:12])


def day(digits: str) -> bool:
    """Whether eight digits are a day from 1900 to today."""
    try:
        return date(_OLDEST, 1, 1) <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) <= date.today()
    except ValueError:
        return False


def _check(digits: str) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    return "10x98765432"[total % 11]


def credit_code(digits: str) -> bool:
    """Whether 18 digits are a firm's unified social credit code (GB 32100) by their check digit."""
    if len(digits) != 18 or not digits.isdecimal() or digits[0] not in "159":
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_CREDIT_WEIGHTS, digits, strict=False))
    return (31 - total % 31) % 31 == int(digits[17])


def mobile(digits: str) -> bool:
    return _MOBILE.fullmatch(digits) is not None


def landline(digits: str) -> bool:
    """With its area code, which begins with 0."""
    return _LANDLINE.fullmatch(digits) is not None


def local_line(digits: str) -> bool:
    """Without area code; a day written as eight digits is none."""
    return _LOCAL.fullmatch(digits) is not None and not (len(digits) == 8 and day(digits))


def without_country(digits: str) -> str:
    """The number without 86 or 0086, or the 0 for a mobile of another town; a landline with its 0. Empty where there
    is no such thing before it."""
    for code in ("0086", "86", "0"):
        rest = digits.removeprefix(code)
        if rest != digits:
            if mobile(rest) or (landline(rest) and code != "0"):
                return rest
            if landline("0" + rest) and code != "0":
                return "0" + rest
    return ""


def country(digits: str) -> int:
    """How many digits the code before a number takes: 0086, 86, 852, or the 0 before a mobile."""
    code = next((code for code in ("00", "8", "0") if digits.startswith(code)), "")
    return {"00": 4 + (digits[2:4] != "86"), "8": 2 + (digits[:2] != "86"), "0": 1, "": 0}[code]


def abroad(digits: str) -> bool:
    """With the code of Hong Kong, Macao or Taiwan."""
    return _ABROAD.fullmatch(digits) is not None


def issued(digits: str) -> bool:
    """Whether a number of 16 to 19 digits begins as those of bank cards do."""
    return 16 <= len(digits) <= 19 and _ISSUED.match(digits) is not None


def issued_surely(digits: str) -> bool:
    """Whether it begins as a card's number does and has the length of those: enough where no word names a card."""
    return _SURELY.fullmatch(digits) is not None


def luhn(digits: str) -> bool:
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def round_number(digits: str) -> bool:
    """As amounts are and hardly any personal number is: six zeros at the end."""
    return digits.endswith("000000")
