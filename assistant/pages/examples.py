"""Questions to begin with, made from the policy's own rules so that they are right for any policy."""

from tools.rules import Policy


def examples(policy: Policy) -> list[str]:
    """Four: a firm at a threshold, another award's standard, the dates, who explains the text."""
    found: list[str] = []
    for rule in sorted(policy.awards.values(), key=lambda rule: -len(rule.tiers)):
        measure = policy.measures[rule.by]
        words = rule.tiers[min(1, len(rule.tiers) - 1)].quote.words("at_least")[0]
        if not found:
            found.append(f"{rule.payee}的{measure.name}为{words}，{rule.name}是多少？")
        else:
            found.append(f"{rule.name}的标准是什么？")
    return [*found[:2], "这份文件的有效期到什么时候？", "由哪个单位负责解释？"]
