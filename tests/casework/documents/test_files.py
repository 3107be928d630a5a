"""What may come in as a file: by content, made harmless, within limits."""

from io import BytesIO

import pytest
from PIL import Image

from casework.documents import files

from . import samples


def checked(content):
    return files.checked(BytesIO(content))


class TestChecked:
    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (samples.PDF, files.PDF),
            (samples.picture("JPEG"), files.JPEG),
            (samples.picture("PNG"), files.PNG),
            (samples.word(), files.DOCX),
            (samples.sheet(), files.XLSX),
        ],
    )
    def test_keeps_the_five_kinds(self, content, kind):
        assert checked(content).content_type == kind

    def test_drops_what_a_camera_hid_and_turns_the_picture_upright(self):
        kept = checked(samples.photo_with_place()).data

        picture = Image.open(BytesIO(kept))
        assert picture.size == (20, 40)
        assert not picture.getexif()
        assert b"Secret" not in kept
        assert b"secret" not in kept

    def test_drops_a_second_file_behind_a_picture(self):
        kept = checked(samples.picture("PNG") + b"<html><script>alert(1)</script></html>").data

        assert b"script" not in kept

    @pytest.mark.parametrize("mode", ["P", "RGBA", "L", "1", "LA"])
    def test_draws_every_mode_of_picture_anew(self, mode):
        out = BytesIO()
        Image.new(mode, (4, 4)).save(out, "PNG")

        assert checked(out.getvalue()).content_type == files.PNG

    @pytest.mark.parametrize(
        ("content", "error"),
        [
            (b"", files.FileEmpty),
            (b"x" * (files.MAX_BYTES + 1), files.FileTooLarge),
            (b"just words", files.FileKindRefused),
            (b"\x00" * 64, files.FileKindRefused),
            (b"<html><script>alert(1)</script></html>", files.FileKindRefused),
            (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', files.FileKindRefused),
            (b"MZ" + b"\x00" * 200, files.FileKindRefused),
            (samples.picture("GIF"), files.FileKindRefused),
            (samples.archive(readme__txt="hello"), files.FileKindRefused),
            (b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, files.FileDamaged),
            (samples.picture("JPEG")[:200], files.FileDamaged),
            (b"%PDF-1.7\nno end", files.FileDamaged),
            (samples.PDF + samples.archive(a__txt="b"), files.FileDamaged),
            (samples.word()[:-40], files.FileDamaged),
            (samples.with_member(samples.word(), "word/vbaProject.bin"), files.HasMacros),
            (samples.with_member(samples.word(), "../../etc/cron.d/x"), files.FileDamaged),
            (
                samples.with_member(samples.sheet(), "xl/big.xml", b"\x00" * (files.MAX_UNPACKED + 1)),
                files.FileTooLarge,
            ),
            (samples.picture("PNG", size=(8000, 8000)), files.PictureTooLarge),
        ],
        ids=lambda value: value.__name__ if isinstance(value, type) else "file",
    )
    def test_refuses_the_rest_with_a_reason_at_the_field(self, content, error):
        with pytest.raises(error) as caught:
            checked(content)

        assert caught.value.errors == {"file": [str(error.message)]} or "file" in caught.value.errors
        assert str(caught.value)


class TestNames:
    @pytest.mark.parametrize(
        ("name", "title"),
        [
            ("收入证明.pdf", "收入证明"),
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\合同.docx", "合同"),
            ("photo\u202egpj.exe", "photogpj"),
            ("a\x00b.pdf", "ab"),
            ("", ""),
            ("...", ""),
            ("长" * 300 + ".pdf", "长" * 120),
        ],
    )
    def test_makes_a_title_of_a_file_name(self, name, title):
        assert files.title_from(name) == title

    def test_names_a_download_by_title_and_true_kind(self):
        assert files.download_name('工资/条.exe"', files.PDF) == "工资_条.exe_.pdf"
        assert files.download_name("\u202e", files.PNG) == "file.png"
