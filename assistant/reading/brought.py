"""Firms somebody brought in, told by the verb and its object: 引进3家都超200万, 招来的企业头一年交了180万.

The verbs are those by which the policy's own condition is said (引进了, 招来的); with firms as their object they state
that condition, and a value told without a measure is then that of the award for bringing firms in.
"""

import re

from tools.rules import AwardRule, Policy

_ENGLISH = re.compile(
    r"\b(?:recruited|brought(?: in)?|introduced|attracted) (?:in |over )?(?:\d{1,6}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|some) (?:new |more |other )?(?:firms?|company|companies|enterprises?|businesses)\b"
)
_OBJECT = r"(?:了|的|过|来|进来)*(?:[\d一二两三四五六七八九十百几俩仨]+(?:多)?个?)?(?:家|户|企业|公司|厂)"


def award_for_firms(policy: Policy) -> AwardRule | None:
    """The award paid to others for a firm's value in yuan, where the policy has one."""
    fits = (one for one in policy.awards.values() if one.payee_said_as and policy.measures[one.by].unit == "yuan")
    return next(fits, None)


def brought(folded: str, policy: Policy) -> AwardRule | None:
    """The award for bringing firms in, where a message tells that firms were brought in."""
    rule = award_for_firms(policy)
    if rule is None:
        return None
    words = [word for fact in rule.requires[:1] for word in policy.facts[fact].yes]
    verbs = {re.sub("[了的]$", "", word) for word in words if re.search("[了的来]$|招引$", word)}
    found = re.search(rf"(?:{'|'.join(map(re.escape, sorted(verbs)))}){_OBJECT}", folded) or _ENGLISH.search(folded)
    return rule if found else None
