"""What must come out of the periods of every case and contact: reckoned by hand, with the notices of 2025 and 2026.

Each is the rule's code, what happened when (by the names the rule gives its events), and the results.
"""

CASES = (
    ("GEN.supplement", {"notice_given": "2026-09-14"}, {"due": "2026-10-10", "due_weekday": "Sat"}),
    (
        "GEN.supplement.by_day",
        {"due": "2026-10-04", "completed": "2026-09-30"},
        {"due": "2026-10-04", "rolled": "2026-10-04"},
    ),
    (
        "GEN.legal_aid.notice",
        {"applied": "2026-09-28", "papers_told": "2026-09-29"},
        {"nominal": "2026-10-05", "rolled": "2026-10-08", "state": "cancelled"},
    ),
    ("GEN.legal_aid.decision", {"applied": "2026-09-21"}, {"nominal": "2026-09-28", "rolled": "2026-09-28"}),
    (
        "GEN.legal_aid.decision",
        {"applied": "2026-09-21", "papers_told": "2026-09-22", "supplemented": "2026-09-26"},
        {"nominal": "2026-10-03", "rolled": "2026-10-08", "state": "running"},
    ),
    ("GEN.legal_aid.assignment", {"granted": "2026-09-24"}, {"nominal": "2026-09-27", "rolled": "2026-09-28"}),
    (
        "GEN.supervision.scope",
        {"complained": "2026-09-30"},
        {"due": "2026-10-13", "counted_days": ["2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12", "2026-10-13"]},
    ),
    (
        "GEN.supervision.answer",
        {"opinion_sent": "2026-02-06", "answered": "2026-03-05"},
        {"due": "2026-03-05", "state": "satisfied"},
    ),
    (
        "GEN.supervision.filing",
        {"proposal_sent": "2026-05-08"},
        {"due": "2026-05-14", "counted_days": ["2026-05-09", "2026-05-11", "2026-05-12", "2026-05-13", "2026-05-14"]},
    ),
    # hours know no night and no feast
    ("GEN.incident.report", {"group": "2026-10-01T22:40"}, {"due_at": "2026-10-02T00:40"}),
)

CONTACTS = (
    # an hour and a half on Wednesday, the rest on the first day after the feast
    ("GEN.dispatch", {"taken": "2026-09-30T16:00"}, {"due_at": "2026-10-08T11:30"}),
    (
        "GEN.call_back",
        {"answered": "2026-06-18"},
        {"due": "2026-06-24", "counted_days": ["2026-06-22", "2026-06-23", "2026-06-24"]},
    ),
    (
        "GEN.incident.report_of_contact",
        {"group": "2026-09-26T23:15", "reported_up": "2026-09-27T00:30"},
        {"due_at": "2026-09-27T01:15", "state": "satisfied"},
    ),
    ("GEN.petition.notice", {"taken": "2026-09-19"}, {"nominal": "2026-10-04", "rolled": "2026-10-08"}),
    (
        "GEN.petition.objection",
        {"received": "2026-09-24"},
        {"due": "2026-10-09", "counted_days": ["2026-09-28", "2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09"]},
    ),
    ("GEN.petition.finish", {"accepted": "2026-08-05"}, {"nominal": "2026-10-04", "rolled": "2026-10-08"}),
    (
        "GEN.petition.finish",
        {"accepted": "2026-08-05", "extended_until": "2026-11-03"},
        {"nominal": "2026-11-03", "rolled": "2026-11-03"},
    ),
    ("GEN.petition.ask_for_review", {"opinion_given": "2026-09-02"}, {"nominal": "2026-10-02", "rolled": "2026-10-08"}),
    ("GEN.petition.review", {"review_asked": "2026-04-02"}, {"nominal": "2026-05-02", "rolled": "2026-05-06"}),
    (
        "GEN.petition.ask_for_second_review",
        {"reviewed": "2026-05-21"},
        {"nominal": "2026-06-20", "rolled": "2026-06-22"},
    ),
    (
        "GEN.petition.second_review",
        {"second_review_asked": "2026-01-18"},
        {"nominal": "2026-02-17", "rolled": "2026-02-24"},
    ),
)

RULE_EXAMPLES = (*CASES, *CONTACTS)
