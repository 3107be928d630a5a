"""Which files of front-end packages are served: each one by name, never a package's folder."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from django.core.files.storage import Storage as FileStorage

# Address under /static/ → file under node_modules/. The map is named at the end of the style sheet, and the
# manifest storage wants every file that a style sheet names.
FILES = {
    "tabler/css/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler/css/tabler.min.css.map": "@tabler/core/dist/css/tabler.min.css.map",
}


class PackageFiles(FileSystemStorage):
    """node_modules/ seen under the addresses of `FILES`."""

    def path(self, name: str) -> str:
        """Return where the file of this address lies."""
        return super().path(FILES[name])


class PackageFinder(BaseFinder):
    """Finds `FILES` for `collectstatic` and for WhiteNoise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = PackageFiles(location=settings.BASE_DIR / "node_modules")

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the file of this address; an empty list says that it is not ours."""
        if path not in FILES or not self.storage.exists(path):
            return []
        return [self.storage.path(path)] if find_all else self.storage.path(path)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, FileStorage]]:
        """Name every file with the storage that reads it."""
        return [(name, self.storage) for name in FILES if self.storage.exists(name)]
