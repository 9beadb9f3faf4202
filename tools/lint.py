"""Proves a policy's rules against its text, both ways, and prints the table people read.

``python -m tools.lint [POLICY_FOLDER]`` exits 1 and lists every fault found. The proofs:

1. every stripped quote stands exactly once in its clause (on loading, ``tools.rules``);
2. the wording around a figure licenses its label;
3. tiers touch: no gap, no overlap, the last one open;
4. every numeral of the text is claimed by a mark or listed as plain;
5. keys are known and unique (on loading, ``tools.schema``);
6. sums add up.

Beyond them: payee, contact, status and the measure's name are the clause's own words, and the worked
examples of ``cases.yaml`` come out as written.
"""

import argparse
import difflib
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from tools import cases, money, rules
from tools.errors import MoneyError, PolicyError
from tools.report import bounds
from tools.rules import Policy, Quoted

_YUAN = r"[\d.,]+[万亿]?元"
_BELOW_CAP = re.compile(r"上限以内|不超过|封顶|最高")  # what only a cap leaves open
_NUMERAL = re.compile(r"[一-龥]{2,12}〔\d{4}〕\d+号|\d+(?:[.,]\d+)*|[零一二三四五六七八九十百千万亿两]+")


@dataclass(frozen=True, slots=True)
class Licence:
    """What a label's words must look like, and the wording one of its occurrences must stand in."""

    words: str
    before: str = ""
    after: str = ""
    never_before: str = r"(?!)"


LICENCES = {
    "at_most": Licence(_YUAN, before=r"(?:不超过|最高|至多)$"),
    "exactly": Licence(
        _YUAN, before=r"(?:奖励|给予)(?:(?!不超过|最高)[^，。；]){0,12}$", never_before=r"(?:不超过|最高|至多)$"
    ),
    "at_least": Licence(
        rf"{_YUAN}|[一二三两半\d]+年|[\d]+个月",
        before=r"(?:(?<!不)包含|达到|不低于|在库|满)$",
        after=r"^(?:及?以上|（含）)",
        never_before=r"(?:不含|不包含|不超过)$",
    ),
    "below": Licence(rf"{_YUAN}", before=r"(?:不含|不包含)$", never_before=r"(?:(?<!不)包含|达到|不低于)$"),
    "pool": Licence(_YUAN, before=r"总额不超过$"),
    "from": Licence(r"\d{4}年\d{1,2}月\d{1,2}日", after=r"^起"),
    "to": Licence(r"\d{4}年\d{1,2}月\d{1,2}日", before=r"(?:有效期至|截至|至)$"),
    "total": Licence(_YUAN, before=r"(?:安排|共计|总计)$"),
    "part": Licence(_YUAN, after=r"^用于"),
    "target": Licence(rf"\d+家|{_YUAN}", before=r"(?:达到|超过)$"),
    "count": Licence(r"\d+", after=r"^(?:家|个|部门)"),
    "year": Licence(r"\d{4}年"),
    "duration": Licence(r"[一二三四五六七八九十\d]+(?:年|个月)"),
    "document": Licence(r"[一-龥]{2,12}〔\d{4}〕\d+号", before=r"（$", after=r"^）"),
    "status": Licence(r"第[一二三四五六七八九十]+稿|征求意见稿|试行"),
}


def faults(policy: Policy) -> list[str]:
    """Everything wrong with the rules, in words; empty when all is proved."""
    found = [fault for quote in policy.quotes for fault in _unlicensed(quote)]
    found += [fault for quote in policy.quotes for fault in _sums(quote)]
    for rule in policy.awards.values():
        found += _tiers(policy, rule)
        if rule.payee not in policy.text.clause(rule.clause_id).text:
            found.append(f"{rule.id}：条款 {rule.clause_id} 中没有奖励对象“{rule.payee}”")
        below = (rule.unstated_below_cap, rule.unstated_below_cap_english)
        if any(below) and all(tier.kind != "at_most" for tier in rule.tiers):
            found.append(f"{rule.id}：没有“不超过”的档次，unstated_below_cap 无处可用")
        for chinese, english in ((rule.unstated, rule.unstated_english), below):
            if english and len(chinese) != len(english):
                found.append(f"{rule.id}：未规定的事项中文{len(chinese)}条、英文{len(english)}条，应一一对应")
        for tier in rule.tiers:
            if tier.kind == "exactly" and any(_BELOW_CAP.search(point) for point in rule.unstated):
                found.append(f"{rule.id}：讲上限的未规定事项应列在 unstated_below_cap，固定数额的档次没有这一项")
                break
        if not any(policy.measures[rule.by].name in tier.quote.text for tier in rule.tiers):
            found.append(f"{rule.id}：引文中没有指标“{policy.measures[rule.by].name}”")
    licensed = {name for measure in policy.measures.values() if measure.unit == "yuan" for name in measure.read_as}
    found += [f"指标词“{name}”不在词表中" for name in sorted(licensed - set(policy.lexicon.measures))]
    if policy.contact not in policy.contact_quote.text:
        found.append(f"contact：引文中没有“{policy.contact}”")
    if f"（{policy.status}）" not in policy.text.text:
        found.append(f"status：文本中没有“（{policy.status}）”")
    return found + _unclaimed(policy)


