"""Settings of the tests: the product's own, with fast password hashing and fixed keys."""

from config.settings import *  # noqa: F403
from config.settings import BASE_DIR, INSTALLED_APPS

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
KEYS_FILE = BASE_DIR / "tests" / "keys.json"
MEDIA_ROOT = BASE_DIR / "var" / "test-media"
INSTALLED_APPS = [*INSTALLED_APPS, "tests.toy_case_type"] if (BASE_DIR / "tests/toy_case_type/apps.py").exists() else INSTALLED_APPS
