"""Addresses of statistics."""

from django.urls import path, re_path

from terrace.statistics.views import figures, outlets, rows, statements

app_name = "statistics"

urlpatterns = [
    path("", figures.figures, name="figures"),
    path("household/", statements.own, name="own_statement"),
    path("households/<str:number>/", statements.statement, name="statement"),
    path("households/<str:number>/statement.pdf", statements.statement_pdf, name="statement_pdf"),
    path("outlet/", outlets.own, name="own_outlet"),
    path("outlets/", outlets.ranking, name="outlets"),
    path("outlets/<str:number>/", outlets.outlet, name="outlet"),
    re_path(
        r"^outlets/(?P<number>[^/]+)/(?P<month>[^/]+)/statement\.(?P<form>pdf|xlsx)$",
        outlets.outlet_statement,
        name="outlet_statement",
    ),
    path("outlets/<str:number>/<str:month>/<str:kind>/", outlets.cost, name="outlet_cost"),
    path("<str:area>/", figures.figures, name="figures_of"),
    path("<str:area>/<str:figure>/", rows.behind, name="rows"),
]
