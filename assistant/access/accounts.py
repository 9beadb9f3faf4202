"""Who may use the desk: accounts made on the command line, sign-in with a lock-out, sessions that end.

Passwords are kept as Argon2id hashes (RFC 9106), session tokens as SHA-256 hashes. There is no default account and no
default password. A wrong name and a wrong password are told alike, and take alike long.
"""

import hashlib
import re
import secrets
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from assistant.store import Store
from assistant.store.accounts import Account, Session
from tools.errors import AccessError, LockedOutError, NotFoundError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

__all__ = ["LONGEST", "ROLES", "ROLE_NAMES", "Access", "Account", "Role", "Session"]

Role = Literal["agent", "reviewer", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
ROLE_NAMES: dict[str, str] = {"agent": "坐席", "reviewer": "复核员", "admin": "管理员"}

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
IDLE = timedelta(hours=2)  # a session nobody uses ends after this
LONGEST = timedelta(hours=12)  # and any session after this: one working day
SEEN_EVERY = timedelta(minutes=1)  # how exactly the last use is kept
TRIES = 5  # wrong ones in a row, for one name from one address
TRIES_ANYWHERE = 25  # for one name, from wherever
LOCKED = timedelta(minutes=15)
_NAME = re.compile(r"[A-Za-z0-9_.\-一-鿿]{2,32}")
_WRONG = "账号或密码不对。请重新输入；忘记密码请联系管理员重设。"


class Access:
    """Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._accounts = store.accounts

    def add(self, name: str, password: str, role: Role, actor: str) -> None:
        """Makes an account. Raises AccessError when the name is taken or name or password cannot be used."""
        if not _NAME.fullmatch(name):
            raise AccessError("账号名应为 2 到 32 个字母、数字、汉字或 . _ -。")
        if self._accounts.find(name):
            raise AccessError(f"账号 {name} 已经存在。要改密码请用 python -m assistant account password {name}。")
        self._accounts.add(name, _hashed(name, password), role, actor)

    def set_password(self, name: str, password: str, actor: str) -> None:
        """Ends the account's sessions and its lock-out. Raises NotFoundError, AccessError."""
        self._known(name)
        self._accounts.set_password(name, _hashed(name, password), actor)
        self._accounts.unlock(_digest(name))

    def set_disabled(self, name: str, disabled: bool, actor: str) -> None:
        """Ends the account's sessions. Raises NotFoundError."""
        self._known(name)
        self._accounts.set_disabled(name, disabled, actor)

    def all(self) -> list[Account]:
        return self._accounts.all()

    def sign_in(self, name: str, password: str, address: str) -> str:
        """The token of a new session. Raises AccessError, and LockedOutError after too many wrong tries."""
        anywhere = _digest(name)  # some type their password where the name belongs
        here = f"{anywhere}@{address[:64]}"
        self._count_try({here: TRIES, anywhere: TRIES_ANYWHERE})
        account = self._accounts.find(name)
        if not _matches(account, password) or not account or account.disabled:
            self._store.audit.add(account.name if account else "", "sign-in refused", address)
            raise AccessError(_WRONG)
        self._accounts.forget_failures([here, anywhere])
        token = secrets.token_urlsafe(32)
        ended = datetime.now(UTC) - LONGEST
        self._accounts.open_session(_digest(token), name, secrets.token_urlsafe(32), address, ended)
        return token

    def session(self, token: str) -> Session | None:
        """The session a token opens, while it lasts."""
        found = self._accounts.session(_digest(token)) if token else None
        if not found:
            return None
        now = datetime.now(UTC)
        if now - found.seen_at > IDLE or now - found.created_at > LONGEST:
            self._accounts.close_session(_digest(token))
            return None
        if now - found.seen_at > SEEN_EVERY:
            self._accounts.seen(_digest(token))
        return found

    def sign_out(self, token: str) -> None:
        self._accounts.close_session(_digest(token))

    def _known(self, name: str) -> None:
        if not self._accounts.find(name):
            raise NotFoundError(f"没有账号 {name}。用 python -m assistant account list 查看现有账号。")

    def _count_try(self, limits: dict[str, int]) -> None:
        """Raises LockedOutError."""
        now = datetime.now(UTC)
        if last := self._accounts.count_try(limits, now - LOCKED):
            wait = int((last + LOCKED - now).total_seconds()) + 1
            raise LockedOutError(
                f"输错次数过多，为安全起见暂停登录，请约 {-(-wait // 60)} 分钟后再试；急用请联系管理员重设密码。",
                wait,
            )


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))


def _matches(account: Account | None, password: str) -> bool:
    """Whether the password is the account's; it takes as long when there is no such account."""
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return _hasher().verify(account.password_hash if account else _nobody(), password[:LONGEST_PASSWORD])
    except (Argon2Error, InvalidHashError):
        return False


def _hashed(name: str, password: str) -> str:
    """Raises AccessError for a password that is too easy or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccessError(f"密码应为 {SHORTEST_PASSWORD} 到 {LONGEST_PASSWORD} 个字符。")
    if len(set(password)) < 5 or name.casefold() in password.casefold():
        raise AccessError("密码太容易猜到：不要包含账号名，也不要只用几个重复的字符。")
    return _hasher().hash(password)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
