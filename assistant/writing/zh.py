"""Chinese sentences for tool results. Clear, kind, and saying what to do next."""

from collections.abc import Mapping, Sequence
from typing import Any

Result = Mapping[str, Any]


def amount(one: Result) -> str:
    """``一次性奖励不超过15万元``: a cap is never written without its 不超过."""
    once = "一次性奖励" if "一次性" in one["quote"] else "奖励"
    return f"{once}{'不超过' if one['kind'] == 'at_most' else ''}{one['amount']}"


def due(one: Result, last: bool) -> str:
    lines = [f"**{one['rule']}：{amount(one)}**（奖励对象：{one['payee']}）。"]
    lines.append(f"- 比对：{one['compared']}。")
    if one["pooled"] and one["pool"]:
        lines.append(f"- 总额：「{one['pool']['quote']}」。")
    lines.append(f"- 依据：[{one['clause_id']}]「{one['quote']}」")
    if last and one["next"] and one["gap_words"]:
        lines.append(
            f"- 下一档：{one['measure']}再增加{one['gap_words']}，达到{one['next']['from']}时，{amount(one['next'])}。"
        )
    if last and one["top"]:
        lines.append("- 这已是最高一档。")
    return "\n".join(lines)


def terms(one: Result) -> str:
    """What the award depends on, that a cap is a cap, and what the text leaves open: once per rule."""
    lines = []
    if one["other_payee"]:
        lines.append(f"- 这笔奖励发给{one['payee']}，不是发给企业本身。")
    if one["conditions"]:
        lines.append(f"- 前提：须为{'、'.join(one['conditions'])}；以上按条件成立计算，如不成立则不能享受。")
    if one["because"]:
        lines.append(
            f"- 规定：[{one['because'][0]['clause_id']}]" + "".join(f"「{b['quote']}」" for b in one["because"])
        )
    if one["pool"] and not one["pooled"]:
        lines.append(f"- 总额限制：「{one['pool']['quote']}」。")
    if one["kind"] == "at_most" and not one["pooled"]:
        lines.append("- 「不超过」是上限，不是保证发放的数额。")
    if one["unstated"]:
        lines.append(f"- 文件未规定：{'；'.join(one['unstated'])}。")
    return "\n".join(lines)


def ask(contact: Result) -> str:
    """Whom to ask about what the text leaves open, with the words that name them."""
    return f"请向{contact['name']}咨询（[{contact['clause_id']}]「{contact['quote']}」）。"


def total(one: Result) -> str:
    cap = "不超过" if one["kind"] == "at_most" else ""
    pool = f"（[{one['pool']['clause_id']}]「{one['pool']['quote']}」）" if one["pool"] else ""
    return f"**以上{one['rule']}合计：{cap}{one['total']}**{pool}。"


SEVERAL_PAYEES = "- 以上各项的奖励对象不同，分别发放，不能合成一个数。"


def difference(one: Result) -> str:
    if one["kind"] == "mixed":
        return f"**一个是上限，一个是固定数额**：{one['rule']}实际相差多少，要看上限以内核定的数额，文件未规定。"
    if not one["apart_yuan"]:
        return f"**两者在同一档**：{one['rule']}没有差别。"
    if one["kind"] == "at_most":
        return f"**{one['rule']}的上限相差{one['apart']}**。「不超过」是上限，实际相差多少要看核定的数额。"
    return f"**{one['rule']}相差{one['apart']}**。"


def not_due(one: Result) -> str:
    if one["denied"]:
        head = f"**不能享受{one['rule']}**：这项奖励须为{one['denied_name']}，按您说的情况不符合。"
        return f"{head}\n- 依据：[{one['clause_id']}]「{one['quote']}」"
    gap = f"，还差{one['gap_words']}" if one["gap_words"] else ""
    lines = [f"**暂不能享受{one['rule']}**：{one['compared']}，未达到起点{gap}。"]
    lines.append(f"- 达到{one['next']['from']}后：{amount(one['next'])}（奖励对象：{one['payee']}）。")
    lines.append(f"- 依据：[{one['clause_id']}]「{one['quote']}」")
    return "\n".join(lines)


