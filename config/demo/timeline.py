"""Many stories side by side, told in the order of time."""

import heapq
import threading
from collections.abc import Callable
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import translation


class Over(BaseException):
    """The day on which the demonstration stands has come; the story breaks off where it is."""


class Timeline:
    """Tells stories side by side: it is always the turn of the one whose next moment is the earliest.

    Rows, numbers and the trail so come about in the order of time, as they would in an office. Each story has a
    thread, because it waits in the middle of its own words, but only one thread ever runs: it keeps the turn until it
    waits for a moment. They share one connection and with it one transaction.

    Args:
        ends: no story goes on beyond this moment.
        meanwhile: called with each moment before the story whose moment it is.
    """

    def __init__(self, *, ends: datetime, meanwhile: Callable[[datetime], None]) -> None:
        self.ends, self.meanwhile = ends, meanwhile
        self.given_back = threading.Semaphore(0)
        self._coming: list[tuple[datetime, int, Turn]] = []
        self._count = 0

    def add(self, begins: datetime, tell: "Callable[[Turn], None]") -> None:
        """Have a story begin at a moment."""
        self._await(Turn(self, begins, tell))

    def _await(self, turn: "Turn") -> None:
        self._count += 1
        heapq.heappush(self._coming, (turn.moment, self._count, turn))

    def play(self) -> None:
        """Tell all stories to their ends, or to the end of time; the first error of one ends them all."""
        shared = connections[DEFAULT_DB_ALIAS]
        shared.inc_thread_sharing()
        try:
            while self._coming:
                moment, _number, turn = heapq.heappop(self._coming)
                if moment > self.ends:
                    turn.break_off()
                    continue
                self.meanwhile(moment)
                turn.take()
                if turn.error is not None:
                    raise turn.error
                if not turn.is_told:
                    self._await(turn)
        finally:
            for _moment, _number, turn in self._coming:
                turn.break_off()
            shared.dec_thread_sharing()


class Turn(threading.Thread):
    """One story and the moment it waits for."""

    def __init__(self, timeline: Timeline, begins: datetime, tell: "Callable[[Turn], None]") -> None:
        super().__init__(daemon=True)
        self.timeline, self.moment, self.tell = timeline, begins, tell
        self.error: BaseException | None = None
        self._mine = threading.Semaphore(0)
        self._is_over = self.is_told = False
        self._shared = connections[DEFAULT_DB_ALIAS]
        self._language = translation.get_language()

    def take(self) -> None:
        """Let the story go on until it waits again, or is told."""
        if self.ident is None:
            self.start()
        else:
            self._mine.release()
        self.timeline.given_back.acquire()
        if self.is_told:
            self.join()

    def break_off(self) -> None:
        """Leave the story where it is."""
        if self.ident is not None:
            self._is_over = True
            self.take()

    def until(self, moment: datetime) -> datetime:
        """Wait for a moment; called by the story itself."""
        self.moment = moment
        self.timeline.given_back.release()
        self._mine.acquire()
        if self._is_over:
            raise Over
        return moment

    def run(self) -> None:
        """Tell the story, with the connection of all."""
        connections[DEFAULT_DB_ALIAS] = self._shared
        if self._language:
            translation.activate(self._language)
        try:
            self.tell(self)
        except Over:
            pass
        except BaseException as error:  # noqa: BLE001  it is raised again where the stories are told
            self.error = error
        finally:
            self.is_told = True
            self.timeline.given_back.release()
