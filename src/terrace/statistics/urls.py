"""Addresses of statistics."""

from django.urls import path

from terrace.statistics.views import figures, rows

app_name = "statistics"

urlpatterns = [
    path("", figures.figures, name="figures"),
    path("<str:area>/", figures.figures, name="figures_of"),
    path("<str:area>/<str:figure>/", rows.behind, name="rows"),
]
