"""The socket of `ws/notifications/`.

The client says `{"type": "hello", "since": N}` and gets every notification after N in order, then the live
ones, each as `{"type": "notification", "seq": …, "kind": …, "title": …, "body": …, "link": …, "at": …}`;
`{"type": "bell", "seq": …, "unread": …}` when the count changes, also by another window of the same person;
and `{"type": "ping"}` when nothing else was sent for 25 seconds. `{"type": "read", "upto": N}` marks as read.

The socket is accepted before it is closed: a refused handshake shows in the browser as a lost connection,
without its code, and the client would try again for ever.
"""

import json
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from .operations import mark_read
from .pusher import ANONYMOUS, OpenSocket, pusher

NOT_UNDERSTOOD = 4400
# The largest whole number a browser counts exactly.
LARGEST = 2**53


class NotificationConsumer(AsyncJsonWebsocketConsumer):
    """One browser window. It takes what the client says; the pusher does the sending."""

    # No channel of its own: a hint is heard once per process, and a lost layer closes no socket.
    channel_layer_alias = "none"

    socket: OpenSocket | None = None

    async def connect(self) -> None:
        """Let in who is logged in."""
        await self.accept()
        user = self.scope["user"]
        if not user.is_authenticated or not user.is_active:
            await self.close(ANONYMOUS)
            return
        self.socket = OpenSocket(
            user.pk, self.scope["session"].session_key or "", user.password, self.send_json, self.close
        )
        self.user = user
        pusher().join(self.socket)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """Do what the client asks; close on what is no message of ours."""
        if self.socket is None:
            return
        try:
            content = json.loads(text_data or "")
        except (ValueError, RecursionError):  # the latter for one that nests without an end
            content = None
        match content:
            case {"type": "hello", "since": int(since)} if 0 <= since < LARGEST:
                self.socket.got = since
                self.socket.told = None
                pusher().wake({self.socket.user_id})
            case {"type": "read", "upto": int(upto)} if 0 <= upto < LARGEST:
                await database_sync_to_async(mark_read)(user=self.user, upto=upto)
            case {"type": "ping"}:
                await self.send_json({"type": "pong"})
            case {"type": "pong"}:
                pass
            case _:
                await self.close(NOT_UNDERSTOOD)

    async def disconnect(self, code: int) -> None:
        """Leave the pusher."""
        if self.socket is not None:
            await pusher().leave(self.socket)
