"""Every text column that belongs to a case or a person is emptied when it is destroyed, or named here with why not."""

from django.db import models

from casework.audit.shredding import belongings, emptied, is_deleted
from casework.cases.models import Case, ClaimLine, Contact, case_models
from casework.people.models import HardshipFile, Worker

# Texts that say nothing of a person: codes, numbers of the office's own, places in its tree, its rooms.
SAYS_NOTHING = {
    "Booking": {"resource"},
    "Case": {"flow_class", "office_path", "number", "case_type", "state", "next_due_rule", "outcome"},
    "CaseTask": {
        "flow_task_type",
        "token",
        "owner_permission_obj_pk",
        "flow_task",
        "node",
        "case_number",
        "case_type",
        "office_path",
    },
    "ChecklistItem": {"code"},
    "ClaimLine": {"office_path", "kind", "programme"},
    "Clock": {"office_path", "rule", "pauses"},
    "ConflictOfInterest": {"office_path"},
    "Consent": {"notice_version"},
    "Contact": {"office_path"},
    "DataRequest": {"office_path"},
    "DisposalLine": {"rule", "reason"},
    "Document": {"file", "content_type", "sha256"},  # the file itself is deleted, and its name with it
    "GuardOverride": {"guard"},
    "HandOver": {"from_path", "to_path"},
    "HardshipFile": {"number", "office_path"},
    "HardshipRelief": {"approval_letter"},
    "Household": {"office_path"},
    "HouseholdSurvey": {"exclusions"},
    "InjuryVisit": {"needs"},
    "LegalHold": {"office_path"},
    "Letter": {"paper", "number", "language"},
    "MeansCheck": {"body"},
    "MediationSession": {"room"},
    "Payout": {"office_path", "idempotency_key", "voucher_number"},
    "RecountLine": {"reason"},
    "Worker": {"office_path"},
}
WORDS = (models.CharField, models.TextField, models.JSONField, models.FileField)


def test_no_text_is_forgotten():
    owners = (Case, Contact, HardshipFile, *(model for model in case_models() if model._meta.app_label != "toy"))
    found = {owner: belongings(owner) for owner in owners}
    found[Worker] = belongings(Worker, Case, Contact, ClaimLine, HardshipFile)
    every = {*found, *(each.model for ways in found.values() for each in ways)}
    every -= {model for model in every if model._meta.app_label == "toy"}

    left = {}
    for model in every:
        if is_deleted(model):
            continue
        texts = {
            field.name
            for field in model._meta.local_concrete_fields
            if isinstance(field, WORDS) and not field.choices and field.name not in emptied(model)
        }
        if forgotten := texts - SAYS_NOTHING.get(model.__name__, set()):
            left[model.__name__] = forgotten

    assert left == {}


def test_every_emptied_column_takes_what_stands_in_its_place():
    for model in (Case, Worker, *case_models()):
        for column, value in emptied(model).items():
            field = model._meta.get_field(column)
            assert value is not None or field.null, (model, column)