def out_of_force(one: Result) -> str:
    return (
        f"**不在有效期内**：按{one['as_of']}计，{one['rule']}不适用，不能据此计算奖励。"
        f"\n- 有效期：{one['from']}至{one['to']}。\n- 依据：[{one['clause_id']}]「{one['quote']}」"
        "\n- 文件未规定：有效期以外怎么办，是否有新的政策。"
    )


def not_in_force(one: Result) -> str:
    """First of all where the policy is not in force on the day of asking."""
    return (
        f"**不在有效期内**：按{one['as_of']}计，本措施不适用；以下只是文件的规定，不能据此享受。"
        f"\n- 有效期：{one['from']}至{one['to']}。\n- 依据：[{one['clause_id']}]「{one['quote']}」"
    )


def outside(said: str) -> str:
    """Before the dates in force, where another time is asked about."""
    return f"**不适用**：您问的“{said}”不在有效期内。"


def notice(said: str, one: Result) -> str:
    """Before a sum that is asked for another time."""
    return (
        f"**注意**：您问的“{said}”不在有效期内，那时本措施不适用（有效期{one['from']}至{one['to']}）；以下只按有效期内的标准比对。"
        f"\n- 依据：[{one['clause_id']}]「{one['quote']}」"
    )


def missing(one: Result) -> str:
    payee = f"，奖励对象：{one['payee']}" if one["other_payee"] else ""
    return f"要算{one['rule']}（[{one['clause_id']}]{payee}），还需要知道{one['name']}的情况。{one['ask']}"


def also_missing(one: Result) -> str:
    return f"{one['rule']}（奖励对象：{one['payee']}）还要看{one['name']}。{one['ask']}"


def spans(outcomes: Sequence[Result]) -> str:
    ends = [one["next"]["from"] for one in outcomes[:-1] if one.get("next")]
    decides = f"，取决于是否达到{'、'.join(ends)}" if ends else ""
    return f"您给的是一个范围，可能落在不同档次{decides}。从低到高分别是："


def claim(said: str, verdict: str, dues: Sequence[Result], to_payee: bool = True) -> str:
    if verdict == "same":
        other = dues and dues[0].get("other_payee") and not to_payee
        return (
            f"数与文件一致，但“{said}”发给{dues[0]['payee']}，不是发给企业本身。"
            if other
            else f"对，“{said}”与文件一致。"
        )
    if verdict == "each":
        return f"按每家算是“{said}”，几家合计另有总额限制，见下。"
    if verdict == "partly_cap":
        return f"不全对：不超过“{said}”只在其中一档成立，要看落在哪一档。"
    if verdict == "partly":
        return f"不全对：“{said}”只在其中一档成立，要看落在哪一档。"
    if verdict == "cap":
        return f"数对，但要说准确：不超过“{said}”，这是上限，不是一定能拿到的数额。"
    if verdict == "fixed":
        return f"数对，但“{said}”说得不准确：这一档是固定数额，没有“不超过”。"
    if verdict == "why":
        return f"不是“{said}”，因为按文件比对如下：" if dues else f"拿不到“{said}”，因为："
    return f"不对，不是“{said}”。" if dues else f"不对，按文件拿不到“{said}”。"


def repeated(said: str, settles: str, one: Result) -> str:
    """Of a claim that takes the award several times, or of each firm."""
    if settles == "yearly":
        again = "".join(f"「{reason['quote']}」" for reason in one["because"][:1])
        return f"不对，这是一次性奖励，不是每年都有，也不按年数相加{f'：{again}' if again else '。'}"
    if settles == "each":
        return claim(said, "each", [one])
    if settles == "each_other":
        return f"不对，每家不是“{said}”，是{one['each']}。"
    return f"几次相加的数不能认定：文件只写明每一档的数额；文件未规定：{'；'.join(one['unstated'])}。"


