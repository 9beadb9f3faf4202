"""``/api/feedback``: what somebody thinks of an answer, for the staff's queue."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field, field_validator
from starlette.concurrency import run_in_threadpool

from assistant.answer import Record
from assistant.api.requests import PROBLEMS, documented, json, read
from assistant.chat import Assistant

COMMENT_LIMIT = 500


class FeedbackIn(Record):
    """A rating of one answer, in place of any before it."""

    turn_id: str = Field(min_length=1, max_length=64, description="被评价的那次提问，即回答里的 turn_id")
    rating: Literal["like", "dislike"] | None = Field(description="有用或没用；null 表示收回评价")
    comment: str = Field(default="", max_length=COMMENT_LIMIT, description="哪里不对，可不填")

    @field_validator("comment", mode="before")
    @classmethod
    def _trimmed(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value


async def _read(request: Request) -> FeedbackIn:
    return await read(request, FeedbackIn, '请以 UTF-8 编码发送 JSON 对象，例如 {"turn_id": "…", "rating": "like"}。')


def routes(engine: Assistant) -> APIRouter:
    router = APIRouter(tags=["问答"])

    @router.post(
        "/api/feedback",
        response_model=FeedbackIn,
        responses=PROBLEMS,
        openapi_extra=documented(FeedbackIn),
        summary="评价一个回答",
        description="记下对一个回答的评价，以最后一次为准；评为没用的，由工作人员复核。",
    )
    async def feedback(given: Annotated[FeedbackIn, Depends(_read)]) -> Response:
        """Keeps the rating; a dislike puts the question on the staff's queue."""
        await run_in_threadpool(engine.rate, given.turn_id, given.rating, given.comment)
        return json(given)

    return router
