"""The errors a caller may meet. Messages are Chinese, name the offending value and say what to do.

::

    AssistantError          base of all
    ├── PolicyError         a policy's text or rules do not hold together (for who keeps them)
    ├── MoneyError          an amount cannot be read (for who typed it)
    ├── SettingsError       an environment variable cannot be used (for who runs the server)
    ├── NotFoundError       no such conversation or policy (for who asked)
    └── StoreError          a turn cannot be kept (disk full, read-only, locked)
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


class StoreError(AssistantError):
    """The store cannot be written or read just now; nothing that was acknowledged is lost."""
