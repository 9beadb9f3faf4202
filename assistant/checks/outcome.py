"""What came out: who is paid, whether anything is due, once and not for sure, and whether the policy is in force."""

import re
from collections.abc import Iterator

from assistant.checks import words as w
from assistant.checks.piece import Piece
from assistant.facts import Facts

_TAKES = re.compile(rf"(?i)({w.FIRM})(?:[^，。；,;不未没]{{0,10}}?)(?:{w.GETS})")
_GIVEN_TO = re.compile(
    rf"(?i)(?:{w.GIVES}|给|奖励对象(?:是|为|：)?|payee(?: is|:)?)\s*(?:the )?"
    rf"(?:[^，。；,;]{{0,10}}?|[ -+\--~]{{0,24}}?)({w.FIRM})(?!.{{0,6}}(?:招|引))"
)
_NEVER = re.compile(
    rf"(?i){w.CANNOT}|{w.NO_PROMISE}|未承诺|没承诺|不会|不是|并非|并不|并未|没有|未规定|禁止|"
    r"\bnot\b|n't|cannot|without|never|only once|only|还是|[吗？?]"
)
_NOT = re.compile(rf"(?i){w.NOT}|\bno\b|\bnot\b|n't|cannot|neither|nor|unless")
# Whether anything is due is left to a condition; 如, 时 and 再 are too common to excuse more than that.
_OPEN = re.compile(
    rf"(?i){w.IF}|{w.THEN}|{w.AFTER}|{w.ASKED}|能否|达到|等(?=收入|营收|主营)|如|只要|一旦|当|的话|前提|条件|才|后|时|需要|下一|再|希望|"
    r"\b(?:once|when|provided|whether|until|after|unless|would|could|may|might)\b"
)
_SUPPOSES = re.compile(rf"(?i)(?:{w.IF})[^，。；,;]*")
_ENTITLED = re.compile(
    rf"(?i)(?<!不)(?<!无法)(?:{w.MAY})(?:依法|按规定|直接|正常|继续)?(?:{w.GETS}|先领|兑现)(?!.{{0,4}}(?:咨询|查|问))|"
    r"(?<!不)(?<!未)(?:符合|满足|达到)(?:了)?(?:[^，。；不未]{0,8})(?:条件|要求|标准|门槛|资格|档)|"
    r"(?<!没)(?<!没有)(?<!无)(?<!还)有奖励(?!政策|项目|吗)|\b(?:is|are) (?:eligible|entitled)|\bqualif(?:y|ies)\b|"
    r"(?:视为|算作|当作)(?:已经?)?(?:达标|达到|符合)|参照(?:执行|适用)|仍可(?:参照|适用)|\bcan (?:receive|get|claim)|\bwill (?:receive|get)"
)
_DOUBLE = re.compile(r"(?:并非|不是|并不是|没有理由)(?:不能|不可以|没有奖励|不给)|也行|也可以[，。]")
_DENIED = re.compile(
    rf"(?i)(?:{w.BARRED})(?:再)?(?:对应)?(?:{w.GETS})(?!重复)|"
    r"拿不到|领不到|得不到|享受不了|(?:什么|任何)?奖励都没有|什么都没有|一分(?:钱)?(?:都|也)?(?:没有|拿不到)|"
    r"没有(?:任何)?(?:经济贡献)?奖励|(?:未|没有?)(?:能)?达到(?:第一档|起点|门槛|标准|条件)|"
    r"(?<!是否)不(?:符合|满足)(?:[^，。；]{0,8})(?:条件|要求|标准|资格)|没资格|(?:不能说|谈不上|不算)(?:已经?)?达到|"
    r"不再有机会|再也不|永远|\b(?:not|n't) (?:be )?(?:eligible|entitled|qualify|receive|get)|"
    r"\bcannot (?:receive|get|claim|qualify)|never (?:again )?(?:take|get|receive|claim)|can never|"
    r"\bno (?:award|reward|subsidy|payment)|nothing (?:is|will be) (?:due|paid|payable)|gets? nothing"
)
_REPEATED = re.compile(rf"(?i){w.REPEATED}")
_AGAIN = re.compile(w.AGAIN)
_NEXT_TIER = re.compile(r"档|升|提高|达到|增加|增长")  # whose award is got besides
_SURE = re.compile(
    rf"(?i){w.SURE}|{w.USUALLY}|{w.AT_THE_CAP}|(?:实发|到手|拿到|发到|给到|领到)[^，。；的]{{0,4}}上限(?!的)"
)
_AWARD = re.compile(
    r"(?i)奖|补贴|补助|款|钱|发放|兑现|领|拿|享受|申请|符合条件|不超过|award|reward|receive|get|claim|paid|money|sum|amount|cap"
)
_IN_FORCE = re.compile(
    r"(?i)(?<!不)(?<!未)在有效期(?:之)?内|仍(?:然)?有效|继续有效|依然有效|还有效|仍(?:然)?适用|继续适用|still (?:valid|in force|appl)|(?:is|remains) (?:valid|in force|effective)|(?:was|been) extended|已延期|已经?延长|自动延续|延长至"
)
_SUPPOSED = re.compile(rf"(?i){w.IF}|{w.THEN}|{w.AFTER}|{w.ASKED}|到期后|期满|\b(?:after|until|once|when)\b")
_ENDED = re.compile(
    r"(?i)已(?:经)?(?:过期|失效|到期|废止|停止执行)|不在有效期|超过(?:了)?有效期|不再(?:有效|适用|执行)|尚未(?:实施|生效)|expired|no longer (?:valid|in force|appl)|not (?:yet )?in force"
)
_AGREED = re.compile(r"(?i)(?<!不)(?:说的|听说的|理解)?(?:没错|属实|是真的|是对的|完全正确)")
_YES = re.compile(r"^[\s*#>-]*(?:是的|对的)[，,。！!]")
_RIGHT = re.compile(
    r"(?i)^[\s*#>-]*(?:对[，,。！!的]|对$|是的|没错|正确(?!的)|您说得?(?:很)?对|说得?对|确实(?:如此|是)|yes\b|correct\b|that(?:'s| is) (?:right|correct)|right[,.])"
)
_WRONG = re.compile(
    r"(?i)^[\s*#>-]*(?:不对|不是的?[，,。]|错了|不正确|并不是|no[,. ]|incorrect|wrong|that(?:'s| is) (?:wrong|not))"
)


