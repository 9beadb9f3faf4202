"""The clauses under which a body leads, answers or supports: 财政局在这里面管什么, 柳东新区管委会在哪几条里."""

import re

from tools.money.characters import prepare
from tools.rules import Policy

_ITS_PART = re.compile(
    r"(?:干|做|管|负责|承担|牵头|配合)(?:的)?(?:是)?(?:什么|啥|哪些|哪几|几)|在?哪(?:几|些|一)?(?:条|项|款)|什么(?:任务|职责|角色|工作|事)|起什么作用|(?:有|的)(?:职责|任务|分工|角色)"
)


def named(folded: str, policy: Policy) -> list[str]:
    """The clauses that name the body whose part is asked for, in their order; none where no part is asked for."""
    if not _ITS_PART.search(folded):
        return []
    forms = [_short(form) for form in (policy.contact, *policy.contact_said_as)]
    said = forms if any(form in folded for form in forms) else []  # one body under several names
    return [
        clause.id
        for clause in policy.text.clauses
        if any(_short(name) in folded or _short(name) in said for names in clause.units.values() for name in names)
    ]


def _short(name: str) -> str:
    """A body's name without its city (财政局), as people say it."""
    return re.sub(r"^(?:..)?市|和", "", prepare(name).text.rstrip("\0"))
