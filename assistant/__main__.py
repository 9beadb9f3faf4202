"""``python -m assistant …``: the commands, each a module of its own."""

import re
import sys
from collections.abc import Sequence

from assistant.operations.offline import stay_offline

stay_offline()

from assistant.commands import (  # noqa: E402 - after the environment is set
    account,
    ask,
    backup,
    conversation,
    key,
    mcp,
    replay,
    reviews,
    switch,
)
from assistant.commands.common import BAD_INPUT, FAILED, BadInputError, Parser, Run  # noqa: E402
from assistant.operations import logs  # noqa: E402
from assistant.settings import Settings  # noqa: E402
from tools.errors import AccessError, AssistantError, NotFoundError  # noqa: E402

_NO_UTF8 = re.compile("[\ud800-\udfff]")  # as Python hands such bytes over
COMMANDS = (ask, mcp, account, key, switch, reviews, conversation, replay, backup)


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0 done, 1 not possible now, or as the command says, 2 bad input."""
    logs.set_up_command()
    try:
        given = sys.argv[1:] if arguments is None else arguments
        if any(map(_NO_UTF8.search, given)):
            raise BadInputError("命令中有无法识别的字符，请用 UTF-8 编码输入。")
        options = _parser().parse_args(given)
        if not options.command:
            raise BadInputError('请写明要做什么，例如：python -m assistant ask "您的问题"')
        run: Run = options.run
        return run(options, Settings.from_environment())
    except (BadInputError, NotFoundError, AccessError) as error:
        return _refuse(str(error), BAD_INPUT)
    except AssistantError as error:
        return _refuse(str(error), FAILED)


def _parser() -> Parser:
    parser = Parser(prog="python -m assistant", description="回答政策问题，逐条附上政策原文。")
    commands = parser.add_subparsers(dest="command", title="命令", metavar="命令", parser_class=Parser)
    for module in COMMANDS:
        module.declare(commands)
    return parser


def _refuse(message: str, status: int) -> int:
    print(message, file=sys.stderr)
    return status


if __name__ == "__main__":
    raise SystemExit(main())
