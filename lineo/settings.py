"""The one settings file. Every value comes from the environment and has a safe default.

With no environment at all Lineo runs on the embedded servers (see lineo/embedded), which
start when the first query asks for them. ``DATABASE_URL`` names real ones, and turns on
what a public site needs: its own secret key, its host names, https.
"""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from redis.backoff import NoBackoff
from redis.retry import Retry

from lineo import __version__, addresses, environment
from lineo.embedded.folders import APP, BACKUP, OWNER, folders

BASE_DIR = Path(__file__).resolve().parent.parent
POSTGRES, REDIS = ("postgres", "postgresql"), ("redis", "rediss", "unix")

# --- What kind of site this is -------------------------------------------------------------

EMBEDDED = not environment.text("DATABASE_URL")
DEBUG = environment.flag("LINEO_DEBUG", default=False)
HTTPS = environment.flag("LINEO_HTTPS", default=not EMBEDDED)
DATA_DIR = folders().data

SECRET_KEY = environment.text("LINEO_SECRET_KEY")
if not SECRET_KEY and not EMBEDDED:
    raise ImproperlyConfigured("Set LINEO_SECRET_KEY to a long random text: DATABASE_URL is set.")
if not SECRET_KEY:
    # The demo keeps its key beside its data; commands that need no database need no lasting key.
    _kept_key = DATA_DIR / "secret-key"
    SECRET_KEY = _kept_key.read_text() if _kept_key.is_file() else get_random_secret_key()

ALLOWED_HOSTS = environment.listing(
    "LINEO_ALLOWED_HOSTS", default=("localhost", "127.0.0.1", "[::1]") if EMBEDDED else ()
)
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set LINEO_ALLOWED_HOSTS to the site's host names.")
CSRF_TRUSTED_ORIGINS = environment.listing("LINEO_CSRF_TRUSTED_ORIGINS")

# --- Apps ----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "lineo.accounts.admin_config.LineoAdminConfig",  # the admin, a workspace chosen first
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "django_rq",
    "csp",
    "corsheaders",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "template_partials",
    "lineo",
    "lineo.accounts",
    "lineo.answers",
    "lineo.jobs",
    "lineo.activity",
    "lineo.webhooks",
    "planning",
    "simulations",
    "lineo.live",
    "lineo.operations",
    "lineo.talk",
    "lineo.notices",
    "lineo.portfolio",
]

MIDDLEWARE = [
    "lineo.stack.StackMiddleware",
    "lineo.health.LivenessMiddleware",
    "lineo.operations.readiness.ReadinessMiddleware",
    "lineo.requests.RequestIdMiddleware",
    "lineo.operations.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lineo.headers.ResourcePolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "lineo.unchanged.UnchangedMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # Last, so that its transaction holds the view and nothing else.
    "lineo.accounts.middleware.WorkspaceMiddleware",
]

ROOT_URLCONF = "lineo.urls"
WSGI_APPLICATION = "lineo.wsgi.application"
ASGI_APPLICATION = "lineo.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,  # template_partials wraps the loaders that this stands for
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

# --- PostgreSQL ----------------------------------------------------------------------------

STATEMENT_TIMEOUT_MS = environment.number("LINEO_STATEMENT_TIMEOUT_MS", default=5_000)
CONNECTION_SECONDS = environment.number("LINEO_CONNECTION_SECONDS", default=60)
# What takes longer stands in the log and in the figures (0: nothing does).
SLOW_STATEMENT_MS = environment.number("LINEO_SLOW_STATEMENT_MS", default=1_000)


def _database(name: str, role: str) -> dict[str, Any]:
    """Return Django's description of the database that the variable ``name`` names."""
    address = environment.url(
        name, schemes=POSTGRES, default=folders().database_url(role) if EMBEDDED else ""
    )
    described = addresses.database(
        address, statement_timeout_ms=STATEMENT_TIMEOUT_MS, kept_seconds=CONNECTION_SECONDS
    )
    return described | ({"ENGINE": "lineo.embedded.backend"} if EMBEDDED else {})


# `default` is the serving role. The other two are no aliases, for a second alias would be a
# second connection with its own transactions: lineo.accounts swaps the role instead.
DATABASES = {"default": _database("DATABASE_URL", APP)}
DATABASE_OWNER = _database("DATABASE_OWNER_URL", OWNER)
DATABASE_BACKUP = _database("DATABASE_BACKUP_URL", BACKUP)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- The queue: a doorbell, so it may be late or lost, but never make a page wait ----------

