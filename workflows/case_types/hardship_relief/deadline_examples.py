"""What must come out of the periods of hardship relief: reckoned by hand, with the notices of 2025 and 2026.

Each is the rule's code, what happened when (by the names the rule gives its events), and the results.
"""

RULE_EXAMPLES = (
    (
        "HR.papers",
        {"applied": "2026-09-17"},
        {"due": "2026-09-23", "counted_days": ["2026-09-18", "2026-09-20", "2026-09-21", "2026-09-22", "2026-09-23"]},
    ),
    ("HR.means_check", {"check_requested": "2026-09-14"}, {"due": "2026-10-10", "due_weekday": "Sat"}),
    (
        "HR.survey",
        {"means_checked": "2026-02-10", "surveyed": "2026-03-02"},
        {"due": "2026-03-02", "state": "satisfied"},
    ),
    (
        "HR.proposal",
        {"surveyed": "2026-04-29"},
        {"due": "2026-05-09", "counted_days": ["2026-04-30", "2026-05-06", "2026-05-07", "2026-05-08", "2026-05-09"]},
    ),
    ("HR.objection", {"objected": "2026-06-15"}, {"due": "2026-06-23"}),
    ("HR.review", {"notice_ended": "2026-09-22"}, {"due": "2026-10-13"}),
    ("HR.approval", {"reviewed": "2026-04-03"}, {"due": "2026-04-20"}),
    ("HR.payment", {"approved": "2026-01-30"}, {"due": "2026-02-27"}),
    ("HR.return_visit", {"paid": "2026-09-29"}, {"due": "2026-10-09"}),
    ("HR.file.review", {"approved": "2025-10-05"}, {"nominal": "2026-10-05", "rolled": "2026-10-08"}),
    # each review begins the next year
    (
        "HR.file.review",
        {"approved": "2025-10-05", "file.reviewed": "2026-09-20"},
        {"nominal": "2027-09-20", "state": "running", "provisional_calendar_not_published": True},
    ),
    (
        "HR.file.exit_notice",
        {"exited": "2026-05-07"},
        {"due": "2026-05-13", "counted_days": ["2026-05-08", "2026-05-09", "2026-05-11", "2026-05-12", "2026-05-13"]},
    ),
    ("HR.mutual_aid.report", {"discharged": "2026-09-24"}, {"nominal": "2026-10-04", "rolled": "2026-10-08"}),
    ("HR.mutual_aid.claim", {"settled": "2024-09-26"}, {"nominal": "2026-09-26", "rolled": "2026-09-28"}),
    # claimed on a worked Saturday: paid that day; on a feast day, on the first day the office works
    ("HR.mutual_aid.payment", {"claimed": "2026-10-10"}, {"nominal": "2026-10-10", "rolled": "2026-10-10"}),
    ("HR.mutual_aid.payment", {"claimed": "2026-10-03"}, {"nominal": "2026-10-03", "rolled": "2026-10-08"}),
)
