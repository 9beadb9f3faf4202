"""The conditions of awards that a message states, affirms, denies or supposes."""

import re

from tools.rules import Policy

_NOT = "没有?|未|尚未|还没有?|还未|不是?|不属于|非|并未|并没有?"
_ASKED = r".{0,2}(?:吗|了吗|没有|的?条件|要求|门槛|流程|手续|标准)"


def stated_facts(folded: str, policy: Policy) -> dict[str, bool]:
    """Conditions stated. What is supposed (如果入驻了) goes before what is denied, and that before what is affirmed; a
    question about a condition (入驻条件) states nothing."""
    found: dict[str, bool] = {}
    for fact in policy.facts.values():
        yes = "|".join(re.escape(word) for word in sorted(fact.yes, key=len, reverse=True))
        no = "|".join(re.escape(word) for word in sorted(fact.no, key=len, reverse=True))
        if re.search(rf"(如果|要是|假如|假设|若|等到?|将来|以后|if)[^，。；,.;]{{0,6}}({yes})(?!{_ASKED})", folded):
            found[fact.id] = True
        elif re.search(rf"({no}|({_NOT})({yes}))(?!{_ASKED})", folded):
            rest = re.sub(rf"{no}|({_NOT})({yes})", "，", folded)
            if not re.search(rf"(?<!想)({yes})(?!{_ASKED})", rest):
                found[fact.id] = False
        elif re.search(rf"({yes})(?!{_ASKED})", folded):
            found[fact.id] = True
    return found
