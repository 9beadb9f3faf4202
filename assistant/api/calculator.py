"""The calculator: a page with a form, and the same as JSON for its script and for others."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams

from assistant.api.requests import PROBLEMS, documented, json, read
from assistant.calculator import Calculation, calculate, standards
from assistant.chat import Assistant
from assistant.filled import Inputs, groups
from assistant.pages import calculator as page
from assistant.pages import document
from assistant.pages.cards import View, results
from assistant.pages.place import Scale
from assistant.web import problems
from assistant.web.problems import Problem
from tools.rules import Policy

_HELP = '请以 UTF-8 编码发送 JSON 对象，例如 {"values": {"指标编号": "8000万"}, "facts": {"条件编号": true}}。'
_DATE = "应为 YYYY-MM-DD 形式的日期，例如 2025-01-31。"


class CalculateRequest(Inputs):
    """The fields of the form; ``scale`` is that of the charts in ``html``."""

    scale: Scale = Field(default="linear", description="html 中图的横轴：linear 从 0 起，log 为对数坐标")


class CalculationOut(Calculation):
    """``html`` holds the same cards as the page shows them."""

    html: str = Field(description="同样的结果，页面上的 HTML")


def routes(engine: Assistant) -> APIRouter:
    router = APIRouter(tags=["算一算"])

    @router.head("/calculator", include_in_schema=False)
    @router.get("/calculator", response_class=HTMLResponse, responses=PROBLEMS, summary="算一算页面")
    def calculator(request: Request) -> Response:
        """The form and what it gives. The address holds what was filled in: ``values.…``, ``counts.…``, ``facts.…``
        (``yes`` or ``no``) by the policy's ids, ``policy_id``, ``as_of``, ``scale``."""
        notice = engine.notice()
        view = _view(engine, *_filled(request.query_params), notice=notice)
        others = [policy for policy in engine.policies.values() if policy is not view.policy]
        status = 503 if notice else 200
        shown = page.body(view, others)
        told = document.page("算一算", shown, status, style="calculator.css", script="copy.js calculator.js")
        if notice:
            told.headers["Retry-After"] = str(problems.SWITCHED_OFF_SECONDS)
        return told

    @router.post(
        "/api/calculate",
        response_model=CalculationOut,
        responses=PROBLEMS,
        openapi_extra=documented(CalculateRequest),
        summary="按填写的数值计算",
    )
    async def calculated(request: Request) -> Response:
        """Every award that has its input, computed as an answer is. What cannot be read is told in ``entries``."""
        asked = await read(request, CalculateRequest, _HELP)
        view = await run_in_threadpool(_view, engine, asked, asked.scale)
        _refuse_unknown(asked, view.policy)
        assert view.calculation is not None  # the date was read
        return json(CalculationOut(**dict(view.calculation), html=results(view)))

    return router


def _view(
    engine: Assistant, inputs: Inputs, scale: Scale, as_of: str = "", wrong: str = "", *, notice: str = ""
) -> View:
    """The page's state. Raises NotFoundError for an unknown policy, SwitchedOffError where no ``notice`` says it."""
    policy = engine.desk(inputs.policy_id, date.today()).policy
    calculation = None if wrong or notice else calculate(engine, inputs)
    day = as_of if not calculation else calculation.basis.as_of.isoformat()
    return View(policy, inputs, calculation, standards(engine, policy), scale, day, wrong, notice)


def _filled(given: QueryParams) -> tuple[Inputs, Scale, str, str]:
    """The form from an address, its scale, its date as given, and what is wrong with that date. What no field of the
    form is named as is passed over, as an address may carry more than the form."""

    def of(kind: str) -> dict[str, str]:
        return {key.removeprefix(kind): words for key, words in given.items() if key.startswith(kind)}

    as_of, wrong, day = given.get("as_of", "").strip(), "", None
    try:
        day = date.fromisoformat(as_of) if as_of else None
    except ValueError:
        wrong = _DATE
    facts = {key: said == "yes" for key, said in of("facts.").items() if said in ("yes", "no")}
    policy_id = given.get("policy_id", "")[:100] or None
    inputs = Inputs(policy_id=policy_id, as_of=day, values=of("values."), counts=of("counts."), facts=facts)
    return inputs, "log" if given.get("scale") == "log" else "linear", as_of, wrong


def _refuse_unknown(asked: Inputs, policy: Policy) -> None:
    """Raises Problem for ids that the policy has not: an interface is told, a form never sends them."""
    fields = groups(policy)
    known = {
        "values": {group.measure.id for group in fields},
        "counts": {group.measure.id for group in fields if group.counted},
        "facts": {fact.id for group in fields for fact in group.facts},
    }
    errors = [
        {"field": f"{kind}.{key[:100]}", "message": f"没有这一项，可用：{'、'.join(sorted(ids))}"}
        for kind, ids in known.items()
        for key in getattr(asked, kind)
        if key not in ids
    ]
    if errors:
        told = "；".join(f"{error['field']}：{error['message']}" for error in errors[:5])
        raise Problem(422, f"{told}。请改正后重新提交。", errors=errors)
