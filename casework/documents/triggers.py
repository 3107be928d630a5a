"""A letter that went out never changes: the database refuses it. Its text may be sealed with a newer key."""

from casework.audit.triggers import Trigger, refusing

MESSAGE = "a letter never changes: issue a new one that corrects it"

TABLE = "casework_letter"
# All that a letter says, but for its sealed text.
FIXED = (
    *("id", "uuid", "case_id", "paper", "number", "language", "document_id", "issued_by_id", "issued_at"),
    *("corrects_id", "text_id", "originals"),
)
# The text may be sealed anew, with another key; that it says the same, only those who have the keys can know, and
# without them none that opens can be made.
_SAME_KEY = "substr(NEW.body, 2, 1) = substr(OLD.body, 2, 1)"

TRIGGERS = (
    refusing(TABLE, "DELETE", MESSAGE),
    Trigger(
        f"{TABLE}_no_update",
        TABLE,
        (
            f"CREATE OR REPLACE FUNCTION {TABLE}_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {_SAME_KEY} OR {' OR '.join(f'NEW.{column} IS DISTINCT FROM OLD.{column}' for column in FIXED)} THEN "
            f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            "RETURN NEW; END $$",
            f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} "
            f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_no_update()",
        ),
        (
            f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} WHEN {_SAME_KEY} "
            f"OR {' OR '.join(f'NEW.{column} IS NOT OLD.{column}' for column in FIXED)} "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
        ),
        columns=(*FIXED, "body"),
    ),
)
