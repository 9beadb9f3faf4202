"""English sentences for tool results. Quotes stay in the policy's own Chinese, which alone is authoritative."""

from collections.abc import Mapping, Sequence
from typing import Any

Result = Mapping[str, Any]


def amount(one: Result) -> str:
    """``at most RMB 150,000, i.e. 不超过15万元``: a cap is never written without its ``at most``."""
    if one["kind"] == "at_most":
        return f"a one-off award of at most RMB {one['amount_yuan']:,}, i.e. 不超过{one['amount']}"
    return f"a one-off award of RMB {one['amount_yuan']:,}, i.e. {one['amount']}"


def due(one: Result, last: bool) -> str:
    lines = [f"**{one['rule']}: {amount(one)}**, paid to {one['payee']}."]
    lines.append(f"- Comparison: {_compared(one)}.")
    if one["pooled"] and one["pool"]:
        lines.append(f"- Programme total: 「{one['pool']['quote']}」.")
    lines.append(f"- Source: [{one['clause_id']}] 「{one['quote']}」")
    if last and one["next"] and one["gap_words"]:
        lines.append(
            f"- Next tier: {one['gap_words']} more in {one['measure_english']}, from {one['next']['from']} on: {amount(one['next'])}."
        )
    if last and one["top"]:
        lines.append("- This is the highest tier.")
    return "\n".join(lines)


def _compared(one: Result) -> str:
    """The comparison with its Chinese connectives in English."""
    words = str(one["compared"]).replace(one["measure"], f"{one['measure_english']} ")
    return words.replace("，且", ", and").replace("；", "; ").replace("（总额上限）", " (programme total)")


def terms(one: Result) -> str:
    lines = []
    if one["other_payee"]:
        lines.append(f"- This award is paid to {one['payee']}, not to the firm itself.")
    if one["conditions_english"]:
        lines.append(f"- Condition: it must be {', '.join(one['conditions_english'])}; if not, nothing is due.")
    if one["because"]:
        lines.append(
            f"- Rule: [{one['because'][0]['clause_id']}] " + "".join(f"「{b['quote']}」" for b in one["because"])
        )
    if one["pool"] and not one["pooled"]:
        lines.append(f"- Programme total: 「{one['pool']['quote']}」.")
    if one["kind"] == "at_most" and not one["pooled"]:
        lines.append("- 「不超过」 means a cap, not a sum that is guaranteed.")
    if one["unstated_english"]:
        lines.append(f"- The policy does not say: {'; '.join(one['unstated_english'])}.")
    return "\n".join(lines)


def ask(contact: Result) -> str:
    return f"Please ask {contact['name']} ([{contact['clause_id']}] 「{contact['quote']}」)."


def total(one: Result) -> str:
    cap = "at most " if one["kind"] == "at_most" else ""
    pool = f" ([{one['pool']['clause_id']}] 「{one['pool']['quote']}」)" if one["pool"] else ""
    return f"**Together for {one['rule']}: {cap}RMB {one['amount_yuan']:,}, i.e. {'不超过' if cap else ''}{one['total']}**{pool}."


SEVERAL_PAYEES = "- These awards go to different payees; they are paid apart and make no single sum."


def difference(one: Result) -> str:
    if one["kind"] == "mixed":
        return f"**One is a cap and the other a fixed sum**: how far apart the sums of {one['rule']} come out is not stated."
    if not one["apart_yuan"]:
        return f"**Both are in the same tier**: {one['rule']} makes no difference between them."
    if one["kind"] == "at_most":
        return f"**The caps of {one['rule']}, at most so much, differ by RMB {one['apart_yuan']:,}, i.e. {one['apart']}**; the sums paid may differ by another amount."
    return f"**{one['rule']} differs by RMB {one['apart_yuan']:,}, i.e. {one['apart']}**."


