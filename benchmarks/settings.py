"""Settings of the benchmarks: the product's own, and the peers it is measured beside."""

from config.settings import *  # noqa: F403
from config.settings import BASE_DIR, INSTALLED_APPS, STORAGES

KEYS_FILE = BASE_DIR / "var" / "bench-keys.json"
ANCHOR_KEY_FILE = BASE_DIR / "var" / "bench-anchor-key.json"
ANCHOR_PUBLIC_KEYS_FILE = BASE_DIR / "var" / "bench-anchor-public-keys.json"
ANCHOR_PLACES: list[str] = []
INSTALLED_APPS = [*INSTALLED_APPS, "simple_history", "benchmarks.ours", "benchmarks.stock"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Pages are timed, too: without the files that `collectstatic` leaves.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
ALLOWED_HOSTS = ["testserver"]
LOGGING = {"version": 1, "disable_existing_loggers": True}


class _Straight:
    """Tables straight from the models: a benchmark's database has no past to migrate from."""

    def __contains__(self, app: object) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


MIGRATION_MODULES = _Straight()
