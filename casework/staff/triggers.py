"""Who holds one of the three powers holds no other role: the database refuses it, whoever writes the row (三权分立)."""

from casework.audit.triggers import Trigger
from casework.offices.roles import APART

TABLE = "casework_rolegrant"
MESSAGE = "an administrator or auditor holds no other role"
_POWERS = ", ".join(f"'{role.value}'" for role in sorted(APART))
_BEGUN = "({0}.valid_until IS NULL OR {0}.valid_until > {0}.valid_from)"
_BEFORE = "({0}.valid_until IS NULL OR {0}.valid_until > {1}.valid_from)"
# Two appointments of one person, one of them to a power, both of which count on some day.
_TWO = (
    f"{_BEGUN.format('NEW')} AND EXISTS (SELECT 1 FROM {TABLE} held "  # noqa: S608  constants
    f"WHERE held.user_id = NEW.user_id AND held.id <> NEW.id AND held.role <> NEW.role "
    f"AND (held.role IN ({_POWERS}) OR NEW.role IN ({_POWERS})) "
    f"AND {_BEGUN.format('held')} AND {_BEFORE.format('held', 'NEW')} AND {_BEFORE.format('NEW', 'held')})"
)
# Whoever held two before this rule can have one confirmed no more, but ended, which makes its period shorter.
_LONGER = "(OLD.valid_until IS NOT NULL AND (NEW.valid_until IS NULL OR NEW.valid_until > OLD.valid_until))"
_SAME = "NEW.user_id = OLD.user_id AND NEW.role = OLD.role AND NEW.valid_from >= OLD.valid_from"
_ANOTHER = f"(NOT ({_SAME}) OR {_LONGER} OR (OLD.confirmed_by_id IS NULL AND NEW.confirmed_by_id IS NOT NULL))"


def _apart(verb: str) -> Trigger:
    name = f"{TABLE}_apart_{verb.lower()}"
    asked = _TWO if verb == "INSERT" else f"{_ANOTHER} AND {_TWO}"
    # The person's row is locked first, as an appointment does: two at the same moment would not see each other.
    lock = "PERFORM 1 FROM casework_user WHERE id = NEW.user_id FOR NO KEY UPDATE;"
    refuse = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';"
    return Trigger(
        name,
        TABLE,
        (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"{lock} IF {asked} THEN {refuse} END IF; RETURN NEW; END $$",
            f"CREATE TRIGGER {name} BEFORE {verb} ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
        (
            # After the row, because before an insert SQLite does not know its key.
            f"CREATE TRIGGER {name} AFTER {verb} ON {TABLE} WHEN {asked} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
        ),
    )


TRIGGERS = (_apart("INSERT"), _apart("UPDATE"))
