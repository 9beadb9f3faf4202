"""Where the asker stands: which conditions hold, which tier is the highest, why nothing is due."""

import re
from collections.abc import Iterator

from assistant.checks import words as w
from assistant.checks.piece import Piece
from assistant.facts import Facts

_STILL = re.compile(
    rf"(?i){w.STILL}|(?:{w.MAY}|均|都)[^，。；]{{0,4}}(?:{w.GETS})|qualif|eligible|can (?:get|receive|claim)|\btoo\b|also"
)
_SUPPOSED = re.compile(rf"(?i){w.IF}")
_NEVERTHELESS = re.compile(
    rf"(?i){w.CANNOT}|拿不到|领不到|不符合|不享受|入驻后|之后|才|\bnot\b|cannot|n't|no award|only"
)
_WAIVED = re.compile(
    rf"(?i){w.REGARDLESS}|一律|都可以享受|不受[^，。；]{{0,4}}限|没有(?:任何|其他|别的|额外)[^，。；]{{0,2}}(?:前提|条件|要求)|even for|"
    r"no other condition|unconditional|regardless|no matter|whether or not|irrespective|even if"
)


def unsaid_conditions_are_not_asserted(piece: Piece, facts: Facts) -> Iterator[str]:
    """A condition the asker has not stated is told as a condition, never as his, and none is waived."""
    if (waived := _WAIVED.search(piece.plain)) and waived[0] not in facts.ground:
        yield f"条件不能免除：{waived[0]}"
    for fact in (facts.policy.facts[key] for rule in facts.rules for key in rule.requires):
        missing = "|".join(map(re.escape, fact.no))
        for fragment in piece.sentences:
            denied = re.search(rf"(?i){missing}", fragment)
            if not denied or not _STILL.search(fragment) or _NEVERTHELESS.search(fragment):
                continue
            if not _SUPPOSED.search(fragment[denied.end() :]):  # 园区外的如果入驻, but not 如果在园区外
                yield f"条件不能免除：{denied[0]}"
    unsaid = {name for one in facts.outcomes for name in one.get("conditions", ())}
    for fact in facts.policy.facts.values():
        if fact.name in unsaid:
            words = "|".join(re.escape(word) for word in (*fact.yes, fact.name, fact.english))
            told = re.search(
                rf"(?i)(?:{w.FIRM})[^，。；,;]{{0,4}}(?:已经?|就是|是|属于|都是|为|\bis\b|\bare\b)[^，。；,;]{{0,10}}(?:{words})",
                piece.plain,
            )
            if told and not re.search(
                rf"(?i){w.IF}|须|需|如|应|前提|条件是|假设|按|是否|只有|作为|\b(?:must|provided|assum|need|as long as|whether|should)",
                piece.plain[: told.end() + 6],
            ):
                yield f"没有说过的条件：{told[0]}"


_TOP = re.compile(
    r"(?i)(?:已|已经|就|正)?(?:是|到|属于|处于|进入|为|在)(?:了)?(?:最高|顶格?|最后)(?:的)?一?档|(?:is|are) (?:already )?in the (?:top|highest) tier|(?:top|highest) tier already"
)
_FOR_EVER = re.compile(r"(?i)不再有机会|再也不|永远|今后[^，。；]{0,4}不|\bnever\b")
_REASON = re.compile(rf"(?i)(?:因为|由于|原因|是因|because|since|due to)[^。；]{{0,20}}(?:{w.BELOW}|没达|未达|short)")


def reasons_and_ranks_are_as_computed(piece: Piece, facts: Facts) -> Iterator[str]:
    """最高一档 is told only of the highest; what fails for a condition is not said to fail for its value."""
    top = any(one.get("top") for one in facts.outcomes)
    for match in _TOP.finditer(piece.plain) if not top and not facts.tables else ():
        before = piece.plain[max(0, match.start() - 24) : match.start()]
        if not re.search(rf"(?i){w.IF}|不|未|没|离|距|还差|再|达到|到\s*$|not|once", before):
            yield f"不是最高一档：{match[0]}"
    if ever := _FOR_EVER.search(piece.plain):
        yield f"文件没有这样说：{ever[0]}"
    denied = [one for one in facts.outcomes if one.get("denied")]
    if denied and (reason := _REASON.search(piece.plain)):
        yield f"原因不是数额，是{denied[0]['denied_name']}：{reason[0]}"
