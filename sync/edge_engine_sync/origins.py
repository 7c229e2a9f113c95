"""Whether two addresses are of one server, however they are spelled."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

_PORTS: Final = {"https": 443, "http": 80}
_LOOPBACK: Final = frozenset(("127.0.0.1", "::1", "localhost"))


def is_web(url: str) -> bool:
    """Tell whether a URL is of a server that speaks HTTP: http or https, with a host and no user."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in _PORTS and bool(parts.hostname) and parts.username is None


def may_be_asked(url: str, *, loopback: bool = False) -> bool:
    """Tell whether requests may go to a URL: https, with a host, no user, and nothing that ends a line.

    Args:
        url: The address.
        loopback: Whether plain HTTP to this same machine will do, for trying things out.
    """
    if not is_web(url) or not url.isprintable() or " " in url:
        return False
    parts = urlsplit(url)
    return parts.scheme == "https" or (loopback and parts.hostname in _LOOPBACK)


def one_server(first: str, second: str) -> bool:
    """Tell whether two URLs lead to one server: the same host and port, whatever their case, path and default port.

    Whoever runs a server reads everything that reaches it, below whichever path. Names that lead to one machine by
    other means than their spelling are not found out; nothing here asks the network.
    """
    return _origin(first) == _origin(second)


def _origin(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url, 0
    host = (parts.hostname or "").rstrip(".")
    if not host:
        return url, 0
    return "localhost" if host in _LOOPBACK else host, port or _PORTS.get(parts.scheme, 0)
