"""The floor: the rows of one of our steps, read and written by psycopg in two pipelined round trips.

Prepared statements, no objects, no rules; what stands for hashes and sealed text are bytes of the same
length. The same tables, indexes and triggers as ours.
"""

import json
import os
from datetime import datetime, timedelta
from typing import Any

import psycopg

from .ours.models import NEXT

ROLES = ("operator", "mediator", "visitor", "supervisor")
COPIED = "process_id, case_number, case_type, worker_label, office_path, is_urgent, token, flow_task_type"

LOCK = """
SELECT c.*, e.*, statement_timestamp() AS now FROM casework_case c JOIN errand_errand e ON e.case_ptr_id = c.id
WHERE c.id = %s FOR NO KEY UPDATE OF c, e
"""
TASK = """
SELECT t.*, u.* FROM casework_casetask t LEFT JOIN casework_user u ON u.id = t.owner_id
WHERE t.id = %s AND t.process_id = %s
"""
GRANTS = """
SELECT g.*, o.* FROM casework_rolegrant g JOIN casework_office o ON o.id = g.office_id WHERE g.user_id = %s
"""
CLOCKS = "SELECT * FROM casework_clock WHERE case_id = %s ORDER BY ordinal"
KEYS = """
SELECT nextval('casework_casetask_id_seq') AS task, nextval('casework_event_id_seq') AS first,
  nextval('casework_event_id_seq') AS second
"""
FINISH = "UPDATE casework_casetask SET status = 'DONE', finished = %s, owner_id = %s WHERE id = %s"
NEXT_TASK = f"""
INSERT INTO casework_casetask (id, flow_task, node, role, status, created, due_at, came_from_id, {COPIED})
SELECT %s, %s, %s, %s, 'NEW', %s, %s, id, {COPIED} FROM casework_casetask WHERE id = %s
"""
EVENT = """
INSERT INTO casework_event (id, stream, seq, kind, outcome, actor_id, happened_at, recorded_at, request_id, address,
  facts_text, format, key_id, prev_hash, hash)
VALUES (%s, %s, %s, %s, 'done', %s, %s, %s, '', '', %s, 1, 1, %s, %s)
"""
WORDS = "INSERT INTO casework_eventtext (event_id, ciphertext) VALUES (%s, %s)"
CLOCK = """
UPDATE casework_clock SET start_event_id = %s, started_at = %s, started_on = %s, nominal_on = %s, due_on = %s,
  due_at = %s WHERE id = %s
"""
CASE = """
UPDATE casework_case SET state = %s, stage = 'handling', head_seq = %s, head_hash = %s, next_due_on = %s,
  next_due_at = %s WHERE id = %s AND state = %s
"""


def do_step(connection: Any, task_id: int, case_id: int, user_id: int, at: datetime, note: str) -> None:
    """Do one step of an errand.

    Raises:
        PermissionError: the person lacks the role; asked as ours does, so that the floor reads what ours reads.
    """
    due_at = at + timedelta(days=7)
    with connection.pipeline(), connection.cursor() as cursor:
        asked = [
            connection.execute(sql, facts, prepare=True)
            for sql, facts in (
                ("BEGIN", ()),
                (LOCK, (case_id,)),
                (TASK, (task_id, case_id)),
                (GRANTS, (user_id,)),
                (CLOCKS, (case_id,)),
                (KEYS, ()),
            )
        ]
        case, task, grants, clock, keys = (one.fetchone() for one in asked[1:])
        if grants["role"] != task["role"] or not task["office_path"].startswith(grants["path"]):
            raise PermissionError(task_id)
        seq, stream, now = case["head_seq"], f"case:{case['number']}", case["now"]
        new_task, first, second = keys.values()
        number = int(task["node"].removeprefix("step"))
        node, role = f"step{number + 1}", ROLES[number % 4]
        moved = json.dumps({"from": case["state"], "to": NEXT[case["state"]], "text": "0" * 64})
        queued = json.dumps({"task": new_task, "node": node, "role": role, "office_path": task["office_path"]})
        one, two = os.urandom(32), os.urandom(32)
        writes = (
            (FINISH, (at, user_id, task_id)),
            (NEXT_TASK, (new_task, f"errand/flow.Flow.{node}", node, role, at, due_at, task_id)),
            (EVENT, (first, stream, seq + 1, "errand.advanced", user_id, at, now, moved, case["head_hash"], one)),
            (EVENT, (second, stream, seq + 2, "task.queued", user_id, at, now, queued, one, two)),
            (WORDS, (first, os.urandom(30 + len(note.encode())))),
            (CLOCK, (first, at, at.date(), due_at.date(), due_at.date(), due_at, clock["id"])),
            (CASE, (NEXT[case["state"]], seq + 2, two, due_at.date(), due_at, case_id, case["state"])),
            ("COMMIT", ()),
        )
        for sql, facts in writes:
            cursor.execute(sql, facts, prepare=True)


def connect(settings: dict[str, Any]) -> Any:
    """Return a connection of its own to the database that Django uses."""
    return psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        dbname=settings["NAME"],
        autocommit=True,
        row_factory=psycopg.rows.dict_row,
        prepare_threshold=0,
    )
