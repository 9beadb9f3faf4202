"""``python -m assistant ask "…"``: one question on the command line, readable or as the contract's JSON."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from datetime import date
from typing import NoReturn

from pydantic import ValidationError

from assistant.offline import stay_offline

stay_offline()

from assistant import accounts_cli, reviews_cli  # noqa: E402 - after the environment is set
from assistant.answer import QUESTION_LIMIT, AskRequest  # noqa: E402 - after the environment is set
from assistant.chat import open_assistant  # noqa: E402
from assistant.mcp_door import run_stdio  # noqa: E402
from assistant.plain import shown  # noqa: E402
from assistant.settings import Settings  # noqa: E402
from tools.errors import AccessError, AssistantError, NotFoundError  # noqa: E402

STDIN_LIMIT = 64 * 1024  # bytes
FAILED, BAD_INPUT = 1, 2
_TERMS = (
    (r"^argument \w+: invalid choice: (.+?) \(choose from .*\)", r"没有 \1 这个命令"),
    (r"^argument ([^:]+): ", r"\1："),
    (r"the following arguments are required: ", "还缺"),
    (r"expected one argument", "后面要跟一个值"),
    (r"unrecognized arguments: ", "不认识的参数："),
    (r"ambiguous option: (\S+) .*", r"参数 \1 不完整"),
    (r"ignored explicit argument .*", "后面不应有值"),
)


class BadInputError(Exception):
    """What was typed cannot be used; the message is one line for who typed it."""


class _Parser(argparse.ArgumentParser):
    """argparse in Chinese: help, headings, and errors of one line."""

    def __init__(self, **given: object) -> None:
        super().__init__(add_help=False, allow_abbrev=False, **given)  # type: ignore[arg-type]
        self._positionals.title, self._optionals.title = "内容", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "用法：", 1)

    def error(self, message: str) -> NoReturn:
        for english, chinese in _TERMS:
            message = re.sub(english, chinese, message)
        raise BadInputError(f"{message}。用 {self.prog} --help 看用法。")


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0 answered (whatever its status), 1 cannot answer now, 2 bad input."""
    try:
        options = _parser().parse_args(arguments)
        if not options.command:
            raise BadInputError('请写明要做什么，例如：python -m assistant ask "您的问题"')
        if options.command == "account":
            print(accounts_cli.run(options, Settings.from_environment()))
            return 0
        if options.command == "reviews":
            print(reviews_cli.run(Settings.from_environment()))
            return 0
        if options.command == "mcp":
            settings = Settings.from_environment()
            run_stdio(open_assistant(settings), settings.url)
            return 0
        answer = open_assistant(Settings.from_environment()).ask(_request(options))
    except (BadInputError, NotFoundError, AccessError) as error:
        return _refuse(str(error), BAD_INPUT)
    except AssistantError as error:
        return _refuse(str(error), FAILED)
    try:
        print(answer.model_dump_json(indent=2) if options.json else shown(answer), flush=True)
    except BrokenPipeError:  # who reads has read enough, as in `… | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m assistant", description="回答政策问题，逐条附上政策原文。")
    commands = parser.add_subparsers(dest="command", title="命令", metavar="命令", parser_class=_Parser)
    ask = commands.add_parser("ask", help="提一个问题", description="提一个问题，得到附有条款原文的回答。")
    ask.add_argument("question", nargs="?", default="", metavar="问题", help="问题的文字；写 - 则从标准输入读取")
    ask.add_argument("--json", action="store_true", help="输出 JSON，字段与 POST /api/ask 相同")
    ask.add_argument("--as-of", type=_day, metavar="日期", help="按哪一天回答，YYYY-MM-DD，不写即今天")
    ask.add_argument("--conversation", metavar="编号", help="接着这个会话问")
    ask.add_argument("--policy", metavar="编号", help="问哪一份政策，不写即默认的一份")
    mcp = "作为 MCP 服务，经标准输入和输出把提问、算奖励、查条款交给大模型客户端使用"
    commands.add_parser("mcp", help="供 MCP 客户端启动", description=f"{mcp}，直到客户端关闭输入。")
    account = commands.add_parser("account", help="管理坐席台账号", description="管理坐席台账号。")
    accounts_cli.declare(account, _Parser)
    reviews = "把复核过的答案导出为题集（YAML），供 python -m evals.run --file 使用"
    commands.add_parser("reviews", help="导出复核答案", description=f"{reviews}。")
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"应为 YYYY-MM-DD 形式的日期，现为 {text!r}") from None


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
    match fault["type"]:
        case "string_too_short":
            raise BadInputError('请写出问题，例如：python -m assistant ask "您的问题"')
        case "string_too_long":
            raise BadInputError(f"问题有 {len(question.strip())} 个字，超过 {QUESTION_LIMIT} 字的上限，请删减。")
        case _:
            raise BadInputError("问题中有无法识别的字符，请用 UTF-8 编码输入。")


def _read_stdin() -> str:
    raw = sys.stdin.buffer.read(STDIN_LIMIT + 1)
    if len(raw) > STDIN_LIMIT:
        raise BadInputError(f"问题超过 {QUESTION_LIMIT} 字的上限，请删减。")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInputError("标准输入不是 UTF-8 编码的文字，请转换编码后再试。") from None


def _refuse(message: str, status: int) -> int:
    print(message, file=sys.stderr)
    return status


if __name__ == "__main__":
    raise SystemExit(main())
