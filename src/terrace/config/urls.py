"""Every context's pages, and the REST interface beside them."""

from django.urls import include, path
from django.views.generic import RedirectView

from terrace.accounts.urls import language_urls
from terrace.config import health
from terrace.config.api import api
from terrace.traceability.urls import code_urls

urlpatterns = [
    path("", include("terrace.web.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("i18n/", include(language_urls)),
    path("01/", include(code_urls)),
    # Phone and e-mail are changed in one place, ours; allauth's own pages would keep a second truth of them.
    path("account/email/", RedirectView.as_view(pattern_name="accounts:change_contact")),
    path("account/phone/change/", RedirectView.as_view(pattern_name="accounts:change_contact")),
    path("account/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("network/", include("terrace.network.urls")),
    path("people/", include("terrace.accounts.urls")),
    path("audit/", include("terrace.audit.urls")),
    path("notices/", include("terrace.messaging.urls")),
    path("registry/", include("terrace.registry.urls")),
    path("catalog/", include("terrace.catalog.urls")),
    path("ledger/", include("terrace.ledger.urls")),
    path("lots/", include("terrace.traceability.urls")),
    path("logistics/", include("terrace.logistics.urls")),
    path("sourcing/", include("terrace.sourcing.urls")),
    path("market/", include("terrace.market.urls")),
    path("figures/", include("terrace.statistics.urls")),
]

handler400 = "terrace.http.refusals.not_understood"
handler403 = "terrace.http.refusals.forbidden"
handler404 = "terrace.http.refusals.not_found"
handler500 = "terrace.http.refusals.failed"
