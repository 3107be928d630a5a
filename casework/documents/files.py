"""What may come in as a file. The content decides, never the name; what cannot be made harmless is refused.

Pictures are drawn anew, which drops whatever a camera or a prankster hid in them: place, maker, a second file.
"""

import re
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import Any

import puremagic
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from casework.audit.errors import InvalidFacts, Text

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_ENTRIES = 5_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_TITLE = 120

PDF = "application/pdf"
JPEG, PNG = "image/jpeg", "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXTENSIONS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png", DOCX: ".docx", XLSX: ".xlsx"}
ACCEPT = ",".join(EXTENSIONS.values())
MAIN_PARTS = {DOCX: "word/document.xml", XLSX: "xl/workbook.xml"}


class FileRefused(InvalidFacts):
    """This file cannot be kept; the message says why."""

    message = _("This file cannot be kept.")

    def __init__(self, message: Text | None = None) -> None:
        super().__init__({"file": [str(message or self.message)]}, message)

    def __str__(self) -> str:
        return str(self.message)


class FileEmpty(FileRefused):
    """There is nothing in it."""

    message = _("The file is empty.")


class FileTooLarge(FileRefused):
    """It is larger than the limit."""

    message = _("The file is larger than 20 MB. Send it in parts, or as a smaller picture.")


class FileKindRefused(FileRefused):
    """It is of a kind the office does not keep."""

    message = _("Only PDF, Word (.docx), Excel (.xlsx), JPEG and PNG files can be kept.")


class FileDamaged(FileRefused):
    """It looks like an allowed kind and is none."""

    message = _("The file is damaged, or is not what it says it is.")


class PictureTooLarge(FileRefused):
    """It would need too much memory to be drawn."""

    message = _("The picture has more than 50 million points. Send a smaller one.")


class HasMacros(FileRefused):
    """It carries programs."""

    message = _("The document contains macros. Save it without them and send it again.")


@dataclass(frozen=True)
class Content:
    """A file that may be kept."""

    data: bytes
    content_type: str


def checked(file: Any) -> Content:
    """Return the content of an upload as it may be kept.

    Args:
        file: anything with `read()`.

    Raises:
        FileRefused: it is empty, too large, of another kind, damaged or dangerous.
    """
    data = file.read(MAX_BYTES + 1)
    if not data:
        raise FileEmpty
    if len(data) > MAX_BYTES:
        raise FileTooLarge
    kind = _kind(data)
    if kind in (JPEG, PNG):
        return Content(_redrawn(data, kind), kind)
    if kind == PDF:
        _check_pdf(data)
        return Content(data, kind)
    return Content(data, _office_kind(data))


def _kind(data: bytes) -> str:
    try:
        found = {match.mime_type for match in puremagic.magic_string(data)}
    except puremagic.PureError as error:
        raise FileKindRefused from error
    kind = next((kind for kind in EXTENSIONS if kind in found), None)
    if kind is None:
        raise FileKindRefused
    return kind


def _redrawn(data: bytes, kind: str) -> bytes:
    name = "JPEG" if kind == JPEG else "PNG"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(data), formats=[name])
        if picture.width * picture.height > MAX_PIXELS:
            raise PictureTooLarge
        upright: Image.Image = ImageOps.exif_transpose(picture)
        if upright.mode == "P":
            upright = upright.convert("RGBA" if "transparency" in upright.info else "RGB")
        upright.info = {}
        out = BytesIO()
        upright.save(out, name, **({"quality": 90} if name == "JPEG" else {}))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PictureTooLarge from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise FileDamaged from error
    return out.getvalue()


def _check_pdf(data: bytes) -> None:
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-2048:] or zipfile.is_zipfile(BytesIO(data)):
        raise FileDamaged


def _office_kind(data: bytes) -> str:
    """Look into an Office file without unpacking it."""
    if not data.startswith(b"PK\x03\x04"):
        raise FileKindRefused
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise FileDamaged from error
    names = {entry.filename for entry in entries}
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise FileTooLarge(_("Unpacked, the document is far too large."))
    if any(name.startswith("/") or ".." in PurePath(name).parts for name in names):
        raise FileDamaged
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise HasMacros
    kind = next((kind for kind, part in MAIN_PARTS.items() if {part, "[Content_Types].xml"} <= names), None)
    if kind is None:
        raise FileKindRefused
    return kind


def title_from(name: str) -> str:
    """Return a file's own name as a title: no folder, no extension, no sign that turns or hides text."""
    bare = re.split(r"[/\\]", name or "")[-1]
    bare = "".join(sign for sign in bare if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co"))
    return PurePath(bare).stem.strip()[:MAX_TITLE] if bare.strip(". ") else ""


def download_name(title: str, content_type: str) -> str:
    """Return the name a file is saved under by whoever downloads it."""
    bare = "".join(sign for sign in title if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co"))
    bare = re.sub(r'[\\/:*?"<>|]', "_", bare).strip(". ")[:MAX_TITLE]
    return f"{bare or 'file'}{EXTENSIONS.get(content_type, '.bin')}"