def not_due(one: Result) -> str:
    if one["denied"]:
        head = f"**{one['rule']}: nothing is due**, because it must be {one['denied_english']}."
        return f"{head}\n- Source: [{one['clause_id']}] 「{one['quote']}」"
    gap = f"; {one['gap_words']} short" if one["gap_words"] else ""
    lines = [f"**{one['rule']}: nothing is due yet**: {_compared(one)}, below the first tier{gap}."]
    lines.append(f"- From {one['next']['from']} on: {amount(one['next'])}, paid to {one['payee']}.")
    lines.append(f"- Source: [{one['clause_id']}] 「{one['quote']}」")
    return "\n".join(lines)


def out_of_force(one: Result) -> str:
    return (
        f"**Not in force**: as of {one['as_of']} {one['rule']} does not apply, so no award can be computed."
        f"\n- In force: {one['from']} to {one['to']}.\n- Source: [{one['clause_id']}] 「{one['quote']}」"
        "\n- The policy does not say: what applies outside these dates, whether there is a new policy."
    )


def not_in_force(one: Result) -> str:
    """First of all where the policy is not in force on the day of asking."""
    return (
        f"**Not in force**: as of {one['as_of']} this policy does not apply; what follows is its text only, and nothing is due."
        f"\n- In force: {one['from']} to {one['to']}.\n- Source: [{one['clause_id']}] 「{one['quote']}」"
    )


def outside(said: str) -> str:
    """Before the dates in force, where another time is asked about."""
    return f"**Not in force**: the policy does not apply at the time you ask about (“{said}”)."


def notice(said: str, one: Result) -> str:
    """Before a sum that is asked for another time."""
    return (
        f"**Please note**: the policy does not apply at the time you ask about (“{said}”); it is in force from {one['from']} "
        f"to {one['to']}. What follows only compares with its tiers.\n- Source: [{one['clause_id']}] 「{one['quote']}」"
    )


def missing(one: Result) -> str:
    payee = f", paid to {one['payee']}" if one["other_payee"] else ""
    return f"To work out {one['rule']} ([{one['clause_id']}]{payee}) one more fact is needed. {one['ask_english']}"


def also_missing(one: Result) -> str:
    return f"{one['rule']} (paid to {one['payee']}) also depends on {one['english']}. {one['ask_english']}"


def spans(outcomes: Sequence[Result]) -> str:
    ends = [one["next"]["from"] for one in outcomes[:-1] if one.get("next")]
    decides = f"; what decides is whether it reaches {', '.join(ends)}" if ends else ""
    return f"You gave a range that can fall in several tiers{decides}. From the lowest:"


def claim(said: str, verdict: str, dues: Sequence[Result], to_payee: bool = True) -> str:
    if verdict == "same":
        other = dues and dues[0].get("other_payee") and not to_payee
        return (
            f"The figure is right, but “{said}” goes to {dues[0]['payee']}, not to the firm itself."
            if other
            else f"Yes, “{said}” is what the policy says."
        )
    if verdict == "each":
        return f"For one firm, yes: “{said}”; several together are limited by the programme's total, see below."
    if verdict == "partly_cap":
        return f"Not altogether: at most “{said}” holds in one of the tiers only."
    if verdict == "partly":
        return f"Not altogether: “{said}” holds in one of the tiers only."
    if verdict == "cap":
        return f"Nearly: at most “{said}”; that figure is a cap, not a guaranteed sum."
    if verdict == "fixed":
        return f"The figure is right, but “{said}” is a fixed sum there, not a cap."
    if verdict == "why":
        return f"It is not “{said}”, because:"
    return f"No, not “{said}”." if dues else f"No, not “{said}”: nothing is due."


