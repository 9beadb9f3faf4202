"""The rules' own answer: sentences made from tool results, in the language of the question.

Every figure written here is copied from a result or from the question. A clause is written as a token,
``[2.2.5]``, which the renderer turns into its label and link; a quote stands in ``「」``, verbatim.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.outcome import with_cap
from assistant.reading.claims import for_a_firm
from assistant.reading.given import Given
from assistant.reading.intents import Intent
from assistant.reading.question import Question
from assistant.writing import en, repeats, verdict, zh
from assistant.writing.phrasebook import Phrasebook
from tools import money

Result = Mapping[str, Any]

BOOKS: Mapping[str, Phrasebook] = {"zh": zh, "en": en}
_ABOUT_TERM = re.compile(r"有效|到期|截止|管到|执行到|失效|延长|延到|生效|实施|valid|expire|in force|effect")
_SUM = re.compile(r"一共|合计|总共|共计|总计|总数|加起来|合起来|altogether|in total|total")
_WHY = re.compile(r"为什么|为啥|为何|凭什么|\bwhy\b")
_INNER = str.maketrans("「」", "“”")  # 「」 is kept for the policy's own words


def write(asked: Question, results: Sequence[Result]) -> str:
    """The answer in Markdown. ``results`` are the tools' JSON results, in the order of their calls."""
    words = BOOKS[asked.language]
    computed = [result for result in results if "outcomes" in result]
    failed = [result for result in results if "error" in result]
    parts: list[str] = []
    if computed:
        named = {result["firm"] for result in results if result.get("firm")}
        parts += _computed(asked, computed, words, len(named) > 1)
    told = failed if computed or all(one.get("firm") for one in failed) else failed[:1]
    parts += [words.unreadable_amount(one, one["error"].translate(_INNER)) for one in told]
    for result in results:
        if "entry_id" in result:
            otherwise = _otherwise(asked, result) if result["kind"] == "stated" and not computed else None
            parts += [] if otherwise is None else [words.differs(otherwise)]
            parts.append(words.entry(result))
        elif "tiers" in result:
            checked = (Intent.ASK_IF in asked.wants or verdict.heard(asked)) and Intent.REVERSE not in asked.wants
            place = asked.tier if 0 < asked.tier <= len(result["tiers"]) else 0
            if checked and (settles := verdict.of_standard(asked, result, place)):
                dues = [{**tier, **{key: result[key] for key in ("payee", "other_payee")}} for tier in result["tiers"]]
                said = verdict.shown(asked.claim, settles)
                parts.append(words.claim(said, settles, dues, not for_a_firm(asked.folded)))
            chosen = [place - 1] if place else _chosen(asked, result)
            parts.append(words.table(result, chosen, only=bool(place)))
        elif "apart" in result:
            parts.insert(0, words.difference(result))
        elif "total" in result:
            parts.append(words.total(result))
        elif "sentences" in result:
            parts.append(words.clause(result))
        elif "units" in result:
            parts.append(words.units(result))
        elif "in_force" in result:
            dates = [result["from"], result["to"]]
            if asked.outside and len(results) > 1:
                parts.insert(0, words.notice(asked.outside, result))
                continue
            parts += [words.outside(asked.outside)] if asked.outside else []
            about = _ABOUT_TERM.search(asked.folded) and not asked.outside
            otherwise = verdict.differs(asked, [], dates) if about else None
            parts += [] if otherwise is None else [words.differs(otherwise)]
            parts.append(words.basis(result))
        elif "declined" in result:
            parts.append(words.declined(result))
        elif "hits" in result and len(results) == 1:
            parts.append(words.found(result["hits"]))
    if force := _not_in_force(results):
        parts.insert(0, words.not_in_force(force))
    contact = _whom_to_ask(computed, words)
    if contact and not any(contact in part for part in parts):
        parts.append(contact)
    return "\n\n".join(part for part in parts if part)


def _whom_to_ask(computed: Sequence[Result], words: Phrasebook) -> str:
    """Where a computed outcome leaves something open: the last line of the answer, once for all of them."""
    for result in computed:
        for one in result["outcomes"]:
            if one["type"] == "out_of_force" or one.get("unstated"):
                return str(words.ask(one["contact"]))
    return ""


def _not_in_force(results: Sequence[Result]) -> Result | None:
    """The dates in force, where the policy is not in force and nothing else in the answer says so."""
    said = any(one["type"] == "out_of_force" for result in results for one in result.get("outcomes", ()))
    if said or any("in_force" in result or "declined" in result for result in results):
        return None
    return next((result["force"] for result in results if result.get("force")), None)


