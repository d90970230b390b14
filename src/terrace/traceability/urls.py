"""Addresses of traceability: the desk's below /lots/, and at the root those that GS1 lays down for codes on goods."""

from django.urls import path

from terrace.traceability.views import acts, codes, labels, lots, trace

app_name = "traceability"
urlpatterns = [
    path("", lots.lots, name="lots"),
    path("<str:number>/", lots.lot, name="lot"),
    path("<str:number>/label.pdf", labels.label, name="label"),
    path("<str:number>/split/", acts.split, name="split"),
    path("<str:number>/merge/", acts.merge, name="merge"),
    path("<str:number>/loss/", acts.lose, name="lose"),
    path("<str:number>/steps/new/", acts.step, name="step"),
    path("<str:number>/tests/new/", acts.inspect, name="inspect"),
    path("<str:number>/tests/<int:inspection>/report.jpg", lots.document, name="document"),
    path("<str:number>/grade/", acts.grade, name="grade"),
    path("<str:number>/recall/", acts.recall, name="recall"),
    path("<str:number>/recall/end/", acts.end_recall, name="end_recall"),
]
code_urls = [
    path("<str:gtin>", codes.code, name="code"),
    path("<str:gtin>/", codes.code, name="code_with_slash"),
    path("<str:gtin>/10/<str:number>", trace.trace, name="trace"),
    path("<str:gtin>/10/<str:number>/", trace.trace, name="trace_with_slash"),
]
"""Below /01/: a GS1 Digital Link has no slash at its end; one that was typed with one is led to where it belongs."""
