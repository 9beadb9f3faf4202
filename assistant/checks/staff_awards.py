"""What staff write of the awards, held against every rule of the policy: who is paid, on what, how much, and once."""

import re
from collections.abc import Iterator

from assistant.checks import words as w
from assistant.checks.piece import Piece
from assistant.checks.staff import is_open
from assistant.facts import Facts
from tools.rules import AwardRule

_NEGATED = re.compile(rf"(?:{w.NEGATES})[^，。；]{{0,6}}$")
_FIRM_GETS = re.compile(rf"({w.FIRM})(?:自己|本身|自身)?([^，。；]{{0,10}}?)(?:{w.GETS})")
_FIRM_GIVEN = re.compile(
    rf"(?:{w.GIVES})[^，。；]{{0,6}}?(?:入园|园区|优质|骨干|该|被引进的?)?({w.FIRM})(?:自己|本身|自身)?(?!.{{0,4}}[招引])"
)
# Besides, of a reviewer's own: 就是上限 and 实际是 are also how a model says that a sum is a cap, and that it is open.
_CERTAIN = re.compile(
    rf"(?i){w.SURE}|{w.USUALLY}|{w.AT_THE_CAP}|顶格|放心|没(?:有)?问题|"
    r"(?:就是|等于|即是?|实发|到手|拿到|发到|给到|领到)[^，。；]{0,4}上限|"
    r"(?:实际|最后|最终)(?:上)?(?:都|就|会|能|发放|拿到)?[^，。；]{0,4}(?:就?是|按)"
)
_AGAIN = re.compile(rf"{w.REPEATED}|{w.AGAIN}")
# Below the first tier anything that sounds like a yes is one: 也, 就, 按比例.
_ENTITLED = re.compile(
    rf"(?<!不)(?:{w.MAY}|均|都|也|就|照样|同样|仍)[^，。；不]{{0,8}}(?:{w.GETS}|归)|(?<!没)有(?:资格|奖励)|按比例|酌情"
)
_DENIED = re.compile(
    rf"(?:{w.BARRED}|不再)[^，。；]{{0,6}}(?:{w.GETS}|奖励)|(?:拿|领|得|享受)不(?:到|了)|没有[^，。；]{{0,6}}奖励|"
    r"不(?:在|属于)[^，。；]{0,6}(?:范围|对象)|没有份"
)
_BELOW = re.compile(rf"{w.BELOW}|以下")
_ABOVE = re.compile(rf"{w.ABOVE}|达到|已达|以上|满")
_WAIVES = re.compile(
    rf"(?:无需|不需要?|不用|不必|无须|毋须|免于?|不要求|{w.REGARDLESS}|不限于?|哪怕没有?|即使没有?|即便没有?)(?:已经?|先|是否)?([一-龥]{{2}})"
)
_UNLIMITED = re.compile(
    r"(?:没有|不设|无|取消)(?:任何|什么|其他|别的)?(?:门槛|条件|要求|限制|上限|封顶|名额|额度)|上不封顶|不封顶|不限(?:额|量|次|家数|金额|行业)|不受[^，。；]{0,6}(?:限制|约束|影响)"
)
_ALL = re.compile(
    r"(?:所有|任何|凡是|全市|全区|全国|全部|一切|不限|各类|只要是)[^，。；]{0,6}(?:企业|公司|单位|机构|个人|行业|人)"
)
_STILL = re.compile(rf"{w.STILL}|(?:{w.MAY}|均|都)[^，。；]{{0,4}}(?:{w.GETS})")
_YES = re.compile(
    r"^[\s*#>-]*(?:是的?|对的?|可以|能|不能|不是的?|不可以|不行|不对|没错|有|没有)[。！!，,；;\s]*(?:$|[\[（(「])"
)


def payees_are_those_of_the_award(piece: Piece, facts: Facts) -> Iterator[str]:
    """An award that is named is got by its own payee, also where nothing was computed."""
    for sentence in piece.statements:
        named = _spoken_of(sentence, facts) or (facts.quoted if len(facts.quoted) == 1 else ())
        for rule in named if not is_open(sentence) else ():
            if rule.payee_said_as:
                for words in _told_as_the_firms(sentence, rule):
                    yield f"{rule.name}的奖励对象是{rule.payee}，不是企业：{words}"
            for other in facts.policy.awards.values():
                if other not in named and other.payee != rule.payee and (word := _payee_told(sentence, other)):
                    yield f"{rule.name}的奖励对象是{rule.payee}，不是{word}"


