"""Signing in by an organisation's own service (OpenID Connect), stricter than the library needs it.

Beside state and PKCE, which the library checks, what the service says is believed only where it is signed with a key
that the service publishes, and was made for this very sign-in (nonce).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import jwt
import requests
from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.crypto import constant_time_compare, salted_hmac

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SIGNED_WITH: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"})
"""Signatures by a key pair; anything else is none, or could be made by whoever reads the public key."""


def nonce_for(state: str) -> str:
    """Return what the service must repeat in its token, for the sign-in that goes by ``state``."""
    return salted_hmac("planning.web.account.nonce", state, algorithm="sha256").hexdigest()


class CheckedClient(OAuth2Client):
    """Sends people to their service with a nonce."""

    def get_redirect_url(self, authorization_url: str, scope: list[str], extra_params: Mapping[str, str]) -> str:
        """Return where the person signs in."""
        params = {**extra_params, "nonce": nonce_for(self.state)}
        url: str = super().get_redirect_url(authorization_url, scope, params)
        return url


class CheckedService(OpenIDConnectOAuth2Adapter):
    """Reads what a service tells, and refuses what it did not sign for this sign-in."""

    client_class = CheckedClient

    def get_provider(self) -> Any:
        """Return the service, which makes its addresses by this class."""
        provider = super().get_provider()
        provider.oauth2_adapter_class = type(self)
        return provider

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        """Return who signed in; raises OAuth2Error where that is not certain."""
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("no id_token")
        try:
            return super().complete_login(request, app, token, **kwargs)
        except (KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("not OpenID Connect") from error

    def _fetch_user_info(self, access_token: str) -> dict[str, Any]:
        return _plain(super()._fetch_user_info(access_token))

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            signed_with = jwt.get_unverified_header(id_token).get("alg")
        except jwt.PyJWTError as error:
            raise OAuth2Error("no token") from error
        if signed_with not in SIGNED_WITH:
            raise OAuth2Error("not signed")
        claims = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        if not constant_time_compare(str(claims.get("nonce", "")), nonce_for(self.request.GET.get("state", ""))):
            raise OAuth2Error("made for another sign-in")
        return _plain(claims)


def _plain(claims: dict[str, Any]) -> dict[str, Any]:
    """Return the claims with ``email_verified`` as true or false; some services write it as text."""
    return {**claims, "email_verified": claims.get("email_verified") in (True, "true")}


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send somebody to the service.

    By a page of its own: where a form leads to another site by a redirect, browsers that hold to our policy for forms
    (``form-action``) stop there.
    """
    answer = _answer(request, provider_id, OAuth2LoginView.adapter_view)
    if not isinstance(answer, HttpResponseRedirect) or answer.url.startswith("/"):
        return answer
    page = render(request, "account/to_service.html", {"url": answer.url})
    page["Refresh"] = f"0; url={answer.url}"
    page["Cache-Control"] = "no-store"
    return page


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take back who comes from the service."""
    return _answer(request, provider_id, OAuth2CallbackView.adapter_view)


def _answer(request: HttpRequest, provider_id: str, view_of: Callable[[Any], Any]) -> HttpResponse:
    try:
        service = CheckedService(request, provider_id)
        provider = service.get_provider()
    except SocialApp.DoesNotExist:
        raise Http404 from None
    try:
        answer: HttpResponse = view_of(service)(request)
    except (requests.RequestException, KeyError, ValueError) as error:
        # The service is down, or says nothing that could be one.
        answer = render_authentication_error(request, provider, exception=error)
    return answer
