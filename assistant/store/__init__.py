"""What is kept: conversations and turns, what people thought of them, reviewed answers, accounts, the audit record."""

from assistant.store.rows import Turn
from assistant.store.turns import Store

__all__ = ["Store", "Turn"]
