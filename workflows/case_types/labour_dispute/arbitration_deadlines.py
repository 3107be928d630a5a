"""The periods of labour arbitration: from the application to the award, and of the review of an agreement.

# Note [Days in arbitration]
劳动人事争议仲裁办案规则 art. 80: where its rules and the statute say three, five or ten 日, working days are meant;
fifteen and forty-five 日 are calendar days. Counting all of them alike is wrong.

Nothing of this is the union's own step, and most of it comes after the union's case is closed: it is recorded, and
outlives the closing.
"""

from datetime import date

from django.utils.translation import gettext_lazy as _

from casework.deadlines.proceedings import steps_of
from casework.deadlines.rules import Certainty, Consent, DeadlineRule, Extension, Owing, Unit

# 劳动人事争议仲裁办案规则 (人社部令第33号); 劳动争议调解仲裁法.
PROCEDURE, STATUTE = date(2017, 7, 1), date(2008, 5, 1)

# After these the commission owes nothing any more.
OVER = ("arbitration.awarded", "arbitration.settled", "arbitration.withdrawn")
NOT_TAKEN = ("arbitration.refused", *OVER)

# ---- acceptance ----------------------------------------------------------------------------------------

NOTICE = DeadlineRule(
    "LD.arbitration.notice",
    _("The commission names every missing paper, once"),
    5,
    Unit.WORKING_DAYS,
    starts=("arbitration.received",),
    satisfied_by=("arbitration.papers_told",),
    cancelled_by=("arbitration.accepted", *NOT_TAKEN),
    law="劳动人事争议仲裁办案规则 第二十九条第四款、第八十条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=PROCEDURE,
)

# Told of missing papers, the commission owes nothing until they are there; then its days begin anew (46(2)).
ACCEPTANCE = DeadlineRule(
    "LD.arbitration.acceptance",
    _("The commission accepts or refuses; refused or left without an answer, the worker may sue"),
    5,
    Unit.WORKING_DAYS,
    starts=("arbitration.received", "arbitration.supplemented"),
    restarted_by=("arbitration.supplemented",),
    satisfied_by=("arbitration.accepted", "arbitration.refused"),
    cancelled_by=("arbitration.papers_told", "court.sued", *OVER),
    law="劳动争议调解仲裁法 第二十九条; 劳动人事争议仲裁办案规则 第三十条、第三十一条、第四十六条第二项、第八十条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=PROCEDURE,
)

# ---- before the hearing --------------------------------------------------------------------------------

SERVICE = DeadlineRule(
    "LD.arbitration.service",
    _("The commission serves the copy of the application on the employer"),
    5,
    Unit.WORKING_DAYS,
    starts=("arbitration.accepted",),
    satisfied_by=("arbitration.copy_served",),
    cancelled_by=OVER,
    law="劳动争议调解仲裁法 第三十条; 劳动人事争议仲裁办案规则 第三十三条、第八十条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=PROCEDURE,
)

# Without a defence the proceedings go on all the same (30).
DEFENCE = DeadlineRule(
    "LD.arbitration.defence",
    _("The employer files its defence"),
    10,
    Unit.WORKING_DAYS,
    starts=("arbitration.copy_served",),
    satisfied_by=("arbitration.defence_filed",),
    cancelled_by=("arbitration.heard", *OVER),
    law="劳动争议调解仲裁法 第三十条; 劳动人事争议仲裁办案规则 第三十三条、第八十条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.EMPLOYER,
    since=PROCEDURE,
)

DEFENCE_SERVICE = DeadlineRule(
    "LD.arbitration.defence_service",
    _("The commission serves the defence on the worker"),
    5,
    Unit.WORKING_DAYS,
    starts=("arbitration.defence_filed",),
    satisfied_by=("arbitration.defence_served",),
    cancelled_by=("arbitration.heard", *OVER),
    law="劳动争议调解仲裁法 第三十条; 劳动人事争议仲裁办案规则 第三十三条、第八十条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=PROCEDURE,
)

# The union mediates for the commission, so this one is the office's.
ENTRUSTED = DeadlineRule(
    "LD.arbitration.entrusted",
    _("Mediate for the commission before the hearing, and report"),
    10,
    Unit.WORKING_DAYS,
    starts=("arbitration.entrusted",),
    satisfied_by=("arbitration.mediation_reported",),
    cancelled_by=("arbitration.heard", *OVER),
    law="劳动人事争议仲裁办案规则 第六十九条、第七十条、第八十条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    since=PROCEDURE,
)

HEARING_NOTICE = DeadlineRule(
    "LD.arbitration.hearing_notice",
    _("The commission announces the hearing"),
    5,
    Unit.WORKING_DAYS,
    starts=("arbitration.hearing_set",),
    restarted_by=("arbitration.hearing_set",),
    satisfied_by=("arbitration.hearing_notified",),
    cancelled_by=("arbitration.heard", *OVER),
    law="劳动争议调解仲裁法 第三十五条; 劳动人事争议仲裁办案规则 第三十八条、第八十条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=PROCEDURE,
    counts_back=True,
    fixed_ahead=True,
)

POSTPONEMENT = DeadlineRule(
    "LD.arbitration.postponement",
    _("Ask for a postponement of the hearing, with good reason"),
    3,
    Unit.WORKING_DAYS,
    starts=("arbitration.hearing_set",),
    restarted_by=("arbitration.hearing_set",),
    cancelled_by=("arbitration.postponement_asked", "arbitration.heard", *OVER),
    law="劳动争议调解仲裁法 第三十五条; 劳动人事争议仲裁办案规则 第三十八条、第八十条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.WORKER,
    since=PROCEDURE,
    counts_back=True,
    fixed_ahead=True,
)

# ---- the award -----------------------------------------------------------------------------------------

