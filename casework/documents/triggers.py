"""A letter that went out never changes: the database refuses it. Two doors are open, for its text alone.

The text may be sealed anew with another key; that it says the same, only those who have the keys can know, and without
them none that opens can be made. And when a case is destroyed, the text of its letters is emptied: that door is open
while a disposal that two people stand for is running and has come to this case.
"""

from casework.audit.triggers import Rule, guarding, refusing

TABLE = "casework_letter"
MESSAGE = "a letter never changes: issue a new one that corrects it"

# Every column but the text, the ones that may be empty apart.
KEPT = ("id", "uuid", "case_id", "paper", "number", "language", "document_id", "issued_at", "originals")
KEPT_OR_EMPTY = ("issued_by_id", "corrects_id", "text_id")
_ALTERED = " OR ".join(
    [
        *(f"NEW.{column} <> OLD.{column}" for column in KEPT),
        *(f"COALESCE(NEW.{column}, 0) <> COALESCE(OLD.{column}, 0)" for column in KEPT_OR_EMPTY),
    ]
)
_RESEALED = "length(NEW.body) <> 0 AND substr(NEW.body, 2, 1) <> substr(OLD.body, 2, 1)"
_DISPOSED = (
    "length(NEW.body) = 0 AND EXISTS (SELECT 1 FROM casework_disposalline l "
    "JOIN casework_disposalbatch b ON b.id = l.batch_id "
    "WHERE l.case_id = OLD.case_id AND l.outcome = 'waiting' AND b.state = 'running' "
    "AND b.confirmed_by_id <> b.proposed_by_id)"
)

TRIGGERS = (
    guarding(
        f"{TABLE}_no_update",
        TABLE,
        "UPDATE",
        Rule(f"{_ALTERED} OR NOT (({_RESEALED}) OR ({_DISPOSED}))", MESSAGE),
        needs=("casework_disposalline", "casework_disposalbatch"),
    ),
    refusing(TABLE, "DELETE", MESSAGE),
)
