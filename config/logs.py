"""How the log looks: one JSON object a line, never a body, never what an exception says.

The message of an exception may quote what somebody typed (PostgreSQL's `DETAIL` quotes the row), so a line
carries the exception's type and its frames, and the request's id, which leads to the events of the trail.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from casework.audit.context import origin


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := origin.get().request_id:
            line["request"] = request_id
        if record.exc_info and record.exc_info[0]:
            kind, _, frames = record.exc_info
            line["exception"] = f"{kind.__module__}.{kind.__qualname__}"
            line["frames"] = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(frames)]
        return json.dumps(line, ensure_ascii=False)
