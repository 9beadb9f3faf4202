"""What staff write is held against the whole policy, also where nothing was computed: its ground, its offices, its terms.

A reviewer's answer is served as verified, so each of its sentences must be the text's, or say that the text leaves it
open. Every reason says in Chinese what to change.
"""

import re
from collections.abc import Iterator

from assistant.checks import openness
from assistant.checks import words as w
from assistant.checks.grounding import uncovered
from assistant.checks.piece import Piece, statements
from assistant.facts import Facts

# It excuses a sentence of a reviewer from most checks, so it holds no more words than it must: no 请教, no 不清楚.
_OPEN = re.compile(
    rf"{w.UNSAID}|没有?找到|{w.ASK_THEM}|以(?:主管|解释|原文|正式|文件|答复)[^，。；]{{0,10}}为准|吗|(?i:not (?:say|state|cover|set)|please ask)"
)
_OFFICE = re.compile(rf"([一-龥]{{0,14}}?)({w.OFFICES})")
_ANY_OFFICE = re.compile(rf"(?:{w.ANY_DEPARTMENT})$")
_NO_OFFICE = re.compile(rf"(?:{w.NO_OFFICE})$")
_PARTS = ("解释", "牵头", "受理", "审批", "审核", "核定", "认定", "发放", "兑现", "拨付", "支付", "运营", "管理", "考核",
          "统计", "安排", "决定", "采购", "评定", "配合", "公示", "监督")  # fmt: skip
_LASTS = re.compile(
    r"长期|永久|永远|一直(?:都)?(?:有效|执行|适用|有)|始终有效|无限期|不限(?:期|时)|(?:没有|不设|无|不受)(?:截止|时间|期限|有效期|到期)[^，。；]{0,3}|"
    r"不会(?:到期|失效|过期|取消|停止?|变)|不过期|随时(?:都)?(?:可以?|能|有效)|自动(?:延续|延期|顺延|续期|延长)|(?:会|将|可以?|已经?|再)(?:延续|延期|顺延|续期|延长)|"
    r"到期(?:以)?后(?:仍|还|也|继续|照)|过(?:了)?期(?:以)?后?(?:仍|还|也|继续|照)|(?:仍|还|照样)(?:可|能)[^，。；]{0,6}(?:补报|补申|追溯)|追溯"
)
_GOES_ON = re.compile(r"仍(?:然|可|按|能|有|是)?|照样|依然|照旧|继续|同样|一样|全部|全都|[仅只](?:用于|给|限)")
_SAYS = re.compile(r"(?:规定|写明|明确|载明|注明)了")
_PLAIN = ("同一", "作数", "这一档", "整", "名义")  # of staff, besides the plain words of prose
_NEGATED = re.compile(
    rf"(?:{w.NEGATES}|无法)[^，。；]{{0,6}}$"
)  # 无法延期; but 无法全额领取 is more than the text says


def is_open(sentence: str) -> bool:
    """Whether a sentence leaves its point open or says whom to ask."""
    return bool(_OPEN.search(sentence))


def rests_on_a_quote(piece: Piece, facts: Facts) -> Iterator[str]:
    """An answer quotes the text, with its clause."""
    if not any(len(words) >= w.LONG and token in facts.policy.text for words, token in piece.quotes):
        yield (
            "没有引用原文：状态是“已答复”的，至少引一句原文并注明条款，写成 [条款号]「原文」；"
            "文件没有写的，请把状态改为“文件没有规定”"
        )


def offices_play_their_part(piece: Piece, facts: Facts) -> Iterator[str]:
    """Every office is one of the text or the one to ask, and does what the text says it does."""
    policy = facts.policy
    contact = [_plain(name) for name in piece.contacts]
    parts = [_plain(part) for part in re.split(r"[，。；：（）\s]", policy.text.text.replace("单位：", "单位是"))]
    for sentence in piece.statements:
        for match in _OFFICE.finditer(sentence):
            if _NO_OFFICE.search(match[0]) or (match[2] == "部门" and _ANY_OFFICE.search(match[1])):
                continue
            if not match[1] and sentence[max(0, match.start() - 4) : match.end()] in policy.text.text:
                continue
            name = _named(_plain(match[0]), policy.text.text.replace("和", ""), contact)
            if not name:
                if not _ANY_OFFICE.search(match[1]) or len(match[2]) == 1:
                    yield f"单位没有出处：{match[0]}；文件没有提到它，请删去，或写“主管部门”"
                continue
            names = {name, *contact} if _same(name, contact) else {name}
            after = re.split("[，。；]", sentence[match.end() :], maxsplit=1)[0]
            for part in _PARTS if not is_open(sentence) else ():
                if part in after and not any(part in told and any(one in told for one in names) for told in parts):
                    yield f"文件没有说由{match[0]}{part}，请删去或照原文写"


def _plain(name: str) -> str:
    return name.replace("和", "")


def _named(words: str, text: str, contact: list[str]) -> str:
    """The longest end of the words that names an office of the text or the contact; empty where none does."""
    for at in range(len(words) - 2):
        if words[at:] in text or words[at:] in contact:
            return words[at:]
    return ""


def _same(name: str, contact: list[str]) -> bool:
    return any(one.endswith(name) or name.endswith(one) for one in contact)


def nothing_outlasts_the_text(piece: Piece, facts: Facts) -> Iterator[str]:
    """No word of force but the dates: not 长期, not 自动延续."""
    for sentence in piece.statements:
        for match in _LASTS.finditer(sentence):
            if not is_open(sentence) and not _NEGATED.search(sentence[: match.start()]):
                yield f"有效期不是这样写的：{match[0]}；请引附则的起止日期"


