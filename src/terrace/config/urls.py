"""Every context's pages, and the REST interface beside them."""

from django.urls import include, path

from terrace.config import health
from terrace.config.api import api

urlpatterns = [
    path("", include("terrace.web.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("account/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("network/", include("terrace.network.urls")),
    path("people/", include("terrace.accounts.urls")),
    path("audit/", include("terrace.audit.urls")),
    path("notices/", include("terrace.messaging.urls")),
    path("registry/", include("terrace.registry.urls")),
    path("catalog/", include("terrace.catalog.urls")),
    path("sourcing/", include("terrace.sourcing.urls")),
]