_PERSONS = re.compile(
    r"(?i)负责人|法定代表人|法人|老板|员工|成员|个人|本人账户|legal representative|employees?|owner|individual"
)


def payees_are_named_rightly(piece: Piece, facts: Facts) -> Iterator[str]:
    """A sum is told as got by its rule's payee: the firm's award not as the team's, the team's not as the firm's."""
    due = {facts.policy.awards[one["rule_id"]] for one in facts.outcomes if one["type"] == "due"} or set(facts.rules)
    if len({rule.payee for rule in due}) != 1:
        return
    rule, text = next(iter(due)), piece.plain
    for other in facts.policy.awards.values():
        for word in (other.payee, *other.payee_said_as) if other.payee != rule.payee and other.payee_said_as else ():
            before = text[max(0, text.find(word) - 6) : text.find(word)]
            if word in text and not _NOT.search(before) and _near(word, text):
                yield f"奖励对象不是{word}，是{rule.payee}"
    asker = any(word[: 4 if word.isascii() else 2] in said for said in facts.said for word in rule.payee_said_as)
    for word in {rule.payee, *rule.payee_said_as} if rule.payee_said_as else ():
        if re.search(
            rf"(?i)(?:不是|不|而非|not (?:to )?(?:the )?)(?:发给|给|奖给|归|付给|属于)?{re.escape(word)}", text
        ):
            yield f"奖励对象就是{rule.payee}"
        conditions = [word for fact in rule.requires for word in facts.policy.facts[fact].yes]
        measures = "|".join(map(re.escape, facts.policy.measures[rule.by].words(facts.policy.lexicon)))
        own = "|".join(map(re.escape, conditions))
        if re.search(rf"{re.escape(word)}(?:(?:的|自身|本身|自己)?(?:{measures})|(?:自身|本身|自己)(?:{own}))", text):
            yield f"不是{rule.payee}自己的数：{word}"
    if (person := _PERSONS.search(text)) and person[0] not in facts.ground:
        yield f"奖励对象是{rule.payee}：{person[0]}"
    if rule.payee_said_as:
        named = [text.find(word) for word in (rule.payee, *rule.payee_said_as) if word in text]
        for match in (*_TAKES.finditer(text), *_GIVEN_TO.finditer(text)):
            fragment = re.split(r"[，。；,;]", text[match.start() :], maxsplit=1)[0]
            nearer = any(
                abs(at - match.start()) < 12 or match.start() <= at < match.start() + len(fragment) for at in named
            )
            also = re.search(r"也给?$|还给?$|同时给?$|以及$|also\s*$", text[: match.start()])
            denied = _NOT.search(text[max(0, match.start() - 6) : match.end()])
            if asker and match[1].lower() in ("您", "你", "you", "您们", "你们"):
                continue  # the one who asks is paid
            if (also or not nearer) and not denied and _pays(text, piece, facts):
                yield f"奖励对象不是企业，是{rule.payee}：{match[0]}"