def repeated(said: str, settles: str, one: Result) -> str:
    """Of a claim that takes the award several times, or of each firm."""
    if settles == "yearly":
        again = "".join(f" 「{reason['quote']}」" for reason in one["because"][:1])
        return f"No: the award is given once, does not come every year and is not multiplied by years.{again}"
    if settles == "each":
        return claim(said, "each", [one])
    if settles == "each_other":
        return f"No, not “{said}” for each firm; it is {one['each']}."
    return (
        "A sum of several cannot be confirmed: the text states the award of each tier only; "
        f"the policy does not say: {'; '.join(one['unstated_english'])}."
    )


def unused(said: str, one: Result) -> str:
    """Of a value told beside the one the award goes by."""
    return f"- You also told “{said}”: {one['rule']} goes by {one['measure_english']} alone, so it was not counted."


def differs(said: str) -> str:
    return f"No, the policy does not say {f'“{said}”' if said else 'that date'}. It says:"


def gap(settled: Sequence[Result]) -> str:
    lines = []
    for one in settled:
        if one.get("gap_words") and one.get("next"):
            lines.append(
                f"The next tier is **{one['gap_words']}** away (from {one['next']['from']}: {amount(one['next'])})."
            )
        elif one.get("top"):
            lines.append("This is already the highest tier.")
    return "\n".join(lines)


def target(one: Result) -> str:
    if one["reached"] == "yes":
        return f"{one['to']} is already reached."
    return f"{one['to']} is **{one['gap_words']}** away."


UNCLEAR = {
    "part_of_year": "That is not a whole year's figure. The policy does not say which period counts; please give the whole year's.",
    "arithmetic": "That figure would have to be worked out first, and I will not guess. Please give the resulting figure.",
    "vague": "That figure is too loose to tell the tier. Please give the exact figure, or from how much to how much, with its unit.",
    "joint": "Awards go firm by firm, so a joint figure cannot be compared. Please give each firm's figure.",
    "spread": "To count the firms rightly, please tell me how many qualify and with what figures.",
    "change": "I cannot tell from this how much it changes. Please give the figure after the change, with its unit.",
    "another": "Please give me the other firm's figure with its unit.",
    "first": "The award goes by the first year alone. Please say which of these years was the first, or give that year's figure.",
    "dates": "To count the time rightly, please tell me for each firm when it entered the register and whether it is still there.",
    "whose": "It is not clear which firm or which year this is about. Please say which, or give the figure itself with its unit.",
}


IN_YUAN = "- You named no currency: the figures are taken as RMB (yuan)."


def said_as(said: str, measure: str) -> str:
    return f"- You said “{said}”; it is compared as {measure}. Where the two differ, {measure} counts."


def other_measure(name: str, one: Result) -> str:
    return f"You gave {name}, but {one['rule']} does not go by {name}, so it cannot be used."


def unreadable_amount(one: Result, why: str) -> str:
    return f"The figure for {one.get('rule', 'this')} ({one.get('name', '')}) could not be read safely. Please give it in yuan (CNY), with its unit."


def entry(one: Result) -> str:
    quotes = "\n".join(f"- Source: [{q['clause_id']}] 「{q['quote']}」" for q in one["quotes"])
    contact = ask(one["contact"])
    if one["kind"] == "unstated":
        near = f"\nThe nearest the text comes:\n{quotes}" if quotes else ""
        return f"**The policy does not say (文件未规定)**: {one['name']}.{near}\n\n{contact}"
    if one["kind"] == "refers":
        named = ", ".join(one["documents"])
        return f"**{one['name']}**: this policy gives no sum; it refers to {named}.\n{quotes}\n\nSee that document, or p{contact[1:]}"
    return f"**{one['name']}**:\n{quotes}"


