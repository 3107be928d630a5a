"""Settings of Gongdao. Everything that differs between machines comes from the environment (.env.example lists it)."""

import tomllib
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
# Where people who use this installation over the network find the source it runs (AGPL section 13).
SOURCE_URL = env("SOURCE_URL", default="")
# A demo installation shows its accounts on the login page.
DEMO = env.bool("DEMO", default=False)
# The second factor of its accounts, published: the login page fills its code in.
DEMO_FACTOR_SECRET = "00112233445566778899aabbccddeeff00112233"  # noqa: S105

DEBUG = env.bool("DEBUG", default=False)
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOOPBACK)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The published key may serve the machine it runs on, nobody else.
DEVELOPMENT_KEY = "development-only-key-never-for-production"
SECRET_KEY = env("SECRET_KEY", default=DEVELOPMENT_KEY)
if not set(ALLOWED_HOSTS) <= set(LOOPBACK) and (DEBUG or SECRET_KEY == DEVELOPMENT_KEY or "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS names a host other people can reach: set SECRET_KEY to a secret of your own, "
        "leave DEBUG unset, and name each host instead of '*'."
    )

CASE_TYPES = sorted(
    f"workflows.case_types.{folder.parent.name}" for folder in BASE_DIR.glob("workflows/case_types/*/apps.py")
)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "channels",
    "django_htmx",
    "django_q",
    "viewflow.workflow",
    "casework",
    "workflows",
    "notifications",
    *CASE_TYPES,
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "casework.audit.context.OriginMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "casework.staff.door.LoginMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # last, so that it stands nearest to the views whose refusals it answers
    "casework.offices.answers.AnswersMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
VIEWFLOW = {"AUTOREGISTER": False}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "casework.offices.context.shell",
                "notifications.context.bell",
            ],
        },
    },
]
FORM_RENDERER = "config.forms.HouseForms"
# Single SVG files, read by the server and written into the page; none is served as a file.
ICONS_DIR = BASE_DIR / "node_modules" / "@tabler" / "icons" / "icons" / "outline"

# Databases: SQLite under var/ unless DATABASE_URL names another.
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a transaction waits for the write lock instead of failing half-way (docs/why/sqlite.md).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;"
            "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864;"
            # What is destroyed is overwritten, not only let go of (docs/why/retention.md).
            "PRAGMA secure_delete=ON;"
        ),
    }
    DATABASES["default"]["TEST"] = {"NAME": env("TEST_DATABASE", default=str(BASE_DIR / "var" / "test.sqlite3"))}
else:
    # The statements of every step (casework/audit/rows.py) stay prepared in their connection.
    DATABASES["default"]["OPTIONS"] = {"prepare_threshold": 1 if env.bool("DATABASE_PREPARE", default=True) else None}
    if env.int("DATABASE_POOL", default=0):
        # For web processes: under ASGI the threads are short-lived, so a connection must outlive them. Never for the
        # worker, which forks: a pool that crossed a fork has no thread left to serve it.
        DATABASES["default"]["OPTIONS"]["pool"] = {
            "min_size": 1,
            "max_size": env.int("DATABASE_POOL"),
            "timeout": 10,
            "max_lifetime": 600,
        }
        DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis is optional: without it notifications stay inside one web process and are polled across processes.
REDIS_URL = env("REDIS_URL", default="")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_connect_timeout": 1, "socket_timeout": 2}]},
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"},
}

AUTH_USER_MODEL = "casework.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# One working day at most, half an hour unused (casework/staff/logins.py); a shared desk's browser forgets when it is
# closed.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_SAVE_EVERY_REQUEST = False

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Headers. The pages carry no inline script and no inline style, so the policy needs no exception.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "report-uri": ["/policy-breach/"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
# HTTPS=1 where a proxy in front speaks TLS and sets X-Forwarded-Proto itself, whatever the client sent.
if env.bool("HTTPS", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    # A cookie of this name is taken from this very host over TLS only, and belongs to all of it (RFC 6265bis).
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    CSRF_COOKIE_SECURE = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.static.PackageFinder",
]
WHITENOISE_ALLOW_ALL_ORIGINS = False
# A source map is for a developer's browser: not worth the seconds that packing it takes.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "png", "jpg", "gif", "webp", "woff", "woff2", "gz", "br", "zip")
MEDIA_ROOT = env("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Key ring of field encryption, keyed hashes and the trail; made on first use in development.
KEYS_FILE = Path(env("KEYS_FILE", default=str(BASE_DIR / "var" / "keys.json")))

# Checkpoints of the trail (docs/why/trail.md): who signs them, who can verify them, where they go.
ANCHOR_KEY_FILE = Path(env("ANCHOR_KEY_FILE", default=str(BASE_DIR / "var" / "anchor-key.json")))
ANCHOR_PUBLIC_KEYS_FILE = Path(
    env("ANCHOR_PUBLIC_KEYS_FILE", default=str(BASE_DIR / "var" / "anchor-public-keys.json"))
)
ANCHOR_PLACES = env.list("ANCHOR_PLACES", default=[f"file://{BASE_DIR / 'var' / 'anchors'}/"])
ANCHOR_EVENTS = 1_000

Q_CLUSTER = {
    "name": "gongdao",
    "orm": "default",
    "workers": 1,
    "timeout": 120,
    "retry": 180,
    "ack_failures": True,
    "catch_up": False,
    "poll": 1,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "django": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING"), "propagate": False},
        # A 404 or a 403 is an answer, not an incident; refusals worth keeping stand in the trail.
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
    },
}
