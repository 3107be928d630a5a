"""A letter that went out never changes: the database refuses it."""

from casework.audit.triggers import refusing

MESSAGE = "a letter never changes: issue a new one that corrects it"

TRIGGERS = tuple(refusing("casework_letter", verb, MESSAGE) for verb in ("UPDATE", "DELETE"))
