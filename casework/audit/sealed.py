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
        if isinstance(value, Opened) and value.place == place:
            value = value.sealed
        if isinstance(value, bytes):
            return self._in_the_key_in_use(place, value)
        return keys.seal(place, str(value).encode()) if value else b""

    def _in_the_key_in_use(self, place: str, sealed: bytes) -> bytes:
        """Never write with an older key what was read before the key was changed; what is broken stays as it came."""
        try:
            return keys.resealed(place, sealed) if keys.is_old(sealed) else sealed
        except keys.SealBroken:
            return sealed

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

    def fits(self, instance: models.Model) -> bool:
        """Return whether the text can be opened.

        Raises:
            SealBroken: it cannot.
        """
        return isinstance(getattr(instance, self.attname), str)

    def formfield(self, **kwargs: Any) -> Any:
        """Return a text input."""
        return super().formfield(**{"form_class": forms.CharField, **kwargs})


class KeyedHashField(models.CharField):
    """What a sealed text of the same row is looked up by; empty where the text is empty.

    Args:
        of: the name of the sealed field.
        purpose: what the hash is for; the same purpose in two tables lets their rows be compared.
    """

    def __init__(self, *args: Any, of: str = "", purpose: str = "", **kwargs: Any) -> None:
        self.of, self.purpose = of, purpose
        super().__init__(*args, **{"max_length": keys.HASH_LENGTH, "editable": False, **kwargs})

    def deconstruct(self) -> Any:
        """Tell migrations of the column only: a text."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def fits(self, instance: models.Model) -> bool:
        """Return whether it is a keyed hash of its text.

        Raises:
            SealBroken: the text cannot be opened.
        """
        hash, text = getattr(instance, self.attname), getattr(instance, self.of)
        return not hash or (bool(text) and hash in keys.digests(self.purpose, text))

    def renewed(self, instance: models.Model) -> str:
        """Return the hash under the key in use.

        Raises:
            SealBroken: the text cannot be opened, or is gone.
        """
        text = getattr(instance, self.of)
        if not text:
            raise keys.SealBroken(f"{self.model._meta.db_table}.{self.of} is empty and its keyed hash is not")
        return keys.digest(self.purpose, text)
