"""Several values of one message: which belong to several firms, years or rows, and which one counts where one does."""

import itertools
import re
from dataclasses import replace
from decimal import Decimal

from assistant.reading.given import Found, Given, nth
from assistant.reading.numbers import number_named, of_firms
from tools import money
from tools.money import Amount, Reading

_APART = re.compile(
    r"分别(?!(?:是|奖|发|归|找|由|该|要|问|去)*(?:给谁|谁|哪|什么部门|怎么))|各自|各(能|可|拿|得|奖|是|发|给|补|算|多少)|一家.{0,12}另?一家|另(外)?(一|1)?家(公司|企业)?|respectively"
)
_OTHERS = re.compile(
    r"(?:我|我们|咱)?的?(?P<who>朋友|同学|亲戚|隔壁|邻居|同行|客户|对手|兄弟|老乡|哥们|合作方|友商|别人)(?:们)?的?(?P<firm>那?家?公司|企业|工厂|厂|那边|家)?"
)
_AND = r" ?[、和与及跟] ?"
_FIRM = r"(?:[甲乙丙丁戊己庚辛]|(?<![A-Za-z])[A-Z](?![A-Za-z])|[一-龥]{1,6}?(?=公司))(?:公司|企业|集团|厂)?"
_TOGETHER = re.compile(
    rf"(?:^|[，。；,;：:\n]|引进了?|招来了?|拉来了?)(?P<firms>{_FIRM}(?:{_AND}{_FIRM})+)[两二三四五]?家?[^。；;\d]{{0,12}}(?:都|均|同样|各)[^，。；,;\d]{{0,4}}$"
)
_BETWEEN = re.compile(r"[\s、和及与跟]*$")


def told_apart(found: Found, text: str, reading: Reading) -> bool:
    """Whether each value is a firm's own: said so (分别), or as many values as firms (8000万和1.2亿的两家公司)."""
    english = number_named(text)
    as_many = Decimal(len(found)) in _firms(reading) or len(found) == english
    return bool(_APART.search(text)) or (len(found) > 1 and as_many)


def miscounted(found: Found, text: str, reading: Reading) -> bool:
    """Whether a plain list of values is not as long as the firms told: nobody can say which firm has which."""
    firms = _firms(reading) - {Decimal(1)}
    return len(firms) == 1 and len(found) > 2 and Decimal(len(found)) not in firms and listed(found, text)


def listed(found: Found, text: str) -> bool:
    """Whether the values stand side by side: 300万、250万和199万."""
    pairs = itertools.pairwise(found)
    return len(found) > 1 and all(_BETWEEN.match(text[a.end : b.start]) for (_, _, a), (_, _, b) in pairs)


def in_list(amount: Amount, before: Amount, text: str) -> bool:
    """Whether an amount goes on a list begun by the amount before it."""
    return bool(_BETWEEN.match(text[before.end : amount.start]))


def _firms(reading: Reading) -> set[Decimal | None]:
    return {one.lo for one in of_firms(reading)}


def by_year(found: Found, apart: bool, text: str, reading: Reading) -> tuple[Found, bool]:
    """Values of several years are answered year by year, unless one grew into the other."""
    years = sorted((one for one in reading.years if isinstance(one, money.Year)), key=lambda one: one.start)
    if len({one.text for one in years}) < 2 or len(found) < 2 or re.search(r"到了|涨到|增到|升到|变成|降到|做到", text):
        return found, apart
    labelled = []
    for rank, given, amount in found:
        before = [one.text for one in years if one.start < amount.start]
        labelled.append((rank, replace(given, firm=given.firm or (before[-1] if before else "")), amount))
    return labelled, apart


def by_row(found: Found, text: str) -> Found:
    """A pasted table: each value on a line of its own, after its firm's name."""
    heads = [text[text.rfind("\n", 0, amount.start) + 1 : amount.start].strip(" \t,，:：|") for _, _, amount in found]
    if (
        len(found) < 2
        or "\n" not in text
        or len(set(heads)) != len(heads)
        or not all(0 < len(head) <= 20 for head in heads)
    ):
        return found
    measure, rank = found[0][1].measure, found[0][0]
    return [
        (rank, replace(given, firm=given.firm or head, measure=given.measure or measure), amount)
        for (_, given, amount), head in zip(found, heads, strict=True)
    ]


def shared(found: Found, text: str) -> Found:
    """A value told of firms named side by side (甲和乙都是8000万) is each one's."""
    told: Found = []
    for rank, given, amount in found:
        named = _TOGETHER.search(text[: amount.start])
        firms = re.split(_AND, named["firms"]) if named and given.words else [given.firm]
        told += [(rank, replace(given, firm=firm), amount) for firm in firms]
    return told


def by_value(found: Found) -> Found:
    """Two values to be compared, each under its own words where no firm is named."""
    if len(found) != 2 or any(given.firm or not given.words for _, given, _ in found):
        return found
    measure, rank = found[0][1].measure, found[0][0]
    return [
        (rank, replace(given, firm=given.words, measure=given.measure or measure), amount) for _, given, amount in found
    ]


def own_values(found: Found, text: str) -> Found:
    """Where the asker's own value is told (我们3000万), values of hearsay beside it (听说过了2000万就…) are not his."""

    def clause(amount: Amount) -> str:
        return text[max(text.rfind(stop, 0, amount.start) for stop in "，。；,;") + 1 : amount.start]

    own = [one for one in found if re.search(r"我们|我司|我公司|本公司|咱", clause(one[2]))]
    heard = [one for one in found if re.search(r"听说|据说|只要|规定|说是", clause(one[2]))]
    return [one for one in found if one not in heard] if own and heard and own != heard else found


def one_for_each(found: Found, apart: bool) -> tuple[Given, ...]:
    """One value for each measure and firm; several told apart without names are numbered."""
    kept: dict[tuple[str, str, str], tuple[int, Given]] = {}
    for at, (rank, given, _) in enumerate(found):
        firm = given.firm or (str(at) if apart else "")
        key = (given.measure, firm, "" if given.words else "change")
        if key not in kept or rank <= kept[key][0]:
            kept[key] = (rank, given)
    givens = tuple(given for _, given in kept.values())
    if not apart or len(givens) < 2:
        return givens
    return tuple(given if given.firm else replace(given, firm=nth(at)) for at, given in enumerate(givens))


def other_party(before: str) -> str:
    """The firm of others a value is told of (我朋友公司…主营6亿), as it was called."""
    found = _OTHERS.search(before)
    return f"{found['who']}{found['firm'] or ''}" if found and (found["firm"] or found["who"] == "朋友") else ""