def _told_as_the_firms(sentence: str, rule: AwardRule) -> Iterator[str]:
    """The words that tell an award of somebody else's as got by, or given to, the firm."""
    own = [rule.payee, *rule.payee_said_as]
    for match in _FIRM_GETS.finditer(sentence):
        paid = any(word in sentence[max(0, match.start() - 8) : match.end()] for word in own)
        if not paid and not re.search(f"{w.NOT}|[引招]", match[0]):
            yield match[0]
    for match in _FIRM_GIVEN.finditer(sentence):
        negated = _NEGATED.search(sentence[: match.start()] + match[0][:1])
        if not negated and not any(word in match[0] for word in own):
            yield match[0]


def _payee_told(sentence: str, rule: AwardRule) -> str:
    """The word by which a sentence says that an award's payee, who is no firm, gets something; empty where none does."""
    for word in (rule.payee, *rule.payee_said_as) if rule.payee_said_as else ():
        name = re.escape(word)
        if re.search(rf"{name}[^，。；不]{{0,8}}(?:{w.GETS}|归)|(?:给|归|对象是)[^，。；]{{0,4}}{name}", sentence):
            return word
    return ""


def _spoken_of(sentence: str, facts: Facts) -> list[AwardRule]:
    """The awards a sentence names."""
    return [
        rule
        for rule in facts.policy.awards.values()
        if rule.name in sentence or rule.name.removesuffix("奖励") in sentence
    ]


def conditions_stay(piece: Piece, facts: Facts) -> Iterator[str]:
    """No condition of any award is waived, and nobody gets one who does not meet it."""
    policy = facts.policy
    needed = {key for rule in policy.awards.values() for key in rule.requires}
    met = "\n".join(word for key in needed for word in (policy.facts[key].name, *policy.facts[key].yes))
    unmet = {word for key in needed for word in policy.facts[key].no}
    for sentence in piece.statements:
        if is_open(sentence):
            continue
        for match in _WAIVES.finditer(sentence):
            if match[1] in met:
                yield f"条件不能免除：{match[0]}；请照原文写明条件"
        if (everyone := _ALL.search(sentence)) and everyone[0] not in policy.text.text and _STILL.search(sentence):
            yield f"条件不能免除：{everyone[0]}；请写明是哪一类企业"
        still = any(
            not re.search(w.NOT, sentence[max(0, one.start() - 2) : one.end()]) for one in _STILL.finditer(sentence)
        )
        for word in sorted(unmet, key=len, reverse=True) if still else ():
            if word in sentence:
                yield f"条件不能免除：{word}的不能享受；请改正"
                break


def caps_promise_nothing(piece: Piece, facts: Facts) -> Iterator[str]:
    """How much is paid below a cap is open: no 全额, no 一般按上限, no 一定."""
    for sentence in piece.statements:
        for match in _CERTAIN.finditer(sentence):
            if not _NEGATED.search(sentence[: match.start()]) and match[0] not in facts.policy.text.text:
                yield f"文件没有保证：{match[0]}；上限以内实际发多少文件未规定，请删去"


def awards_are_paid_once(piece: Piece, facts: Facts) -> Iterator[str]:
    """Nothing is got again but the next tier's award."""
    for sentence in piece.statements:
        for match in _AGAIN.finditer(sentence) if not is_open(sentence) else ():
            before = sentence[: match.start()]
            stated = sentence[match.start() : match.start() + 4] in facts.policy.text.text
            told = "年" not in match[0] or re.search("奖|补|领|拿|享受|发|总额|申请", sentence)
            if (
                told
                and not stated
                and not _NEGATED.search(before)
                and "一个档" not in before
                and "下一档" not in before
            ):
                yield f"奖励是一次性的，不得重复享受：{match[0]}；请改正"