def _otherwise(asked: Question, entry: Result) -> str | None:
    """What the question says otherwise than the entry does."""
    return verdict.differs(asked, [one["quote"] for one in entry["quotes"]], entry["figures"])


def _computed(asked: Question, computed: Sequence[Result], words: Phrasebook, several: bool) -> list[str]:
    parts: list[str] = []
    due = [one for result in computed for one in result["outcomes"] if one["type"] == "due"]
    settled = [one for result in computed for one in result["outcomes"] if one["type"] != "missing"]
    if asked.unclear and not due:
        parts.append(words.UNCLEAR[asked.unclear])
    if asked.other and (not due or asked.carried):
        parts.append(words.other_measure(asked.other[0], computed[0]["outcomes"][0]))
    whole = due or len(settled) == sum(len(result["outcomes"]) for result in computed)
    if settled and whole and verdict.is_plain(asked) and len({result["firm"] for result in computed}) == 1:
        settles = verdict.of(asked.claim, due)
        if len(settled) > 1 and settles != "other":
            settles = (
                "partly_cap" if settles == "cap" else "partly"
            )  # a range that reaches into several tiers: never confirmed by one of them
        if settles == "other" and _WHY.search(asked.folded):
            settles = "why"
        parts.append(words.claim(verdict.shown(asked.claim, settles), settles, due, verdict.to_payee(asked, due)))
    elif settled and whole and (settles := repeats.settle(asked, due)):
        parts.append(words.repeated(verdict.shown(asked.claim, "other"), settles, due[0]))
    aims = [result["target"] for result in computed if result.get("target")]
    parts += [words.target(aim) for aim in aims]
    between = Intent.COMPARE in asked.wants and len(computed) > 1
    if Intent.GAP in asked.wants and settled and not aims and not between:
        parts.append(words.gap(settled))
    told: set[str] = set()
    for result in computed:
        outcomes = result["outcomes"]
        dues = [one for one in outcomes if one["type"] == "due"]
        if result["firm"] and (several or len(computed) > 1):
            parts.append(f"**{result['firm']}**")
        if len(outcomes) > 1:
            parts.append(words.spans(outcomes))
        for one in outcomes:
            if one["type"] == "missing" and settled:
                parts.append(words.also_missing(one))
            elif one["type"] == "missing":
                parts.append(words.missing(one))
            elif one["type"] == "out_of_force":
                parts.append(words.out_of_force(one))
            elif one["type"] == "not_due":
                parts.append(words.not_due(one))
            else:
                parts.append(words.due(one, last=one is dues[-1]))
        for one in dues[-1:]:
            if one["rule_id"] not in told:
                told.add(one["rule_id"])
                parts.append(words.terms(with_cap(one, due)))
                parts += [words.unused(given.words, one) for given in _unused(asked, computed)]
                said = {given.said for given in asked.givens if given.said and given.said in asked.folded}
                parts += [words.said_as(name, one["measure"]) for name in sorted(said)][:1]
    if _SUM.search(asked.folded) and len({one["payee"] for one in due}) > 1:
        parts.append(words.SEVERAL_PAYEES)
    if asked.in_yuan and settled:
        parts.append(en.IN_YUAN)
    return parts


def _unused(asked: Question, computed: Sequence[Result]) -> list[Given]:
    """Values told of one firm that no award computed goes by (营收1.2亿，税交了300万)."""
    used = {result["amount"] for result in computed}
    if len(computed) != 1 or computed[0]["firm"]:
        return []
    return [one for one in asked.givens if one.told and one.measure and one.words and one.words not in used][:1]


def _asks_tier(asked: Question) -> set[Intent]:
    """A sum in a question about the standard (其中30万那一档要多少营收) asks for its tier."""
    return {Intent.REVERSE} if Intent.TABLE in asked.wants and Intent.ASK_IF not in asked.wants else set()


def _chosen(asked: Question, table: Result) -> list[int]:
    """The tiers a wanted sum points at; empty when none is wanted."""
    if table["pool"]:
        return []  # such a sum comes of several firms
    said = money.read(asked.claim).amounts if asked.claim and Intent.REVERSE in asked.wants | _asks_tier(asked) else ()
    if len(said) != 1 or said[0].lo is None:
        return []
    return [at for at, tier in enumerate(table["tiers"]) if tier["amount_yuan"] >= said[0].lo][:1] or [-1]