AWARD = DeadlineRule(
    "LD.arbitration.award",
    _("The commission decides; after it the worker may sue"),
    45,
    Unit.DAYS,
    starts=("arbitration.accepted",),
    restarted_by=(
        "arbitration.claims_changed",
        "arbitration.party_added",
        "arbitration.counterclaimed",
        "arbitration.transferred",
    ),
    suspended_by=("arbitration.suspended", "arbitration.publication_began"),
    resumed_by=("arbitration.resumed", "arbitration.publication_ended"),
    satisfied_by=("arbitration.awarded", "arbitration.settled"),
    cancelled_by=("arbitration.withdrawn", "court.sued"),
    law="劳动争议调解仲裁法 第四十三条; 劳动人事争议仲裁办案规则 第四十五条至第四十七条、第八十条",
    certainty=Certainty.STATUTORY,
    extension=Extension(
        Consent.BODY, at_most=15, law="劳动争议调解仲裁法 第四十三条第一款; 劳动人事争议仲裁办案规则 第四十五条"
    ),
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=STATUTE,
)

# Whoever does not sue takes the award as it is: choices, so that nothing satisfies them, and late they are lost.
SUE = DeadlineRule(
    "LD.award.sue",
    _("The worker sues, or the award takes effect"),
    15,
    Unit.DAYS,
    starts=("arbitration.award_received",),
    cancelled_by=("court.sued",),
    law="劳动争议调解仲裁法 第五十条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.WORKER,
    since=STATUTE,
    lapses=True,
)

# As long as nobody knows when the employer had it, its days count from the worker's receipt.
EMPLOYER_SUES = DeadlineRule(
    "LD.award.employer_sues",
    _("The employer sues, or the award takes effect"),
    15,
    Unit.DAYS,
    starts=("arbitration.award_received", "arbitration.award_served"),
    restarted_by=("arbitration.award_served",),
    cancelled_by=("court.employer_sued",),
    law="劳动争议调解仲裁法 第五十条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.EMPLOYER,
    since=STATUTE,
)

SUE_AFTER_FINAL = DeadlineRule(
    "LD.award.sue_after_final",
    _("The worker sues although the award is final for the employer"),
    15,
    Unit.DAYS,
    starts=("arbitration.final_award_received",),
    cancelled_by=("court.sued",),
    law="劳动争议调解仲裁法 第四十八条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.WORKER,
    since=STATUTE,
    lapses=True,
)

ANNULMENT = DeadlineRule(
    "LD.award.annulment",
    _("The employer asks the intermediate court to annul the final award"),
    30,
    Unit.DAYS,
    starts=("arbitration.final_award_received", "arbitration.final_award_served"),
    restarted_by=("arbitration.final_award_served",),
    cancelled_by=("court.annulment_asked",),
    law="劳动争议调解仲裁法 第四十九条第一款",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.EMPLOYER,
    since=STATUTE,
)

SUE_AFTER_ANNULMENT = DeadlineRule(
    "LD.award.sue_after_annulment",
    _("The worker sues after the court has annulled the final award"),
    15,
    Unit.DAYS,
    starts=("court.award_annulled",),
    cancelled_by=("court.sued",),
    law="劳动争议调解仲裁法 第四十九条第三款",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.WORKER,
    since=STATUTE,
    lapses=True,
)

# ---- review of an agreement ----------------------------------------------------------------------------

REVIEW_DECISION = DeadlineRule(
    "LD.arbitration_review.decision",
    _("The commission reviews the agreement"),
    5,
    Unit.WORKING_DAYS,
    starts=("arbitration_review.accepted",),
    satisfied_by=("arbitration_review.confirmed", "arbitration_review.refused"),
    law="劳动人事争议仲裁办案规则 第七十四条至第七十九条、第八十条",
    certainty=Certainty.STATUTORY,
    extension=Extension(Consent.BODY, at_most=5, law="劳动人事争议仲裁办案规则 第七十四条至第七十九条"),
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=PROCEDURE,
)

RULES = (
    NOTICE,
    ACCEPTANCE,
    SERVICE,
    DEFENCE,
    DEFENCE_SERVICE,
    ENTRUSTED,
    HEARING_NOTICE,
    POSTPONEMENT,
    AWARD,
    SUE,
    EMPLOYER_SUES,
    SUE_AFTER_FINAL,
    ANNULMENT,
    SUE_AFTER_ANNULMENT,
    REVIEW_DECISION,
)

PROCEEDINGS = (
    *steps_of(
        _("Arbitration commission"),
        "arbitration.received",
        "arbitration.papers_told",
        "arbitration.supplemented",
        "arbitration.accepted",
        "arbitration.refused",
        "arbitration.copy_served",
        "arbitration.defence_filed",
        "arbitration.defence_served",
        "arbitration.entrusted",
        "arbitration.mediation_reported",
        "arbitration.hearing_set",
        "arbitration.hearing_notified",
        "arbitration.postponement_asked",
        "arbitration.heard",
    ),
    *steps_of(
        _("What moves the time of arbitration"),
        "arbitration.claims_changed",
        "arbitration.party_added",
        "arbitration.counterclaimed",
        "arbitration.transferred",
        "arbitration.suspended",
        "arbitration.resumed",
        "arbitration.publication_began",
        "arbitration.publication_ended",
    ),
    *steps_of(
        _("How arbitration ends"),
        "arbitration.settled",
        "arbitration.withdrawn",
        "arbitration.awarded",
        "arbitration.award_received",
        "arbitration.award_served",
        "arbitration.final_award_received",
        "arbitration.final_award_served",
    ),
    *steps_of(
        _("Arbitration review"),
        "arbitration_review.accepted",
        "arbitration_review.confirmed",
        "arbitration_review.refused",
    ),
)
