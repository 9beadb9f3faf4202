"""API keys: made on the command line, shown once, kept as hashes, looked up at every request.

A key reads ``ppa_<id>_<secret>``: twelve hexadecimal digits that are no secret, and 256 random bits. As these cannot be
guessed, SHA-256 is enough of a hash; a slow one is for what people think up.
"""

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from assistant.store import Store
from assistant.store.keys import Key
from tools.errors import AccessError, KeyRefusedError, NotFoundError

__all__ = ["PREFIX", "SCOPES", "Key", "Keys", "Scope"]

Scope = Literal["ask", "read", "metrics"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

PREFIX = "ppa_"
_ID = re.compile("[0-9a-f]{12}")
_FORM = re.compile(rf"{PREFIX}({_ID.pattern})_[A-Za-z0-9_-]{{43}}")
_NAME = re.compile(r"[\w.\- （）()]{1,64}")
_UNKNOWN = "不认识这个密钥。请核对是否抄写完整；仍不行，请向管理员另要一个。"
_NO_HASH = "0" * 64


class Keys:
    """Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._keys = store.keys

    def add(
        self, name: str, scopes: list[Scope], actor: str, per_minute: int | None = None, days: int | None = None
    ) -> str:
        """The new key, which is told nowhere else. Raises AccessError for a name that cannot be used.

        ``per_minute`` is how many questions a minute it may ask, ``days`` how long it holds; None: the limit for every
        key, no end.
        """
        if not _NAME.fullmatch(name.strip()):
            raise AccessError("密钥的名称应为 1 到 64 个字母、数字、汉字、空格或 . _ - （），写明给谁用。")
        key_id = secrets.token_hex(6)
        key = f"{PREFIX}{key_id}_{secrets.token_urlsafe(32)}"
        until = datetime.now(UTC) + timedelta(days=days) if days else None
        self._keys.add(
            key_id=key_id,
            name=name.strip(),
            key_hash=_digest(key),
            scopes=[scope for scope in SCOPES if scope in scopes],
            per_minute=per_minute,
            expires_at=until,
            actor=actor,
        )
        return key

    def all(self) -> list[Key]:
        return self._keys.all()

    def revoke(self, key_id: str, actor: str) -> Key:
        """From now on no process takes it. Raises NotFoundError."""
        found = self._keys.find(key_id) if _ID.fullmatch(key_id) else None
        if not found or found.revoked_at:
            raise NotFoundError(f"没有编号为 {key_id[:20]} 的可用密钥。用 python -m assistant key list 查看。")
        self._keys.revoke(key_id, actor)
        return found

    def check(self, given: str) -> Key:
        """Whose key it is. Raises KeyRefusedError when it is unknown, revoked or past its time."""
        form = _FORM.fullmatch(given)
        found = self._keys.find(form[1]) if form else None
        if not hmac.compare_digest(_digest(given), found.key_hash if found else _NO_HASH) or not found:
            raise KeyRefusedError(_UNKNOWN, "unknown")
        if found.revoked_at:
            raise KeyRefusedError("这个密钥已经停用。请向管理员另要一个。", "revoked")
        if found.expires_at and found.expires_at <= datetime.now(UTC):
            raise KeyRefusedError("这个密钥已经过期。请向管理员另要一个。", "expired")
        return found


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
