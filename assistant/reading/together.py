"""Follow-ups on firms told before: all of them together (三家合计), one number of them or another (那30家), and those of
them that fall out (其中一家没入园)."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.reading.given import Given
from assistant.reading.intents import Intent
from assistant.reading.numbers import in_digits
from assistant.reading.question import Question
from tools import money
from tools.rules import AwardRule, Policy

_ALL = re.compile(
    r"^(?:那|那么|所以|我们|咱们|他们|它们|这|分开算?|各算各的?|全部|[，,])*(?:(?P<many>[两三四五六七八九十\d]{1,9})(?:家|个|项|样)(?:公司|企业|奖励)?|几家|几项)?(?:都|全部)?(?:合计|总共|一共|加起来|共计|总计|合起来|加在一起|总数|总和)"
    r"(?:起来)?(?:最多|最高|能|可以|会|是|有|拿|领|奖|得|多少|几多|钱|呢|的话|吗|\W)*$"
)
_SOME = re.compile(
    r"^(?:那|那么)?(?P<end>前|后)面?(?:的|这|那)?(?P<many>[两三四五六七八九\d]{1,6})[家个](?:公司|企业)?(?:合计|总共|一共|加起来|共计|总计|能|可以|拿|领|得|多少|呢|\W)*$"
)
_ADDS = re.compile(r"^(?:那|那么|再|还|如果|要是)?(?:加上|连同|算上|连上)")
_COUNT_ALONE = re.compile(
    r"^(?:那|那么|如果|要是|假如|换成|改成|变成|我们|现在|一共|总共|共|是|有|\s)*[\d一二两三四五六七八九十百]+(?:家|户)(?:企业|公司)?(?:都|全部?|均)?(?:达标|(?:符合|满足|够)(?:条件|要求|标准))?了?(?:呢|的话|能拿多少|\W)*$|"
    r"^(?:and |then |so |what about |how about |what if |for |with |if )*(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:firms|companies|enterprises|of (?:them|those)|such (?:firms|companies))\W*$"
)
_OF_THEM = re.compile(
    r"其中|里面|里头|当中|有(?:一|1|两|2|三|3|几)家|\b(?:one|two|three|four|five|\d{1,6}) of (?:them|these|those)\b"
)


def all_of_them(
    before: Question, firms: Sequence[Given], told: Sequence[Given], now: Question
) -> tuple[tuple[Given, ...], str] | None:
    """Every firm's value told, where they are asked for together, or why they cannot be; None where they are not.
    ``told`` is every value of the conversation."""
    if some := _some_of(firms, now):
        return some, ""
    asks = _ALL.match(now.folded)
    if not asks or now.givens:
        return None
    many = money.read(f"{asks['many']}家").counts if asks["many"] else ()
    if values := _one_of_each(told):
        kinds = len({one.measure for one in values}) > 1 and not any(one.firm for one in values)
        ours = any(not one.firm for one in values) and bool(many) and many[0].lo == len(values)
        if kinds or (ours and len({one.measure for one in values}) == 1):
            return tuple(one if kinds or one.firm else replace(one, firm=one.words) for one in values), ""
    if len(firms) < 2:
        alone = [one for one in before.givens if one.words]
        return (tuple(alone), "") if len(alone) == 1 == len(before.givens) and not many and not before.topics else None
    measures = {one.measure for one in firms if one.measure}
    if any(not one.firm for one in before.givens):
        return (), "whose"  # a value told last of a firm that was not named
    if len(measures) > 1:
        return None  # awards of several kinds
    if (many and many[0].lo != len(firms)) or not all(one.words for one in firms):
        return (), "whose"
    return tuple(replace(one, measure=one.measure or next(iter(measures), "")) for one in firms), ""


def _some_of(firms: Sequence[Given], now: Question) -> tuple[Given, ...]:
    """The first or the last so many of the firms told (后面两家一共呢); empty where they are not asked for."""
    asks = _SOME.match(now.folded)
    many = money.read(f"{asks['many']}家").counts if asks and not now.givens else ()
    number = int(many[0].lo) if many and many[0].lo else 0
    if not asks or not 0 < number <= len(firms) or not all(one.words and one.firm for one in firms):
        return ()
    return tuple(firms[:number] if asks["end"] == "前" else firms[-number:])


def _one_of_each(told: Sequence[Given]) -> list[Given]:
    """The value told last of each firm and each measure, where all were told of a measure."""
    last = {(one.measure, one.firm): one for one in told}
    return list(last.values()) if len(last) > 1 and all(measure for measure, _ in last) else []


def on_top(told: Sequence[Given], now: Question) -> tuple[Given, ...]:
    """What was told before, to which values of another measure are added (加上招商团队引进3家); empty where none are."""
    if not _ADDS.match(now.folded) or not now.givens or now.count_change:
        return ()
    new = {one.measure for one in now.givens}
    held = _one_of_each([*told, *now.givens])
    apart = all(one.words and not one.firm and not one.change for one in now.givens)
    return tuple(replace(one, told=False) for one in held if one.measure not in new) if apart else ()


def counted_again(before: Question, now: Question, policy: Policy) -> Question:
    """A number of firms alone is that of the question before, or of the award spoken of, and no figure the policy
    states."""
    if not now.count or now.givens or not _COUNT_ALONE.match(now.folded):
        return now
    if before.firms_told:
        return replace(now, topics=(), rules=now.rules or before.rules, wants=now.wants | {Intent.AWARD})
    rules = [policy.awards[key] for key in before.rules]
    by_firm = bool(rules) and all(rule.pays == "once_per_firm" for rule in rules)
    if by_firm or (before.rules and not any(one.words for one in before.givens)):
        return replace(now, topics=(), rules=now.rules or before.rules, wants=now.wants | {Intent.AWARD})
    return now


def fallen_out(before: Question, now: Question, policy: Policy) -> Question:
    """Some of the firms counted before, told not to meet a condition: they go, the others stay as they are."""
    held = before.firms_told
    denied = {fact for fact, holds in now.facts.items() if not holds}
    asked_of = {fact for key in before.rules for fact in policy.awards[key].requires}
    if held and _OF_THEM.search(now.folded) and _falls_short(before, now, policy):
        rules = now.rules or before.rules
        fewer = f"少{in_digits(now.count)}"
        return replace(now, givens=(), skipped=(), topics=(), count="", count_change=fewer, rules=rules)
    if not held or not denied or not denied <= asked_of or not _OF_THEM.search(now.folded) or now.givens:
        return now
    if not now.count or now.count_change:
        return replace(now, unclear="spread")
    left = {fact: holds for fact, holds in now.facts.items() if holds}
    return replace(now, facts=left, count="", count_change=f"少{in_digits(now.count)}", rules=now.rules or before.rules)


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
