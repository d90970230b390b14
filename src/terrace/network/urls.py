"""Addresses of the network pages."""

from django.urls import path

from terrace.network.views import acts, areas, maps, public, units

app_name = "network"
urlpatterns = [
    path("", areas.area, name="area"),
    path("areas/<str:code>/", areas.area, name="area"),
    path("areas/<str:code>/outlines.json", maps.outlines, name="outlines"),
    path("areas/<str:code>/units.json", maps.markers, name="markers"),
    path("areas/<str:code>/units/new/", acts.found, name="unit_new"),
    path("points/", public.public_units, name="public_units"),
    path("units/", units.units, name="units"),
    path("units/<str:number>/", units.unit, name="unit"),
    path("units/<str:number>/change/", acts.change, name="unit_change"),
    path("units/<str:number>/place/", acts.place, name="unit_place"),
    path("units/<str:number>/close/", acts.close, name="unit_close"),
]
