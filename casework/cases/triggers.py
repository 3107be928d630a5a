"""No state without its event: what the database itself keeps true about cases."""

from casework.audit.triggers import Trigger

TABLE = "casework_case"

# The row may only take a new state together with a head that rose and whose event is there. Events are
# inserted before the row is written, so an honest operation passes; `update()`, `bulk_update()`, a fixture,
# the admin or a constructed row do not.
_NO_EVENT = (
    "NEW.head_seq <= OLD.head_seq OR NOT EXISTS (SELECT 1 FROM casework_event e "
    "WHERE e.stream = 'case:' || NEW.number AND e.seq = NEW.head_seq)"
)
_UNFINISHED = (
    "EXISTS (SELECT 1 FROM casework_claimline l WHERE l.case_id = NEW.id "
    "AND l.state IN ('open', 'approved', 'reserved'))"
)
BORN = "a case is born without a state: its first transition gives it one"
MOVED = "a case changes its state together with an event only"
CLOSED = "a closed case never changes its state"
OPEN_LINES = "a case with an unfinished claim line cannot be closed"


def _function(name: str, body: str, verb: str) -> tuple[str, ...]:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NEW; END $$",
        f"CREATE TRIGGER {name} BEFORE {verb} ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )


def _raise(when: str, message: str) -> str:
    return f"IF {when} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"


def _abort(name: str, verb: str, when: str, message: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {verb} ON {TABLE} WHEN {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"


TRIGGERS = (
    Trigger(
        "casework_case_born",
        TABLE,
        _function("casework_case_born", _raise("NEW.state <> ''", BORN), "INSERT"),
        (_abort("casework_case_born", "INSERT", "NEW.state <> ''", BORN),),
    ),
    Trigger(
        "casework_case_moved",
        TABLE,
        (
            "CREATE OR REPLACE FUNCTION casework_case_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            + _raise("OLD.closed_at IS NOT NULL", CLOSED)
            + _raise(_NO_EVENT, MOVED)
            + " RETURN NEW; END $$",
            f"CREATE TRIGGER casework_case_moved BEFORE UPDATE ON {TABLE} FOR EACH ROW "
            "WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION casework_case_moved()",
        ),
        (
            f"CREATE TRIGGER casework_case_moved BEFORE UPDATE ON {TABLE} WHEN OLD.state IS NOT NEW.state BEGIN "
            f"SELECT RAISE(ABORT, '{CLOSED}') WHERE OLD.closed_at IS NOT NULL; "
            f"SELECT RAISE(ABORT, '{MOVED}') WHERE {_NO_EVENT}; END",
        ),
    ),
    Trigger(
        "casework_case_closed",
        TABLE,
        (
            "CREATE OR REPLACE FUNCTION casework_case_closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            + _raise(_UNFINISHED, OPEN_LINES)
            + " RETURN NEW; END $$",
            f"CREATE TRIGGER casework_case_closed BEFORE UPDATE ON {TABLE} FOR EACH ROW "
            "WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL) EXECUTE FUNCTION casework_case_closed()",
        ),
        (
            f"CREATE TRIGGER casework_case_closed BEFORE UPDATE ON {TABLE} "
            f"WHEN OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL AND {_UNFINISHED} "
            f"BEGIN SELECT RAISE(ABORT, '{OPEN_LINES}'); END",
        ),
    ),
)