REDIS_URL = environment.url("REDIS_URL", schemes=REDIS, default=folders().redis_url)
REDIS_CLIENT_OPTIONS = {
    "socket_timeout": 0.5,
    "socket_connect_timeout": 0.5,
    "retry": Retry(NoBackoff(), 0),
}
# `live` is for forecasts after an edit: a worker of its own keeps them from waiting in line.
RQ_QUEUES = {name: addresses.queue(REDIS_URL, REDIS_CLIENT_OPTIONS) for name in ("default", "live")}
# A bell is rung once its job is committed.
RQ = {"COMMIT_MODE": "auto"}
RQ_SHOW_ADMIN_LINK = False

# How fast the clocks of jobs tick; tests turn them faster. See lineo/jobs/pace.py.
JOB_LEASE_MS = environment.number("LINEO_JOB_LEASE_MS", default=30_000, least=100)
JOB_BEAT_MS = environment.number("LINEO_JOB_BEAT_MS", default=1_000, least=10)
JOB_SWEEP_MS = environment.number("LINEO_JOB_SWEEP_MS", default=10_000, least=100)
JOB_RING_AGAIN_MS = environment.number("LINEO_JOB_RING_AGAIN_MS", default=15_000, least=100)
JOB_GRACE_MS = environment.number("LINEO_JOB_GRACE_MS", default=1_500, least=100)
JOB_BACKOFF_MS = environment.number("LINEO_JOB_BACKOFF_MS", default=1_000)
# How many jobs of one workspace may be under way at once (0 is no limit).
JOB_WORKSPACE_CAP = environment.number("LINEO_JOB_WORKSPACE_CAP", default=8)
# What one job may take beyond its worker's own memory (0 is no limit), and how it gives way.
JOB_MEMORY_MB = environment.number("LINEO_JOB_MEMORY_MB", default=2_048)
JOB_NICE = environment.number("LINEO_JOB_NICE", default=5)

# --- Simulations ---------------------------------------------------------------------------

# A small simulation after each edit, by a worker of its own; off, only the full ones remain.
LIVE_FORECAST = environment.flag("LINEO_LIVE_FORECAST", default=True)
# From so many tasks × iterations on a simulation is split into parts that any worker does.
SIMULATION_SPLIT_CELLS = environment.number(
    "LINEO_SIMULATION_SPLIT_CELLS", default=1_000_000_000, least=1_000
)

# --- Live events ---------------------------------------------------------------------------

# Whether pages look for the event stream (lineo/asgi.py) under /events/; without it they ask.
LIVE_EVENTS = environment.flag("LINEO_LIVE_EVENTS", default=True)

# Hosts with their ports that webhooks may reach though they are not public, or without https.
WEBHOOK_HOSTS = environment.listing("LINEO_WEBHOOK_HOSTS")

# --- People --------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# Whether anybody may sign up; whoever was invited always may.
SIGN_UP_IS_OPEN = environment.flag("LINEO_SIGN_UP", default=True)
ACCOUNT_ADAPTER = "lineo.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "lineo.accounts.forms.SignInForm",
    "signup": "lineo.accounts.forms.SignUpForm",
    "reset_password": "lineo.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "lineo.accounts.forms.NewPasswordForm",
    "add_email": "lineo.accounts.forms.AddressForm",
    "change_password": "lineo.accounts.forms.ChangePasswordForm",
    "set_password": "lineo.accounts.forms.SetPasswordForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USER_DISPLAY = str
