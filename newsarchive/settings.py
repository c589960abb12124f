"""All settings, from the environment variables in articles/public/help/settings.md. The defaults suit a single machine.

The archive's own facts are also read from ``archive.toml`` in its folder; the environment comes first. An invalid value
stops the start with an error that names the variable, or the file and its line.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import secrets
import sys
from datetime import timedelta
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

from articles.ingest.errors import IngestError
from articles.ingest.parsing.toml_files import TEXT, TEXTS, ZONE, Rule, is_text, read_by_rules
from articles.text.paths import parts_of
from newsarchive import __version__ as VERSION  # noqa: N812, F401  # for backups
from newsarchive.database import databases

BASE_DIR = Path(__file__).resolve().parent.parent
# In a checkout, templates/, static/ and fixtures/ are next to this package; installed, inside it.
IS_CHECKOUT = (BASE_DIR / "templates").is_dir()
FILES_DIR = BASE_DIR if IS_CHECKOUT else Path(__file__).resolve().parent
env = Env()
SET_VARIABLES: set[str] = set()  # names


def variable(kind: str, name: str, default: Any, *, least: int | None = None, **options: Any) -> Any:
    """Raises ``ImproperlyConfigured`` with the variable's name."""
    if name in os.environ and name != "VAR_DIR":  # which --archive sets
        SET_VARIABLES.add(name)
    try:
        value = getattr(env, kind)(name, default, **options)
    except (EnvError, ValueError) as error:
        raise ImproperlyConfigured(f"{name}: {error}") from error
    if least is not None and value < least:
        raise ImproperlyConfigured(f"{name}: {value:g} is less than {least}")
    return value


if not (IS_CHECKOUT or variable("str", "VAR_DIR", "")):
    raise ImproperlyConfigured("Name the archive's folder: newsarchive COMMAND --archive DIR, or the variable VAR_DIR.")
VAR_DIR = Path(variable("str", "VAR_DIR", "") or BASE_DIR / "var").expanduser().resolve()
# An archive named by VAR_DIR or DATABASE_URL. Only the default one loads the samples without a PATH, with their
# vocabulary.
IS_OWN_ARCHIVE = bool(variable("str", "VAR_DIR", "") or variable("str", "DATABASE_URL", ""))
FIXTURES_DIR = (FILES_DIR / "fixtures").resolve()
# How messages write a command: with the ``--archive`` of this one.
MANAGE = os.environ.get("MANAGE", "manage.py")
_own_tags_file = VAR_DIR / "tags.toml"
_tags_file: str = variable("str", "TAGS_FILE", "") or (str(_own_tags_file) if _own_tags_file.exists() else "")
TAGS_FILE = Path(_tags_file).resolve() if _tags_file else None


_SIGNAL = "(search|ai-input|ai-train)=(yes|no)"  # https://contentsignals.org/
FACTS_FILE = VAR_DIR / "archive.toml"
FACTS: dict[str, Rule] = {
    **dict.fromkeys(("name", "description", "contact", "license", "terms"), TEXT),
    "time_zone": ZONE,
    "address": (
        lambda value: is_text(value) and (not value or (re.match("https?://", value) and parts_of(value).netloc)),
        "must begin with http:// or https://",
    ),
    "hosts": TEXTS,
    "content_signal": (
        lambda value: is_text(value) and (not value or re.fullmatch(f"{_SIGNAL}(, *{_SIGNAL})*", value)),
        "must be such as search=yes, ai-input=yes, ai-train=no",
    ),
    "language": (
        lambda value: (
            is_text(value) and (not value or {value.lower(), value.lower().partition("-")[0]} & LANG_INFO.keys())
        ),
        "must be a code such as de or pt-br",
    ),
}


def own_facts(path: Path) -> dict[str, Any]:
    """What the archive's file says of it, without empty values."""
    try:
        facts = read_by_rules(path, FACTS) if path.exists() else {}
    except IngestError as error:
        raise ImproperlyConfigured(f"{error}\nCorrect that line, or make it a comment with #.") from error
    return {key: value for key, value in facts.items() if value}


_facts = own_facts(FACTS_FILE)


def fact(name: str, key: str) -> str:
    """A variable, or else the archive's own fact; both have the same rule."""
    value: str = variable("str", name, _facts.get(key, ""))
    is_right, advice = FACTS[key]
    if not is_right(value):
        raise ImproperlyConfigured(f"{name}: {value!r} {advice}")
    return value


