"""The page around the layers: folium with its libraries inlined, our own popups and time slider."""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from geo.models import Wijk
from planning.partners.models import Organisation
from planning.partners.viewers import Viewer
from planning.web.board.words import MONTHS
from planning.web.folium_maps.content import MapLayer, map_layers
from planning.web.folium_maps.safe import safe, safe_json
from planning.works.layers import COLOURS as KIND_COLOURS

HERE = Path(__file__).resolve().parent
COLOURS = {
    **KIND_COLOURS,
    "wijk": "#0B6E6E",
    "buurt": "#B9B4A4",
    "conflict": "#B2182B",
    "opportunity": "#0B6E6E",
    "initiative": "#B764BF",
    "centre": "#0F1524",
}
FIRM = {"committed", "under_way", "done"}
ASSEN = (52.995, 6.56)


def export_map(
    viewer: Viewer,
    *,
    wijk: Wijk | None = None,
    organisation: Organisation | None = None,
    start: dt.date | None = None,
    finish: dt.date | None = None,
    off: Collection[str] = (),
    today: dt.date | None = None,
) -> str:
    """Return a stand-alone html page with the plans of a wijk, or of all, as far as ``viewer`` may see them.

    Parameters
    ----------
    wijk, organisation
        Only this wijk, only works of this organisation.
    start, finish
        Only what happens in ``[start, finish)``; both or neither.
    off
        Layers that stay out, see ``map_layers``.
    today
        Written on the page, and where the slider begins.
    """
    title = _("Plannen in %(wijk)s") % {"wijk": wijk.name} if wijk else _("Plannen in de wijken van Assen")
    layers = map_layers(viewer, wijk=wijk, organisation=organisation, start=start, finish=finish, off=off)
    page = bare(folium.Map(location=ASSEN, zoom_start=13, tiles=None))
    figure = Figure(title=safe(title))
    page.add_to(figure)
    pane = Pane(page.get_name(), [add(page, layer) for layer in layers])
    folium.LayerControl(collapsed=False).add_to(page)
    today = today or dt.date.today()
    return finished(figure, title, [pane], {"made": today.isoformat(), "today": today.isoformat()})


@dataclass(frozen=True)
class Pane:
    """A map on the page, by its name in the script, and what the page's own script must know of its layers."""

    name: str
    layers: list[dict[str, Any]]


def bare(element: Any) -> Any:
    """Return a map of folium that asks for no scripts and styles of other hosts.

    On the instance: the class attributes are shared, and every other map in the process would lose its scripts.
    """
    element.default_js, element.default_css = [], []
    return element


def finished(figure: Figure, title: str, panes: Sequence[Pane], facts: dict[str, Any], more: str = "") -> str:
    """Return the page: its library, its frame with ``more`` html of our own in it, and its behaviour."""
    frame = (HERE / "frame.html").read_text("utf-8").replace("[[titel]]", safe(title)).replace("[[meer]]", more)
    words = _words()
    for name, text in words.items():
        frame = frame.replace(f"[[{name}]]", safe(str(text)))
    facts = {**facts, "words": words}
    figure.header.add_child(Element(_raw(_library())), name="library", index=0)
    figure.html.add_child(Element(_raw(frame)))
    figure.script.add_child(Element(_raw(_behaviour(panes, facts))))
    return str(figure.render()).replace("<html>", f'<html lang="{get_language() or settings.LANGUAGE_CODE}">', 1)


def _words() -> dict[str, Any]:
    """Return what the page and its script say by themselves."""
    return {
        "bar": _("Tijdbalk"),
        "play": _("Afspelen"),
        "pause": _("Pauze"),
        "month": _("Maand"),
        "all_years": _("Alle jaren"),
        "made_on": _("Gemaakt op {day}"),
        "borders": _("Grenzen: CBS / Kadaster, CC BY 4.0"),
        "months": str(MONTHS).split(),
    }


def add(page: folium.Map, layer: MapLayer) -> dict[str, Any]:
    """Draw a layer; return what the page's own script must know of it."""
    group = folium.FeatureGroup(name=f'<span class="teken {layer.look}"></span>{safe(layer.name)}')
    shapes = folium.GeoJson(
        {"type": "FeatureCollection", "features": layer.features},
        style_function=lambda feature, look=layer.look: _style(look, feature["properties"]),
        marker=folium.CircleMarker(radius=7),
        zoom_on_click=False,
    )
    shapes.add_to(group)
    group.add_to(page)
    return {"group": group.get_name(), "shapes": shapes.get_name(), "timed": layer.timed, "look": layer.look}


def _style(look: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a feature is drawn; beside other dates, what ``moves`` stands out and what stays recedes."""
    colour, status, moves = COLOURS[look], properties.get("status", ""), properties.get("moves")
    if look in {"wijk", "buurt"}:
        return {"color": colour, "weight": 2.5 if look == "wijk" else 1, "fillColor": "#FBFAF6",
                "fillOpacity": 0.6 if look == "wijk" else 0, "className": f"vlak {look}"}  # fmt: skip
    if look in {"conflict", "opportunity"}:
        return {"color": colour, "weight": 4, "fill": False, "className": f"vlak {look}"}
    if look in {"initiative", "centre"}:
        return {"color": "#FFFFFF", "weight": 2, "fill": True, "fillColor": colour, "fillOpacity": 1, "className": look}
    return {
        "color": colour,
        "weight": 4 if moves else 2,
        "dashArray": None if status in FIRM else "6 4",
        "fillColor": colour,
        "fillOpacity": 0.18 if moves is False else 0.3 if status == "idea" else 0.55,
        "className": f"werk {look}" + (" schuift" if moves else ""),
    }


def _behaviour(panes: Sequence[Pane], facts: dict[str, Any]) -> str:
    written = ", ".join(
        f"{{map: {pane.name}, layers: [{', '.join(map(_layer_script, pane.layers))}]}}" for pane in panes
    )
    script = (HERE / "behaviour.js").read_text("utf-8")
    # folium writes its own variables after this script; so ours begins when the page is whole.
    return f'{script}\naddEventListener("DOMContentLoaded", () => startReizendeKaart([{written}], {safe_json(facts)}));'


def _layer_script(layer: dict[str, Any]) -> str:
    return (
        f"{{group: {layer['group']}, shapes: {layer['shapes']}, timed: {'true' if layer['timed'] else 'false'},"
        f" look: {safe_json(layer['look'])}}}"
    )


@cache
def _library() -> str:
    """Return Leaflet from the npm package and our own style, as they stand in the page."""
    leaflet = settings.NODE_MODULES / "leaflet" / "dist"
    css = (leaflet / "leaflet.css").read_text("utf-8")

    def inline(match: re.Match[str]) -> str:
        data = base64.b64encode((leaflet / match[1]).read_bytes()).decode()
        return f"url(data:image/png;base64,{data})"

    css = re.sub(r"url\((images/[\w-]+\.png)\)", inline, css)
    script = (leaflet / "leaflet.js").read_text("utf-8").split("//# sourceMappingURL")[0]
    own = (HERE / "frame.css").read_text("utf-8")
    together = (HERE / "together.js").read_text("utf-8")
    return f'<link rel="icon" href="data:,"><style>{css}\n{own}</style><script>{script}\n{together}</script>'


def _raw(text: str) -> str:
    """Keep branca's template engine out of text that is not a template."""
    return "{% raw %}" + text.replace("{% endraw %}", "") + "{% endraw %}"
