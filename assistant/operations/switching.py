"""Turning the assistant, or only its chat model, off and on: for the command line and the page of administrators."""

from assistant.store import Store
from assistant.store.switches import Switch

__all__ = ["NAMES", "NOTICE_LIMIT", "Switch", "fault_of", "turn_off", "turn_on"]

NAMES = {"assistant": "助手", "model": "大模型"}
NOTICE_LIMIT = 500  # characters


def fault_of(notice: str) -> str:
    """Why a notice cannot be used, in words for who wrote it; empty when it can."""
    said = notice.strip()
    if not said:
        return "请写明公告，提问的人会看到它，例如：系统维护，18 点恢复。"
    if len(said) > NOTICE_LIMIT:
        return f"公告有 {len(said)} 个字，最多 {NOTICE_LIMIT} 个字，请删减。"
    if not all(char.isprintable() or char == "\n" for char in said):
        return "公告里有看不见的控制字符，请删去后再试。"
    return ""


def turn_off(store: Store, name: str, notice: str, actor: str) -> None:
    """Every process obeys from its next question on. ``notice`` has no fault. Raises StoreError."""
    store.switches.turn(name, off=True, notice=notice.strip(), actor=actor)


def turn_on(store: Store, name: str, actor: str) -> None:
    """Raises StoreError."""
    store.switches.turn(name, off=False, notice="", actor=actor)
