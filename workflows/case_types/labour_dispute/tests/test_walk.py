"""The walk of `manage.py walk` goes through."""


class TestWalk:
    def test_goes_from_receipt_to_the_close(self, dispute):
        dispute.kind.walk(dispute)

        assert (dispute.case.state, dispute.case.outcome) == ("closed", "performed")
        assert not dispute.open_tasks()