def _pays(fragment: str, piece: Piece, facts: Facts) -> bool:
    """Whether the fragment tells of the award itself."""
    return any(one.text in fragment for one in piece.money) or bool(
        re.search(r"奖|补|award|reward", fragment, re.IGNORECASE)
    )


def _near(word: str, text: str) -> bool:
    """Whether a payee's name stands where one who is paid stands."""
    name = re.escape(word)
    return bool(
        re.search(
            rf"(?i){name}[^，。；,;]{{0,12}}(?:{w.GETS})|(?:给|对象|归|付|奖励|paid to|to (?:the )?)[^，。；,;]{{0,6}}{name}",
            text,
        )
    )


def entitlement_is_as_computed(piece: Piece, facts: Facts) -> Iterator[str]:
    """能享受 is said only where something is due; 不能享受 only where something is not."""
    types = {one["type"] for one in facts.outcomes}
    if not types or types == {"missing"}:
        return
    for fragment in piece.sentences:
        if types == {"due"} and _denied(fragment, piece, facts):
            yield f"有应得的奖励，却说不能享受：{fragment.strip()[:30]}"
        if _is_open(fragment, piece, facts):
            continue
        reach = 5 if piece.language == "en" else 3
        entitled = any(
            not _NOT.search(fragment[max(0, one.start() - reach) : one.end()]) for one in _ENTITLED.finditer(fragment)
        )
        only = re.search(r"(?i)只有|仅限|\bonly\b|\bmust\b|need(?:s|ed)? to|required", fragment)
        double = _DOUBLE.search(fragment)
        if "due" not in types and double:
            yield f"没有应得的奖励，却说能享受：{double[0]}"
        if "due" not in types and entitled and not only:
            yield f"没有应得的奖励，却说能享受：{fragment.strip()[:30]}"


def _is_open(fragment: str, piece: Piece, facts: Facts) -> bool:
    """Whether a fragment leaves it to a condition whether anything is due; what the asker told is no condition."""
    for supposed in _SUPPOSES.findall(fragment):
        if any(one.text in supposed and set(one.values) <= facts.told for one in piece.money):
            fragment = fragment.replace(supposed, "")
    return bool(_OPEN.search(fragment))


def _denied(fragment: str, piece: Piece, facts: Facts) -> bool:
    """Whether a fragment says that nothing is due: not under a condition, and not of another sum."""
    if not _DENIED.search(fragment) or re.search(
        rf"(?i){w.IF}|{w.ASKED}|如|要是|否则|不成立|unless|otherwise", fragment
    ):
        return False
    known = facts.due | {str(facts.value)} | facts.lows.keys()
    return not any(one.text in fragment and not set(one.values) <= known for one in piece.money)


