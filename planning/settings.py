"""Settings of the service. What differs per machine comes from the environment; see README."""

from __future__ import annotations

import json
import os
from pathlib import Path

import dj_database_url
import pghistory
from csp import constants as csp

from geo import native, postgis
from geo.machine.secret import secret_key
from planning.partners.mail_server import MailServer

BASE_DIR = Path(__file__).resolve().parent.parent

GDAL_LIBRARY_PATH, GEOS_LIBRARY_PATH = native.configure()

DEBUG = os.environ.get("DEBUG", "") == "1"
SECRET_KEY = os.environ.get("SECRET_KEY") or secret_key(BASE_DIR)
# Addresses and e-mail addresses of who speaks are kept as hashes with this key, which is not in the database.
PRIVACY_KEY = os.environ.get("PRIVACY_KEY") or secret_key(BASE_DIR, "privacy_key")
# The address of the service as people know it; links in mails begin with it, and with https all is https.
SITE_URL = os.environ.get("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]
# How many web servers of our own pass a request on; the address that the outermost one saw counts as the sender's.
TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES") or 0)
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "planning.web.apps.PartnersAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "rest_framework",
    "rest_framework_gis",
    "rest_framework_api_key",
    "django_filters",
    "corsheaders",
    "drf_spectacular",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "geo",
    "planning",
    "planning.partners",
    "planning.works",
    "planning.initiatives",
    "planning.coordination",
    "planning.api",
    "planning.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "planning.web.headers.PolicyMiddleware",
    "planning.web.headers.PermissionsMiddleware",
    "planning.web.headers.GZipWhereTakenMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "planning.api.middleware.VersionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "planning.partners.middleware.TokenMiddleware",
    "geo.middleware.TileMiddleware",
    "planning.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "planning.web.account.second_factor.SecondFactorMiddleware",
    "planning.partners.middleware.HistoryMiddleware",
]

ROOT_URLCONF = "planning.urls"
ASGI_APPLICATION = "planning.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Searched before the apps' own, so that the admin and the pages to sign in are ours.
        "DIRS": [BASE_DIR / "planning" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "planning.web.notices.unread_notices",
                "planning.web.context.waiting",
                "planning.web.signed_in.signed_in",
                "planning.web.language.languages",
            ],
        },
    },
]
# Form widgets (the map widget of the admin) are found among our own templates.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or postgis.url(BASE_DIR),
        engine="django.contrib.gis.db.backends.postgis",
        # The threads that serve stay (planning/one_thread.py), and so do their connections; a database that was
        # started anew in between is noticed before it is asked.
        conn_max_age=600,
        conn_health_checks=True,
    )
}
# Compiling costs these short spatial statements five to fifty times what it wins them.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
# What goes through geo/prepared.py is prepared when it is asked a second time; Django's own statements never are.
DATABASES["default"]["OPTIONS"].setdefault("prepare_threshold", 1)

AUTH_USER_MODEL = "partners.User"
_VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _VALIDATION + "UserAttributeSimilarityValidator"},
    {"NAME": _VALIDATION + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": _VALIDATION + "CommonPasswordValidator"},
    {"NAME": _VALIDATION + "NumericPasswordValidator"},
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Texts are written in Dutch; another language is one line here and a catalogue (`manage.py texts` makes and checks it).
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "planning" / "locale"]
FORMAT_MODULE_PATH = ["planning.formats"]
TIME_ZONE = "Europe/Amsterdam"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
# Static files are served from where they lie; there is no step to forget between a change and the page.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
NODE_MODULES = BASE_DIR / "node_modules"
# Only what the browser gets from each library; nothing else of node_modules is ever served.
STATICFILES_DIRS = [
    ("maplibre-gl", NODE_MODULES / "maplibre-gl" / "dist"),
    ("source-sans-3", NODE_MODULES / "@fontsource-variable" / "source-sans-3"),
    ("ol", NODE_MODULES / "ol" / "dist"),
    ("ol-css", NODE_MODULES / "ol"),
    ("leaflet", NODE_MODULES / "leaflet" / "dist"),
]

