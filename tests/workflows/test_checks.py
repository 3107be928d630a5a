"""A flow that leads into one of viewflow's traps is found when the process starts."""

from types import SimpleNamespace

import pytest
from viewflow import this
from viewflow.workflow import flow

from casework.cases.models import Stage
from tests.toy_case_type.models import LostThing
from workflows import checks
from workflows.flows import CaseFlow, Closed, Opened


class Version1(CaseFlow):
    process_class = LostThing
    start = Opened().Next(this.end)
    end = Closed()


class Version2(Version1):
    """A version that was not written out."""

    extra = Closed()


class WithTimer(CaseFlow):
    process_class = LostThing
    start = Opened().Next(this.wait)
    wait = flow.Timer(60).Next(this.end)
    end = Closed()


class Unlocked(CaseFlow):
    process_class = LostThing
    lock_impl = flow.Flow.lock_impl
    start = Opened().Next(this.end)
    end = Closed()


@pytest.mark.parametrize(
    ("version", "found"),
    [
        (Version1, []),
        (Version2, ["workflows.E006"]),
        (WithTimer, ["workflows.E005"]),
        (Unlocked, ["workflows.E003"]),
    ],
)
def test_finds_the_trap(monkeypatch, version, found):
    kind = SimpleNamespace(slug="toy", model=LostThing, flow=version)
    monkeypatch.setattr(checks, "all_case_types", lambda: [kind])

    assert [fault.id for fault in checks.check_case_types(None)] == found
    assert set(LostThing.STAGES.values()) <= set(Stage.values)
