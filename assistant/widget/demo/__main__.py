"""python -m assistant.widget.demo [--assistant URL] [--port N]: the demo site, until it is stopped."""

import argparse
import contextlib
import sys
from urllib.parse import urlsplit

from assistant.widget.demo import server


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m assistant.widget.demo", description="嵌入问答窗口的示例网站")
    parser.add_argument("--assistant", default="http://127.0.0.1:7860", help="政策助手的地址，默认 %(default)s")
    parser.add_argument("--port", type=int, default=7870, help="示例网站的端口，默认 %(default)s")
    options = parser.parse_args(arguments)
    parts = urlsplit(options.assistant)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        print("--assistant 应为政策助手的地址，例如 http://127.0.0.1:7860。", file=sys.stderr)
        return 2
    try:
        site = server(f"{parts.scheme}://{parts.netloc}", options.port)
    except (OSError, OverflowError):
        print(f"端口 {options.port} 不能使用。请换一个，例如 --port 7871。", file=sys.stderr)
        return 1
    address = f"http://127.0.0.1:{site.server_address[1]}"
    print(f"请用浏览器打开 {address} （按 Ctrl+C 停止）")
    print(f"政策助手须以 ASSISTANT_ORIGINS={address} 启动，示例网站才能提问。", flush=True)
    with site, contextlib.suppress(KeyboardInterrupt):
        site.serve_forever()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
