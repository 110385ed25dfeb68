"""Addresses of the pages of organisations."""

from django.urls import path

from planning.web.organisation import views

urlpatterns = [
    path("", views.organisations, name="organisations"),
    path("<slug:slug>/", views.organisation, name="organisation"),
    path("<slug:slug>/uitnodigen/", views.invite, name="organisation-invite"),
    path("<slug:slug>/uitnodigingen/<int:pk>/opnieuw/", views.resend_invitation, name="invitation-resend"),
    path("<slug:slug>/uitnodigingen/<int:pk>/intrekken/", views.revoke_invitation, name="invitation-revoke"),
    path("<slug:slug>/mensen/<int:pk>/rol/", views.change_role, name="member-role"),
    path("<slug:slug>/mensen/<int:pk>/weg/", views.remove_member, name="member-remove"),
    path("<slug:slug>/sleutels/", views.make_token, name="token-make"),
    path("<slug:slug>/sleutels/<int:pk>/intrekken/", views.revoke_token, name="token-revoke"),
    path("<slug:slug>/eigen-accounts/<int:pk>/", views.decide_sign_in, name="sign-in-rule"),
]
