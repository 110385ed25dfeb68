"""What answers tell the browser to keep to: the few holes in the Content-Security-Policy, and what it may never use.

The policy itself stands in the settings: all that a page uses comes from this service, and nothing in a page itself
is run or styles it. A view that needs more says so with a decorator from here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any, Final

from allauth.socialaccount.adapter import get_adapter
from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

from geo.parameters import read_encodings

PDOK: Final = "https://service.pdok.nl"
"""Where the background map comes from (``BASEMAP_PDOK``, or who looks asked for it)."""

NOT_USED: Final = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "gyroscope",
    "magnetometer", "microphone", "midi", "payment", "usb", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS: Final = ", ".join(["geolocation=(self)", *(f"{name}=()" for name in NOT_USED)])
"""Where somebody is, is asked for on a tap ("my location"); nothing else of a device is ever used."""

View = Callable[..., HttpResponse]


class PolicyMiddleware(CSPMiddleware):
    """The library's own, with the policy of nearly all answers worked out once: that takes as long as all else here."""

    @cached_property
    def usual(self) -> str:
        """Return the policy of an answer that asks for nothing special."""
        return str(build_policy())

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Say the policy with an answer."""
        if vars(request).get("_csp_nonce") or any(name.startswith("_csp") for name in vars(response)):
            return super().process_response(request, response)
        request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]
        response.headers.setdefault(HEADER, self.usual)
        return response


class GZipWhereTakenMiddleware(GZipMiddleware):
    """Django's own takes a client that says it takes no gzip (``gzip;q=0``) for one that does."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress ``response`` where that is taken."""
        named = read_encodings(request.headers.get("Accept-Encoding", ""))
        if ("gzip", False) in named or ("x-gzip", False) in named:
            patch_vary_headers(response, ["Accept-Encoding"])
            return response
        return super().process_response(request, response)


class PermissionsMiddleware:
    """Say with every answer what of a device may be used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer ``request``."""
        response = self.get_response(request)
        response["Permissions-Policy"] = PERMISSIONS
        return response


def may_show_basemap(view: View) -> View:
    """Let the page of ``view`` fetch PDOK's background map; its script does so only where that was chosen."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response._csp_update = {"connect-src": [PDOK], "img-src": [PDOK]}  # type: ignore[attr-defined]
        return response

    return answer


def may_lead_to_services(view: View) -> View:
    """Let the forms of ``view`` lead on to where partners have their own accounts, if there is such a service.

    Browsers judge every step of the way, and a service sends people on as it likes, so no host can be named.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if get_adapter().list_providers(request):
            response._csp_update = {"form-action": ["https:"]}  # type: ignore[attr-defined]
        return response

    return answer
