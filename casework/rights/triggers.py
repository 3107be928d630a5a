"""Who proposed and who confirmed a disposal stays as it was written, and so does what it destroyed."""

from casework.audit.triggers import Rule, guarding, refusing

BATCH, LINE = "casework_disposalbatch", "casework_disposalline"
TWO = "a disposal keeps who proposed it and who confirmed it"
GONE = "what was destroyed stays destroyed"
NEVER_DELETED = "records of disposals are never deleted"

TRIGGERS = (
    guarding(
        "casework_disposalbatch_two",
        BATCH,
        "UPDATE",
        Rule(
            "NEW.proposed_by_id <> OLD.proposed_by_id OR (OLD.confirmed_by_id IS NOT NULL "
            "AND COALESCE(NEW.confirmed_by_id, 0) <> OLD.confirmed_by_id)",
            TWO,
        ),
    ),
    guarding(
        "casework_disposalline_gone",
        LINE,
        "UPDATE",
        Rule(
            "(OLD.outcome = 'done' AND NEW.outcome <> 'done') "
            "OR (OLD.outcome = 'shredded' AND NEW.outcome NOT IN ('shredded', 'done'))",
            GONE,
        ),
    ),
    *(refusing(table, "DELETE", NEVER_DELETED) for table in (BATCH, LINE)),
)
