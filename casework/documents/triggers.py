"""A letter that went out never changes: the database refuses it."""

from casework.audit.triggers import Trigger

TABLE = "casework_letter"
MESSAGE = "a letter never changes: issue a new one that corrects it"


def _refuse(verb: str) -> Trigger:
    name = f"{TABLE}_no_{verb.lower()}"
    return Trigger(
        name,
        TABLE,
        (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
            f"CREATE TRIGGER {name} BEFORE {verb} ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
        (f"CREATE TRIGGER {name} BEFORE {verb} ON {TABLE} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",),
    )


TRIGGERS = (_refuse("UPDATE"), _refuse("DELETE"))
