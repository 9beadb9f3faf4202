"""Follow-ups on firms told before: all of them together (三家合计), one number of them or another (那30家), and those of
them that fall out (其中一家没入园)."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.reading.given import Given
from assistant.reading.intents import Intent
from assistant.reading.question import Question
from tools import money
from tools.rules import AwardRule, Policy

_ALL = re.compile(
    r"^(?:那|那么|所以)?(?:(?P<many>[两三四五六七八九十\d]+)(?:家|个)(?:公司|企业)?|他们|它们|几家)?(?:都|全部)?(?:合计|总共|一共|加起来|共计|总计|合起来|加在一起)"
    r"(?:起来)?(?:最多|最高|能|可以|会|是|有|拿|领|奖|得|多少|几多|钱|呢|的话|吗|\W)*$"
)
_COUNT_ALONE = re.compile(
    r"^(?:那|那么|如果|要是|假如|换成|改成|变成|我们|现在|一共|总共|共|是|有|\s)*[\d一二两三四五六七八九十百]+(?:家|户)(?:企业|公司)?(?:呢|的话|能拿多少|\W)*$|"
    r"^(?:and |then |so |what about |how about |what if |for |with |if )*(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:firms|companies|enterprises)\W*$"
)
_OF_THEM = re.compile(r"其中|里面|里头|当中|有(?:一|1|两|2|三|3|几)家|\bone of them\b")


def all_of_them(before: Question, firms: Sequence[Given], now: Question) -> tuple[tuple[Given, ...], str] | None:
    """Every firm's value told, where they are asked for together, or why they cannot be; None where they are not."""
    asks = _ALL.match(now.folded)
    if not asks or now.givens or len(firms) < 2:
        return None
    many = money.read(f"{asks['many']}家").counts if asks["many"] else ()
    measures = {one.measure for one in firms if one.measure}
    if any(not one.firm for one in before.givens):
        return (), "whose"  # a value told last of a firm that was not named
    if len(measures) > 1:
        return None  # awards of several kinds
    if (many and many[0].lo != len(firms)) or not all(one.words for one in firms):
        return (), "whose"
    return tuple(replace(one, measure=one.measure or next(iter(measures), "")) for one in firms), ""


def counted_again(before: Question, now: Question) -> Question:
    """A number of firms alone is that of the question before, or of the award spoken of, and no figure the policy
    states."""
    if not now.count or now.givens or not _COUNT_ALONE.match(now.folded):
        return now
    if before.count or any(one.count for one in before.givens):
        return replace(now, topics=(), rules=now.rules or before.rules, wants=now.wants | {Intent.AWARD})
    if before.rules and not any(one.words for one in before.givens):
        return replace(now, topics=(), rules=now.rules or before.rules, wants=now.wants | {Intent.AWARD})
    return now


def fallen_out(before: Question, now: Question, policy: Policy) -> Question:
    """Some of the firms counted before, told not to meet a condition: they go, the others stay as they are."""
    held = before.count or next((one.count for one in before.givens if one.count), "")
    denied = {fact for fact, holds in now.facts.items() if not holds}
    asked_of = {fact for key in before.rules for fact in policy.awards[key].requires}
    if held and _OF_THEM.search(now.folded) and _falls_short(before, now, policy):
        rules = now.rules or before.rules
        return replace(now, givens=(), skipped=(), topics=(), count="", count_change=f"少{now.count}", rules=rules)
    if not held or not denied or not denied <= asked_of or not _OF_THEM.search(now.folded) or now.givens:
        return now
    if not now.count or now.count_change:
        return replace(now, unclear="spread")
    left = {fact: holds for fact, holds in now.facts.items() if holds}
    return replace(now, facts=left, count="", count_change=f"少{now.count}", rules=now.rules or before.rules)


def _falls_short(before: Question, now: Question, policy: Policy) -> bool:
    """Whether one value told of so many of the firms is surely below the award's threshold (其中一家只交了150万)."""
    rule = policy.awards.get(before.rules[0] if before.rules else "")
    told_now = now.givens or now.skipped
    if rule is None or rule.pays != "once_per_firm" or len(told_now) != 1 or not now.count or now.count_change:
        return False
    given = told_now[0]
    told = money.read(given.words).amounts if given.measure in ("", rule.by) and not given.change else ()
    if len(told) != 1 or policy.measures[rule.by].unit != "yuan" or (high := told[0].hi) is None:
        return False
    met = all(_met(one, rule) for one in before.givens if one.words)
    return met and (high < rule.tiers[0].lo or (high == rule.tiers[0].lo and not told[0].hi_closed))


def _met(given: Given, rule: AwardRule) -> bool:
    """Whether the value told of all of them before meets the threshold."""
    told = money.read(given.words).amounts
    return len(told) == 1 and told[0].lo is not None and told[0].lo >= rule.tiers[0].lo