CACHES = {
    # Shared by all processes: how often somebody failed to sign in.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Of one process, for what is quicker worked out again than asked for.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# Signing in: planning/web/account.
AUTHENTICATION_BACKENDS = ["planning.web.account.backend.PersonBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "planning"
ACCOUNT_ADAPTER = "planning.web.account.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "planning.web.account.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
# Nobody signs up by themselves, so an address was proved by the invitation; a changed one is confirmed first.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
MFA_ADAPTER = "planning.web.account.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Mijn Buurt Assen"
MFA_TOTP_TOLERANCE = 1
# Superusers, managers and secretaries must have a second factor where this is 1.
SECOND_FACTOR_REQUIRED = os.environ.get("REQUIRE_SECOND_FACTOR", "") == "1"
# The partners' own accounts, by OpenID Connect: in the admin, or here as JSON, a list of
# {"provider_id", "name", "client_id", "secret", "settings": {"server_url": "https://…"}}.
SOCIALACCOUNT_ADAPTER = "planning.web.account.adapters.PartnerAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"APPS": json.loads(os.environ.get("OIDC_PROVIDERS") or "[]"), "OAUTH_PKCE_ENABLED": True}
}
# How many proxies of ours stand before the service: only what those say of the client is believed.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES") or 0)

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# All that a page uses comes from this service; nothing that stands in a page is run, and no style but with the nonce.
# Maps work in a worker of their own, and make pictures of what they fetched. Exceptions: planning/web/headers.py.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [csp.NONE],
        "script-src": [csp.SELF],
        "worker-src": [csp.SELF],
        "style-src": [csp.SELF, csp.NONCE],
        "font-src": [csp.SELF],
        "img-src": [csp.SELF, "data:", "blob:"],
        "connect-src": [csp.SELF],
        "form-action": [csp.SELF],
        "frame-ancestors": [csp.NONE],
        "base-uri": [csp.NONE],
        "object-src": [csp.NONE],
    }
}
# Pages of others may read. Cookies never come along, so nobody is signed in there; a token may be shown.
CORS_ALLOW_ALL_ORIGINS = True
CORS_URLS_REGEX = r"^/([a-z]{2}/)?(api|ogc|tiles|export)/"
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_EXPOSE_HEADERS = ["ETag", "Content-Crs", "Link", "Location", "API-Version", "Idempotent-Replayed"]

DATA_UPLOAD_MAX_MEMORY_SIZE = 50 * 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "planning.api.authentication.ProgramAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "planning.api.autoschema.HouseSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["planning.api.parsers.StrictJSONParser", "planning.api.parsers.GeoJSONParser"],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
API_VERSION = "0.1.0"  # of the REST API; semantic versioning
API_CONTACT = os.environ.get("API_CONTACT", "api@localhost")  # whom its users may write to
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    # Values that can be chosen stand where they are chosen; names made up for them would tell nobody anything.
    "POSTPROCESSING_HOOKS": ["planning.api.schema.complete"],
}

# The database keeps how a record was made, every change, and how it was when it went. Who did it is noted along; a
# request that only reads has nothing to note.
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# Background work (planning/tasks.py and tasks.py of each app), run by `up` or by `manage.py procrastinate worker`.
WORKER_LOST_AFTER_S = float(os.environ.get("WORKER_LOST_AFTER_S", "20"))  # unheard: another takes up what it did
PROCRASTINATE_WORKER_DEFAULTS = {
    "concurrency": 4,
    "delete_jobs": "successful",
    "update_heartbeat_interval": WORKER_LOST_AFTER_S / 4,
    "stalled_worker_timeout": WORKER_LOST_AFTER_S,
    # Long jobs are asked to stop after so long, and go on at the next start.
    "shutdown_graceful_timeout": 3.0,
}

# PDOK's BRT background map is fetched by the reader's browser only where the municipality chose so.
BASEMAP_PDOK = os.environ.get("BASEMAP_PDOK", "0") == "1"

# Mail. Without EMAIL_URL it is kept in a folder and goes nowhere.
MAIL_FOLDER = Path(os.environ.get("MAIL_FOLDER") or BASE_DIR / ".data" / "mail")
_mail = MailServer.parse(os.environ.get("EMAIL_URL", ""))
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _mail.backend, _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL, EMAIL_TIMEOUT = _mail.use_tls, _mail.use_ssl, 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("MAIL_FROM", "Mijn Buurt Assen <noreply@localhost>")

# Where to report a leak (/.well-known/security.txt): "mailto:security@assen.nl", or the address of a form.
SECURITY_CONTACT = os.environ.get("SECURITY_CONTACT", "")

# Webhooks never go to a machine inside, unless the receiver stands there and whoever runs the service says so.
WEBHOOKS_INSIDE = os.environ.get("WEBHOOKS_INSIDE", "0") == "1"

# The national address register is asked only where the municipality chose so: what was typed then leaves the house.
GEOCODER_PDOK = os.environ.get("GEOCODER_PDOK", "0") == "1"
GEOCODER_PDOK_URL = "https://api.pdok.nl/bzk/locatieserver/search/v3_1/free"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