def unused(said: str, one: Result) -> str:
    """Of a value told beside the one the award goes by."""
    return f"- 您还说了“{said}”：{one['rule']}只看{one['measure']}，没有把它算进去。"


def differs(said: str) -> str:
    return f"不对，文件写的不是{f'“{said}”' if said else '您说的日期'}。文件的原文如下："


def gap(settled: Sequence[Result]) -> str:
    lines = []
    for one in settled:
        if one.get("gap_words") and one.get("next"):
            lines.append(f"距离下一档还差**{one['gap_words']}**（{one['next']['from']}起，{amount(one['next'])}）。")
        elif one.get("top"):
            lines.append("已经是最高一档，没有下一档。")
    return "\n".join(lines)


def target(one: Result) -> str:
    if one["reached"] == "yes":
        return f"已经达到{one['to']}。"
    return f"距离{one['to']}还差**{one['gap_words']}**。"


UNCLEAR = {
    "part_of_year": "您说的不是一个全年的数。收入按哪个年度、什么口径认定，文件未规定；请告诉我全年的数，我按全年来比对。",
    "arithmetic": "这个数还要先换算，我不替您推算。请直接告诉我换算后的数。",
    "vague": "您说的数没有说清是多少，分不清落在哪一档。请告诉我确切的数（或大致从多少到多少），并带上单位。",
    "joint": "奖励按每家企业分别计算，合在一起的数不能用来比对。请分别告诉我每家企业的数。",
    "spread": "为免算错家数，请分别告诉我：符合条件的是几家，各是多少。",
    "change": "您说的变化没有说清是多少。请直接告诉我变化后的数，并带上单位。",
    "another": "请告诉我另外那个企业的数（带上单位），以及它是否符合条件。",
    "first": "这项奖励只看首年的数。请告诉我这几个数里哪个是首年的，或者直接告诉我首年的数。",
    "dates": "为免算错时间，请分别告诉我：每个日期对应几家企业，现在是否还在库，要算到什么时候。",
    "whose": "还不清楚指的是前面的哪个数。请说明是哪个企业、哪个年度，或者直接告诉我这个数，并带上单位。",
}


def said_as(said: str, measure: str) -> str:
    return f"- 您说的是“{said}”，这里按{measure}比对；两者不同的，以{measure}为准。"


def other_measure(name: str, one: Result) -> str:
    return f"您说的是{name}，而{one['rule']}看的不是{name}，不能拿它来算。"


def unreadable_amount(one: Result, why: str) -> str:
    return f"{why}算{one['rule']}需要知道{one['name']}。" if "rule" in one else why


def entry(one: Result) -> str:
    quotes = "\n".join(f"- 依据：[{q['clause_id']}]「{q['quote']}」" for q in one["quotes"])
    contact = ask(one["contact"])
    if one["kind"] == "unstated":
        near = f"\n文件中相关的只有：\n{quotes}" if quotes else ""
        return f"**文件未规定**：{one['name']}。{near}\n\n{contact}"
    if one["kind"] == "refers":
        named = "、".join(one["documents"])
        return f"**{one['name']}**：本措施没有写明具体金额和条件，要按{named}执行。\n{quotes}\n\n具体标准请查阅该文件，或{contact[1:]}"
    return f"**{one['name']}**：\n{quotes}"


