"""An errand needs no papers."""

PAPERS = ()
CHECKLIST = ()
