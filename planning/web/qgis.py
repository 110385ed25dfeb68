"""The project that opens all layers in QGIS, with the tree and the colours of the map's own legend."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Final

from django.contrib.gis.db.models import Extent
from django.db.models import Count, Func, IntegerField
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo import layers
from geo.crs import RD_BOUNDS
from geo.export.qgis.project import FeatureLayer, Group, PictureLayer, project_file
from geo.export.qgis.renderer import shapes_in
from geo.export.styles import Style, style_of
from geo.models import Wijk
from planning.coordination.models import Finding
from planning.coordination.selection import Selection
from planning.partners.visibility import Viewer

NAME: Final = "mijn-buurt-assen"
MARGIN_M: Final = 300.0
BACKGROUND: Final = "https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/grijs/EPSG:3857/{z}/{x}/{y}.png"


@require_safe
def qgis_project(request: HttpRequest) -> HttpResponse:
    """Send the project; its layers are read from where it was asked for, so anybody's copy stays up to date."""
    features = request.build_absolute_uri(reverse("ogc:landing"))
    content = project_file("Mijn Buurt Assen", _groups(request.user), features, _extent(), NAME)
    response = HttpResponse(content, content_type="application/x-qgis-project")
    response["Content-Disposition"] = f'attachment; filename="{NAME}.qgz"'
    response["Cache-Control"] = "private, no-store"
    return response


def _extent() -> tuple[float, float, float, float]:
    """Return the box around all wijken, in RD New."""
    west, south, east, north = Wijk.objects.aggregate(box=Extent("geometry"))["box"] or RD_BOUNDS
    return west - MARGIN_M, south - MARGIN_M, east + MARGIN_M, north + MARGIN_M


def _groups(viewer: Viewer) -> list[Group]:
    """Return the layers in the order of the legend; what lies on top stands first."""
    conflict, opportunity = Finding.Kind.CONFLICT, Finding.Kind.OPPORTUNITY
    return [
        Group(_("Afstemming"), [
            _layer("findings", viewer, _("Botsingen"), only=("kind", conflict), timed=True),
            _layer("findings", viewer, _("Kansen"), only=("kind", opportunity), timed=True),
        ]),
        Group(_("Bewoners"), [
            _layer("initiatives", viewer), _layer("centres", viewer),
            _layer("meetings", viewer, timed=True, shown=False),
        ]),
        Group(_("Werken"), _works(viewer)),
        Group(_("Gebieden"), [
            _layer("wijken", viewer), _layer("buurten", viewer), _layer("addresses", viewer, shown=False),
            PictureLayer("mijn_buurt_background", _("Achtergrondkaart (PDOK)"), BACKGROUND),
        ]),
    ]  # fmt: skip


def _layer(
    layer_id: str, viewer: Viewer, title: str = "", only: tuple[str, str] | None = None, *,
    timed: bool = False, shown: bool = True,
) -> FeatureLayer:  # fmt: skip
    layer, style = layers.get(layer_id), style_of(layer_id)
    if layer is None or style is None:
        raise LookupError(layer_id)
    records = layer.records(viewer)
    if only is not None:
        attribute, value = only
        records = records.filter(**{attribute: value})
        style = Style({value: style.looks[value]}, style.attribute)
    return FeatureLayer(
        id="_".join(["mijn_buurt", layer_id, *(only or ())[1:]]), title=title or str(layer.title),
        collection=layer_id, style=style,
        shapes=shapes_in(records, layer, viewer, style), only=f"\"{only[0]}\" = '{only[1]}'" if only else "",
        timed=timed, shown=shown,
    )  # fmt: skip


def _works(viewer: Viewer) -> list[FeatureLayer]:
    """Return a layer per owner, the one with most works first; one query for what each of them holds."""
    style = style_of("works")
    if style is None:
        raise LookupError("works")
    dimension = Func("geometry", function="ST_Dimension", output_field=IntegerField())
    rows = (
        Selection(viewer).works().order_by().values_list("owner__slug", "owner__name", "kind")
        .annotate(dimension=dimension, number=Count("pk"))
    )  # fmt: skip
    held: dict[tuple[str, str], set[tuple[str, int]]] = defaultdict(set)
    numbers: Counter[tuple[str, str]] = Counter()
    for slug, name, kind, form, number in rows:
        held[slug, name].add((kind, form))
        numbers[slug, name] += number
    return [
        FeatureLayer(
            id=f"mijn_buurt_works_{slug}", title=name, collection="works", style=style, shapes=held[slug, name],
            only=f"\"owner\" = '{slug}'", timed=True,
        )
        for (slug, name), _number in numbers.most_common()
    ]  # fmt: skip