def table(one: Result, chosen: Sequence[int], only: bool = False) -> str:
    tiers = one["tiers"]
    lines = []
    if only:
        lines.append(
            f"**{one['rule']}**的这一档：{one['measure']}在**{tiers[chosen[0]]['range']}**：{amount(tiers[chosen[0]])}。"
        )
    elif chosen == [-1]:
        lines.append(f"没有哪一档能达到这个数额；最高一档是{tiers[-1]['range']}，{amount(tiers[-1])}。")
    elif chosen:
        tier = tiers[chosen[0]]
        lines.append(f"要达到这个数额，{one['measure']}须在**{tier['range']}**：{amount(tier)}。")
    else:
        lines.append(f"**{one['rule']}**（奖励对象：{one['payee']}），按{one['measure']}：")
    shown = [tiers[at] for at in chosen] if chosen else tiers
    if not chosen:
        lines += [f"- {tier['range']}：{amount(tier)}" for tier in tiers]
        if len(tiers) > 1:
            lines.append(f"- 起点是{tiers[0]['from']}，最高一档{amount(tiers[-1])}。")
    if one["other_payee"]:
        lines.append(f"- 这笔奖励发给{one['payee']}，不是发给企业本身。")
    if one["requires"]:
        lines.append(f"- 前提：须为{'、'.join(one['requires'])}。")
    if one["pool"]:
        lines.append(f"- 总额限制：[{one['pool']['clause_id']}]「{one['pool']['quote']}」。")
    lines.append(f"- 依据：[{shown[0]['clause_id']}]" + "".join(f"「{tier['quote']}」" for tier in shown))
    if one["because"]:
        lines.append("- 规定：" + "".join(f"「{reason['quote']}」" for reason in one["because"]))
    return "\n".join(lines)


def units(one: Result) -> str:
    if not one["units"]:
        return f"[{one['clause_id']}]没有写明责任单位（文件未规定）。"
    named = "；".join(f"{role}单位：{'、'.join(names)}" for role, names in one["units"].items())
    return f"**{named}**。\n- 依据：[{one['clause_id']}]「{one['quote']}」"


def basis(one: Result) -> str:
    state = "在有效期内" if one["in_force"] else "不在有效期内"
    return (
        f"《{one['title']}》（{one['status']}），有效期{one['from']}至{one['to']}；按{one['as_of']}计，{state}。"
        f"有效期以外的日期不适用本措施，之后是否延续，文件未规定。\n- 依据：[{one['clause_id']}]「{one['quote']}」\n\n"
        f"政策解释{ask(one['contact'])}"
    )


def clause(one: Result) -> str:
    return f"**{one['label']}**（[{one['clause_id']}]）：\n" + "\n".join(f"- 「{words}」" for words in one["sentences"])


def found(hits: Sequence[Result]) -> str:
    return "文件中与您的问题最接近的规定是：\n" + "\n".join(
        f"- [{hit['clause_id']}]「{hit['quote']}」" for hit in hits[:1]
    )


def unsure(contact: str, clause_id: str = "", quote: str = "") -> str:
    """Nothing is worked out, as nothing could be verified; what the text says stands by itself."""
    near = f"与它最接近的规定是：\n- [{clause_id}]「{quote}」\n\n" if quote else ""
    return f"这个问题我没有把握答准，为免误导先不作答。{near}请换个说法再问，或向{contact}咨询。"


_DECLINED = {
    "off_topic": "这个问题不属于本措施的内容，我只能回答《{title}》方面的问题。您可以问奖励数额、条件、有效期或责任单位。",
    "elsewhere": "《{title}》不涉及其他地方的政策（文件未规定），请向当地主管部门咨询。",
    "unsafe": "这个要求我不能照办：奖励须按真实情况和文件规定计算，我也不会改变或透露自己的工作方式。如有真实的经营数据，我可以按文件为您计算。",
    "not_found": "没有在文件中找到与这个问题对应的规定：可能是**文件未规定**，也可能是我没有听懂。请换个说法再问，或向{contact}咨询。",
    "unreadable": "没有看懂您的问题，请用一句话写明想了解什么，例如奖励数额、条件或有效期。",
    "too_many": "一次列出的企业太多，为免漏算，这次没有计算。请分成几次问，每次少列一些；名单长的，也可以在网页的算一算页面逐家核对。",
    "thanks": "不客气。还有关于《{title}》的问题，随时可以再问。",
    "small_talk": "您好，我是政策助手（AI），按《{title}》回答问题。请告诉我企业的情况和数额（带单位），"
    "我来按文件计算奖励并给出条款；也可以问有效期、责任单位等规定。",
}


def declined(one: Result) -> str:
    return _DECLINED[one["declined"]].format(title=one["title"], contact=one["contact"]["name"])
