"""Settings of the tests: the product's own, with fast passwords, keys of their own and static files as they lie."""

from config.settings import *  # noqa: F403
from config.settings import BASE_DIR, INSTALLED_APPS, STORAGES, env

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
KEYS_FILE = BASE_DIR / "var" / "test-keys.json"
ANCHOR_KEY_FILE = BASE_DIR / "var" / "test-anchor-key.json"
ANCHOR_PUBLIC_KEYS_FILE = BASE_DIR / "var" / "test-anchor-public-keys.json"
# Nothing leaves the tests, and no checkpoint comes between two statements that a test counts.
ANCHOR_PLACES: list[str] = []
ANCHOR_EVENTS = 10**9
MEDIA_ROOT = env("MEDIA_ROOT", default=str(BASE_DIR / "var" / "test-media"))
# A type of case as a newcomer would add one: installed like the others, known by none of them.
INSTALLED_APPS = [*INSTALLED_APPS, "tests.toy_case_type"]

STATIC_ROOT = None
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
