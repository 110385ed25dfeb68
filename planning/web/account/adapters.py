"""What django-allauth asks of us: our words, our mail, who may join, secrets that are not kept in clear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning.partners import mail
from planning.partners.own_accounts import Arrival, NotWelcome, join, welcome
from planning.partners.sealing import seal, unseal
from planning.web.account.second_factor import must_have

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin

    from planning.partners.models import User

SAID: Final = {
    "account/messages/password_changed.txt": gettext_lazy("Uw wachtwoord is gewijzigd."),
    "account/messages/password_set.txt": gettext_lazy("Uw wachtwoord is ingesteld."),
    "account/messages/email_confirmation_sent.txt": gettext_lazy("Er is een mail gestuurd naar %(email)s."),
    "account/messages/email_confirmed.txt": gettext_lazy("%(email)s is bevestigd."),
    "account/messages/email_confirmation_failed.txt": gettext_lazy("%(email)s hoort al bij een ander account."),
    "account/messages/primary_email_set.txt": gettext_lazy("Uw e-mailadres is gewijzigd."),
    "account/messages/email_deleted.txt": gettext_lazy("%(email)s is verwijderd."),
    "mfa/messages/totp_activated.txt": gettext_lazy("De app voor codes staat aan."),
    "mfa/messages/totp_deactivated.txt": gettext_lazy("De app voor codes staat uit."),
    "mfa/messages/recovery_codes_generated.txt": gettext_lazy("U hebt nieuwe herstelcodes. De oude werken niet meer."),
    "mfa/messages/webauthn_added.txt": gettext_lazy("De sleutel is toegevoegd."),
    "mfa/messages/webauthn_removed.txt": gettext_lazy("De sleutel is verwijderd."),
    "socialaccount/messages/account_connected.txt": gettext_lazy("Uw account is gekoppeld."),
    "socialaccount/messages/account_connected_other.txt": gettext_lazy("Dit account hoort al bij iemand anders."),
    "socialaccount/messages/account_disconnected.txt": gettext_lazy("De koppeling is verwijderd."),
}
"""What is said after something was done, by the name allauth has for it; of the rest nothing is said."""

NOTICED: Final = {
    "account/email/password_changed": gettext_lazy("Het wachtwoord van uw account is gewijzigd."),
    "account/email/password_set": gettext_lazy("Het wachtwoord van uw account is ingesteld."),
    "account/email/password_reset": gettext_lazy("Het wachtwoord van uw account is opnieuw ingesteld."),
    "account/email/email_changed": gettext_lazy("Het e-mailadres van uw account is gewijzigd."),
    "account/email/email_confirm": gettext_lazy("Het e-mailadres van uw account is bevestigd."),
    "account/email/email_deleted": gettext_lazy("Een e-mailadres van uw account is verwijderd."),
    "mfa/email/totp_activated": gettext_lazy("Bij uw account is een app voor codes aangezet."),
    "mfa/email/totp_deactivated": gettext_lazy("Bij uw account is de app voor codes uitgezet."),
    "mfa/email/recovery_codes_generated": gettext_lazy("Voor uw account zijn nieuwe herstelcodes gemaakt."),
    "mfa/email/webauthn_added": gettext_lazy("Aan uw account is een sleutel toegevoegd."),
    "mfa/email/webauthn_removed": gettext_lazy("Van uw account is een sleutel verwijderd."),
    "socialaccount/email/account_connected": gettext_lazy("Aan uw account is een account van elders gekoppeld."),
    "socialaccount/email/account_disconnected": gettext_lazy("Een koppeling van uw account is verwijderd."),
}
"""What somebody is told by mail about the own account, by the name allauth has for it."""

WRONG_PASSWORD: Final = gettext_lazy("Deze naam en dit wachtwoord horen niet bij elkaar. Probeer het opnieuw.")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts, by invitation only."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("Dit account staat uit."),
        "duplicate_email": gettext_lazy("Dit is al uw e-mailadres."),
        "email_password_mismatch": WRONG_PASSWORD,
        "username_password_mismatch": WRONG_PASSWORD,
        "email_taken": gettext_lazy("Dit e-mailadres hoort al bij een ander account."),
        "enter_current_password": gettext_lazy("Vul uw huidige wachtwoord in."),
        "incorrect_password": gettext_lazy("Dit wachtwoord klopt niet."),
        "incorrect_code": gettext_lazy("Deze code klopt niet."),
        "invalid_password_reset": gettext_lazy("Deze link werkt niet meer. Vraag een nieuwe."),
        "too_many_login_attempts": gettext_lazy(
            "Het is te vaak niet gelukt. Inloggen kan weer over vijf minuten. Wachtwoord kwijt? Vraag een nieuw."
        ),
        "rate_limited": gettext_lazy("Dit gaat te snel. Wacht even en probeer het opnieuw."),
        "same_as_current": gettext_lazy("Dit is hetzelfde als nu."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account without an invitation."""
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in; an address that an administrator gave an account counts as confirmed."""
        if user.email and not EmailAddress.objects.filter(Q(user=user) | Q(email__iexact=user.email)).exists():
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        super().login(request, user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send by our own mail: what happened to an account as one notice, the rest by a template of its own."""
        # Links begin with our own address, whatever the name by which the request came.
        links = {name: mail.absolute(urlsplit(url).path) for name, url in context.items() if name.endswith("_url")}
        context = {**context, **links}
        if (notice := NOTICED.get(template_prefix)) is not None:
            mail.send(email, "account/notice", {**context, "notice": notice})
        else:
            mail.send(email, f"account/{template_prefix.rpartition('/')[2]}", context)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say what was done, in our words."""
        said = SAID.get(message_template or "")
        if message is None and said is not None:
            message = str(said) % {"email": (message_context or {}).get("email", "")}
        if message:
            super().add_message(request, level, message=message, extra_tags=extra_tags)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are encrypted with the key of the service."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("Deze code klopt niet, of is al gebruikt. Wacht op de volgende."),
        "cannot_delete_authenticator": gettext_lazy("Voor uw rol is een tweede stap nodig; die kan niet uit."),
        "cannot_generate_recovery_codes": gettext_lazy("Herstelcodes horen bij een tweede stap. Stel die eerst in."),
    }

    def encrypt(self, text: str) -> str:
        """Return ``text`` as it is kept."""
        return seal("second factor", text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return what was kept."""
        return unseal("second factor", encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Keep the last one of who must have one."""
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        has_other = others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        return has_other or not must_have(authenticator.user)

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """Propose a name for a key."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Sleutel %(number)s") % {"number": number}


