"""Where this server can be reached: the address that texts for other programs carry, never one that a stranger claims.

It is ``ASSISTANT_URL`` where that is set. Else it is the one the request was sent to, if this server may be called so: by
an address in digits, which no other site can claim, or by a name of the settings. Otherwise none is known, and links lose
their target rather than lead to whoever wrote the ``Host`` header.
"""

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from assistant.settings import Settings

_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]+")  # nothing beside the name and the port
_LINK = re.compile(r"\[([^\]\n]*)\]\((/policy/[^)\s]*)\)")


class Address:
    """``names`` are those by which this server may be called besides addresses in digits."""

    def __init__(self, settings: Settings) -> None:
        listed = (urlsplit(origin).hostname or "" for origin in settings.origins)
        public = urlsplit(settings.url).hostname or ""
        known = ("localhost", settings.host, *settings.hosts, *listed, public)
        self.names = frozenset(name.lower() for name in known if name)
        self._url = settings.url

    def allows(self, host: str) -> bool:
        """Whether this server may be called by a host name."""
        return is_digits(host) or host in self.names

    def of(self, headers: Mapping[str, str], scheme: str) -> str:
        """The address for the answer to a request, without a slash at its end; empty where none is known."""
        host = headers.get("host", "")
        if self._url or not _HOST.fullmatch(host) or not self.allows(hostname(f"//{host}")):
            return self._url
        return f"{scheme}://{host}"


def absolute(text: str, base: str) -> str:
    """The text with its links to clauses led to ``base``; without a base their words alone."""
    return _LINK.sub(lambda match: f"[{match[1]}]({base}{match[2]})" if base else match[1], text)


def hostname(url: str) -> str:
    """The host of an address; empty where it has none or cannot be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_digits(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
