"""What can happen to papers, as the trail names it."""

from django.utils.translation import gettext_lazy as _

from casework.audit.events import declare

declare("document.attached", _("Paper added"), _("%(actor)s added a paper"))
declare("document.downloaded", _("Paper downloaded"), _("%(actor)s downloaded a paper of %(case)s"))
declare("letter.issued", _("Letter issued"), _("%(actor)s issued the letter %(number)s"))
declare("letter.corrected", _("Letter corrected"), _("%(actor)s replaced the letter %(old)s by %(number)s"))
declare("checklist.opened", _("List of papers opened"), _("%(items)s papers are needed"))
declare("checklist.asked", _("Further paper asked for"), _("%(actor)s asked for a further paper"))
declare("checklist.received", _("Paper received"), _("%(actor)s received a paper of the list"))
declare("checklist.completed", _("Papers complete"), _("Every paper that is needed is there"))
declare(
    "checklist.notice_given",
    _("Missing papers told"),
    _("%(actor)s told at once of every missing paper, by the letter %(number)s"),
)
declare("letter.signed", _("Letter signed"), _("%(actor)s recorded a signature of %(on)s on the letter %(number)s"))
declare("letter.sent", _("Letter sent"), _("%(actor)s recorded that the letter %(number)s went out on %(on)s"))
declare("letter.served", _("Letter served"), _("The letter %(number)s was served on %(on)s"))
declare(
    "letter.downloaded", _("Letter downloaded"), _("%(actor)s downloaded the letter %(number)s of %(case)s as Word")
)
declare("letter_text.written", _("Text of a letter"), _("%(actor)s wrote version %(version)s of the text of %(paper)s"))
declare("letters.begun", _("Letters to many"), _("%(actor)s began to write %(letters)s letters"))
declare("letters.left_out", _("Letter not written"), _("%(case)s got no letter"))
declare("letters.ended", _("Letters written"), _("%(issued)s letters were issued, %(skipped)s were not"))
declare("letters.printed", _("Letters printed"), _("%(actor)s printed %(letters)s letters"))
