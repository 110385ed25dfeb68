"""Webhooks: what happened, sent to a partner's own program, signed, tried again, and never to a machine inside.

Signed as others do: ``t`` is when (seconds since 1970) and ``v1`` the HMAC-SHA256, in hexadecimal digits, of
``t`` + "." + the body, with the secret that both know. A receiver compares it and refuses what is minutes old.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import secrets
import socket
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

import requests
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter

from planning.coordination.models import Delivery, Happening, Webhook
from planning.partners.models import Organisation, User
from planning.partners.permissions import rights_of

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

PATIENCE_S: Final = 8.0
MOST_ATTEMPTS: Final = 8
SWITCHED_OFF_AFTER: Final = 40
"""A webhook that fails so often in a row is switched off; its organisation sees that in the log."""

SIGNATURE: Final = "X-Mijn-Buurt-Signature"


class NotDelivered(Exception):  # noqa: N818 - what it is, not that it is an error
    """It did not arrive; it may later."""


def make_webhook(viewer: Viewer, organisation: Organisation, url: str) -> Webhook:
    """Make a webhook of ``organisation`` and return it, with its secret.

    Raises
    ------
    PermissionDenied
        Where ``viewer`` does not manage the organisation.
    ValidationError
        Where the address is none that we may call.
    """
    rights = rights_of(viewer)
    if not (rights.everything or organisation.pk in rights.manages):
        raise PermissionDenied
    hook = Webhook(
        organisation=organisation,
        url=url.strip(),
        secret=secrets.token_hex(32),
        made_by=viewer if isinstance(viewer, User) else None,
    )
    hook.full_clean(exclude=["secret"])
    public_address(hook.url)
    hook.save()
    return hook


def public_address(url: str) -> str:
    """Return the numeric address of the host of ``url``.

    Raises
    ------
    ValidationError
        Where it is not https, has no such host, or leads into a network of our own: nobody may use us to knock there.
    """
    parts = urlsplit(url)
    allowed = {"https", "http"} if settings.WEBHOOKS_INSIDE else {"https"}
    if parts.scheme not in allowed or not parts.hostname or parts.username:
        raise ValidationError(_("Geef een adres dat met https:// begint, zonder naam en wachtwoord erin."))
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError, UnicodeError):
        raise ValidationError(_("De machine “%(host)s” vinden we niet.") % {"host": parts.hostname[:80]}) from None
    addresses = [str(info[4][0]) for info in found]
    if not settings.WEBHOOKS_INSIDE and not all(ipaddress.ip_address(each).is_global for each in addresses):
        raise ValidationError(_("Dit adres ligt in een eigen netwerk; daar sturen we niets heen."))
    return addresses[0]


def spread(happening: Happening) -> list[int]:
    """Make a delivery per active webhook of the organisations that a happening touches; return their identities."""
    hooks = Webhook.objects.filter(active=True, organisation__in=happening.touches.order_by().values("pk"))
    made = []
    for hook in hooks:
        delivery, _made = Delivery.objects.get_or_create(webhook=hook, happening=happening)
        if not delivery.delivered:
            made.append(delivery.pk)
    return made


def deliver(delivery_id: int) -> None:
    """Send a delivery once; raises NotDelivered where it should be tried again."""
    delivery = Delivery.objects.select_related("webhook", "happening").filter(pk=delivery_id).first()
    if delivery is None or delivery.delivered or not delivery.webhook.active or delivery.happening is None:
        return
    hook = delivery.webhook
    body = json.dumps(_message(delivery.happening, delivery.pk), ensure_ascii=False).encode()
    delivery.attempts += 1
    delivery.tried_at = timezone.now()
    try:
        answer = _post(hook.url, body, signature(hook.secret, body, int(time.time())))
        delivery.status, delivery.error = answer, ""
        delivery.delivered = 200 <= answer < 300
    except ValidationError as error:
        delivery.status, delivery.error = None, error.messages[0][:200]
    except requests.RequestException as error:
        delivery.status, delivery.error = None, type(error).__name__[:200]
    delivery.save()
    if delivery.delivered:
        Webhook.objects.filter(pk=hook.pk).update(failures=0)
        return
    Webhook.objects.filter(pk=hook.pk).update(failures=F("failures") + 1)
    Webhook.objects.filter(pk=hook.pk, failures__gte=SWITCHED_OFF_AFTER).update(active=False)
    raise NotDelivered


def signature(secret: str, body: bytes, at: int) -> str:
    """Return the header that proves that a message is ours and of now."""
    proof = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={proof}"


def _message(happening: Happening, delivery: int) -> dict[str, Any]:
    return {
        "id": delivery,
        "happening": happening.pk,
        "kind": happening.kind,
        "at": happening.at.isoformat(),
        "by": happening.organisation.slug if happening.organisation else None,
        "sentence": {"nl": happening.sentence_nl, "en": happening.sentence_en},
        "works": list(happening.works.order_by().values_list("pk", flat=True)),
        "proposal": happening.proposal_id,
        "facts": happening.facts,
        "url": settings.SITE_URL + happening.path,
    }


def _post(url: str, body: bytes, signed: str) -> int:
    """Post to the very address that was judged: a name that leads elsewhere a moment later is not asked again."""
    address, parts = public_address(url), urlsplit(url)
    host = parts.hostname or ""
    numeric = f"[{address}]" if ":" in address else address
    port = f":{parts.port}" if parts.port else ""
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", _Pinned(host))
        answer = session.post(
            urlunsplit(parts._replace(netloc=numeric + port)),
            data=body,
            headers={
                "Host": host + port,
                "Content-Type": "application/json",
                "User-Agent": "MijnBuurtAssen-Webhook/1",
                SIGNATURE: signed,
            },
            timeout=PATIENCE_S,
            allow_redirects=False,
            stream=True,
        )
        answer.close()
        return answer.status_code


class _Pinned(HTTPAdapter):
    """Speaks TLS with a numeric address and checks the certificate against the name."""

    def __init__(self, host: str) -> None:
        self._host = host
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make connections that expect the certificate of the name."""
        super().init_poolmanager(*args, **kwargs, server_hostname=self._host, assert_hostname=self._host)
