"""Under which name a client is counted: its network address, as the proxy tells it.

Who may tell another's address is for uvicorn to know (``FORWARDED_ALLOW_IPS``): of ``X-Forwarded-For`` it takes the
rightmost address that is none of those proxies', for what stands to the left of it anybody may have written.
"""

import ipaddress

from starlette.datastructures import Headers
from starlette.types import Scope

LOCAL = ""


def address_of(scope: Scope) -> str:
    """An IPv4 address, or the /64 of an IPv6 one, as that is what one customer of a network has (RFC 6177).

    LOCAL for who asks from this machine and not by way of a proxy. What a trusted proxy forwards without an address
    that can be read is counted together.
    """
    host = (scope.get("client") or ("",))[0]
    forwarded = "x-forwarded-for" in Headers(scope=scope)
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:  # a Unix socket, or no socket at all
        return "unknown" if forwarded else LOCAL
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback and not forwarded:
        return LOCAL
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)
