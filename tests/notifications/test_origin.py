"""Whose page may open a socket (trust D10): a real server answers the handshake of any other with 403."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from channels.testing import WebsocketCommunicator
from django.test import override_settings

from config.asgi import application

from .conftest import City
from .test_socket import _cookie

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

HOST = "gongdao.example:8443"
REFUSED = {
    "none": [],
    "null": ["null"],
    "empty": [""],
    "another site": ["http://evil.example"],
    "another port of the host": ["http://gongdao.example"],
    "another scheme of the host": ["https://gongdao.example:8443"],
    "a host below ours": ["http://www.gongdao.example:8443"],
    "a host that begins as ours": ["http://gongdao.example.evil.example:8443"],
    "a host that ends as ours": ["http://evil-gongdao.example:8443"],
    "ours as a user": ["http://gongdao.example:8443@evil.example"],
    "ours as a page": ["http://evil.example/http://gongdao.example:8443"],
    "ours with a page": ["http://gongdao.example:8443/"],
    "ours without a scheme": ["gongdao.example:8443"],
    "letters that look alike": ["http://gоngdаo.example:8443"],  # Cyrillic o and a
    "no address at all": ["http://[::1"],
}


@pytest.fixture(autouse=True)
def _our_host() -> object:
    with override_settings(ALLOWED_HOSTS=["gongdao.example"]):
        yield


@asynccontextmanager
async def a_server() -> AsyncIterator[int]:
    """Serve the product on a free port, as production does."""
    facts = {"lifespan": "off", "ws": "websockets-sansio", "log_config": None}
    server = uvicorn.Server(uvicorn.Config(application, host="127.0.0.1", port=0, **facts))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


async def answer_to(port: int, origins: list[str], cookie: bytes, host: str = HOST) -> int:
    """Ask for a socket as a browser does, and return the status of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = ["GET /ws/notifications/ HTTP/1.1", f"Host: {host}", "Connection: Upgrade", "Upgrade: websocket"]
    lines += ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
    lines += [f"Origin: {origin}" for origin in origins]
    writer.write("\r\n".join(lines).encode() + b"\r\nCookie: " + cookie + b"\r\n\r\n")
    status = int((await asyncio.wait_for(reader.readline(), 10)).split()[1])
    writer.close()
    await writer.wait_closed()
    return status


async def test_a_page_of_ours_gets_a_socket_and_no_other_does(town: City) -> None:
    cookie = await _cookie(town.chen)

    async with a_server() as port:
        ours = await answer_to(port, [f"http://{HOST}"], cookie)
        others = {what: await answer_to(port, origins, cookie) for what, origins in REFUSED.items()}
        strange_host = await answer_to(port, ["http://evil.example"], cookie, host="evil.example")

    assert ours == 101
    assert others == dict.fromkeys(REFUSED, 403)
    assert strange_host == 403


async def connects(origin: str, *more: tuple[bytes, bytes]) -> bool:
    """Return whether a page gets a socket."""
    headers = [(b"host", HOST.encode()), (b"origin", origin.encode()), *more]
    socket = WebsocketCommunicator(application, "/ws/notifications/", headers)
    connected, _ = await socket.connect(timeout=5)
    await socket.disconnect()
    return connected


async def test_who_names_ours_and_another_gets_none(town: City) -> None:
    assert await connects(f"http://{HOST}")
    assert not await connects(f"http://{HOST}", (b"origin", b"http://evil.example"))
    assert not await connects("http://evil.example", (b"origin", f"http://{HOST}".encode()))
    assert not await connects(f"http://{HOST}", (b"host", b"evil.example"))


async def test_behind_a_proxy_only_the_page_that_came_by_tls_does(town: City) -> None:
    by_tls, plain = (b"x-forwarded-proto", b"https"), (b"x-forwarded-proto", b"http")

    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        assert await connects(f"https://{HOST}", by_tls)
        assert not await connects(f"http://{HOST}", by_tls)
        assert not await connects(f"https://{HOST}", plain)
        assert not await connects(f"https://{HOST}")


async def test_a_page_of_an_address_that_is_trusted_with_forms_does_too(town: City) -> None:
    with override_settings(CSRF_TRUSTED_ORIGINS=["https://portal.example"]):
        assert await connects("https://portal.example")
        assert not await connects("http://portal.example")