_PROMISED = re.compile(
    r"(?i)(?:上限|封顶数?|最高额)[^，。；不]{0,4}(?:就是|等于|即是|即为)[^，。；]{0,4}(?:实发|实际|到手)|(?:实发|实际(?:发放)?|到手)[^，。；不]{0,6}(?:就是|等于|都按|都是)[^，。；]{0,6}(?:上限|\d)|"
    r"没有理由不|已(?:经|由)?[^，。；]{0,8}(?:核定|批准|审批|审核通过|登记|预留|锁定|主管部门确认|部门确认)|到手[^，。；]{0,4}税|税后|tax-?free|after tax"
)


def nothing_is_guaranteed(piece: Piece, facts: Facts) -> Iterator[str]:
    """The text promises no sum: nothing is 一定, 保证 or 全额."""
    if promised := _PROMISED.search(piece.plain):
        yield f"文件没有这样说：{promised[0]}"
    for match in _SURE.finditer(piece.plain):
        around = piece.plain[max(0, match.start() - 10) : match.end() + 12]
        if not _NEVER.search(around) and _AWARD.search(piece.plain) and not _asks(piece.plain):
            yield f"文件没有保证：{match[0]}"


def nothing_repeats(piece: Piece, facts: Facts) -> Iterator[str]:
    """Every award is paid once; yearly words stand only where the text has them."""
    for match in _REPEATED.finditer(piece.plain):
        behind = 0 if "重复" in match[0] else 14
        around = piece.plain[max(0, match.start() - 14) : match.end() + behind]
        stated = "年" in match[0] and any(match[0] in words for call in facts.calls for words in _quotes(call.result))
        if not stated and _AWARD.search(piece.plain) and not _NEVER.search(around):
            yield f"奖励是一次性的：{match[0]}"
    for match in _AGAIN.finditer(piece.plain) if not _NEXT_TIER.search(piece.plain) else ():
        if not _NEVER.search(piece.plain[max(0, match.start() - 14) : match.end() + 14]) and _AWARD.search(piece.plain):
            yield f"奖励是一次性的：{match[0]}"


def _quotes(result: object) -> Iterator[str]:
    if isinstance(result, dict):
        for key, value in result.items():
            if key in ("quote", "unstated", "unstated_english", "name") and isinstance(value, str):
                yield value
            else:
                yield from _quotes(value)
    elif isinstance(result, list):
        for value in result:
            if isinstance(value, str):
                yield value
            yield from _quotes(value)


def force_is_told_rightly(piece: Piece, facts: Facts) -> Iterator[str]:
    """At a date out of force nothing is told as due or in force, and within the dates nothing as ended."""
    inside = facts.policy.is_in_force(facts.as_of)
    for fragment in piece.sentences:
        other = any(str(day.year) in fragment for day in facts.days if facts.policy.is_in_force(day) != inside)
        if _SUPPOSED.search(fragment) or other:
            continue
        if not inside and _IN_FORCE.search(fragment) and not _NOT.search(fragment):
            yield f"不在有效期内：{fragment.strip()[:30]}"
        if inside and _ENDED.search(fragment) and not any(document in fragment for document in facts.ended):
            yield f"在有效期内：{fragment.strip()[:30]}"


def claims_are_settled_as_computed(piece: Piece, facts: Facts) -> Iterator[str]:
    """对 and 不对 as the rules have it."""
    if facts.draft.startswith("不对") or facts.draft.lower().startswith("no"):
        if _RIGHT.search(piece.text) or _AGREED.search(piece.plain):
            yield "说法与文件不一致，却答对"
    elif facts.draft.startswith(("对，", "数对", "Yes", "Correct")):
        if _WRONG.search(piece.text):
            yield "说法与文件一致，却答不对"
    elif _AGREED.search(piece.plain) or _YES.search(piece.text):
        yield "没有核定过的说法"


def _asks(text: str) -> bool:
    return bool(re.search(r"[吗？?]", text))
