"""Whose value, or which year's, a follow-up means that tells none: 那我们呢, 另外一家呢, 前年的能拿多少, 两个差多少.

Every value told in a conversation is kept with its firm and its year. A follow-up is answered from the one it means;
where that cannot be told, it is asked for (``whose``), never taken from the value told last.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.reading.given import Given
from assistant.reading.intents import Intent
from assistant.reading.question import Question

_OURS = re.compile(
    r"^(?:那|那么|所以|再说|(?:还是|再)?(?:回到|说回|回过头说|看看?|算算?))?(?:我们|我司|我公司|咱们?|本公司|自己|我)(?:自己)?(?:家|这边|公司|企业)?的?(?:呢|能|可以|是|拿|有|该|又|还|[，,。?？]|$)|"
    r"^(?:and |then |so )*(?:what about|how about) (?:us|our|ours|our own)|^and (?:us|we|ours)\b"
)
_ANOTHER = re.compile(
    r"(?:另外?|其他|其它|别的|剩下)的?(?:那)?(?:一|1)?(?:家|个)(?:公司|企业)?(?:的)?(?:呢|能|可以|拿|怎么|$)|\bthe other (?:one|firm|company)"
)
_YEARS = r"大前年|前年|去年|上年|今年|明年|20\d\d年?"
_ASKS_YEAR = re.compile(
    rf"^(?:那|那么|要是|如果)?(?:按|用|算|看)?(?P<year>{_YEARS})度?(?:的|那个?|那年|那笔|收入|主营)*(?:呢|能|可以|拿(?!过|了|到过)|有|该|算|是多少)"
)
_SAID_OF = re.compile(
    rf"(?:上面|刚才|前面|之前|刚刚|上一个|前一个)(?:我)?(?:说|讲|给|报|填)?的?(?:那个|数|数据|数字)*是(?P<year>{_YEARS})"
)
_AGAINST = re.compile(r"比|跟|和|与|多[拿得领给奖做]|\bthan\b|\bto\b")


def remembered(before: Question, now: Question) -> tuple[Given, ...]:
    """Every value told so far, oldest first, each once."""
    told = before.history or tuple(given for given in before.givens if given.words)
    said = _SAID_OF.search(now.folded)
    if said and told:
        told = (*told[:-1], replace(told[-1], year=said["year"]))
    return told


def kept(told: Sequence[Given], now: Question) -> tuple[Given, ...]:
    """What was told before and is told now."""
    new = [given for given in now.givens if given.told and given.words]
    keys = {(given.words, given.change, given.firm, given.measure) for given in new}
    return (*(one for one in told if (one.words, one.change, one.firm, one.measure) not in keys), *new)


def meant(told: Sequence[Given], now: Question) -> tuple[tuple[Given, ...], str] | None:
    """The values a follow-up means, or why that cannot be told; None where it means the one told last."""
    if now.givens or not told or now.topics or now.count_change:
        return None
    last = told[-1]
    if (asked := _ASKS_YEAR.search(now.folded)) and any(one.year for one in told):
        of_year = [one for one in told if one.year == asked["year"]]
        if of_year:
            return (of_year[-1],), ""
        return ((), "whose") if last.year and last.year != asked["year"] and not now.outside else None
    if _OURS.search(now.folded) and last.firm and not _is_ours(last):
        own = [one for one in told if not one.firm or _is_ours(one)]
        return ((own[-1],), "") if own else ((), "whose")
    if _ANOTHER.search(now.folded):
        firms = [one for one in told if one.firm != last.firm]
        return ((firms[-1],), "") if last.firm and len({one.firm for one in firms}) == 1 else ((), "another")
    return None


def compared(told: Sequence[Given], now: Question) -> tuple[Given, ...]:
    """Two values of the conversation whose awards are to be compared, each under its firm's name or its own words."""
    if Intent.COMPARE not in now.wants or not told:
        return ()
    own = [given for given in now.givens if given.words or given.change]
    if len(own) == 1 and _AGAINST.search(now.folded) and not own[0].firm:
        one = own[0]
        then = replace(one, measure=one.measure or told[-1].measure) if one.words else told[-1].changed(one.change)
        pair = [told[-1], then]
    elif not own and len(told) > 1:
        pair = [one for one in told if one.measure == told[-1].measure][-2:]
    else:
        return ()
    if len(pair) != 2:
        return ()
    named = len({one.firm for one in pair}) == 2 and all(one.firm for one in pair)
    return tuple(one if named else replace(one, firm=_label(one)) for one in pair)


def _label(given: Given) -> str:
    words = f"{given.words}{given.unit}"
    return f"{words}（{given.change}）" if given.change else words


def _is_ours(given: Given) -> bool:
    return bool(re.match(r"我|咱|本公司|自己", given.firm))
