"""Mounted at `/api/v1/`."""

from django.urls import path

from accounts.api import views

app_name = "accounts-api"

urlpatterns = [
    path("auth/signup", views.SignUpAPI.as_view(), name="signup"),
    path("auth/login", views.SignInAPI.as_view(), name="login"),
    path("auth/logout", views.SignOutAPI.as_view(), name="logout"),
    path("auth/me", views.OwnAccountAPI.as_view(), name="me"),
]
