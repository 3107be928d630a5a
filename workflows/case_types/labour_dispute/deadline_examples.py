"""What must come out of the periods of a labour dispute: reckoned by hand, with the notices of 2025 and 2026.

Each is the rule's code, what happened when (by the names the rule gives its events), and the results.
"""

MEDIATION = (
    ("LD.session", {"session": "2026-10-04"}, {"nominal": "2026-10-04", "rolled": "2026-10-04"}),
    # Thursday; the feast from Friday to Sunday is passed over
    (
        "LD.failure",
        {"failed": "2026-09-24"},
        {"due": "2026-09-30", "counted_days": ["2026-09-28", "2026-09-29", "2026-09-30"]},
    ),
    ("LD.return_visit", {"performed": "2026-09-30"}, {"nominal": "2026-10-10", "rolled": "2026-10-10"}),
    # a claim in time renews the year; one after its end changes nothing
    (
        "LD.limitation",
        {"limitation_started": "2025-02-14", "claimed": "2026-02-10"},
        {"nominal": "2027-02-10", "interrupted": True, "provisional_calendar_not_published": True},
    ),
    (
        "LD.limitation",
        {"limitation_started": "2025-02-14", "complained": "2026-02-15"},
        {"nominal": "2026-02-14", "rolled": "2026-02-14", "interrupted": False, "expired_on": "2026-02-14"},
    ),
    # pay: from the end of the employment, whenever it was earned
    ("LD.limitation", {"ended": "2025-10-04"}, {"nominal": "2026-10-04", "rolled": "2026-10-08"}),
)

EMPLOYER = (
    (
        "LD.negotiation.answer",
        {"requested": "2026-09-29"},
        {"nominal": "2026-10-04", "rolled": "2026-10-08", "state": "running"},
    ),
    (
        "LD.negotiation.term",
        {"term_agreed": "2026-10-04", "reached": "2026-09-30"},
        {"due": "2026-10-04", "state": "cancelled"},
    ),
    ("LD.dismissal.answer", {"questioned": "2026-09-21", "answered": "2026-10-20"}, {"due": "2026-10-19"}),
    # 21 working days in March, 21 in April without the feast of 4 to 6, 18 in May without that of 1 to 5, with the 9th
    ("LD.inspection", {"filed": "2026-03-02", "decided": "2026-05-28"}, {"due": "2026-05-28", "state": "satisfied"}),
    # no text lets this end roll
    (
        "LD.inspection.look_back",
        {"ended": "2024-10-01"},
        {"nominal": "2026-10-01", "rolled": "2026-10-01", "nominal_is_working_day": False},
    ),
)

