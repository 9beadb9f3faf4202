"""Whether a sum is spoken of as an award, so that it is checked or looked up and never taken for a firm's value."""

import re

from assistant.reading.intents import Intent
from assistant.reading.numbers import of_firms
from tools import money
from tools.money import Amount, Reading
from tools.rules import Policy

AWARD = "奖励"  # the lexicon's name for sums given or got
_HEARSAY = r"(?:别人|人家|有人|他们|她们|大家|网上|朋友|同行|同事|会计|隔壁|群里|领导|中介|书上|听|都|说好|宣传|不是)[^，。；,;]{0,8}(?:说|讲|传|写)(?:是|的|可以|能|会|有|给|拿)*$"
_WHY = r"为(?:什么|啥|何)(?:就|我们|只|才|不|没|是|有|能|给|拿|到)*$|(?:凭什么|怎么)(?:就|只|才|不|没)(?:是|有|能|给|拿|到)*$"
_WHAT_FOR = r"(?:多少|怎么|怎样|如何|什么|啥|何时|几时|才|想|要|离|距离?)(?:样)?(?:才|就|能|可以|会)*(?:能|可以|才|会)?(?:到|拿到?|有|给|达到|领到?)$|(?:够|冲|奔)(?:到|得到|不到|不着|得着)?$"
_FOR_ALL = r"(?:都|也|就|一律|统统|人人|个个|每家|照样)(?:能|可以|会|是|有|给|拿|得|领|奖|发|补)+$"
# an award is said to be set or raised to a sum: 把奖励金额改成3亿, the award is raised to 5 million
_SET = re.compile(
    r"(?i)(?:奖励|奖金|补贴|补助)(?:金额|数额|标准|上限)?[^，。；,;\d]{0,4}(?:提高|上调|下调|调整|增加|改|定|回答|算|当|变|涨|写|说)(?:到|为|成|至|作|是)$|"
    r"(?:award|reward|subsidy)\s+(?:is|are|was|has been)?\s*(?:now|currently)?\s*(?:raised|increased|set|changed|lifted)?\s*(?:to|as|at)?\s*(?:RMB|CNY)?\s*$"
)
_THE_MOST = re.compile(
    r"(?i)\b(?:max(?:imum)?|cap|ceiling|most you can get|highest award|top award)(?: award| amount| sum)? (?:is|was|of|=|at)\s*(?:RMB|CNY)?\s*$"
)
_THE_MOST_GIVEN = re.compile(
    r"(?:奖励?|奖金|补贴|补助)(?:金额|数额|标准)?(?:最高|最多|上限|封顶|顶格)(?:能|可以|可|会|就)*(?:拿|领|给|奖|发|补|是|有|达|到|得)*$|"
    r"(?:最高|最多)(?:能|可以|可|会|就)*(?:拿|领|给|奖|发|补)(?:到|了|得)?$"
)
_MOST = re.compile(r"最高|最多|上限|封顶|顶格")
# a sum in a part of its own, after a value: 引进5家都超200万，是25万吗
_PER_FIRM = re.compile(r"元?(?:[一每/]|每一)(?:家|户|个企业)")
_FOLLOWS_VALUE = re.compile(r"的?(?:那|就|不就|是不是|是|给|奖|能拿|可以拿|拿|有|应该)+")
_RESULT = re.compile(
    r"[，,。；;？?](?:那|所以|这样|应该|一共|总共|合计|共|就|我们|团队|能|可以|是不是|是|有|拿到?|给|奖|得)+$"
)
_SPOKEN = re.compile("|".join((_HEARSAY, _WHY, _WHAT_FOR, _FOR_ALL)))
_EACH = re.compile(r"每[家个户](?:企业|公司)?(?:都|就|能|可以|是|给|奖|有|拿)*$")  # 每家5万对吧
_ASSENT = re.compile(r"元?[，,]?(?:[对是][吗吧么]|对不对|是不是|吧|吗|么)")
_WHETHER = re.compile(r"(?:是不是|是否|就是|应该是|等于|那就是|合计|一共|总共|就)(?:有|是|能拿|能|可以|拿|给|奖)*$")
_MET = re.compile(r"达标|(?:符合|满足|够)了?(?:条件|要求|标准)")
_ADDED = re.compile(r"(?:一共|总共|合计|共计?|加起来|累计|前后)(?:就|能|可以|是|有|拿|领|到|得|了)*$")
_FOR_A_FIRM = re.compile(
    r"(?:企业|公司|厂)(?:自己|本身)?(?:能|可以|会|也|有)*(?:拿|领|得|有)|(?:给|发给|奖给)(?:我们?|咱们?)?(?:企业|公司|厂)|我们(?:就|岂不是)?(?:啥|什么)(?:都|也)没有?|"
    r"\b(?:my|our|the) (?:company|firm) (?:get|gets|receive|receives|have|has|keep)\b"
)
_TIER = re.compile(r"^(?:元)?(?:的)?(?:那|这)?(?:一)?(?:个)?档")