def words_rest_on_the_quotes(piece: Piece, facts: Facts) -> Iterator[str]:
    """What is stated is stated in words of the quotes beside it, of what was computed, of the question, or plain ones."""
    known = _ground(piece, facts)
    for sentence in statements(piece.worded):
        sentence = _LASTS.sub(lambda m: "，" if _NEGATED.search(m.string[: m.start()]) else m[0], sentence)
        if is_open(sentence):
            continue
        for left in uncovered(sentence, known):
            yield f"所引的原文里没有：{left}；请引出有这句话的原文，或删去"
        for match in _GOES_ON.finditer(sentence):
            if match[0] not in facts.policy.text.text and not _NEGATED.search(sentence[: match.start()]):
                yield f"所引的原文里没有：{match[0]}；请照原文写"
        if said := _SAYS.search(sentence):
            yield f"请直接引原文，不要转述：{said[0]}"


def _ground(piece: Piece, facts: Facts) -> str:
    """The text whose words a reviewer's statements may use."""
    policy = facts.policy
    rules = [*facts.rules, *(rule for rule in policy.awards.values() if rule.name in piece.plain)]
    told = [word for rule in rules for word in (rule.name, rule.payee, *rule.payee_said_as)]
    told += [
        word for rule in rules for fact in rule.requires for word in (policy.facts[fact].name, *policy.facts[fact].yes)
    ]
    told += [word for rule in rules for fact in rule.requires for word in policy.facts[fact].no]
    told += [word for rule in rules for word in policy.measures[rule.by].words(policy.lexicon)]
    quotes = [words for words, _ in piece.quotes]
    return "\n".join(
        [facts.draft, policy.title, policy.contact, *policy.contact_said_as, *facts.said[-1:], *told, *quotes, *_PLAIN]
    )


def open_points_stay_open(piece: Piece, facts: Facts) -> Iterator[str]:
    """The check for prose, but a word of a quote beside it is the text's own."""
    quotes = "\n".join(words for words, _ in piece.quotes)
    for fault in openness.open_points_stay_open(piece, facts):
        if not ((word := re.search(r"（([^（）]*)）$", fault)) and word[1] in quotes):
            yield fault


def stated_points_are_not_said_to_be_open(piece: Piece, facts: Facts) -> Iterator[str]:
    """文件未规定 is not said of what the text states."""
    topics = facts.policy.topics.values()
    open_words = [word for one in topics if one.kind == "unstated" for word in (one.name, *one.asked_as)]
    for sentence in _said_to_be_open(piece):
        if any(len(word) > 1 and word in sentence for word in open_words):
            continue
        for one in topics:
            words = (one.name, *(word for word in one.asked_as if len(word) > 2)) if one.kind == "stated" else ()
            if any(word in sentence for word in words):
                yield f"文件有规定，却说未规定：{one.name}；请引原文"
                break
        for rule in facts.policy.awards.values():
            if re.search(rf"{re.escape(rule.name)}[^，。；]{{0,4}}(?:金额|数额|标准|对象|条件|总额|门槛|档)", sentence):
                yield f"文件有规定，却说未规定：{rule.name}；请引原文"


_SAID_OPEN = re.compile(rf"(?:文件|政策|办法)?(?:里)?(?:都)?(?:{w.UNSAID}|{w.UNSAID_TOO}|不清楚)")


def _said_to_be_open(piece: Piece) -> Iterator[str]:
    """The parts of sentences that are said to be open: the words beside 文件未规定, or those before the comma."""
    for sentence in piece.statements:
        before = ""
        for part in re.split("[，,]", sentence):
            if _SAID_OPEN.search(part):
                yield part if len(_SAID_OPEN.sub("", part)) > 1 else before + part
            before = part


def nothing_is_turned_round(piece: Piece, facts: Facts) -> Iterator[str]:
    """What the text denies is not affirmed in its own words, and what it affirms is not denied."""
    text = facts.policy.text.text
    denied = {match[1] for match in re.finditer(r"不(?:得)?(?!超过|断|低于)([一-龥]{4})", text)}
    payees = tuple(word for rule in facts.policy.awards.values() for word in (rule.payee, *rule.payee_said_as))
    for sentence in piece.statements:
        if is_open(sentence):
            continue
        for match in re.finditer(r"归([一-龥]{2,})", sentence):
            if match[0][:3] not in text and not match[1].startswith(payees):
                yield f"原文没有这样写：{match[0]}；请照原文写"
        for owned in re.finditer(r"归([一-龥]{2,}?)(?:所有|管理|运营)", sentence):
            if owned[0][:4] not in text:
                yield f"原文没有这样写：{owned[0]}；请照原文写"
        for words in denied:
            at = sentence.find(words)
            if at >= 0 and not re.search(w.NOT, sentence[max(0, at - 6) : at]):
                yield f"原文是“不”：{words}；请照原文写"
        for match in re.finditer(r"(?:不|没有|未|无)(?:再|会|予)?([一-龥]{5})", sentence):
            name = any(
                match[1][:4] in rule.name for rule in facts.policy.awards.values()
            )  # 没有这项奖励 denies no words
            if match[1] in text and not name and not re.search(rf"[不未无]得?{re.escape(match[1])}", text):
                yield f"原文没有“不”：{match[1]}；请照原文写"
