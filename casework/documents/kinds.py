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
