"""Addresses of the shell: home, theme, component gallery."""

from django.urls import path

from terrace.web import views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("theme", views.theme, name="theme"),
    path("gallery", views.components, name="gallery"),
]
