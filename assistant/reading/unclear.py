"""Sums a person left for us to work out: asked back, never guessed.

A value that must first be added up, scaled, parted, excluded from or spread over firms is not the value a rule goes by.
Where the words show that, the answer asks for the value itself. Patterns are the language's, on folded text.
"""

import re

from assistant.reading.relations import FILLS, WITHIN

_NUMBER = r"[\d.,]{1,24}(?:万|亿|千万|百万)元?|[一二两三四五六七八九十百千]{1,24}(?:万|亿)元?"
_OPERATION = re.compile(
    rf"(?:{_NUMBER})(?:，|,)?(?:再)?(?:加上?|加)(?:{_NUMBER})|再加上?(?:{_NUMBER})|"
    rf"[两二三四五六七八九十\d]{{1,24}}(?:点\d)?倍|打[一二三四五六七八九\d.]{{1,24}}折|占(?:了|到|比)?(?:[\d.]+%|[一二三四五六七八九\d]成|百分之|一半|[一二三四五六七八九\d]+分之)|"
    r"(?:是|比).{1,8}(?:的一半|多一半|少一半)|差(?:一)?点(?:点|儿)?(?:就)?(?:到|满|够)|(?:差|欠|缺)(?:了|个|着|那么|这么)*(?:一|半)?(?:口气|丝|步|截|些)"
)
_PASSED_ON = (
    r"代(?:收代付|[收付发缴扣垫])|代为?[^，。；,;]{0,6}(?:发|付|缴|支)|垫付|转付|过账|走账|过手"  # others' money
)
_GAP = r"[^，。；,;\d]"
# 3亿，里面2.5亿是劳务费: a part of the value that is not told to be the main business
_PART = re.compile(
    rf"(?:{_NUMBER}){_GAP}{{0,4}}[，,]?(?:{WITHIN}{FILLS}|有)(?:{_NUMBER})(?:左右|多|都|全|就){{0,2}}(?:是|为|属于|算)(?!主营|收入|营收)"
)
# 3亿含2.5亿代发工资, 3亿，代收社保2亿: money that only passes through, whatever the value is called
_PASSED_PART = re.compile(
    rf"(?:{_NUMBER}){_GAP}{{0,4}}[，,]?(?:{_GAP}{{0,8}}(?:{_NUMBER}){_GAP}{{0,10}}(?:{_PASSED_ON})|{_GAP}{{0,8}}(?:{_PASSED_ON}){_GAP}{{0,8}}(?:{_NUMBER}))"
)
_DEDUCTION = re.compile(
    rf"扣(?:掉|除|减|去)|减去|刨去|剔除|其中(?:{_NUMBER})(?:是|为|属于|算)(?!主营)|剩下的?(?:都|就|全)?是主营|代收代付"
)
_PART_OF_YEAR = re.compile(
    r"年化|折(?:算|合)(?:成|为|到)?全年|每个?月|月均|月收入|月营收|单月|季度|上半年|下半年|半年(?:营收|收入|做)|日均|每天|每日|(?<!年)累计|[两三四五]年(?:累计|一共|总共|合计|加起来|共)|"
    r"per month|monthly|a month|per quarter|quarterly|first half|per day|daily"
)
_SPENT = re.compile(
    r"^(?!.*(?:收入|营收|主营|流水|营业额|销售额)).*(?:租|工资|薪|社保|公积金|物业|水电|人工|成本|开支|支出)"
)
_JOINT = re.compile(
    rf"(?:(?<!价税)合计|合并(?:后|起来|在一起|一块)|一共|总共|总计|加起来|共计?|合起来)[^，。；,;拿得领奖补给]{{0,8}}?(?:{_NUMBER})|"
    rf"(?:{_NUMBER}).{{0,4}}[，,](?:合并(?:后|起来|在一起|一块)|合起来|加在一起)"
)
_MERGED = re.compile(r"合并|合起来|合在一起|加起来|加在一起|两家一起|放一起|together|combined")
_SPREAD = re.compile(
    r"\bthe (?:others?|rest|remaining)\b(?! (?:firm|company|one))|"
    r"除了|除去|其余(?!.{0,4}(?:没|未|不))|剩下的?.{0,3}家|另外.{0,3}家(?!.{0,2}(?:才|只|还|刚|没|未|不满))|其他.{0,2}都|里面有.{0,4}家(?:没|不|还)|再多?(?:引进|招|来)"
)


_GROUP = re.compile(r"[两二三四五六七八九十\d]+家")
_PAIR = re.compile(
    r"[a-d甲乙丙丁](?:公司)?[、和][a-d甲乙丙丁](?:公司)?(?:两家|都).{2,30}[a-d甲乙丙丁](?:公司)?(?:不|没|未)"
)


def arithmetic(folded: str, told_exactly: bool) -> bool:
    """Whether the value told must still be worked out; a deduction told beside the rule's own measure is not, but money
    that only passes through a firm always is."""
    deducted = not told_exactly and bool(_DEDUCTION.search(folded) or _PART.search(folded))
    return bool(_OPERATION.search(folded) or _PASSED_PART.search(folded)) or deducted


def part_of_year(folded: str) -> bool:
    """Whether the value told is a part of a year's, or several years'."""
    return any(_PART_OF_YEAR.search(part) and not _SPENT.search(part) for part in re.split("[，。；,;]", folded))


def joint(folded: str) -> bool:
    """Whether one sum is told for several firms together."""
    return bool(_JOINT.search(folded))


def merged(folded: str) -> bool:
    """Whether firms already told are taken as one (合并算的话是一个亿)."""
    return bool(_MERGED.search(folded))


def spread(folded: str) -> bool:
    """Whether firms are told by exclusion or remainder, in several groups, or one of them by what holds for it alone,
    so that a count is not the count meant."""
    groups = len(_GROUP.findall(folded)) >= 3 and len(re.findall(_NUMBER, folded)) > 1
    return groups or bool(_SPREAD.search(folded) or _PAIR.search(folded))
