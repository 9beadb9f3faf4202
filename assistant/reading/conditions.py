"""The conditions of awards that a message states, affirms, denies or supposes."""

import re

from tools.rules import Policy

_NOT = "(?<!有)没有?|未|尚未|还没有?|还未|(?<!是)不是?|不属于|非|并未|并没有?"
_CONTRACTED = re.compile(r"\b(is|are|was|were|have|has|do|does|did)n['’]?t\b")
_SUPPOSED = "如果|要是|假如|假设|若|等到?|将来|以后|if"
_AHEAD = "(?:下下?个?(?:月|周|季度|星期)|下半年|年底|月底|明天|马上|[一二两三四五六\\d]+个?(?:月|天|周)后)"
_YES = "(?:在的|在啊?$|是的|对的|有的|嗯|已经|当然|肯定)"  # 在园区吗？在的
_ASKED = r".{0,2}(?:吗|了吗|(?<!有)没有|的?条件|要求|门槛|流程|手续|标准)"


def stated_facts(folded: str, policy: Policy) -> dict[str, bool]:
    """Conditions stated. What is supposed (如果入驻了) goes before what is denied, and that before what is affirmed; a
    question about a condition (入驻条件) states nothing."""
    found: dict[str, bool] = {}
    folded = _CONTRACTED.sub(r"\1 not", folded)
    for fact in policy.facts.values():
        yes = "|".join(re.escape(word) for word in sorted(fact.yes, key=len, reverse=True))
        no = "|".join(_denied(word) for word in sorted(fact.no, key=len, reverse=True))
        # what is supposed or denied is said without 了: 如果下个月入驻, 没有进园
        bare = "|".join(dict.fromkeys((yes, *(re.escape(word[:-1]) for word in fact.yes if word.endswith("了")))))
        if _supposed(folded, bare, no) or re.search(rf"(?:{yes})(?:吗|么|没有?|不)[?？，, ]+{_YES}", folded):
            found[fact.id] = True
        elif re.search(rf"({no}|({_NOT})({bare}))(?!{_ASKED})", folded):
            rest = re.sub(rf"{no}|({_NOT})({bare})", "，", folded)
            if not re.search(rf"(?<!想)({yes})(?!{_ASKED})", rest):
                found[fact.id] = False
        elif re.search(rf"({yes})(?!{_ASKED})", folded):
            found[fact.id] = True
    return found


def _denied(word: str) -> str:
    """A denial as it is searched: 是不是园区企业 and 有没有进园 deny nothing."""
    asked = {"不": "(?<!是)", "没": "(?<!有)"}
    return asked.get(word[0], "") + re.escape(word)


def _supposed(folded: str, yes: str, no: str) -> bool:
    """Whether a condition is supposed to hold: 如果入驻了, 下个月入驻呢; 如果没入驻 supposes that it does not."""
    told = re.search(rf"({_SUPPOSED})(?P<gap>[^，。；,.;]{{0,6}})(?:{yes})(?!{_ASKED})", folded)
    told = told or re.search(rf"(?P<gap>{_AHEAD}[^，。；,.;]{{0,4}})(?:{yes})(?:了|进来|进去)?的?(?:呢|的话)", folded)
    return told is not None and not re.search(rf"{_NOT}|{no}", folded[told.start("gap") : told.end()])