ACCOUNT_RATE_LIMITS = False  # those of lineo.accounts.limits hold instead, which count exactly
MFA_ADAPTER = "lineo.accounts.adapters.MfaAdapter"
MFA_FORMS = {
    "authenticate": "lineo.accounts.forms.CodeForm",
    "reauthenticate": "lineo.accounts.forms.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Lineo"
MFA_TOTP_TOLERANCE = 1  # half a minute either way: clocks of phones are not all right
SOCIALACCOUNT_ADAPTER = "lineo.accounts.adapters.SocialAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_QUERY_EMAIL = True
OIDC_NAME = environment.text("LINEO_OIDC_NAME", "OpenID Connect")
OIDC_ISSUER = environment.url("LINEO_OIDC_ISSUER", schemes=("https", "http"))
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": environment.text("LINEO_OIDC_CLIENT_ID"),
                "secret": environment.text("LINEO_OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- Words and numbers ---------------------------------------------------------------------

LANGUAGES = environment.languages("LINEO_LANGUAGES", default=("en",))
LANGUAGE_CODE = LANGUAGES[0][0]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"

# --- Files ---------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(environment.text("LINEO_STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [folder for folder in [BASE_DIR / "static"] if folder.is_dir()]
_collected = (STATIC_ROOT / "staticfiles.json").is_file() and not DEBUG
# Until `collectstatic` has run, files are found where they are written, without hashed names.
WHITENOISE_USE_FINDERS = not _collected
WHITENOISE_AUTOREFRESH = DEBUG
# What people upload: a folder that every web process shares, or a bucket of an S3-compatible store.
_bucket = environment.text("LINEO_S3_BUCKET")
MEDIA_ROOT = environment.text("LINEO_FILES_ROOT", str(DATA_DIR / "files")) if not _bucket else ""
FILE_QUOTA_MB = environment.number("LINEO_FILE_QUOTA_MB", default=2_048)
STORAGES = {
    "default": addresses.bucket(
        _bucket,
        endpoint=environment.text("LINEO_S3_ENDPOINT"),
        region=environment.text("LINEO_S3_REGION"),
    )
    if _bucket
    else addresses.folder(),
    "staticfiles": {"BACKEND": "lineo.staticfiles.HashedStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024  # a plan file of 20 MB and the rest of its form
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE

# --- What a browser may do -----------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if environment.flag("LINEO_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True  # htmx reads the token from <body hx-headers>, no script needs it
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "lineo.api.errors.forged"

# htmx 2, hardened: django-htmx renders this into <meta name="htmx-config">.
HTMX_CONFIG = {
    "allowEval": False,
    "allowScriptTags": False,
    "selfRequestsOnly": True,
    "includeIndicatorStyles": False,
    "historyCacheSize": 0,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "(409|412|422)", "swap": True, "error": False},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}

# --- The API -------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "lineo.api.authentication.BearerToken",
        "lineo.api.authentication.SignedInSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "lineo.api.authentication.InWorkspace",
    ],
    "DEFAULT_PARSER_CLASSES": ["lineo.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "lineo.api.renderers.PageRenderer",
    ],
    "DEFAULT_SCHEMA_CLASS": "lineo.api.schema.AutoSchema",
    "EXCEPTION_HANDLER": "lineo.api.errors.exception_handler",
}
# Signed tokens for clients without a browser: see lineo/accounts/passes.py.
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=7),
    "SIGNING_KEY": hashlib.sha256(b"lineo.pass" + SECRET_KEY.encode()).hexdigest(),
}
# For each token or, without one, each person; 0 is no limit.
API_CALLS_PER_MINUTE = environment.number("LINEO_API_CALLS_PER_MINUTE", default=600)

# Pages of other origins may call the API with a token. Cookies stay at home.
CORS_ALLOWED_ORIGINS = environment.listing("LINEO_CORS_ORIGINS")
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = (
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
)
CORS_EXPOSE_HEADERS = (
    "ETag",
    "Idempotency-Replayed",
    "Retry-After",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-Id",
)
SPECTACULAR_SETTINGS = {
    "TITLE": "Lineo",
    "DESCRIPTION": "A decision engine for project plans.",
    "VERSION": __version__,
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "POSTPROCESSING_HOOKS": ["lineo.api.schema.add_shapes", "lineo.api.schema.require_bodies"],
}

# --- Traces, logs and mail ------------------------------------------------------------------

# Where OpenTelemetry's collector takes traces, such as http://collector:4318/v1/traces.
TRACES_URL = environment.url("LINEO_TRACES_URL", schemes=("http", "https"))
# What Prometheus must say to read /metrics, as a bearer token; without it the page is not there.
METRICS_TOKEN = environment.text("LINEO_METRICS_TOKEN")
LOG_FORMAT = environment.text("LINEO_LOG_FORMAT", "text", choices=("text", "json"))
LOG_LEVEL = environment.text(
    "LINEO_LOG_LEVEL", "INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR")
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "lineo.logs.TextFormatter"},
        "json": {"()": "lineo.logs.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # Django's own handlers would say everything twice, and mail what they say.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
    },
}
# Without an address, mails are printed: enough to try it out.
_mail = urlsplit(environment.url("LINEO_MAIL_URL", schemes=("smtp", "smtps")))
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if _mail.hostname
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = _mail.hostname or "localhost"
EMAIL_PORT = _mail.port or (465 if _mail.scheme == "smtps" else 587)
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_USE_TLS = _mail.scheme == "smtp" and bool(_mail.username)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = environment.text("LINEO_MAIL_FROM", "Lineo <lineo@localhost>")
# Where people find the site: links in mails begin with it.
SITE_URL = environment.url(
    "LINEO_SITE_URL",
    schemes=("https", "http"),
    default=f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0].lstrip('.')}",
).rstrip("/")
