"""What administrators see and do: switches, accounts, the latest of the audit record, the figures of today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.access.accounts import Access, Account
from assistant.chat import Assistant
from assistant.operations import switching
from assistant.operations.switching import Switch
from assistant.store.audit import Entry
from assistant.store.counts import Tally
from tools.errors import AccessError

__all__ = ["Admin", "Entry", "Overview", "Switch", "Tally"]

ENTRIES = 50  # of the audit record


@dataclass(frozen=True)
class Overview:
    """``today`` counts from midnight, by the server's clock."""

    switches: dict[str, Switch]
    accounts: Sequence[Account]
    audit: Sequence[Entry]
    today: Tally


class Admin:
    """Every method may raise StoreError."""

    def __init__(self, engine: Assistant, access: Access) -> None:
        self._store = engine.store
        self._access = access

    def overview(self) -> Overview:
        midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        return Overview(
            {switch.name: switch for switch in self._store.switches.all()},
            self._access.all(),
            self._store.audit.latest(ENTRIES),
            self._store.counts.since(midnight),
        )

    def turn(self, name: str, *, off: bool, notice: str, account: str) -> None:
        """``notice`` has no fault (``switching.fault_of``)."""
        if off:
            switching.turn_off(self._store, name, notice, account)
        else:
            switching.turn_on(self._store, name, account)

    def set_disabled(self, name: str, disabled: bool, account: str) -> None:
        """Ends the account's sessions. Raises NotFoundError, and AccessError for one's own account."""
        if disabled and name == account:
            raise AccessError("不能停用自己的账号。请由另一位管理员停用，或在服务器上用命令行停用。")
        self._access.set_disabled(name, disabled, account)
