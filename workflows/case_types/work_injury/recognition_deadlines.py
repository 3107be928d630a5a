"""The periods of recognition (工伤认定): who applies, what the authority owes, and how its decision is contested.

None of this is the union's own procedure, but it may apply itself, and it tells the worker in time. The periods go
on after the union's case is closed.
"""

from datetime import date

from django.utils.translation import gettext_lazy as _

from casework.deadlines.proceedings import steps_of
from casework.deadlines.rules import Certainty, Consent, DeadlineRule, Extension, Owing, Unit

# 工伤保险条例; its revision of 2010, with 工伤认定办法 (令8号); 行政复议法; 行政诉讼法 with its six months.
REGULATIONS, REVISION = date(2004, 1, 1), date(2011, 1, 1)
RECONSIDERATION_LAW, SUIT_LAW = date(1999, 10, 1), date(2015, 5, 1)

NO_INJURY = ("injury.merged", "injury.declined")
FILED = ("recognition.filed_by_employer", "recognition.filed_by_worker")
ANSWERED = ("recognition.accepted", "recognition.accepted_as_clear", "recognition.refused")

# ---- applying ------------------------------------------------------------------------------------------

# The employer may apply late (and then bears the costs until it does), the worker's side may not. The union can
# still apply while the second one runs.
EMPLOYER_APPLIES = DeadlineRule(
    "WI.recognition.employer",
    _("The employer applies for recognition; late, it bears the costs until it does"),
    30,
    Unit.DAYS,
    starts=("injury.reported",),
    fact="accident_on",
    satisfied_by=("recognition.filed_by_employer",),
    cancelled_by=("recognition.filed_by_worker", *NO_INJURY),
    law="工伤保险条例 第十七条第一款、第四款",
    certainty=Certainty.STATUTORY,
    extension=Extension(Consent.BODY, law="工伤保险条例 第十七条第一款"),
    outlives_closing=True,
    owed_by=Owing.EMPLOYER,
    since=REGULATIONS,
)

# What held the worker's side up and was not its fault is not counted.
WORKER_APPLIES = DeadlineRule(
    "WI.recognition.worker",
    _("Worker, kin or union apply for recognition"),
    1,
    Unit.YEARS,
    starts=("injury.reported",),
    fact="accident_on",
    suspended_by=("recognition.hindered",),
    resumed_by=("recognition.unhindered",),
    satisfied_by=("recognition.filed_by_worker",),
    cancelled_by=("recognition.filed_by_employer", *NO_INJURY),
    law="工伤保险条例 第十七条第二款; 法释〔2014〕9号 第七条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.WORKER,
    since=REGULATIONS,
    lapses=True,
)

# ---- what the authority owes ---------------------------------------------------------------------------

NOTICE = DeadlineRule(
    "WI.recognition.notice",
    _("The authority names every missing paper, once and in writing"),
    15,
    Unit.DAYS,
    starts=FILED,
    satisfied_by=("recognition.papers_told",),
    cancelled_by=ANSWERED,
    law="工伤保险条例 第十八条第三款; 工伤认定办法 第八条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=REVISION,
)

# Told of missing papers, the authority owes nothing until they are there; then its days begin anew.
ACCEPTANCE = DeadlineRule(
    "WI.recognition.acceptance",
    _("The authority accepts or refuses the application"),
    15,
    Unit.DAYS,
    starts=(*FILED, "recognition.supplemented"),
    restarted_by=("recognition.supplemented",),
    satisfied_by=ANSWERED,
    cancelled_by=("recognition.papers_told",),
    law="工伤认定办法 第八条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=REVISION,
)

DECISION = DeadlineRule(
    "WI.recognition.decision",
    _("The authority decides on the recognition"),
    60,
    Unit.DAYS,
    starts=("recognition.accepted",),
    suspended_by=("recognition.suspended",),
    resumed_by=("recognition.resumed",),
    satisfied_by=("recognition.decided",),
    law="工伤保险条例 第二十条第一款、第三款; 工伤认定办法 第十八条、第二十条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=REGULATIONS,
)

CLEAR_DECISION = DeadlineRule(
    "WI.recognition.clear_decision",
    _("The authority decides on the recognition of a clear case"),
    15,
    Unit.DAYS,
    starts=("recognition.accepted_as_clear",),
    suspended_by=("recognition.suspended",),
    resumed_by=("recognition.resumed",),
    satisfied_by=("recognition.decided",),
    law="工伤保险条例 第二十条第二款、第三款; 工伤认定办法 第二十条、第二十一条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=REVISION,
)

SERVICE = DeadlineRule(
    "WI.recognition.service",
    _("The authority serves its decision"),
    20,
    Unit.DAYS,
    starts=("recognition.decided",),
    satisfied_by=("recognition.decision_received",),
    law="工伤认定办法 第二十二条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=REVISION,
)

# ---- contesting the decision ---------------------------------------------------------------------------

# Choices: nothing satisfies them, and late they are lost. A refusal of the application can be contested like the
# decision (55(1)); accepted after all, the application has nothing to contest until it is decided.
CONTESTABLE = ("recognition.decision_received", "recognition.refused")
ACCEPTED_AFTER_ALL = ("recognition.accepted", "recognition.accepted_as_clear")

RECONSIDERATION = DeadlineRule(
    "WI.reconsideration",
    _("Apply for administrative reconsideration"),
    60,
    Unit.DAYS,
    starts=CONTESTABLE,
    cancelled_by=("reconsideration.applied", "recognition.sued", *ACCEPTED_AFTER_ALL),
    law="行政复议法 第二十条; 工伤保险条例 第五十五条第一项、第二项",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.WORKER,
    since=RECONSIDERATION_LAW,
    lapses=True,
)

SUIT = DeadlineRule(
    "WI.suit",
    _("Sue against the decision"),
    6,
    Unit.MONTHS,
    starts=CONTESTABLE,
    cancelled_by=("recognition.sued", "reconsideration.applied", *ACCEPTED_AFTER_ALL),
    law="行政诉讼法 第四十六条; 工伤保险条例 第五十五条第一项、第二项",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.WORKER,
    since=SUIT_LAW,
    lapses=True,
)

SUIT_AFTER_RECONSIDERATION = DeadlineRule(
    "WI.suit.after_reconsideration",
    _("Sue after the reconsideration"),
    15,
    Unit.DAYS,
    starts=("reconsideration.decision_received",),
    cancelled_by=("recognition.sued",),
    law="行政诉讼法 第四十五条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.WORKER,
    since=SUIT_LAW,
    lapses=True,
)

RULES = (
    EMPLOYER_APPLIES,
    WORKER_APPLIES,
    NOTICE,
    ACCEPTANCE,
    DECISION,
    CLEAR_DECISION,
    SERVICE,
    RECONSIDERATION,
    SUIT,
    SUIT_AFTER_RECONSIDERATION,
)

# While the case is open, that somebody applied is recorded at its own door (“recognition”), which says who did; after
# the closing it is one of these.
PROCEEDINGS = (
    *steps_of(_("Application for recognition"), *FILED),
    *steps_of(
        _("Social-insurance authority"),
        "recognition.papers_told",
        "recognition.supplemented",
        "recognition.accepted",
        "recognition.accepted_as_clear",
        "recognition.refused",
        "recognition.suspended",
        "recognition.resumed",
        "recognition.decided",
        "recognition.decision_received",
    ),
    *steps_of(_("What held the worker's side up"), "recognition.hindered", "recognition.unhindered"),
    *steps_of(
        _("Reconsideration and suit"),
        "reconsideration.applied",
        "reconsideration.decision_received",
        "recognition.sued",
    ),
)
