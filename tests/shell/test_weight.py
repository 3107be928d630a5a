"""A page is light: what it loads fits into 150 KB, compressed."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from .pages import PAGES, rendered

LIMIT = 150 * 1024
LOADED = (
    "tabler/css/tabler.min.css",
    "gongdao/app.css",
    "gongdao/mark.svg",
    "gongdao/nav.js",
    "gongdao/forms.js",
    "gongdao/socket.js",
    "django_htmx/htmx-2.min.js",
)


def packed(content: bytes) -> int:
    return len(gzip.compress(content))


@pytest.mark.skipif(
    not (Path(settings.BASE_DIR) / "node_modules/@tabler/core").is_dir(), reason="front-end packages not installed"
)
@pytest.mark.parametrize("name", PAGES)
def test_page_fits(name):
    files = sum(packed(Path(finders.find(file)).read_bytes()) for file in LOADED)

    assert files + packed(rendered(name, "zh-hans").encode()) < LIMIT
