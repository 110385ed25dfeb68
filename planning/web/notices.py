"""What is new for somebody, how this person wants to hear it, and what an organisation ties to its own programs."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings as django_settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geo.export.calendar import MEDIA
from geo.models import Wijk
from geo.parameters import whole_number
from planning.coordination import feeds, notices, webhooks
from planning.coordination.models import Feed, NoticeSettings, Webhook
from planning.partners.models import Organisation, User
from planning.partners.permissions import rights_of
from planning.web.partner_pages import partner_page

PER_PAGE: Final = 30
DELIVERIES: Final = 15


def unread_notices(request: HttpRequest) -> dict[str, Any]:
    """Give templates the number of unread notices; it is counted only where a page shows it."""
    user = getattr(request, "user", None)
    return {"unread_notices": SimpleLazyObject(lambda: notices.unread(user))}


@require_safe
@partner_page
def notices_page(request: HttpRequest) -> HttpResponse:
    """Show what is new, and how this person wants to hear."""
    settings = notices.settings_of(_person(request))
    page = Paginator(notices.news_for(request.user).select_related("by", "organisation"), PER_PAGE).get_page(
        request.GET.get("bladzijde")
    )
    context = {
        "section": "meldingen",
        "page": page,
        "settings": settings,
        "choices": NoticeSettings.Mail.choices,
        "languages_of_mail": django_settings.LANGUAGES,
        "newest": page.object_list[0].pk if page.object_list else 0,
    }
    return render(request, "web/notices/index.html", context)


@require_POST
@partner_page
def notices_read(request: HttpRequest) -> HttpResponse:
    """Note that everything shown was read."""
    notices.mark_read(_person(request), _number(request.POST.get("tot", "")))
    return redirect("notices")


@require_POST
@partner_page
def notices_mail(request: HttpRequest) -> HttpResponse:
    """Keep how this person wants to hear by mail, and in which language."""
    person = _person(request)
    choice, language = request.POST.get("mail", ""), request.POST.get("language", person.language)
    if choice not in NoticeSettings.Mail.values or language not in dict(django_settings.LANGUAGES):
        raise Http404
    notices.choose(person, choice, language)
    messages.success(request, _("Bewaard."))
    return redirect("notices")


@require_safe
@partner_page
def ties_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the calendars and webhooks of an organisation."""
    return _ties_page(request, _own(request, slug))


@require_POST
@partner_page
def feed_make(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a calendar and show its address, this once."""
    organisation = _own(request, slug)
    wijk = request.POST.get("wijk", "").replace("\x00", "")
    if wijk:
        found = get_object_or_404(Wijk, slug=wijk)
        _feed, secret = feeds.make_feed(
            request.user, Feed.Kind.WIJK, organisation=organisation, wijk=found, note=request.POST.get("note", "")
        )
    else:
        _feed, secret = feeds.make_feed(
            request.user, Feed.Kind.ORGANISATION, organisation=organisation, note=request.POST.get("note", "")
        )
    return _ties_page(request, organisation, address=request.build_absolute_uri(reverse("secret-feed", args=[secret])))


@require_POST
@partner_page
def feed_take_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Make a calendar's address lead nowhere."""
    feed = get_object_or_404(feeds.feeds_of(request.user), pk=pk, organisation=_own(request, slug))
    feeds.take_back(request.user, feed)
    messages.success(request, _("Het adres werkt niet meer."))
    return redirect("ties", slug=slug)


@require_POST
@partner_page
def webhook_make(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a webhook and show its secret, this once."""
    organisation = _own(request, slug)
    try:
        hook = webhooks.make_webhook(request.user, organisation, request.POST.get("url", ""))
    except ValidationError as error:
        return _ties_page(request, organisation, errors=error.messages, status=400)
    return _ties_page(request, organisation, secret=hook.secret)


@require_http_methods(["POST"])
@partner_page
def webhook_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remove a webhook."""
    organisation = _own(request, slug)
    rights = rights_of(request.user)
    if not (rights.everything or organisation.pk in rights.manages):
        raise PermissionDenied
    get_object_or_404(Webhook, pk=pk, organisation=organisation).delete()
    messages.success(request, _("De webhook is weg."))
    return redirect("ties", slug=slug)


@require_safe
def secret_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer with the calendar behind a secret address."""
    feed = feeds.feed_at(secret)
    if feed is None:
        raise Http404
    response = HttpResponse(feeds.calendar_of(feed, request.build_absolute_uri("/")), content_type=MEDIA)
    response["Cache-Control"] = "private, max-age=900"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _ties_page(request: HttpRequest, organisation: Organisation, status: int = 200, **more: Any) -> HttpResponse:
    rights = rights_of(request.user)
    hooks = organisation.webhooks.order_by("pk")
    context = {
        "section": "organisatie",
        "organisation": organisation,
        "feeds": feeds.feeds_of(request.user).filter(organisation=organisation),
        "wijken": Wijk.objects.order_by("name").only("slug", "name"),
        "manages": rights.everything or organisation.pk in rights.manages,
        "hooks": [(hook, hook.deliveries.select_related("happening").order_by("-pk")[:DELIVERIES]) for hook in hooks],
        **more,
    }
    return render(request, "web/notices/ties.html", context, status=status)


def _own(request: HttpRequest, slug: str) -> Organisation:
    """Return an organisation of this person's own; 404 for another."""
    rights = rights_of(request.user)
    organisations = Organisation.objects.all()
    return get_object_or_404(
        organisations if rights.everything else organisations.filter(pk__in=rights.member_of), slug=slug
    )


def _person(request: HttpRequest) -> User:
    """Return who is signed in; a program that shows a token reads no notices."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _number(text: str) -> int:
    return whole_number(text) or 0
