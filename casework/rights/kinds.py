"""What can happen to requests about data, to holds and to disposals, as the trail names it."""

from django.utils.translation import gettext_lazy as _

from casework.audit.events import declare

declare("request.taken", _("Request about data taken"), _("%(actor)s took a request about data, due on %(due_on)s"))
declare("request.decided", _("Request about data answered"), _("%(actor)s answered a request about data"))
declare("request.copy_given", _("Copy of data handed out"), _("%(actor)s handed out a copy of a person's data"))
declare("hold.placed", _("Legal hold placed"), _("%(actor)s placed a legal hold"))
declare("hold.lifted", _("Legal hold lifted"), _("%(actor)s lifted a legal hold"))
declare("disposal.proposed", _("Disposal proposed"), _("%(actor)s proposed to destroy %(count)s files"))
declare("disposal.confirmed", _("Disposal confirmed"), _("%(actor)s confirmed that %(count)s files are destroyed"))
declare("disposal.dropped", _("Disposal not carried out"), _("%(actor)s decided that a disposal is not carried out"))
declare("disposal.stopped", _("Disposal stopped"), _("%(actor)s stopped a disposal"))
declare("disposal.resumed", _("Disposal resumed"), _("%(actor)s let a disposal go on"))
declare(
    "disposal.ended",
    _("Disposal ended"),
    _("A disposal ended: %(done)s files destroyed, %(kept)s kept, %(failed)s failed"),
)
declare("disposal.kept", _("File kept"), _("A file that was to be destroyed was kept: %(reason)s"))
declare("case.disposed", _("Case destroyed"), _("The file of case %(case)s was destroyed"), destroys=True)
declare("contact.disposed", _("Contact destroyed"), _("The record of a contact was destroyed"), destroys=True)
declare("file.disposed", _("Hardship file destroyed"), _("The hardship file %(number)s was destroyed"), destroys=True)
declare("worker.disposed", _("Person's record destroyed"), _("A person's record was destroyed"), destroys=True)
declare("papers.disposed", _("Papers destroyed"), _("%(count)s papers were destroyed"))
