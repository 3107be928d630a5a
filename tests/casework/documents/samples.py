"""Files as people send them, and as some should not."""

import zipfile
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document as Word
from openpyxl import Workbook
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(kind="JPEG", size=(40, 20), **options):
    """A picture; `exif=` and the like are passed on."""
    out = BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **options)
    return out.getvalue()


def photo_with_place():
    """A photo that says where it was taken and by which camera."""
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6  # taken upright
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif, comment=b"secret comment")


def word():
    """A Word document."""
    out = BytesIO()
    Word().save(out)
    return out.getvalue()


def sheet():
    """An Excel workbook."""
    out = BytesIO()
    Workbook().save(out)
    return out.getvalue()


def archive(**members):
    """A ZIP file; `__` in a name stands for a dot."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "."), content)
    return out.getvalue()


def with_member(content, name, data=b"x"):
    """The same Office file with one more member."""
    out = BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, data)
    return out.getvalue()


def upload(content=PDF, name="收入证明.pdf"):
    """An upload as a form receives it."""
    return SimpleUploadedFile(name, content)
