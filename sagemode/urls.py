"""Every address: pages, API, health, admin."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.api import schema  # noqa: F401  (registers itself with drf-spectacular)
from accounts.api.views import UnknownRouteAPI
from sagemode import health
from sagemode.api import Root
from sessions_app.views.dashboard import dashboard

admin.autodiscover()  # here, because only a process that answers requests needs it

api: list[URLPattern | URLResolver] = [
    path("", Root.as_view(), name="root"),
    path("schema", SpectacularAPIView.as_view(), name="schema"),
    path(
        "docs",
        SpectacularSwaggerSplitView.as_view(url_name="api:schema", template_name="swagger.html"),
        name="docs",
    ),
    path("", include("accounts.api.urls")),
    path("", include("teams.api.urls")),
    path("", include("agents.api.urls")),
    path("", include("sessions_app.api.urls")),
]

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("teams.urls")),
    path("", include("agents.urls")),
    path("", dashboard, name="dashboard"),
    path("", include("sessions_app.urls")),
    path("api/v1/", include((api, "api"))),
    path("api/v1", Root.as_view()),
    re_path(r"^api(?:/|$)", UnknownRouteAPI.as_view()),  # before the pages' 404, and before Django adds a slash
    path("health", health.overview, name="health"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("admin/", admin.site.urls),
]

handler400 = "accounts.api.problems.bad_request"
handler403 = "accounts.api.problems.permission_denied"
handler404 = "accounts.api.problems.not_found"
handler500 = "accounts.api.problems.server_error"
