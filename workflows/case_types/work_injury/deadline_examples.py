"""What must come out of the periods of a work injury: reckoned by hand, with the notices of 2025 and 2026.

Each is the rule's code, what happened when (by the names the rule gives its events), and the results.
"""

VISITS = (
    ("WI.phone_confirmation", {"phone_approved": "2026-09-30"}, {"due": "2026-10-08"}),
    (
        "WI.next_step",
        {"visited": "2026-02-13"},
        {"due": "2026-02-27", "counted_days": ["2026-02-14", "2026-02-24", "2026-02-25", "2026-02-26", "2026-02-27"]},
    ),
    ("WI.follow_up", {"next": "2026-10-04", "followed_up": "2026-10-04"}, {"due": "2026-10-04", "state": "satisfied"}),
    ("WI.payment", {"payment_awaited": "2026-04-28"}, {"due": "2026-05-14"}),
    ("WI.return_visit", {"paid": "2026-06-18"}, {"due": "2026-06-24"}),
)

RECOGNITION = (
    # thirty days in which a court had to say whether there was an employment
    (
        "WI.recognition.worker",
        {"accident": "2025-02-20", "hindered": "2025-06-01", "unhindered": "2025-07-01"},
        {"nominal": "2026-03-22", "rolled": "2026-03-23", "suspended_days": 30},
    ),
    ("WI.recognition.notice", {"filed_by_employer": "2026-09-11"}, {"nominal": "2026-09-26", "rolled": "2026-09-28"}),
    (
        "WI.recognition.acceptance",
        {"filed_by_worker": "2026-09-03", "papers_told": "2026-09-10", "supplemented": "2026-09-18"},
        {"nominal": "2026-10-03", "rolled": "2026-10-08", "state": "running"},
    ),
    (
        "WI.recognition.decision",
        {"accepted": "2026-02-01", "suspended": "2026-02-10", "resumed": "2026-02-20"},
        {"nominal": "2026-04-12", "rolled": "2026-04-13", "suspended_days": 10},
    ),
    (
        "WI.recognition.clear_decision",
        {"accepted_as_clear": "2026-09-21"},
        {"nominal": "2026-10-06", "rolled": "2026-10-08"},
    ),
    ("WI.recognition.service", {"decided": "2026-09-11"}, {"nominal": "2026-10-01", "rolled": "2026-10-08"}),
    ("WI.reconsideration", {"decision_received": "2026-03-03"}, {"nominal": "2026-05-02", "rolled": "2026-05-06"}),
    ("WI.suit", {"decision_received": "2026-04-05"}, {"nominal": "2026-10-05", "rolled": "2026-10-08"}),
    (
        "WI.suit.after_reconsideration",
        {"decision_received": "2026-04-19"},
        {"nominal": "2026-05-04", "rolled": "2026-05-06"},
    ),
)

APPRAISAL = (
    # an entitlement, not an act: its end does not roll
    ("WI.pay_stop", {"began": "2025-10-03"}, {"nominal": "2026-10-03", "rolled": "2026-10-03"}),
    ("WI.pay_stop", {"began": "2025-10-03", "concluded": "2026-08-14"}, {"state": "cancelled"}),
    (
        "WI.appraisal.notice",
        {"applied": "2026-02-12"},
        {"due": "2026-02-26", "counted_days": ["2026-02-13", "2026-02-14", "2026-02-24", "2026-02-25", "2026-02-26"]},
    ),
    ("WI.appraisal.conclusion", {"applied": "2026-08-04"}, {"nominal": "2026-10-03", "rolled": "2026-10-08"}),
    (
        "WI.appraisal.conclusion",
        {"applied": "2026-08-04", "extended_until": "2026-11-02"},
        {"nominal": "2026-11-02", "rolled": "2026-11-02"},
    ),
    ("WI.appraisal.service", {"concluded": "2026-09-20"}, {"nominal": "2026-10-05", "rolled": "2026-10-08"}),
    ("WI.appraisal.second", {"conclusion_received": "2026-04-21"}, {"nominal": "2026-05-06", "rolled": "2026-05-06"}),
    # open from the day after the year
    ("WI.appraisal.review", {"concluded": "2025-04-30"}, {"earliest": "2026-05-01"}),
    ("WI.appraisal.review", {"concluded": "2025-04-30", "second_concluded": "2025-07-15"}, {"earliest": "2026-07-16"}),
)

RULE_EXAMPLES = (*VISITS, *RECOGNITION, *APPRAISAL)
