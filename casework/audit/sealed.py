"""A model field whose text is encrypted in the database and in clear on the object.

The model needs a `uuid` field: it is part of the authenticated data, so a ciphertext copied into
another row or column does not open.
"""

from base64 import b64decode, b64encode
from typing import Any

from django import forms
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from . import keys

DUMPED = "sealed:"


class Opened(str):
    """A text that was read from its sealed column: unchanged, it goes back as it came."""

    place: str
    sealed: bytes

    def __new__(cls, text: str, place: str, sealed: bytes) -> "Opened":
        """Keep where it stood and how."""
        made = super().__new__(cls, text)
        made.place, made.sealed = place, sealed
        return made


class _Opens(DeferredAttribute):
    """Decrypts on first access, so a list that does not show the value does not pay for it."""

    field: "SealedTextField"

    def __get__(self, instance: models.Model | None, cls: type | None = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        if isinstance(value, bytes):
            place = self.field.place(instance)
            value = Opened(keys.unseal(place, value).decode() if value else "", place, value)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        # Without a setter Python would find the sealed bytes on the instance first and never ask us to open them.
        instance.__dict__[self.field.attname] = value


class SealedTextField(models.Field):
    """Text of any length, sealed with the field key; empty text stays empty."""

    descriptor_class = _Opens

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        """Return the column's type: bytes."""
        return "BinaryField"

    def place(self, instance: models.Model) -> str:
        """Return the authenticated data of this column in this row."""
        return f"{self.model._meta.db_table}.{self.column}:{instance.uuid}"  # type: ignore[attr-defined]

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        """Keep what the database holds; the attribute opens it."""
        return None if value is None else bytes(value)

    def pre_save(self, instance: models.Model, add: bool) -> bytes:
        """Seal a text; a value nobody opened goes back as it came."""
        value = instance.__dict__.get(self.attname, "")
        place = self.place(instance)
        if isinstance(value, bytes):
            return value
        if isinstance(value, Opened) and value.place == place:
            return value.sealed
        return keys.seal(place, str(value).encode()) if value else b""

    def value_to_string(self, obj: models.Model) -> str:
        """Return the sealed value for a dump: nothing leaves the database in clear."""
        return DUMPED + b64encode(self.pre_save(obj, add=False)).decode()

    def to_python(self, value: Any) -> Any:
        """Read a dumped value back as it was sealed."""
        if isinstance(value, str) and value.startswith(DUMPED):
            return b64decode(value.removeprefix(DUMPED))
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Refuse a clear text on its way to the database (`update()` passes the row's uuid by)."""
        if isinstance(value, Opened):
            value = value.sealed  # a loaded dump, which passes `pre_save` by
        if isinstance(value, str):
            if value:
                raise TypeError(f"{self.name} is sealed: write it through save()")
            value = b""
        return connection.Database.Binary(value) if value is not None else None

    def formfield(self, **kwargs: Any) -> Any:
        """Return a text input."""
        return super().formfield(**{"form_class": forms.CharField, **kwargs})
