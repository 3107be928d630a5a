"""People who do one thing at the same moment: real threads, each with a connection of its own."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from tests.workflows.conftest import cast, open_toy

__all__ = ["at_once", "cast", "open_toy"]


@pytest.fixture
def at_once():
    """Run callables at the same moment; return what each returned or raised, in their order."""

    def run(acts: list[Callable[[], Any]]) -> list[Any]:
        start = Barrier(len(acts))
        answers: list[Any] = [None] * len(acts)

        def one(place: int) -> None:
            try:
                start.wait(30)
                answers[place] = acts[place]()
            except Exception as error:  # noqa: BLE001  whatever it is, the test looks at it
                answers[place] = error
            finally:
                connection.close()

        threads = [Thread(target=one, args=(place,)) for place in range(len(acts))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        return answers

    return run