def stored_secret(path: Path) -> str:
    """The secret key in ``path``, made on first use; simultaneous processes agree on one.

    Written under another name first, so that a full disk leaves no empty key.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.stat().st_size:
            path.unlink(missing_ok=True)
        if not path.exists():
            made = path.with_name(f"{path.name}-{secrets.token_hex(8)}")
            try:
                made.touch(0o600)
                made.write_text(secrets.token_urlsafe(64), encoding="ascii")
                with contextlib.suppress(FileExistsError):
                    path.hardlink_to(made)
            finally:
                made.unlink(missing_ok=True)
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise ImproperlyConfigured(
            f"SECRET_KEY: not set, and {path} could not be read or created ({error.strerror}). "
            "Set SECRET_KEY, or set VAR_DIR to a writable folder."
        ) from error


DEBUG: bool = variable("bool", "DEBUG", False)
SECRET_KEY: str = variable("str", "SECRET_KEY", "")
IS_SECRET_KEY_OWN = not SECRET_KEY  # made on this machine, and different on each
SECRET_KEY = SECRET_KEY or stored_secret(VAR_DIR / "secret-key")
ALLOWED_HOSTS: list[str] = variable("list", "ALLOWED_HOSTS", _facts.get("hosts", ["localhost", "127.0.0.1", "[::1]"]))
BASE_URL = fact("BASE_URL", "address").rstrip("/")
if BASE_URL and (host := urlsplit(BASE_URL).hostname):
    ALLOWED_HOSTS.append(host)
IS_HTTPS = BASE_URL.startswith("https://")
ADMIN_ENABLED: bool = variable("bool", "ADMIN_ENABLED", True)
SHARED_CACHE_SECONDS: int = variable("int", "SHARED_CACHE_SECONDS", 5, least=0)
STALE_SECONDS: int = variable("int", "STALE_SECONDS", 0, least=0)
CACHE_TAG_HEADER: str = variable("str", "CACHE_TAG_HEADER", "")
if CACHE_TAG_HEADER not in ("", "Cache-Tag", "Edge-Cache-Tag", "Surrogate-Key"):
    raise ImproperlyConfigured("CACHE_TAG_HEADER: use Cache-Tag, Edge-Cache-Tag or Surrogate-Key, as your CDN does.")
PAGE_MEMORY_BYTES: int = variable("int", "PAGE_MEMORY_BYTES", 64_000_000, least=1_000_000)
ARCHIVE_NAME: str = variable("str", "ARCHIVE_NAME", _facts.get("name", "Newsarchive"))
_description = "Articles kept as they were published, with their photos, captions and credits."
ARCHIVE_DESCRIPTION: str = variable("str", "ARCHIVE_DESCRIPTION", _facts.get("description", _description))
ARCHIVE_CONTACT: str = variable("str", "ARCHIVE_CONTACT", _facts.get("contact", ""))
# Of the articles whose source has none of its own: web addresses or words.
ARCHIVE_LICENSE: str = variable("str", "ARCHIVE_LICENSE", _facts.get("license", ""))
ARCHIVE_TERMS: str = variable("str", "ARCHIVE_TERMS", _facts.get("terms", ""))
CONTENT_SIGNAL = fact("CONTENT_SIGNAL", "content_signal")

# Requests that each serving process handles at a time.
SERVER_THREADS: int = variable("int", "SERVER_THREADS", 24, least=4)
ACCESS_LOG: bool = variable("bool", "ACCESS_LOG", False)
METRICS_HOST, _, METRICS_PORT = re.sub(r"[][]", "", variable("str", "METRICS_ADDRESS", "")).rpartition(":")
if METRICS_HOST + METRICS_PORT and not (METRICS_HOST and METRICS_PORT.isdecimal() and find_spec("prometheus_client")):
    raise ImproperlyConfigured("METRICS_ADDRESS: use 127.0.0.1:9464, say, after pip install -r requirements-extras.txt")

# --- Databases. -------------------------------------------------------------------------------------------------------

# Database time of one public page; 0 means no limit.
QUERY_SECONDS: float = variable("float", "QUERY_SECONDS", 5.0, least=0)
DATABASES = databases(
    variable("str", "DATABASE_URL", "") or f"sqlite:///{VAR_DIR / 'archive.sqlite3'}",
    variable("list", "REPLICA_URLS", []),
    QUERY_SECONDS,
)
# Readers leave a standby that is further behind; 0 means no limit.
REPLICA_MAX_LAG_SECONDS: float = variable("float", "REPLICA_MAX_LAG_SECONDS", 10.0, least=0)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Applications. ----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "articles",
    "axes",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "newsarchive.middleware.security_headers",
    "csp.middleware.CSPMiddleware",
    "newsarchive.middleware.public_middleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "newsarchive.middleware.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "newsarchive.middleware.staff_middleware",
]
STAFF_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "newsarchive.urls"
WSGI_APPLICATION = "newsarchive.wsgi.application"
SERVER = "newsarchive.server"  # what `serve` becomes
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [FILES_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "articles.public.context.archive",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "articles.templatetags.pictures",
            ],
        },
    },
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- Files. -----------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [FILES_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(variable("str", "MEDIA_ROOT", str(VAR_DIR / "media"))).resolve()
# Hashed names need `collectstatic`; tests and DEBUG use plain ones.
HASHED_STATIC = not DEBUG and "pytest" not in sys.modules
MEDIA_STORAGE: str = variable("str", "MEDIA_STORAGE", "")


def storage_of_photos(url: str) -> dict[str, Any]:
    """Login, region and endpoint are in variables that boto3 reads itself. Commands try for minutes, ``wsgi`` twice."""
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    parts = re.fullmatch(r"s3://([a-z0-9.-]{3,63})((?:/[\w-][\w.-]*)*)/?", url)
    if not parts:
        raise ImproperlyConfigured(
            "MEDIA_STORAGE: use s3://BUCKET or s3://BUCKET/PREFIX; the login is in AWS_… variables"
        )
    try:
        from storages.backends.s3 import Config
    except (ImportError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"MEDIA_STORAGE: {error}; pip install -r requirements-extras.txt") from error
    retries = {"total_max_attempts": variable("int", "AWS_MAX_ATTEMPTS", 30, least=1), "mode": "standard"}
    patience = Config(connect_timeout=3, read_timeout=10, retries=retries)
    options = {"bucket_name": parts[1], "location": parts[2].removeprefix("/"), "client_config": patience}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


STORAGES = {
    "default": storage_of_photos(MEDIA_STORAGE),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if HASHED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
PHOTO_MAX_BYTES: int = variable("int", "PHOTO_MAX_BYTES", 100_000_000, least=1)
PHOTO_MAX_PIXELS: int = variable("int", "PHOTO_MAX_PIXELS", 150_000_000, least=1)
INPUT_MAX_BYTES: int = variable("int", "INPUT_MAX_BYTES", 32_000_000, least=1)
TEXT_MAX_CHARACTERS: int = variable("int", "TEXT_MAX_CHARACTERS", 2_000_000, least=1)
READ_SECONDS: int = variable("int", "READ_SECONDS", 5, least=1)
UNPACK_MAX_FILES: int = variable("int", "UNPACK_MAX_FILES", 1_000_000, least=1)
UNPACK_MAX_BYTES: int = variable("int", "UNPACK_MAX_BYTES", 20_000_000_000, least=1)
UNPACK_MAX_RATIO: int = variable("int", "UNPACK_MAX_RATIO", 200, least=1)

# --- Time and language. -----------------------------------------------------------------------------------------------

# Of the site's own words; each article has its own. No middleware chooses another, since it would set a cookie.
LANGUAGE_CODE = fact("LANGUAGE_CODE", "language").lower() or "en-gb"
LOCALE_PATHS = [BASE_DIR / "articles" / "locale"]  # where `makemessages` puts the words of templates too
FORMAT_MODULE_PATH = ["newsarchive.formats"]
TIME_ZONE = fact("TIME_ZONE", "time_zone") or "UTC"

# --- Security: cookies only under /admin/, nothing from elsewhere, no inline script or style. -------------------------

SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin/"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # the default sets a cookie for all paths
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # for monitoring from within
SECURE_HSTS_SECONDS: int = variable("int", "HSTS_SECONDS", 365 * 24 * 3600) if IS_HTTPS else 0
SILENCED_SYSTEM_CHECKS = [
    "security.W005", "security.W021",  # HSTS for subdomains and preloading are not the archive's to decide
    "admin.E408", "admin.E409", "admin.E410", "axes.W002",  # what they miss is in STAFF_MIDDLEWARE
]  # fmt: skip
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
TRUSTED_PROXIES: list[Any] = variable("list", "TRUSTED_PROXIES", [], subcast=lambda proxy: ip_network(proxy.strip()))
# A working day; shared computers are signed out when the browser closes.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Lockout by name and address together, so that nobody can lock out an editor from elsewhere, and one person behind a
# proxy does not lock out everyone. By address alone: articles/admin/signing_in.py.
AXES_HANDLER = "articles.admin.signing_in.Handler"
AXES_CLIENT_IP_CALLABLE = "articles.admin.signing_in.client_address"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "admin/articles/locked_out.html"
AXES_DISABLE_ACCESS_LOG = True  # privacy
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# An article's form has a dozen fields for each photo, and its body twice: as first shown, and as edited.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000_000


def without_traceback(record: logging.LogRecord) -> bool:
    record.exc_info = None
    return True


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"one_line": {"()": "django.utils.log.CallbackFilter", "callback": without_traceback}},
    "formatters": {"with_id": {"()": "newsarchive.access_log.WithRequestId"}},
    # Anyone can send a wrong host, as often as they like.
    "loggers": {
        "django.security.DisallowedHost": {"filters": ["one_line"]},
        "newsarchive.access": {"handlers": ["access"], "level": "INFO", "propagate": False},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "with_id"},
        "access": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}
