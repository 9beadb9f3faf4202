"""The errors a caller may meet. Messages are Chinese, name the offending value and say what to do.

::

    AssistantError          base of all
    ├── PolicyError         a policy's text or rules do not hold together (for who keeps them)
    ├── MoneyError          an amount cannot be read (for who typed it)
    ├── SettingsError       an environment variable cannot be used (for who runs the server)
    ├── NotFoundError       no such conversation or policy (for who asked)
    ├── NotesChangedError   notes were changed in another window meanwhile (for who writes them)
    ├── StoreError          a turn cannot be kept (disk full, read-only, locked)
    ├── SwitchedOffError    an operator turned the assistant off (for who asked)
    └── AccessError         name and password do not fit, or may not be used (for who signs in)
        ├── LockedOutError  too many wrong tries
        └── KeyRefusedError an API key is unknown, revoked or past its time
"""


class AssistantError(Exception):
    """Base of every error raised on purpose."""


class PolicyError(AssistantError):
    """A policy folder is wrong: text, rules or cases."""


class MoneyError(AssistantError):
    """An amount cannot be read safely; the message says why, to the person who wrote it."""


class SettingsError(AssistantError):
    """An environment variable holds a value that cannot be used."""


class NotFoundError(AssistantError):
    """No conversation or policy of that id."""


class NotesChangedError(AssistantError):
    """The notes are no longer what the writer saw; nothing was kept."""


class StoreError(AssistantError):
    """The store cannot be written or read just now; nothing that was acknowledged is lost."""


class SwitchedOffError(AssistantError):
    """The assistant is turned off; the message is the operator's notice, word for word."""


class AccessError(AssistantError):
    """Who asks may not do this, or name and password do not fit."""


class LockedOutError(AccessError):
    """Too many wrong tries; ``seconds`` until the next may be made."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class KeyRefusedError(AccessError):
    """An API key that opens nothing; ``reason`` is unknown, revoked or expired."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason
