"""The toy needs no papers."""

PAPERS = ()
CHECKLIST = ()
