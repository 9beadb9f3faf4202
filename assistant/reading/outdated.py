"""A follow-up that names an amount which could not be read (8000万美元, 负2000万, 几千万): it is asked for, and never
answered with the value told before it."""

import re
from dataclasses import replace

from assistant.reading.intents import Intent
from assistant.reading.question import Question
from tools.rules import Policy

_FEW_TIMES = re.compile(r"(?:那|那么|如果|要是|假如|才|只有|只|就|大概|\s)*+好?几个?(?:月|天|周|星期)(?:呢|的话|\W)*")
_LIKE_A_NUMBER = re.compile(r"[\d万亿]|[一二两三四五六七八九十百千几某]")
_OTHER = re.compile(r"另|别人|隔壁|对方|第[二三四五]家|[他她它]们?")
# A bare number with whose it is and nothing else: 另一家8000呢, 那他们是6500呢
_BARE = re.compile(
    r"(?:那|那么|如果|要是|假如|换成|改成|是|有|做到|另外?的?(?:那)?(?:一|1)?[家个](?:公司|企业)?|第[二三四五]家|[a-z甲乙丙丁](?:公司|厂|企业)?|"
    r"(?:我|你|他|她|它|咱)们?(?:家|公司|厂)?|别人|隔壁|对方|子公司|收入|才|只有|只|就|\s)*+"
    r"(?:\d[\d.,万亿千百元到至~-]*|[零一二两三四五六七八九十百千万亿仟佰拾壹贰叁肆伍陆柒捌玖点]{2,}元?|零)(?:呢|的话|怎么样|能拿多少|\W)*"
)


def not_the_old_value(before: Question, now: Question, policy: Policy) -> Question | None:
    """The message with the old value dropped, where it names an amount of its own that could not be read; None where
    it names none."""
    if now.givens or not any(one.words for one in before.givens):
        return None
    asked = replace(now, rules=now.rules or before.rules, facts={**before.facts, **now.facts}, topics=())
    if now.unclear == "vague":
        return asked
    if now.refused and not (now.claim or now.topics):
        return replace(asked, wants=now.wants | {Intent.AWARD})
    if _FEW_TIMES.fullmatch(now.folded):
        return replace(asked, unclear="vague")
    if not (_unread_number(before, now, policy) or _unread_value(before, now, policy)):
        return None
    return replace(asked, count="", unclear="another" if _OTHER.search(now.folded) else "vague")


def _unread_value(before: Question, now: Question, policy: Policy) -> bool:
    """The measure told before with something like a number that was not read (营收是x亿呢, 营收十来个呢)."""
    measure = policy.measures.get(before.givens[-1].measure)
    if measure is None or measure.unit != "yuan" or not now.folded.rstrip("?？。!！").endswith(("呢", "的话")):
        return False
    told = now.facts or now.topics or now.rules or now.claim or now.vague or now.years or now.soon or now.days
    named = policy.speaks_of(measure.id, now.folded)
    return named and not (told or now.wants - {Intent.ASK_IF, Intent.AWARD}) and bool(_LIKE_A_NUMBER.search(now.folded))


def _unread_number(before: Question, now: Question, policy: Policy) -> bool:
    """A short follow-up with a number that was not read as anything (8000到1.2亿呢): never the old answer again."""
    counted = now.count not in ("", "一家", "1家")  # 另外一家6000呢 counts nothing
    read = now.topics or counted or now.count_change or now.claim or now.target or now.spans
    named = now.years or now.soon or now.days or now.tier or now.clause or now.began or now.until or now.skipped
    return (
        before.givens[-1].tells_yuan(policy) and not (read or named or now.other) and bool(_BARE.fullmatch(now.folded))
    )
