"""Worked examples of a policy (``cases.yaml``): what a rule gives at and around every boundary.

They are written by hand from the text, so that a rules file and its proofs cannot be wrong together.
"""

from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from tools import award, money, spoken
from tools.award import Due, Missing, NotDue, Outcome, OutOfForce
from tools.errors import AssistantError, PolicyError
from tools.rules import Policy
from tools.schema import LOADER


class Case(BaseModel):
    """``gives``: one outcome in words per tier: ``不超过10万元``, ``3万元``, ``不符合``, ``不符合，差1元``,
    ``缺main_business_revenue``, ``不在有效期``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    given: str = ""
    count: str = ""
    facts: dict[str, bool] = {}
    as_of: date | Literal[""] = ""
    gives: tuple[str, ...]


def load(path: Path) -> tuple[Case, ...]:
    """Raises PolicyError when the file is missing or not of this form."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=LOADER)
        return TypeAdapter(tuple[Case, ...]).validate_python(data)
    except OSError as error:
        raise PolicyError(f"读不到 {path.name}：{error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"{path.name} 不是 UTF-8 编码，请用 UTF-8 另存后再试。") from error
    except (yaml.YAMLError, ValidationError) as error:
        raise PolicyError(f"{path.name} 的写法不对：{error}") from error


def failures(policy: Policy, cases: tuple[Case, ...]) -> list[str]:
    """The cases that do not come out as written, in words."""
    found = []
    for case in cases:
        try:
            got = tuple(_words(policy, one) for one in _outcomes(policy, case))
        except AssistantError as error:
            got = (str(error),)
        if got != case.gives:
            given = f"{case.rule} {case.given} {case.count} {case.facts or ''} {case.as_of}".strip()
            found.append(f"算例 {given}：应为 {'；'.join(case.gives)}，算得 {'；'.join(got)}")
    return found


def _outcomes(policy: Policy, case: Case) -> tuple[Outcome, ...]:
    rule = policy.awards.get(case.rule)
    if rule is None:
        raise PolicyError(f"没有奖励规则 {case.rule}")
    value = spoken.value(case.given, "", policy.measures[rule.by], policy.lexicon)
    as_of = case.as_of or policy.in_force_from
    return award.compute(policy, rule, value, facts=case.facts, as_of=as_of, count=spoken.count(case.count))


def _words(policy: Policy, one: Outcome) -> str:
    match one:
        case Due():
            return f"{'不超过' if one.kind == 'at_most' else ''}{money.write(one.amount)}"
        case NotDue():
            unit = policy.measures[one.rule.by].unit
            return "不符合" if one.gap is None else f"不符合，差{award.spoken(one.gap, unit)}"
        case Missing():
            return f"缺{one.fact}"
        case OutOfForce():
            return "不在有效期"