def table(one: Result, chosen: Sequence[int], only: bool = False) -> str:
    tiers = one["tiers"]
    lines = []
    if only:
        tier = tiers[chosen[0]]
        lines.append(f"**{one['rule']}**, this tier: {one['measure_english']} in **{tier['range']}**: {amount(tier)}.")
    elif chosen == [-1]:
        lines.append(f"No tier reaches that sum; the highest is {tiers[-1]['range']}: {amount(tiers[-1])}.")
    elif chosen:
        tier = tiers[chosen[0]]
        lines.append(f"For that sum, {one['measure_english']} must be in **{tier['range']}**: {amount(tier)}.")
    else:
        lines.append(f"**{one['rule']}** ({one['english']}), paid to {one['payee']}, by {one['measure_english']}:")
        lines += [f"- {tier['range']}: {amount(tier)}" for tier in tiers]
    shown = [tiers[at] for at in chosen] if chosen else tiers
    if one["other_payee"]:
        lines.append(f"- This award is paid to {one['payee']}, not to the firm itself.")
    if one["requires_english"]:
        lines.append(f"- Condition: it must be {', '.join(one['requires_english'])}.")
    if one["pool"]:
        lines.append(f"- Programme total: [{one['pool']['clause_id']}] 「{one['pool']['quote']}」.")
    lines.append(f"- Source: [{shown[0]['clause_id']}] " + "".join(f"「{tier['quote']}」" for tier in shown))
    if one["because"]:
        lines.append("- Rule: " + "".join(f"「{reason['quote']}」" for reason in one["because"]))
    return "\n".join(lines)


def units(one: Result) -> str:
    if not one["units"]:
        return f"[{one['clause_id']}] names no responsible unit."
    roles = {"牵头": "lead", "责任": "responsible", "配合": "supporting"}
    named = "; ".join(f"{roles.get(role, role)}: {', '.join(names)}" for role, names in one["units"].items())
    return f"**{named}**.\n- Source: [{one['clause_id']}] 「{one['quote']}」"


def basis(one: Result) -> str:
    state = "in force" if one["in_force"] else "not in force"
    return (
        f"《{one['title']}》 ({one['status']}) is in force from {one['from']} to {one['to']}; as of {one['as_of']} it is {state}. "
        f"It does not apply outside these dates; whether it will be extended is not stated.\n"
        f"- Source: [{one['clause_id']}] 「{one['quote']}」\n\n"
        f"{ask(one['contact'])}"
    )


def clause(one: Result) -> str:
    return f"**{one['label']}** ([{one['clause_id']}]):\n" + "\n".join(f"- 「{words}」" for words in one["sentences"])


def found(hits: Sequence[Result]) -> str:
    return "The nearest provision in the text:\n" + "\n".join(
        f"- [{hit['clause_id']}] 「{hit['quote']}」" for hit in hits[:1]
    )


def unsure(contact: str, clause_id: str = "", quote: str = "") -> str:
    """Nothing is worked out, as nothing could be verified; what the text says stands by itself."""
    near = f"The nearest provision in the text:\n- [{clause_id}] 「{quote}」\n\n" if quote else ""
    return f"I cannot answer this with certainty, so I would rather not. {near}Please rephrase it or ask {contact}."


_DECLINED = {
    "off_topic": "This is not a subject of the policy; I can only answer questions on 《{title}》.",
    "elsewhere": "《{title}》 does not cover other places (文件未规定). Please ask the authority there.",
    "unsafe": "I cannot do that: awards follow the real figures and the text, and I do not change or reveal how I work.",
    "not_found": "I found no provision on this: **the policy may not say (文件未规定)**, or I did not understand. Please put it another way, or ask {contact}.",
    "unreadable": "I could not read the question. Please say in one sentence what you would like to know.",
    "too_many": "There are too many firms in one question; so that none is left out, nothing was worked out. Please ask in several parts.",
    "thanks": "You are welcome. Ask again whenever there is more on 《{title}》.",
    "small_talk": "Hello, I am the park policy assistant (AI), answering on 《{title}》. Tell me your figures with their "
    "unit and whether your firm is in the park, and I will work out the award with its clause.",
}


def declined(one: Result) -> str:
    return _DECLINED[one["declined"]].format(title=one["title"], contact=one["contact"]["name"])