ARBITRATION = (
    (
        "LD.arbitration.notice",
        {"received": "2026-09-21"},
        {"due": "2026-09-29", "counted_days": ["2026-09-22", "2026-09-23", "2026-09-24", "2026-09-28", "2026-09-29"]},
    ),
    # what was missing came on the 24th: the five days begin anew
    (
        "LD.arbitration.acceptance",
        {"received": "2026-09-21", "supplemented": "2026-09-24"},
        {
            "due": "2026-10-09",
            "counted_days": ["2026-09-28", "2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09"],
            "interrupted": True,
        },
    ),
    # told of what is missing, the commission owes nothing until it is there
    (
        "LD.arbitration.acceptance",
        {"received": "2026-09-14", "papers_told": "2026-09-16"},
        {"due": "2026-09-20", "due_weekday": "Sun", "state": "cancelled"},
    ),
    (
        "LD.arbitration.service",
        {"accepted": "2026-04-30"},
        {"due": "2026-05-11", "counted_days": ["2026-05-06", "2026-05-07", "2026-05-08", "2026-05-09", "2026-05-11"]},
    ),
    # ten working days: the worked Saturdays of 14 and 28 February count, the Spring Festival does not
    ("LD.arbitration.defence", {"copy_served": "2026-02-09"}, {"due": "2026-02-28", "due_weekday": "Sat"}),
    (
        "LD.arbitration.defence_service",
        {"defence_filed": "2026-06-17", "defence_served": "2026-06-24"},
        {"due": "2026-06-25", "state": "satisfied"},
    ),
    ("LD.arbitration.entrusted", {"entrusted": "2026-09-28"}, {"due": "2026-10-16"}),
    # counted back from the hearing: 10, 9, 8 October, 30, 29 September
    ("LD.arbitration.hearing_notice", {"hearing_set": "2026-10-12"}, {"due": "2026-09-29"}),
    ("LD.arbitration.hearing_notice", {"hearing_set": "2026-02-25"}, {"due": "2026-02-11"}),
    ("LD.arbitration.postponement", {"hearing_set": "2026-10-12"}, {"due": "2026-10-08"}),
    # forty-five days are calendar days
    (
        "LD.arbitration.award",
        {"accepted": "2026-08-20"},
        {"nominal": "2026-10-04", "nominal_weekday": "Sun", "rolled": "2026-10-08"},
    ),
    (
        "LD.arbitration.award",
        {"accepted": "2026-08-20", "extended_until": "2026-10-19"},
        {"nominal": "2026-10-19", "rolled": "2026-10-19", "rolled_weekday": "Mon"},
    ),
    # changed claims let them begin anew
    (
        "LD.arbitration.award",
        {"accepted": "2026-08-03", "claims_changed": "2026-09-01"},
        {"nominal": "2026-10-16", "rolled": "2026-10-16", "interrupted": True},
    ),
    # twenty days of waiting for the recognition of the injury are added
    (
        "LD.arbitration.award",
        {"accepted": "2026-07-01", "suspended": "2026-07-20", "resumed": "2026-08-09"},
        {"nominal": "2026-09-04", "rolled": "2026-09-04", "suspended_days": 20},
    ),
    (
        "LD.award.sue",
        {"award_received": "2026-04-17"},
        {"nominal": "2026-05-02", "rolled": "2026-05-06", "rolled_weekday": "Wed"},
    ),
    ("LD.award.employer_sues", {"award_received": "2026-09-10"}, {"nominal": "2026-09-25", "rolled": "2026-09-28"}),
    (
        "LD.award.employer_sues",
        {"award_received": "2026-09-10", "award_served": "2026-09-20"},
        {"nominal": "2026-10-05", "rolled": "2026-10-08"},
    ),
    (
        "LD.award.sue_after_final",
        {"final_award_received": "2026-06-05"},
        {"nominal": "2026-06-20", "rolled": "2026-06-22"},
    ),
    ("LD.award.annulment", {"final_award_received": "2026-09-03"}, {"nominal": "2026-10-03", "rolled": "2026-10-08"}),
    (
        "LD.award.sue_after_annulment",
        {"award_annulled": "2026-01-31"},
        {"nominal": "2026-02-15", "rolled": "2026-02-24"},
    ),
    ("LD.arbitration_review.decision", {"accepted": "2026-09-23"}, {"due": "2026-10-08", "due_weekday": "Thu"}),
)

COURT = (
    ("LD.payment_order.acceptance", {"applied": "2026-09-28"}, {"nominal": "2026-10-03", "rolled": "2026-10-08"}),
    (
        "LD.payment_order.issue",
        {"accepted": "2026-09-12", "issued": "2026-09-28"},
        {"nominal": "2026-09-27", "rolled": "2026-09-28", "state": "satisfied"},
    ),
    ("LD.payment_order.payment", {"served": "2026-09-19"}, {"nominal": "2026-10-04", "rolled": "2026-10-08"}),
    (
        "LD.payment_order.failed",
        {"failed": "2026-09-30", "advised": "2026-10-09"},
        {"due": "2026-10-10", "due_weekday": "Sat", "state": "satisfied"},
    ),
    ("LD.enforcement", {"performance_due": "2024-10-03"}, {"nominal": "2026-10-03", "rolled": "2026-10-08"}),
)

RULE_EXAMPLES = (*MEDIATION, *EMPLOYER, *ARBITRATION, *COURT)
