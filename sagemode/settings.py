"""Every setting of Sage Mode, read from the environment once. `.env.example` lists the variables with their meaning."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from sagemode import __version__
from sagemode.environment import Environment
from sagemode.logs import logging_config
from sagemode.postgres import embedded_url
from sagemode.scratch import scratch_url
from sagemode.secret_key import generated_key, secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()
if os.environ.get("ENVIRONMENT") != "testing" and (BASE_DIR / ".env").is_file():
    Environment.read_env(BASE_DIR / ".env", overwrite=False)

# --- where we are and who may come -----------------------------------------------------------------------------------
VERSION = __version__
ENVIRONMENT = env.str("ENVIRONMENT", default="development")
PRODUCTION = ENVIRONMENT == "production"
TESTING = ENVIRONMENT == "testing"
DEBUG = env.bool("DEBUG", default=False)
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
PUBLIC_URL = env.str("SAGE_PUBLIC_URL", default=f"http://{HOST}:{PORT}").rstrip("/")
DATA_DIR = Path(env.str("SAGE_DATA_DIR", default="") or "var")
DATA_DIR = DATA_DIR if DATA_DIR.is_absolute() else BASE_DIR / DATA_DIR
SECRET_KEY = env.str("SECRET_KEY", default="") or secret_key(DATA_DIR, host=HOST)
FIELD_KEY = env.str("SAGE_FIELD_KEY", default="")  # comma list: the first encrypts, all decrypt; empty: generated
GENERATED_FIELD_KEY = partial(generated_key, DATA_DIR / "field_key", host=HOST, variable="SAGE_FIELD_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=sorted({"localhost", "127.0.0.1", "[::1]", HOST}))
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SAGE_HTTPS = env.bool("SAGE_HTTPS", default=False)

# --- the database is the truth ---------------------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", default="")
EMBEDDED_POSTGRES = not DATABASE_URL
DATABASES = {"default": env.db_url_config(DATABASE_URL or embedded_url(DATA_DIR))}
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["ENGINE"] = "accounts.database"  # the same, and no wait without a limit
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 5)
DATABASE_POOL_SIZE = env.int("DATABASE_POOL_SIZE", default=10)
DATABASE_MAX_OVERFLOW = env.int("DATABASE_MAX_OVERFLOW", default=20)
DATABASE_SECONDS = env.float("SAGE_DATABASE_SECONDS", default=10.0)  # for one statement; migrations have no limit
DATABASE_URL_DIRECT = env.str("DATABASE_URL_DIRECT", default="")
# Where schemas that agents write are tried; empty: they are parsed only.
SCRATCH_URL = env.str("SAGE_SCRATCH_URL", default="") or (scratch_url(DATA_DIR) if EMBEDDED_POSTGRES else "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- what is in Redis may be lost at any time ------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    from redis.asyncio.retry import Retry as AsyncRetry
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    # Without a policy of ours redis-py tries ten more times, and one second becomes fourteen.
    one_second = {"socket_timeout": 1, "socket_connect_timeout": 1}
    CACHES = {
        "default": {
            "BACKEND": "sagemode.cache.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {**one_second, "retry": Retry(NoBackoff(), 0)},
        }
    }
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [{"address": REDIS_URL, **one_second, "retry": AsyncRetry(NoBackoff(), 0)}]},
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

# --- the application -------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",  # `sagemode.urls` loads its pages
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_htmx",
    "django_q",
    "accounts",
    "teams",
    "agents",
    "sessions_app",
    "sagemode",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sagemode.middleware.TrailingSlash",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SlidingSession",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sagemode.middleware.Refusals",
]
ROOT_URLCONF = "sagemode.urls"
ASGI_APPLICATION = "sagemode.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- people and their web sessions (in PostgreSQL: a Redis that forgets signs nobody out) ----------------------------
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["accounts.hashers.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:login"
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_NAME = "session_id"
SESSION_COOKIE_AGE = 24 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_SAVE_EVERY_REQUEST = False  # accounts.middleware slides the 24 hours, at most 14 days
DEFAULT_EXCEPTION_REPORTER = "sagemode.error_reports.ErrorReport"
DEFAULT_EXCEPTION_REPORTER_FILTER = "sagemode.error_reports.WithoutSettings"
CSRF_FAILURE_VIEW = "accounts.api.problems.csrf_failure"

# --- transport and content security ----------------------------------------------------------------------------------
if SAGE_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # our own pages frame model-made wireframes
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "frame-ancestors": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}

# --- static files ----------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns about a folder that is missing
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True  # served as they are in the tree; no collectstatic before the first start
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "sagemode.static_storage.HashedNames"
    },
}

# --- API -------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.CookieAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["accounts.api.parsers.DepthSafeJSONParser"],
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "rest_framework.renderers.BrowsableAPIRenderer",
    ],
    "DEFAULT_PAGINATION_CLASS": "accounts.api.pagination.NewestFirst",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "accounts.api.problems.exception_handler",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Sage Mode API",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "accounts.api.schema.tell_problems",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",  # served by ourselves: the page talks to nobody else
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {"TeamRole": "teams.roles.Role", "GrantableRole": "teams.api.serializers.GRANTABLE"},
}

# --- the queue: Django-Q2 carries wake-ups, the database decides -----------------------------------------------------
WORKERS = env.int("SAGE_WORKERS", default=2)
WORKER_CONCURRENCY = env.int("SAGE_WORKER_CONCURRENCY", default=64)
Q_CLUSTER = {
    "name": "sagemode",
    "cluster_name": "agents",
    "orm": "default",
    "broker_class": "sagemode.broker.Broker",
    "workers": WORKERS,
    "queue_limit": 4,
    "bulk": 16,
    "timeout": 60,  # an entry point hands its work to the loop and returns within milliseconds
    "retry": 90,
    "ack_failures": True,
    "max_attempts": 0,
    "save_limit": -1,  # an agent task is seen in our own AgentTask admin; maintenance jobs pass save=True
    "recycle": 0,  # recycling drops what the loop holds
    "poll": 0.2,
    "guard_cycle": 0.3,
    "scheduler": False,
    "label": "Queue",
}

# --- the engine ------------------------------------------------------------------------------------------------------
LEASE_SECONDS = env.int("SAGE_LEASE_SECONDS", default=20)
MAX_LOST = env.int("SAGE_MAX_LOST", default=6)
WATCHDOG_SECONDS = env.int("SAGE_WATCHDOG_SECONDS", default=30)
SHUTDOWN_SECONDS = env.int("SAGE_SHUTDOWN_SECONDS", default=30 if PRODUCTION else 5)
TASK_SOFT_SECONDS = env.int("SAGE_TASK_SOFT_SECONDS", default=25 * 60)  # after it a task begins no further call
TASK_HARD_SECONDS = env.int("SAGE_TASK_HARD_SECONDS", default=30 * 60)
LONGEST_RUN_SECONDS = env.int("SAGE_LONGEST_RUN_SECONDS", default=7 * 24 * 60 * 60)  # then a session pauses; 0 is off
QUARANTINE_PROCESSES = env.int("SAGE_QUARANTINE_PROCESSES", default=8)
MAX_RUNNING_TASKS_PER_USER = env.int("SAGE_MAX_RUNNING_TASKS_PER_USER", default=50)
MAX_RUNNING_STAGES_PER_USER = env.int("SAGE_MAX_RUNNING_STAGES_PER_USER", default=0)
MAX_RUNNING_TASKS_PER_TEAM = env.int("SAGE_MAX_RUNNING_TASKS_PER_TEAM", default=0)
FAILPOINT = env.str("SAGE_FAILPOINT", default="")  # for tests: where a process is to die; never armed in production
WS_HEARTBEAT_INTERVAL = env.int("WS_HEARTBEAT_INTERVAL", default=30)
WS_MAX_CONNECTIONS = env.int("WS_MAX_CONNECTIONS", default=10_000)

# --- models ----------------------------------------------------------------------------------------------------------
SAGE_MODEL = env.str("SAGE_MODEL", default="") or "simulator"
FALLBACK_MODELS = env.list("SAGE_FALLBACK_MODELS", default=[])  # tried in order when a model gives no answer
USUAL_ADDRESSES = {  # of the providers that are known by name; another one is an address of the operator's own
    "anthropic": "https://api.anthropic.com",
    "openai": "https://api.openai.com/v1",
    "openrouter": "https://openrouter.ai/api/v1",
    "ollama": "http://localhost:11434",
}
ANTHROPIC_API_KEY = env.str("ANTHROPIC_API_KEY", default="")
ANTHROPIC_BASE_URL = env.address("ANTHROPIC_BASE_URL", less="/v1") or USUAL_ADDRESSES["anthropic"]
OPENAI_API_KEY = env.str("OPENAI_API_KEY", default="")
OPENAI_BASE_URL = env.address("OPENAI_BASE_URL") or USUAL_ADDRESSES["openai"]
OPENROUTER_API_KEY = env.str("OPENROUTER_API_KEY", default="")
OPENROUTER_BASE_URL = env.address("OPENROUTER_BASE_URL") or USUAL_ADDRESSES["openrouter"]
OLLAMA_BASE_URL = env.address("OLLAMA_BASE_URL", less="/v1") or USUAL_ADDRESSES["ollama"]
OLLAMA_IS_NAMED = bool(env.str("OLLAMA_BASE_URL", default=""))  # it has no key that would tell that somebody has it
DEFAULT_TEMPERATURE = env.float("DEFAULT_TEMPERATURE", default=0.7)
DEFAULT_MAX_TOKENS = env.int("DEFAULT_MAX_TOKENS", default=4096)
CALL_RETRIES = env.int("SAGE_CALL_RETRIES", default=3)  # of one call at one provider, before the fallback list
CONNECT_SECONDS = env.float("SAGE_TIMEOUT_CONNECT", default=10.0)
# Seconds for the first byte of an answer, and between two bytes of it.
IDLE_SECONDS = {
    "small": env.float("SAGE_TIMEOUT_SMALL", default=30.0),
    "large": env.float("SAGE_TIMEOUT_LARGE", default=60.0),
    "local": env.float("SAGE_TIMEOUT_LOCAL", default=120.0),
}
CALL_TOTAL_SECONDS = env.float("SAGE_TIMEOUT_TOTAL", default=300.0)  # of one try
PROVIDER_CONCURRENCY = env.str("SAGE_PROVIDER_CONCURRENCY", default="")  # "anthropic:50,openai:100"; empty: no limit
PROVIDER_TOKENS_PER_MINUTE = env.str("SAGE_PROVIDER_TOKENS_PER_MINUTE", default="")  # in the same form
PROVIDER_HOSTS = env.list("SAGE_PROVIDER_HOSTS", default=[])  # private hosts that team members may name
REQUIRE_PROVIDER = env.bool("SAGE_REQUIRE_PROVIDER", default=False)
UNKNOWN_PRICE_USD = env.str("SAGE_UNKNOWN_PRICE", default="15")  # per million tokens of a model without a known price
PRICES_FILE = env.str("SAGE_PRICES", default="")
RETENTION_DAYS = env.int("SAGE_RETENTION_DAYS", default=180)  # of requests and answers of models; 0 keeps them
CONTEXT_TOKENS = env.int("SAGE_CONTEXT_TOKENS", default=128_000)  # what the smallest model in use can be told at once
# In development a person watches.
SIMULATOR_LATENCY = env.float("SIMULATOR_LATENCY", default=2.0 if ENVIRONMENT == "development" else 0.0)
SIMULATOR_SEED = env.int("SIMULATOR_SEED", default=0)
SIMULATOR_FAULTS = env.str("SIMULATOR_FAULTS", default="")

# --- logs ------------------------------------------------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_FORMAT = env.str("LOG_FORMAT", default="console")
LOGGING_CONFIG = None
logging_config(level=LOG_LEVEL, format=LOG_FORMAT)
