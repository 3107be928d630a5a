"""The hint that somebody has news: at once within this process, by the channel layer to the others.

A hint carries account ids and nothing else, and it may be lost: every web process asks the tables
every two seconds anyway. So nothing waits for it. Redis, frozen or gone, costs a request nothing:
one thread of the process talks to it, with a limit of time and a pause after each failure.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Iterable
from typing import Any, Protocol

from channels.layers import InMemoryChannelLayer, channel_layers, get_channel_layer

logger = logging.getLogger(__name__)

GROUP = "notifications"
PATIENCE_SECONDS = 1
PAUSE_SECONDS = 5


class Listener(Protocol):
    """Somebody in this process who pushes to open sockets."""

    loop: asyncio.AbstractEventLoop

    def wake(self, users: Iterable[int]) -> None:
        """Ask for these people's news now; called in the listener's loop."""


_listeners: set[Listener] = set()


def listen(listener: Listener) -> None:
    """Have a listener woken by every hint."""
    _listeners.add(listener)


def forget(listener: Listener) -> None:
    """Wake a listener no more."""
    _listeners.discard(listener)


def crosses_processes() -> bool:
    """Return whether the channel layer reaches other processes."""
    layer = get_channel_layer()
    return layer is not None and not isinstance(layer, InMemoryChannelLayer)


def tell(users: Iterable[int]) -> None:
    """Hint that these people have news; from any thread, never waits, never fails."""
    told = set(users)
    if not told:
        return
    for listener in list(_listeners):
        try:
            listener.loop.call_soon_threadsafe(listener.wake, told)
        except RuntimeError:  # its loop was closed while the process was going down
            forget(listener)
    if crosses_processes():
        _relay().carry(told)


class Relay(threading.Thread):
    """Carries hints to the other processes; what comes while it is busy goes with the next message."""

    def __init__(self) -> None:
        super().__init__(name="notifications-relay", daemon=True)
        # A layer of its own: a layer's connections belong to one event loop, and this thread has its own.
        self._layer: Any = channel_layers.make_backend("default")
        self._users: set[int] = set()
        self._lock = threading.Lock()
        self._bell = threading.Event()
        self._reachable = True

    def carry(self, users: set[int]) -> None:
        """Take a hint along."""
        with self._lock:
            self._users |= users
        self._bell.set()

    def run(self) -> None:
        """Send what there is, for as long as the process lives."""
        loop = asyncio.new_event_loop()
        while True:
            self._bell.wait()
            self._bell.clear()
            with self._lock:
                users, self._users = self._users, set()
            if not self.send(loop, users):
                time.sleep(PAUSE_SECONDS)

    def send(self, loop: asyncio.AbstractEventLoop, users: set[int]) -> bool:
        """Send one message; say in the log when the layer is lost and when it is back, once each."""
        message = {"type": "notifications.hint", "users": sorted(users)}
        try:
            loop.run_until_complete(asyncio.wait_for(self._layer.group_send(GROUP, message), PATIENCE_SECONDS))
        except Exception as error:  # noqa: BLE001  each layer fails in its own way; the tables have the news
            if self._reachable:
                logger.warning("channel layer lost (%s): other processes see news by asking", type(error).__name__)
            self._reachable = False
            return False
        if not self._reachable:
            logger.warning("channel layer is back")
        self._reachable = True
        return True


_relays: list[Relay] = []
_starting = threading.Lock()


def _relay() -> Relay:
    """Return this process's relay; after a fork the parent's thread is dead here, and a new one starts."""
    with _starting:
        if not _relays or not _relays[-1].is_alive():
            _relays.append(Relay())
            _relays[-1].start()
        return _relays[-1]
