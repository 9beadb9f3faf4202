"""Whether a request comes from a page of this server, as far as a browser tells."""

from starlette.datastructures import Headers

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def from_own_page(headers: Headers) -> bool:
    """Whether the page that asks is one of the server's own, or there is none: a typed address, a program.

    Browsers say so themselves (``Sec-Fetch-Site``), but on plain HTTP; there ``Origin`` is held against the names by which
    the server was reached, the proxy's among them (a foreign page cannot add ``X-Forwarded-Host`` to what it sends).
    """
    told = headers.get("sec-fetch-site")
    if told is not None:
        return told in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    scheme, _, host = origin.partition("://")
    named = [headers.get("host", ""), *headers.get("x-forwarded-host", "").split(",")]
    return host != "" and host in [one.strip().lower().removesuffix(_DEFAULT_PORTS.get(scheme, "")) for one in named]
