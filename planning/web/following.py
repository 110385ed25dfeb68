"""Pages with which residents follow something, and stop."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Point
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from geo.crs import RD_NEW, looks_like_wgs84, to_rd
from geo.models import Wijk
from geo.parameters import whole_number
from geo.text import as_typed
from planning.coordination import feeds, following
from planning.coordination.following import Subject
from planning.coordination.models import Feed
from planning.initiatives import attempts
from planning.initiatives.models import Initiative
from planning.initiatives.refusals import RefusedError
from planning.web.nabij import typed_address
from planning.web.public_forms import PublicForm, network_of, public_form
from planning.works.models import Project, Work


class FollowForm(PublicForm):
    """The form that asks to follow; ``what`` and its value come along hidden."""


@public_form
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for an e-mail address, and mail the link that confirms."""
    given = request.POST if request.method == "POST" else request.GET
    if request.method != "POST" and not _hidden(given):
        return _start(request)
    return _ask(request, _subject(given), _hidden(given))


def _start(request: HttpRequest) -> HttpResponse:
    """Let somebody choose what to follow; who typed an address goes on with that."""
    place = typed_address(request.GET.get("adres", ""))
    if place.located is not None:
        lon, lat = f"{place.located.lon:.5f}", f"{place.located.lat:.5f}"
        hidden = [("lon", lon), ("lat", lat), ("label", place.located.label)]
        return _ask(request, _subject(dict(hidden)), hidden)
    context = {"section": "volgen", "place": place, "wijken": Wijk.objects.only("name", "slug").order_by("name")}
    return render(request, "web/following/start.html", context)


def _ask(request: HttpRequest, subject: Subject, hidden: list[tuple[str, str]]) -> HttpResponse:
    form = FollowForm(request.POST) if request.method == "POST" else FollowForm()
    context: dict[str, Any] = {
        "section": "volgen", "subject": subject, "form": form, "hidden": hidden, "email": "",
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "web/following/ask.html", context)
    context["email"] = request.POST.get("email", "")[:254]
    if not form.is_valid():
        return render(request, "web/following/ask.html", context | {"errors": form.guard_errors()}, status=400)
    try:
        attempts.count("follow", network_of(request))
        following.ask(context["email"], subject)
    except RefusedError as error:
        return render(request, "web/following/ask.html", context | {"errors": [str(error)]}, status=400)
    return render(request, "web/following/sent.html", context)


@public_form
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """Show what somebody follows; confirm it, or stop with one thing."""
    try:
        follower = following.follower_of(token)
    except RefusedError as error:
        return render(request, "web/following/gone.html", {"message": str(error)}, status=404)
    done = ""
    if request.method == "POST":
        if "stop" in request.POST:
            following.stop(follower, _number(request.POST["stop"]))
            done = _("U volgt dit niet meer.")
            if follower.pk is None:
                return render(request, "web/following/gone.html", {"message": done})
        else:
            following.confirm(follower)
            done = _("Gelukt. U krijgt hooguit één mail per week, en alleen als er nieuws is.")
    waiting = follower.follows.filter(confirmed=False).exists()
    context = {
        "follows": follower.follows.order_by("pk"),
        "waiting": waiting,
        "done": done,
        "token": token,
    }
    return render(request, "web/following/mine.html", context)


@csrf_exempt
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop everything: with one click from the mail program (RFC 8058, a POST), or with the button on the page."""
    try:
        follower = following.follower_of(token)
    except RefusedError as error:
        return render(request, "web/following/gone.html", {"message": str(error)})
    if request.method != "POST":
        return render(request, "web/following/stop.html", {"token": token})
    following.stop_all(follower)
    return render(
        request, "web/following/gone.html", {"message": _("U krijgt geen mail meer. We hebben uw adres gewist.")}
    )


@require_POST
@public_form
def calendar(request: HttpRequest) -> HttpResponse:
    """Make a calendar of what may be followed, for the resident's own program; it holds what is public."""
    subject = _subject(request.POST)
    try:
        attempts.count("follow", network_of(request))
    except RefusedError as error:
        return render(request, "web/following/gone.html", {"message": str(error)}, status=400)
    if subject.initiative is not None:
        # Of an idea itself there are no dates: what comes where it is to be.
        place = subject.initiative.geometry.centroid
        _feed, secret = feeds.make_feed(None, Feed.Kind.PLACE, point=place, note=subject.label)
    elif subject.project is not None:
        _feed, secret = feeds.make_feed(None, Feed.Kind.PROJECT, project=subject.project)
    elif subject.point is not None:
        _feed, secret = feeds.make_feed(None, Feed.Kind.PLACE, point=subject.point, note=subject.label)
    elif subject.wijk is not None:
        _feed, secret = feeds.make_feed(None, Feed.Kind.WIJK, wijk=subject.wijk)
    else:
        raise Http404
    address = request.build_absolute_uri(reverse("secret-feed", args=[secret]))
    return render(request, "web/following/calendar.html", {"subject": subject, "address": address})


def _subject(given: Any) -> Subject:
    """Return what is to be followed; 404 where it is not there or not public."""
    slug = {name: str(given.get(name, "")).replace("\x00", "") for name in ("initiatief", "wijk", "project")}
    if slug["initiatief"]:
        initiative = get_object_or_404(Initiative.objects.visible_to(None).defer("mercator"), slug=slug["initiatief"])
        return Subject(initiative.title, initiative=initiative)
    if slug["wijk"]:
        wijk = get_object_or_404(Wijk.objects.defer("mercator"), slug=slug["wijk"])
        return Subject(wijk.name, wijk=wijk)
    if slug["project"]:
        public = Work.objects.visible_to(None).order_by().values("project")
        project = get_object_or_404(Project.objects.filter(pk__in=public), pk=_number(slug["project"]))
        return Subject(project.name, project=project)
    try:
        lon, lat = float(given.get("lon", "")), float(given.get("lat", ""))
    except ValueError:
        raise Http404 from None
    if not looks_like_wgs84(lon, lat):
        raise Http404
    label = " ".join(as_typed(str(given.get("label", ""))).split())[:120] or _("een plek op de kaart")
    return Subject(label, point=Point(to_rd(lon, lat), srid=RD_NEW))


def _hidden(given: Any) -> list[tuple[str, str]]:
    return [(name, given[name]) for name in ("initiatief", "wijk", "project", "lon", "lat", "label") if given.get(name)]


def _number(text: str) -> int:
    return whole_number(text) or 0
