"""Addresses of the account pages; the names are those that django-allauth asks for."""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as links
from django.urls import include, path, re_path
from django.views.generic import RedirectView, TemplateView

from planning.web.account import own_service, views
from planning.web.headers import may_lead_to_services

password = [
    path("", account.password_change, name="account_change_password"),
    path("instellen/", account.password_set, name="account_set_password"),
    path("vergeten/", account.password_reset, name="account_reset_password"),
    path("vergeten/verstuurd/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^nieuw/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("klaar/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
email = [
    path("", account.email, name="account_email"),
    path("bevestigen/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^bevestigen/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
]
second_factor = [
    path("", factor.index, name="mfa_index"),
    path("code/", factor.authenticate, name="mfa_authenticate"),
    path("nogmaals/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("app/", app.activate_totp, name="mfa_activate_totp"),
    path("app/uit/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("herstelcodes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("herstelcodes/nieuw/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("herstelcodes/bestand/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("sleutels/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("sleutels/nieuw/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("sleutels/nogmaals/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("sleutels/inloggen/", keys.login_webauthn, name="mfa_login_webauthn"),
    path("sleutels/<int:pk>/weg/", keys.remove_webauthn, name="mfa_remove_webauthn"),
    path("sleutels/<int:pk>/naam/", keys.edit_webauthn, name="mfa_edit_webauthn"),
]
own_accounts = [
    path("", may_lead_to_services(links.connections), name="socialaccount_connections"),
    path("geannuleerd/", links.login_cancelled, name="socialaccount_login_cancelled"),
    path("fout/", links.login_error, name="socialaccount_login_error"),
    # Nobody fills in a form to sign up: who may join, joins at once.
    path("aanmelden/", RedirectView.as_view(pattern_name="account_login"), name="socialaccount_signup"),
    path("<slug:provider_id>/", may_lead_to_services(own_service.login), name="openid_connect_login"),
    path("<slug:provider_id>/terug/", own_service.callback, name="openid_connect_callback"),
]
urlpatterns = [
    path("", views.overview, name="account"),
    path("inloggen/", may_lead_to_services(account.login), name="account_login"),
    path("uitloggen/", account.logout, name="account_logout"),
    path("nogmaals/", account.reauthenticate, name="account_reauthenticate"),
    path("uitgezet/", account.account_inactive, name="account_inactive"),
    path("aanmelden/", TemplateView.as_view(template_name="account/signup_closed.html"), name="account_signup"),
    path("wachtwoord/", include(password)),
    path("e-mail/", include(email)),
    path("tweede-stap/", include(second_factor)),
    path("eigen-account/", include(own_accounts)),
    path("sessies/", views.sessions, name="account_sessions"),
    path("verstuurde-mails/", views.sent_mails, name="sent-mails"),
]
