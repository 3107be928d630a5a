"""What the database itself keeps true about money, whatever the code does.

A reservation that appears, is spent or is released moves its fund's counters; the fund's CHECK refuses an
overdraft. A payout becomes paid only over the signatures of who asked, approved and paid, and then spends
its reservation. What is paid never changes again, and no row about money is ever deleted.
"""

from casework.audit.triggers import Rule, Trigger, guarding

FUND, RESERVATION, PAYOUT = "casework_fund", "casework_reservation", "casework_payout"

KEPT = "a reservation is made live, keeps its claim line, fund and amount, and is spent or released once"
SPENT = "a reservation is spent by its paid payout only"
COMMITTED = "a reservation with a live payout is not released"
UNCOVERED = "a payout needs a live reservation of its claim line, fund and amount"
FIXED = "a payout keeps its claim line, reservation, fund, payee, method, account and amount"
FINAL = "a paid, failed or cancelled payout never changes again"
UNSIGNED = "a payout is paid over the signatures of requester, approver and payer only"
NOTHING_DELETED = "records of money are never deleted"

_NOT_SIGNED = (
    "(SELECT COUNT(*) FROM casework_signature s WHERE s.claim_line_id = NEW.claim_line_id "
    "AND s.role IN ('requester', 'approver1', 'payer')) < 3"
)
_HAS_LIVE_PAYOUT = (
    "EXISTS (SELECT 1 FROM casework_payout p "
    "WHERE p.reservation_id = NEW.id AND p.state NOT IN ('failed', 'cancelled'))"
)
_HAS_PAID_PAYOUT = "EXISTS (SELECT 1 FROM casework_payout p WHERE p.reservation_id = NEW.id AND p.state = 'paid')"
_NOT_COVERED = (
    "NOT EXISTS (SELECT 1 FROM casework_reservation r WHERE r.id = NEW.reservation_id AND r.state = 'live' "
    "AND r.claim_line_id = NEW.claim_line_id AND r.fund_id = NEW.fund_id AND r.amount = NEW.amount)"
)
_SPEND = "UPDATE casework_reservation SET state = 'spent' WHERE id = NEW.reservation_id"
_RESERVATION_ALTERED = (
    "OLD.state <> 'live' OR NEW.claim_line_id <> OLD.claim_line_id OR NEW.fund_id <> OLD.fund_id "
    "OR NEW.amount <> OLD.amount"
)
_PAYOUT_ALTERED = (
    "NEW.claim_line_id <> OLD.claim_line_id OR NEW.reservation_id <> OLD.reservation_id "
    "OR NEW.fund_id <> OLD.fund_id OR NEW.payee_id <> OLD.payee_id OR NEW.amount <> OLD.amount "
    "OR NEW.method <> OLD.method OR COALESCE(NEW.account_id, 0) <> COALESCE(OLD.account_id, 0)"
)
# Its office may still move in the tree; what was paid, by which voucher and in which batch may not.
_END_ALTERED = (
    "OLD.state IN ('paid', 'failed', 'cancelled') AND (NEW.state <> OLD.state "
    "OR NEW.voucher_number <> OLD.voucher_number OR COALESCE(NEW.batch_id, 0) <> COALESCE(OLD.batch_id, 0) "
    "OR (NEW.paid_at IS NULL) <> (OLD.paid_at IS NULL) OR NEW.paid_at <> OLD.paid_at)"
)


def _following(name: str, table: str, event: str, when: str, change: str) -> Trigger:
    """Make a trigger that changes another row after this one changed."""
    return Trigger(
        name,
        table,
        (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {change}; RETURN NULL; END $$",
            f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()",
        ),
        (f"CREATE TRIGGER {name} AFTER {event} ON {table} WHEN {when} BEGIN {change}; END",),
    )


def _counters(**change: str) -> str:
    # rounded, because SQLite adds decimals as floats
    moved = ", ".join(f"{column} = ROUND({column} {sign} NEW.amount, 2)" for column, sign in change.items())
    return f"UPDATE casework_fund SET {moved} WHERE id = NEW.fund_id"  # noqa: S608 - columns named below


TRIGGERS = (
    guarding(
        "casework_reservation_made",
        RESERVATION,
        "INSERT",
        Rule("NEW.state <> 'live'", KEPT),
    ),
    _following("casework_reservation_takes", RESERVATION, "INSERT", "NEW.state = 'live'", _counters(reserved="+")),
    guarding(
        "casework_reservation_kept",
        RESERVATION,
        "UPDATE",
        Rule(_RESERVATION_ALTERED, KEPT),
        Rule(f"NEW.state = 'spent' AND NOT {_HAS_PAID_PAYOUT}", SPENT),
        Rule(f"NEW.state = 'released' AND {_HAS_LIVE_PAYOUT}", COMMITTED),
    ),
    _following(
        "casework_reservation_spends",
        RESERVATION,
        "UPDATE",
        "OLD.state = 'live' AND NEW.state = 'spent'",
        _counters(reserved="-", paid="+"),
    ),
    _following(
        "casework_reservation_frees",
        RESERVATION,
        "UPDATE",
        "OLD.state = 'live' AND NEW.state = 'released'",
        _counters(reserved="-"),
    ),
    guarding(
        "casework_payout_covered",
        PAYOUT,
        "INSERT",
        Rule(_NOT_COVERED, UNCOVERED),
        Rule(f"NEW.state = 'paid' AND {_NOT_SIGNED}", UNSIGNED),
    ),
    guarding(
        "casework_payout_changed",
        PAYOUT,
        "UPDATE",
        Rule(_END_ALTERED, FINAL),
        Rule(_PAYOUT_ALTERED, FIXED),
        Rule(f"NEW.state = 'paid' AND {_NOT_SIGNED}", UNSIGNED),
    ),
    _following("casework_payout_pays_at_once", PAYOUT, "INSERT", "NEW.state = 'paid'", _SPEND),
    _following("casework_payout_pays", PAYOUT, "UPDATE", "OLD.state <> 'paid' AND NEW.state = 'paid'", _SPEND),
    *(
        guarding(f"{table}_no_delete", table, "DELETE", Rule("1 = 1", NOTHING_DELETED))
        for table in (FUND, RESERVATION, PAYOUT)
    ),
)
