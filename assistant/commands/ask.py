"""``python -m assistant ask "…"``: one question on the command line, readable or as the contract's JSON."""

import argparse
import sys

from pydantic import ValidationError

from assistant.answer import QUESTION_LIMIT, AskRequest
from assistant.chat import open_assistant
from assistant.commands.common import DONE, BadInputError, Commands, day, say
from assistant.plain import shown
from assistant.settings import Settings

STDIN_LIMIT = 64 * 1024  # bytes


def declare(commands: Commands) -> None:
    ask = commands.add_parser("ask", help="提一个问题", description="提一个问题，得到附有条款原文的回答。")
    ask.add_argument("question", nargs="?", default="", metavar="问题", help="问题的文字；写 - 则从标准输入读取")
    ask.add_argument("--json", action="store_true", help="输出 JSON，字段与 POST /api/ask 相同")
    ask.add_argument("--as-of", type=day, metavar="日期", help="按哪一天回答，YYYY-MM-DD，不写即今天")
    ask.add_argument("--conversation", metavar="编号", help="接着这个会话问")
    ask.add_argument("--policy", metavar="编号", help="问哪一份政策，不写即默认的一份")
    ask.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Status 0: answered, whatever the answer's status."""
    answer = open_assistant(settings).ask(_request(options))
    say(answer.model_dump_json(indent=2) if options.json else shown(answer))
    return DONE


def _request(options: argparse.Namespace) -> AskRequest:
    question = _read_stdin() if options.question == "-" else options.question
    try:
        return AskRequest(
            question=question,
            conversation_id=options.conversation,
            as_of=options.as_of,
            policy_id=options.policy,
        )
    except ValidationError as error:
        fault = error.errors()[0]
    if fault["loc"] != ("question",):
        raise BadInputError("--conversation 或 --policy 的编号不对，请核对。")
    if fault["type"] == "string_too_short":
        raise BadInputError('请写出问题，例如：python -m assistant ask "您的问题"')
    raise BadInputError(f"问题有 {len(question.strip())} 个字，超过 {QUESTION_LIMIT} 字的上限，请删减。")


def _read_stdin() -> str:
    raw = sys.stdin.buffer.read(STDIN_LIMIT + 1)
    if len(raw) > STDIN_LIMIT:
        raise BadInputError(f"问题超过 {QUESTION_LIMIT} 字的上限，请删减。")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInputError("标准输入不是 UTF-8 编码的文字，请转换编码后再试。") from None
