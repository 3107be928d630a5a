"""The household's file as a case reaches it: reviewed and left on record, and the case's deadlines follow."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from casework.audit.errors import InvalidFacts
from casework.audit.operation import operation
from casework.people import operations as people
from casework.people.models import HardshipCategory, HardshipFile

if TYPE_CHECKING:
    from casework.staff.models import User


@operation
def review_file(*, case: Any, on: date, note: str, by: "User | None", at: datetime) -> HardshipFile:
    """Keep the household of a case on file in its category; another one needs a new application.

    Raises:
        FileIsClosed: it has left the file.
    """
    file = _file_of(case)
    return people.review_hardship_file(
        file=file, category=HardshipCategory(file.category), reviewed_on=on, by=by, at=at
    )


@operation
def exit_file(*, case: Any, on: date, note: str, by: "User | None", at: datetime) -> HardshipFile:
    """Take the household of a case off file; the note is the reason.

    Raises:
        FileIsClosed: it has left the file.
        InvalidFacts: no reason, or a day before the file was opened.
    """
    try:
        return people.exit_hardship_file(file=_file_of(case), reason=note, exited_on=on, by=by, at=at)
    except InvalidFacts as error:
        # said at the fields of the step
        names = {"reason": "note", "exited_on": "on"}
        raise InvalidFacts({names.get(name, name): said for name, said in error.errors.items()}) from error


def _file_of(case: Any) -> HardshipFile:
    if case.hardship_file is None:
        raise people.FileIsClosed
    return case.hardship_file
