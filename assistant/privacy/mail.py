"""E-mail addresses, found from their at sign: a bounded way to the left of it and to the right."""

import re
from collections.abc import Iterator

_AT = re.compile(r" ?(?:@|[(\[{【<]at[)\]}】>]|艾特|圈a) ?|(?P<loose>#| at )")
_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._%+-")
_LONGEST = 64  # characters before the at sign
_DOMAIN = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9-]{0,62})(?:(?:\.|。|点| ?[(\[{]dot[)\]}] ?| dot )[a-z0-9][a-z0-9-]{0,62}){0,5}?"
    r"(?:\.|。|点| ?[(\[{]dot[)\]}] ?| dot )"
    r"(?:(?P<end>[a-z]{2,24})(?![a-z0-9-])(?!\.[a-z0-9])|(?:com\.cn|com|cn|net|org)(?![a-z-]))"
)
_FILE = re.compile(r"png|jpe?g|gif|svg|webp|bmp|pdf|docx?|xlsx?|pptx?|zip|rar|txt|csv|js|ts|py|css|html|json")
# A sign that only may be an at sign (zhang#qq.com, look at a.com) is one for a provider of mailboxes, or where mail is
# named.
_PROVIDER = re.compile(r"qq|163|126|139|189|wo|yeah|gmail|outlook|hotmail|live|foxmail|sina|sohu|aliyun|icloud|yahoo")
_NAMED = re.compile(r"邮[箱件]|电邮|e-?mail|发[到给至]")
_AROUND = 16


def find(text: str) -> Iterator[tuple[int, int]]:
    """The spans of the addresses in a folded text, from left to right; none overlap."""
    floor = 0
    for at in _AT.finditer(text):
        domain = _DOMAIN.match(text, at.end())
        if at.start() < floor or domain is None or _FILE.fullmatch(domain["end"] or ""):
            continue
        start = at.start()
        while start > max(floor, at.start() - _LONGEST) and text[start - 1] in _LOCAL:
            start -= 1
        while start < at.start() and text[start] in "._%+-":
            start += 1
        if start == at.start():
            continue
        named = _PROVIDER.fullmatch(domain["name"]) or _NAMED.search(text, max(floor, start - _AROUND), start)
        if named or not at["loose"]:
            floor = domain.end()
            yield start, floor
