"""The periods of a petition (信访工作条例, in force since 2022-05-01): they hang on the contact that brought it.

Notice within fifteen days, sixty days to finish, then two times thirty to ask and thirty to answer, and it is ended.
The answer that closes a contact ends only what was owed to the caller until then: the right to a review begins with
the written opinion, and goes on.
"""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from .proceedings import steps_of
from .rules import Certainty, Consent, DeadlineRule, Extension, Owing, Unit

IN_FORCE = date(2022, 5, 1)
PETITION = (("matter", ("petition",)),)

# Nobody is told in writing whose name or address is not known (23(2)): anonymous ones start no such period.
NOTICE = DeadlineRule(
    "GEN.petition.notice",
    _("Tell the petitioner in writing what becomes of the petition"),
    15,
    Unit.DAYS,
    starts=("contact.taken",),
    when=(*PETITION, ("anonymous", (False,)), ("open", (True,))),
    satisfied_by=("petition.accepted", "petition.declined", "petition.redirected", "contact.answered"),
    cancelled_by=("petition.objected", "petition.withdrawn", "contact.became_case"),
    law="信访工作条例 第二十三条第二款",
    certainty=Certainty.STATUTORY,
    since=IN_FORCE,
)

# A right of this office, not a duty: a petition that is ours is simply accepted.
OBJECTION = DeadlineRule(
    "GEN.petition.objection",
    _("Object to a petition that was passed on to the wrong organ"),
    5,
    Unit.WORKING_DAYS,
    starts=("petition.received",),
    cancelled_by=("petition.objected", "petition.accepted", "petition.declined", "petition.withdrawn"),
    law="信访工作条例 第二十三条第三款",
    certainty=Certainty.STATUTORY,
    since=IN_FORCE,
    lapses=True,
)

FINISH = DeadlineRule(
    "GEN.petition.finish",
    _("Finish the petition with a written opinion"),
    60,
    Unit.DAYS,
    starts=("petition.accepted",),
    satisfied_by=("petition.opinion_given",),
    cancelled_by=("petition.withdrawn", "petition.redirected", "contact.became_case"),
    law="信访工作条例 第三十四条",
    certainty=Certainty.STATUTORY,
    extension=Extension(Consent.HEAD, at_most=30, law="信访工作条例 第三十四条"),
    since=IN_FORCE,
)

ASK_FOR_REVIEW = DeadlineRule(
    "GEN.petition.ask_for_review",
    _("Ask the organ above for a review"),
    30,
    Unit.DAYS,
    starts=("petition.opinion_given",),
    cancelled_by=("petition.review_asked", "petition.withdrawn"),
    law="信访工作条例 第三十五条第一款",
    certainty=Certainty.STATUTORY,
    owed_by=Owing.WORKER,
    since=IN_FORCE,
    lapses=True,
)

REVIEW = DeadlineRule(
    "GEN.petition.review",
    _("Opinion of the review"),
    30,
    Unit.DAYS,
    starts=("petition.review_asked",),
    satisfied_by=("petition.reviewed",),
    cancelled_by=("petition.withdrawn",),
    law="信访工作条例 第三十五条第二款",
    certainty=Certainty.STATUTORY,
    owed_by=Owing.BODY,
    since=IN_FORCE,
)

ASK_FOR_SECOND_REVIEW = DeadlineRule(
    "GEN.petition.ask_for_second_review",
    _("Ask for the second and last review"),
    30,
    Unit.DAYS,
    starts=("petition.reviewed",),
    cancelled_by=("petition.second_review_asked", "petition.withdrawn"),
    law="信访工作条例 第三十六条第一款",
    certainty=Certainty.STATUTORY,
    owed_by=Owing.WORKER,
    since=IN_FORCE,
    lapses=True,
)

SECOND_REVIEW = DeadlineRule(
    "GEN.petition.second_review",
    _("Opinion of the second review; it ends the petition"),
    30,
    Unit.DAYS,
    starts=("petition.second_review_asked",),
    satisfied_by=("petition.reviewed_again",),
    cancelled_by=("petition.withdrawn",),
    law="信访工作条例 第三十六条",
    certainty=Certainty.STATUTORY,
    owed_by=Owing.BODY,
    since=IN_FORCE,
)

RULES = (NOTICE, OBJECTION, FINISH, ASK_FOR_REVIEW, REVIEW, ASK_FOR_SECOND_REVIEW, SECOND_REVIEW)

_STEPS = (
    *steps_of(
        _("This office"),
        "petition.received",
        "petition.objected",
        "petition.accepted",
        "petition.declined",
        "petition.redirected",
        when=PETITION,
    ),
    *steps_of(
        _("Petitioner"),
        "petition.opinion_given",
        "petition.review_asked",
        "petition.second_review_asked",
        "petition.withdrawn",
        when=PETITION,
    ),
    *steps_of(_("Organ above"), "petition.reviewed", "petition.reviewed_again", when=PETITION),
)

# What each step of the reviews comes after.
_AFTER = {
    "petition.review_asked": "petition.opinion_given",
    "petition.reviewed": "petition.review_asked",
    "petition.second_review_asked": "petition.reviewed",
    "petition.reviewed_again": "petition.second_review_asked",
}

PROCEEDINGS = tuple(replace(step, after=_AFTER.get(step.kind, "")) for step in _STEPS)