def spoken_of_as_award(
    amount: Amount, text: str, beside: bool, wants: frozenset[Intent], policy: Policy, goes_on: bool = False
) -> bool:
    """It is where it is said to be given or got, and too small to be a value or one of the policy's sums; where it is
    one of them and a value is told beside it, or it is asked what it takes; or where it is a cap (最高15万). What others
    say, and what is asked why or how, is one too if it is too small to be a value."""
    most = _MOST.match(amount.text)
    stated = text[max(0, amount.start - 40) : amount.start] + (most[0] if most else "")
    if _SET.search(stated) or _THE_MOST.search(text[: amount.start]) or _THE_MOST_GIVEN.search(stated):
        return True
    value = amount.hi if amount.lo is None else amount.lo
    least = least_value(policy)
    if value is not None and value < least and beside and amount.lo is None and value in award_sums(policy):
        return True  # 2000万到5000万最多10万
    if value is None or amount.change or (goes_on and (value >= least or amount.measure not in (None, AWARD))):
        return False  # goes_on: one of a list of values
    lead, behind = text[max(0, amount.start - 16) : amount.start], text[amount.end :]
    if value < least and (_SPOKEN.search(lead) or _TIER.match(behind)):
        return True
    if value < least and beside and amount.lo == amount.hi and _RESULT.search(lead) and _ASSENT.match(behind):
        return True
    if value < least and beside and _EACH.search(lead) and _ASSENT.match(behind):
        return True
    if value < least and value in award_sums(policy) and _PER_FIRM.match(behind):
        return True  # 两万块一家
    if value in award_sums(policy) and _EACH.search(lead) and not wants & {Intent.AWARD, Intent.GAP}:
        return True  # 运营机构每家3万
    if amount.measure == AWARD:
        return beside or value < least or value in award_sums(policy)
    if value >= least:
        return False
    if value in award_sums(policy):
        asks = wants & {Intent.REVERSE, Intent.TABLE, Intent.ASK_IF, Intent.WHOM}
        return beside or bool(wants & {Intent.REVERSE}) or (amount.measure is None and bool(asks))
    return amount.lo is None and beside and amount.measure is None


def is_multiple(amount: Amount, claimed: Amount | None, policy: Policy) -> bool:
    """A sum that is a multiple of the award just spoken of (每家3万，是不是60万)."""
    value = amount.hi if amount.lo is None else amount.lo  # 每家3万，最多30万
    if claimed is None or amount.measure not in (None, AWARD) or not claimed.lo or value is None or amount.change:
        return False
    return value >= claimed.lo and value % claimed.lo == 0 and value < least_value(policy)


def follows_value(amount: Amount, before: Amount, text: str) -> bool:
    """A sum said of the value just before it, far smaller (60亿是不是200万)."""
    if amount.lo is None or amount.lo != amount.hi or before.lo is None or amount.change:
        return False
    return amount.lo * 10 <= before.lo and bool(_FOLLOWS_VALUE.fullmatch(text[before.end : amount.start]))


def is_product(amount: Amount, text: str, reading: Reading, policy: Policy) -> bool:
    """A sum asked about that is what one award gives for as many firms as are told (引进12家都达标，是不是36万)."""
    firms = {one.lo for one in of_firms(reading) if one.lo is not None and one.lo == one.hi}
    each = {tier.amount for rule in policy.awards.values() if rule.pays == "once_per_firm" for tier in rule.tiers}
    value, behind = amount.lo, text[amount.end :]
    if value is None or value >= least_value(policy) or amount.measure not in (None, AWARD) or amount.change:
        return False
    asked = bool(_WHETHER.search(text[: amount.start])) or bool(_ASSENT.match(behind)) or behind.strip("?？。") == ""
    several = [number for number in firms if number > 1]
    right = any(value == number * sum_ for number in several for sum_ in each)
    return asked and (right or bool(several and _WHETHER.search(text[: amount.start]) and _MET.search(text)))


def is_sum(amount: Amount, claimed: Amount | None, text: str, policy: Policy) -> bool:
    """A sum of what is got several times, told after the award just spoken of (再拿50万，一共80万)."""
    value = amount.lo if amount.lo is not None else amount.hi
    lead = text[max(0, amount.start - 10) : amount.start]
    return claimed is not None and value is not None and value < least_value(policy) and bool(_ADDED.search(lead))


def paying(claimed: Amount | None, reading: Reading, policy: Policy) -> tuple[str, ...]:
    """The first award with a tier of exactly the sum spoken of, or of as many times the sum as firms are told."""
    if claimed is None or claimed.hi is None:
        return ()
    firms = {one.lo for one in of_firms(reading) if one.lo is not None and one.lo > 1}
    rules = [rule for rule in policy.awards.values() if any(tier.amount == claimed.lo for tier in rule.tiers)]
    rules += [rule for rule in policy.awards.values() if firms and rule.pool_yuan == claimed.hi]
    for rule in policy.awards.values():
        if rule.pays == "once_per_firm" and claimed.lo in {n * tier.amount for n in firms for tier in rule.tiers}:
            rules.append(rule)
    return tuple(rule.id for rule in rules)[:1]


def for_a_firm(folded: str) -> bool:
    """Whether a firm is spoken of as the one that gets the award."""
    return bool(_FOR_A_FIRM.search(folded))


def award_sums(policy: Policy) -> set[int]:
    """Every sum the policy gives, for one firm or in all."""
    sums = {tier.amount for rule in policy.awards.values() for tier in rule.tiers}
    return sums | {rule.pool_yuan for rule in policy.awards.values() if rule.pool_yuan}


def least_value(policy: Policy) -> int:
    """The lowest threshold in yuan: a smaller sum beside a value can only be an award."""
    return min(t.lo for r in policy.awards.values() for t in r.tiers if policy.measures[r.by].unit == "yuan")


def bound(words: str, policy: Policy) -> str:
    """A sum of a tier (15万那档) stands for the value the tier begins at, in the text's own words."""
    said = {one.lo if one.lo is not None else one.hi for one in money.read(words).amounts}
    for rule in policy.awards.values():
        for tier in rule.tiers:
            if tier.amount in said:
                return tier.quote.words("at_least")[0]
    return words
