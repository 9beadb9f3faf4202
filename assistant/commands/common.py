"""What every command of ``python -m assistant`` shares: argparse in Chinese, days, one way to print.

A command is a module with ``declare(commands)``, which adds its parsers and sets ``run`` as their default: a function of
the options and the settings that prints what there is to say and returns the exit status. ``assistant.__main__`` lists
the modules. What ``run`` raises is told there: BadInputError, NotFoundError and AccessError end with status 2, any other
AssistantError with 1.
"""

import argparse
import getpass
import os
import re
import sys
from collections.abc import Callable
from datetime import date
from typing import NoReturn, TypeAlias

from assistant.settings import Settings

DONE, FAILED, BAD_INPUT = 0, 1, 2  # exit statuses
Run = Callable[[argparse.Namespace, Settings], int]
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


class Parser(argparse.ArgumentParser):
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


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # what ``declare`` adds its parsers to


def day(text: str) -> date:
    """An option's value as a date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"应为 YYYY-MM-DD 形式的日期，现为 {text!r}") from None


def say(text: str) -> None:
    """Prints for whoever still reads."""
    try:
        print(text, flush=True)
    except BrokenPipeError:  # who reads has read enough, as in `… | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def actor() -> str:
    """Who runs the command, as the audit record names it."""
    try:
        return f"命令行:{getpass.getuser()}"
    except (KeyError, OSError):  # a container without a user name
        return "命令行:?"
