"""The toy case of the engine's tests, seen from the records' side."""

from tests.workflows.conftest import cast, open_toy

__all__ = ["cast", "open_toy"]
