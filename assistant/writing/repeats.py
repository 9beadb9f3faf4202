"""Claims that take an award several times: year by year (每年30万，三年90万), of each firm (每家4万), added up over tiers (再拿50万，一共80万).

An award that is given once is not given every year; what each firm brings is one sum of the text. Whether what was
received for one tier is taken off at the next, the text of an award with tiers may leave open: then nothing is settled.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.reading.question import Question
from tools import money

_GIVEN = r"(?:拿|领|给|有|发|得|奖|补|能|都)"
_YEARLY = re.compile(
    rf"(?:每年|年年|每一年|逐年)(?:都|也|就)?[^，。；,;\d]{{0,4}}{_GIVEN}|(?:every|each|per) year|\ba year\b"
)
_YEARS = re.compile(r"[两二三四五六2-9]年(?:下来|加起来)?(?:就|一共|总共|共|合计|能|可以)+(?:是|有|拿|领)?")
_EACH = re.compile(
    r"(?:每家|每个企业|每户|一家|each firm|per firm)(?:企业|公司)?(?:都|就|也|能|可以|是|给|奖|有|拿|补|得|领)*$"
)
_ADDED = re.compile(r"(?:一共|总共|合计|共计?|加起来|累计|前后|in total|altogether)(?:就|能|可以|是|有|拿|领|到|得)*$")
_AGAIN = re.compile(r"再[拿领给得补]|还能[拿领得]|又[拿领给得]|第二年|升档|次年|again")


def settle(asked: Question, due: Sequence[Mapping[str, Any]]) -> str:
    """``yearly`` for a sum said to come every year, ``each`` or ``each_other`` for one said of each firm, right or wrong,
    ``added`` for one added up over several times; empty for any other."""
    said = money.read(asked.claim).amounts if asked.claim else ()
    if len(said) != 1 or len(due) != 1 or (value := said[0].hi) is None:
        return ""
    one = due[0]
    once = "一次性" in one["quote"]
    before = asked.folded[: max(asked.folded.find(asked.claim.lower()), 0)]
    over = value > one["amount_yuan"] and not one["pool"] and _YEARS.search(asked.folded)
    if once and (over or (_YEARLY.search(asked.folded) and value >= one["amount_yuan"])):
        return "yearly"
    if one["pool"] and _EACH.search(before):
        each = money.read(one["each"]).amounts
        return "each" if len(each) == 1 and each[0].lo == value else "each_other"
    if not one["pool"] and value > one["amount_yuan"] and _ADDED.search(before) and _AGAIN.search(asked.folded):
        return "added"
    return ""
