"""Prints the size of the chat widget in bytes, as it stands and packed as it is served.

python -m evals.widget_size
"""

import gzip
from pathlib import Path

SCRIPT = Path(__file__).parent.parent / "assistant" / "widget" / "policy-chat.js"
LIMIT = 8 * 1024  # bytes, packed


def main() -> None:
    raw, packed = sizes()
    print(f"policy-chat.js: {raw} bytes, {packed} with gzip -9 (limit {LIMIT})")


def sizes() -> tuple[int, int]:
    """Bytes of the script raw and packed."""
    script = SCRIPT.read_bytes()
    return len(script), len(gzip.compress(script, 9))


if __name__ == "__main__":
    main()