def thresholds_stay(piece: Piece, facts: Facts) -> Iterator[str]:
    """Below the first tier nothing is due, and at its beginning something is."""
    policy = facts.policy
    firsts = {str(rule.tiers[0].lo): rule for rule in policy.awards.values() if policy.measures[rule.by].unit == "yuan"}
    unmet = [word for fact in policy.facts.values() for word in fact.no]
    for sentence in piece.statements:
        for found in piece.money:
            rule = firsts.get(found.values[0]) if len(found.values) == 1 else None
            if not rule or found.text not in sentence or is_open(sentence):
                continue
            at = sentence.find(found.text)
            near = sentence[max(0, at - 6) : at + len(found.text) + 3]
            rest = sentence[at + len(found.text) :]
            named = [one for one in firsts.values() if one in _spoken_of(sentence, facts)]
            if named and rule not in named:
                continue
            below, denied = _BELOW.search(near), _DENIED.search(rest)
            if below and _ENTITLED.search(rest) and not denied:
                yield f"没有达到起点的不能享受：{found.text}；请改正"
            if not below and _ABOVE.search(near) and denied and not any(word in sentence for word in unmet):
                yield f"达到起点的可以享受：{found.text}；请改正"


def awards_exist(piece: Piece, facts: Facts) -> Iterator[str]:
    """It is not said that there is no award at all."""
    unmet = [word for fact in facts.policy.facts.values() for word in fact.no]
    for sentence in piece.statements:
        if re.search(
            r"(?:没有(?:任何|什么)?|取消了?|不再有|不设)(?:奖励|奖金|补贴|现金)|(?:奖励|补贴)[^，。；]{0,3}(?:取消|停发|停止)",
            sentence,
        ):
            below = piece.money or any(word in sentence for word in unmet) or facts.outcomes
            if not below and not is_open(sentence):
                yield "文件写有奖励，却说没有；请写明是哪一种情况没有"


def bounds_lead_to_their_sums(piece: Piece, facts: Facts) -> Iterator[str]:
    """A bound told alone leads to the sum of the tier that begins there; 不到 it, to the sum of the tier that ends there."""
    for sentence in piece.sentences:
        money = [one for one in piece.money if one.text in sentence]
        bounds = [one for one in money if len(one.values) == 1 and one.values[0] in facts.lows]
        sums = [one for one in money if one.values[-1] in facts.sums - facts.lows.keys() - facts.highs.keys()]
        if len(bounds) != 1 or len(sums) != 1 or len(money) != 2 or bounds[0].values[0] in facts.distances:
            continue
        at = sentence.find(bounds[0].text)
        below = _BELOW.search(sentence[max(0, at - 6) : at + len(bounds[0].text) + 3])
        ends = (facts.highs if below else facts.lows).get(bounds[0].values[0], frozenset())
        if sums[0].values[-1] not in ends | facts.pools and not _NEGATED.search(
            sentence[: sentence.find(sums[0].text)]
        ):
            yield f"{bounds[0].text}对应的不是{sums[0].text}；请对照档次"


def limits_stay(piece: Piece, facts: Facts) -> Iterator[str]:
    """No threshold, condition or total is told away, and what each firm brings is no cap."""
    for sentence in piece.statements:
        for match in _UNLIMITED.finditer(sentence) if not is_open(sentence) else ():
            if not _NEGATED.search(sentence[: match.start()]):
                yield f"文件没有这样说：{match[0]}；请照原文写"
    single = {
        str(rule.tiers[0].amount) for rule in facts.rules if len(rule.tiers) == 1 and rule.tiers[0].kind == "exactly"
    }
    for found in piece.money:
        if found.values[-1] in single - facts.pools and re.search(
            rf"{w.CAPS}|以内", piece.before(found, 6) + found.text
        ):
            yield f"固定数额说成了上限：{found.text}"
        if found.values[-1] in single - facts.pools and re.search(
            "总额|合计|一共|总共", piece.before(found, 6) + piece.after(found, 6)
        ):
            yield f"每家的数说成了总数：{found.text}"


def yes_says_to_what(piece: Piece, facts: Facts) -> Iterator[str]:
    """是的 by itself cannot be checked: what holds is said in the same sentence."""
    first = re.split("[。\n]", piece.plain.replace("　", ""), maxsplit=1)[0]
    if _YES.search(first):
        yield "开头只答了是或不是：请在后面写出完整的一句，例如“是的，……”"
    if facts.draft.startswith("不对") and re.match(r"\s*(?:是的|对|没错)", piece.text):
        yield "说法与文件不一致，却答对"
    if facts.draft.startswith(("对，", "数对")) and re.match(r"\s*(?:不对|不是|错)", piece.text):
        yield "说法与文件一致，却答不对"