class PartnerAccountAdapter(DefaultSocialAccountAdapter):
    """The partners' own accounts: who comes with one joins by an invitation or by an approved rule, or not at all."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "no_password": gettext_lazy("Stel eerst een wachtwoord in; anders kunt u niet meer inloggen."),
        "disconnect_last": gettext_lazy("Zonder deze koppeling kunt u niet meer inloggen."),
        "connected_other": gettext_lazy("Dit account hoort al bij iemand anders."),
    }

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse who is not welcome; tie the account to the person it is known to belong to."""
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        try:
            known = welcome(arrival(request, sociallogin))
        except NotWelcome as refusal:
            page = render(request, "account/not_welcome.html", {"why": str(refusal)}, status=403)
            raise ImmediateHttpResponse(page) from refusal
        if known is not None:
            sociallogin.connect(request, known)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Open: who is not welcome was refused before."""
        return True

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Keep a new person, as a member of the organisation that let them in."""
        user: User = super().save_user(request, sociallogin, form)
        join(arrival(request, sociallogin), user)
        return user


def arrival(request: HttpRequest, sociallogin: SocialLogin) -> Arrival:
    """Return who comes by which service, and with which invitation."""
    told = sociallogin.account.extra_data
    claims = {**told.get("userinfo", {}), **told.get("id_token", {})}
    if told.get("userinfo", {}).get("sub", claims.get("sub")) != claims.get("sub"):
        raise ImmediateHttpResponse(
            render(request, "account/not_welcome.html", {"why": _("De inlogdienst sprak zichzelf tegen.")}, status=403)
        )
    return Arrival(
        provider_id=sociallogin.account.provider,
        claims=claims,
        verified_emails=[address.email for address in sociallogin.email_addresses if address.verified],
        invitation=_invitation_in(sociallogin.state.get("next") or ""),
    )


def _invitation_in(path: str) -> str:
    """Return the token of an invitation whose page somebody comes from, or nothing."""
    _before, found, rest = path.partition("/uitnodiging/")
    return rest.strip("/") if found else ""