def _unlicensed(quote: Quoted) -> list[str]:
    found = []
    licensed: dict[tuple[str, str], bool] = {}
    for mark in quote.marks:
        licence = LICENCES.get(mark.label)
        if licence is None:
            near = difflib.get_close_matches(mark.label, LICENCES, n=1)
            found.append(f"不认识的标签 {mark.label!r}" + (f"，是否指 {near[0]!r}？" if near else ""))
            continue
        before, after = quote.text[: mark.start], quote.text[mark.end :]
        if not re.fullmatch(licence.words, mark.words):
            found.append(f"{mark.label} 不应标“{mark.words}”：{quote.text}")
        if re.search(licence.never_before, before):
            found.append(f"“{mark.words}”前的措辞与 {mark.label} 相反：{quote.text}")
        free = not licence.before and not licence.after
        good = bool(licence.before and re.search(licence.before, before))
        good = good or bool(licence.after and re.search(licence.after, after))
        key = (mark.label, mark.words)
        licensed[key] = licensed.get(key, False) or good or free
    found += [
        f"措辞不支持 {label}：“{words}”，在：{quote.text}" for (label, words), good in licensed.items() if not good
    ]
    return found


def _sums(quote: Quoted) -> list[str]:
    totals, parts = quote.words("total"), quote.words("part")
    if not totals and not parts:
        return []
    try:
        value = [money.parse_one(words).lo for words in totals]
        pieces = [money.parse_one(words).lo for words in parts]
    except MoneyError as error:
        return [f"合计或分项不是金额：{error}"]
    if len(value) != 1 or value[0] != sum(piece or 0 for piece in pieces):
        return [f"合计与分项不符：{'、'.join(totals)} ≠ {' + '.join(parts)}"]
    return []


def _tiers(policy: Policy, rule: rules.AwardRule) -> list[str]:
    found = []
    for low, high in zip(rule.tiers, rule.tiers[1:], strict=False):
        if low.hi != high.lo:
            found.append(f"{rule.id}：档次不相接：{bounds(policy, rule, low)} 与 {bounds(policy, rule, high)}")
    if rule.tiers[-1].hi is not None:
        found.append(f"{rule.id}：最高一档没有敞口")
    return found


def _unclaimed(policy: Policy) -> list[str]:
    """Numerals of the text that neither a mark nor a plain word covers. Heading numbers are not figures."""
    found = [f"plain 中的“{word}”不在文本中" for word in policy.plain if word not in policy.text.text]
    for clause in policy.text.clauses:
        claimed = [False] * len(clause.text)

        def claim(start: int, end: int, claimed: list[bool] = claimed) -> None:
            claimed[start:end] = [True] * (end - start)

        for quote in policy.quotes:
            if quote.clause_id == clause.id:
                for mark in quote.marks:
                    claim(quote.start + mark.start, quote.start + mark.end)
        for word in policy.plain:
            for match in re.finditer(re.escape(word), clause.text):
                claim(*match.span())
        if clause.number:
            claim(0, re.match(r"[（(]?[一二三四五六七八九十\d]+[）)、.]?", clause.text).end())  # type: ignore[union-attr]
        for match in _NUMERAL.finditer(clause.text):
            if not all(claimed[match.start() : match.end()]):
                around = clause.text[max(0, match.start() - 8) : match.end() + 8]
                found.append(f"条款 {clause.id} 的“{match[0]}”没有规则认领，也不在 plain 中：…{around}…")
    return found


def table(policy: Policy) -> str:
    """The rules as a Markdown table, for people to read."""
    lines = ["| 奖励 | 对象 | 条件 | 数额 | 条款 |", "| --- | --- | --- | --- | --- |"]
    for rule in policy.awards.values():
        measure = policy.measures[rule.by].name
        for tier in rule.tiers:
            sign = "不超过" if tier.kind == "at_most" else ""
            amount = tier.quote.words(tier.kind)[0]
            lines.append(
                f"| {rule.name} | {rule.payee} | {measure} {bounds(policy, rule, tier)} | {sign}{amount} | {rule.clause_id} |"
            )
        if rule.pool:
            lines.append(
                f"| {rule.name} | {rule.payee} | 总额 | 不超过{rule.pool.words('pool')[0]} | {rule.clause_id} |"
            )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.lint", description="核对政策规则与原文")
    default = Path(__file__).resolve().parent.parent / "corpus"
    parser.add_argument("policy", nargs="?", type=Path, help="政策文件夹；不写则核对 corpus 下全部政策")
    chosen = parser.parse_args(arguments).policy
    folders = [chosen] if chosen else sorted(path.parent for path in default.glob("*/rules.yaml"))
    bad = False
    for folder in folders:
        try:
            policy = rules.load(folder)
            found = faults(policy) + cases.failures(policy, cases.load(folder / "cases.yaml"))
        except PolicyError as error:
            found, policy = [str(error)], None
        bad = bad or bool(found)
        print(f"{folder.name}：" + ("核对无误" if not found else f"{len(found)} 处问题"))
        print("\n".join(f"  - {fault}" for fault in found) if found or policy is None else "\n" + table(policy))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
