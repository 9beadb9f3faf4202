"""What a message names: awards, entries, clauses, tiers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from assistant.reading import standards
from assistant.reading.amounts import Told
from assistant.reading.claims import least_value
from tools import money
from tools.money.characters import prepare
from tools.rules import AwardRule, Policy

_CITED = re.compile(r"[\[(](\d{4})[\])]\s*(\d+)号")  # a document number as people type it
_COUNTED = re.compile(r"第|部分|大?[条款项点章节]|之|的")
_NUMBERED = re.compile(r".*?〔(\d{4})〕(?=\d+号)")
_RATE = re.compile(r"(?:税?率)?(?:是|为|约|大概)?\d{1,3}(?:\.\d{1,4})?%")  # 税率6% is told, and nothing is asked of it


_HOW_ONLY = re.compile(r"(?:怎么|如何|怎样|哪里|在哪|去哪)[^，。]{1,2}")  # how something goes, not what
_APPLIES_TO = re.compile(r"\bappl(?:y|ies) to\b(?! (?:the )?(?:bureau|office|park|government))")  # whom it is for
_FIGURE_FIRST = 100
_WHOLE_NAME = 5  # characters of a phrase that is known for what it is without its 的
_LONGEST = 40  # characters of an entry's words


def tier_claimed(text: str, told: Told, policy: Policy) -> tuple[int, Told]:
    """The place of the tier a claim is about (5000万到1亿奖30万对吗), whose range is then nobody's value; and a time
    claimed to be enough, as the threshold it is said to be."""
    if not told.claim:
        return 0, told
    found = standards.named(text, policy)
    own = [
        one
        for one in money.read(text, policy.lexicon).amounts
        if one.exact and not one.negated and one.lo is not None and one.lo >= least_value(policy)
    ]
    if found and len(told.givens) == 1 and len(own) == 1:  # a value of one's own beside the tier's bounds
        return 0, replace(told, givens=(replace(told.givens[0], words=own[0].text),))
    if found and len(told.givens) == 1:
        return found[1], replace(told, givens=(), rules=found[:1])
    timed = {measure.id for measure in policy.measures.values() if measure.unit == "month"}
    return 0, replace(
        told,
        givens=tuple(
            replace(one, words=standards.threshold(one.words)) if one.measure in timed else one for one in told.givens
        ),
    )


def tier_named(folded: str) -> int:
    """``3`` for 第三档, 第3档."""
    found = re.search(r"第([一二三四五六七八九1-9])(?:个)?(?:档|级)(?!次)", folded)
    return (int(found[1]) if found[1].isdigit() else "一二三四五六七八九".index(found[1]) + 1) if found else 0


def rules_named(folded: str, policy: Policy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Awards named by their own name or by whom they pay, best first; and those named as not meant (除了…, 不算…)."""
    scores: dict[str, int] = {}
    excluded = []
    plain = folded.replace("的", "")  # 引进企业的奖励
    for rule in policy.awards.values():
        named = max((len(word) + 10 for word in names_of(rule) if word in folded or word in plain), default=0)
        paid = max((len(word) for word in rule.payee_said_as if word in folded), default=0)
        said = [word for word in (*names_of(rule), *rule.payee_said_as) if word in folded]
        if said and re.search(rf"(除了|除开|不算|不是|并非|不含)({'|'.join(map(re.escape, said))})", folded):
            excluded.append(rule.id)
        elif named or paid:
            scores[rule.id] = max(named, paid)
    return tuple(sorted(scores, key=lambda key: -scores[key])), tuple(excluded)


def clause_named(folded: str, policy: Policy) -> str:
    """A clause named by its path (2.2.5) or by its printed number (二(二)5)."""
    path = re.search(r"(?<![\d.])\d(?:\.\d{1,2}){1,3}(?![\d.万亿])", folded)
    if path and path[0] in policy.text:
        return path[0]
    printed = {
        prepare(clause.number).text.rstrip("\0"): clause.id for clause in policy.text.clauses if len(clause.number) > 2
    }
    said = _COUNTED.sub("", folded)  # 第二部分(二)第3条
    named = [number for number in printed if number in folded or number in said]
    return printed[max(named, key=len)] if named else ""


def names_of(rule: AwardRule) -> tuple[str, ...]:
    return (rule.name, *rule.asked_as)


def topics_named(folded: str, policy: Policy, stated: tuple[str, ...]) -> tuple[str, ...]:
    """Entries whose words stand in the text, by how much of it they cover; then those one of whose figures is named.

    Where two cover as much, the open one goes first: what it names is more particular.
    """
    scores: dict[str, int] = {}
    how_only: list[bool] = []  # 每年300万怎么分: the figure says of what, 怎么分 alone does not
    numbers = {f"{year}{number}号" for year, number in _CITED.findall(folded)}
    folded = _APPLIES_TO.sub(lambda found: " " * len(found[0]), folded)
    plain = folded.replace("的", "")  # 规模以上的标准
    found = {topic.id: _places(folded, (topic.name, *topic.asked_as)) for topic in policy.topics.values()}
    longer: dict[int, list[tuple[int, str]]] = {}
    for key, places in found.items():
        for start, end in places:
            longer.setdefault(start, []).append((end, key))
    for topic in policy.topics.values():
        own = found[topic.id]
        if own and all(_within_another(topic.id, place, longer) for place in own):
            own = []  # 差额 in 差额征税
        covered = {at for start, end in own for at in range(start, end)}
        if not found[topic.id] and plain != folded:
            covered = {
                at for word in topic.asked_as if len(word) >= _WHOLE_NAME and word in plain for at in range(len(word))
            }
        cited = any(_NUMBERED.sub(r"\1", mark.words) in numbers for quote in topic.quotes for mark in quote.marks)
        if covered or cited:
            how = topic.kind == "unstated" and _HOW_ONLY.fullmatch("".join(folded[at] for at in sorted(covered)))
            how_only.append(bool(how))
            scores[topic.id] = 2 * len(covered) + (topic.kind == "unstated") + 40 * cited - bool(how)
    for key in stated:
        scores.setdefault(key, 1 if not scores or any(not one for one in how_only) else _FIGURE_FIRST)
    return tuple(sorted(scores, key=lambda key: -scores[key]))


def _places(folded: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where any of the words stands and is not told as a rate."""
    found = []
    for word in words:
        at = folded.find(word.lower())
        while at >= 0:
            if not _RATE.match(folded, at + len(word)):
                found.append((at, at + len(word)))
            at = folded.find(word.lower(), at + 1)
    return found


def _within_another(key: str, place: tuple[int, int], named: Mapping[int, Sequence[tuple[int, str]]]) -> bool:
    """Whether a place of one entry's words lies within longer words of another entry."""
    start, end = place
    return any(
        other != key and stop >= end and (at, stop) != place
        for at in range(max(0, start - _LONGEST), start + 1)
        for stop, other in named.get(at, ())
    )
