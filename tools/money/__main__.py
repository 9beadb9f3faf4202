"""``python -m tools.money``: lines of text in, a JSON line for each out, as fixed in the contract."""

import argparse
import io
import json
import sys
from collections.abc import Sequence

from tools.money import Reading, read


def as_json(reading: Reading) -> str:
    """The JSON line of the command line, as fixed in the contract."""
    amounts = [
        {
            "text": amount.text, "start": amount.start, "end": amount.end,
            "lo": None if amount.lo is None else str(amount.lo), "hi": None if amount.hi is None else str(amount.hi),
            "lo_closed": amount.lo_closed, "hi_closed": amount.hi_closed,
            "approximate": amount.approximate, "measure": amount.measure,
        }
        for amount in reading.amounts
    ]  # fmt: skip
    return json.dumps({"amounts": amounts, "error": reading.error}, ensure_ascii=False)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.money",
        description="逐行读取文字中的金额，每行输出一个 JSON：amounts 为金额区间（单位：元），error 为不能读取的原因。",
    )
    source = argparse.FileType("r", encoding="utf-8", errors="replace")
    parser.add_argument("file", nargs="?", type=source, default=sys.stdin, help="默认读标准输入")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    for line in parser.parse_args(arguments).file:
        print(as_json(read(line.rstrip("\n"))), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
