"""Whose pages may open a socket: our own, by the rule that Django has for forms."""

from typing import Any

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host


class OwnPagesOnly:
    """Refuses the handshake (403) unless the page that asks is of this very host, scheme and port.

    A browser sends the cookies along whoever's page opens the socket, and says in `Origin` whose it is; whatever says
    nothing is no browser of ours. The list of hosts alone would let in what else runs on them, at another port.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        """Lead on, or refuse."""
        inner = self.application if _is_ours(scope) else WebsocketDenier()
        return await inner(scope, receive, send)


def _is_ours(scope: dict[str, Any]) -> bool:
    origins, hosts = _said(scope, "origin"), _said(scope, "host")
    if len(origins) != 1 or len(hosts) != 1:
        return False
    domain, _port = split_domain_port(hosts[0])
    is_known = bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
    own = f"{'https' if _is_secure(scope) else 'http'}://{hosts[0]}"
    return origins[0] in settings.CSRF_TRUSTED_ORIGINS or (is_known and origins[0] == own)


def _is_secure(scope: dict[str, Any]) -> bool:
    """Return whether the page came by TLS: to us, or to the proxy that says so."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        return _said(scope, name.removeprefix("HTTP_").replace("_", "-").lower()) == [value]
    return scope.get("scheme", "ws") in ("wss", "https")


def _said(scope: dict[str, Any], header: str) -> list[str]:
    wanted = header.encode()
    return [value.decode("latin1") for name, value in scope["headers"] if name == wanted]
