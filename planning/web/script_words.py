"""What the map's script says, and the script that fetches files; they are given their words and hold none.

Values in braces are filled in by the script, in the order it has them. Where a name has an ``_one`` beside it,
the script says that of the number 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from planning.web.board.words import MONTHS

MAP: Final = {
    "areas": _("Gebieden"),
    "wijkenBuurten": _("Wijken en buurten"),
    "residents": _("Bewoners"),
    "initiatives": _("Initiatieven"),
    "centres": _("Buurtcentra"),
    "meetings": _("Bewonersavonden"),
    "tuning": _("Afstemming"),
    "conflict": _("Botsingen"),
    "opportunity": _("Kansen"),
    "addresses": _("Adressen (dichtbij)"),
    "streets": _("Straten"),
    "basemap": _("Achtergrondkaart van PDOK"),
    "basemapWhat": _("Uw browser vraagt die kaart op bij PDOK, van het Kadaster. Uw keuze blijft op dit apparaat."),
    "opacity": _("Dekking"),
    "works_one": _("Werk"),
    "works": _("Werken"),
    "inMonth": _("In {0}"),
    "inPeriod": _("Van {0} tot en met {1}"),
    "month": _("Maand"),
    "lastMonth": _("Laatste maand"),
    "noWorks": _("In deze periode zijn er geen werken."),
    "noFindings": _("Niets zit elkaar in de weg."),
    "findings": _("Botsingen en kansen"),
    "demolished_one": _("woning gesloopt"),
    "demolished": _("woningen gesloopt"),
    "built": _("nieuw"),
    "renovated": _("gerenoveerd"),
    "fallow_one": _("week braak"),
    "fallow": _("weken braak"),
    "dossier": _("Open dossier"),
    "share": _("Deel deze kaart"),
    "sharePlace": _("Deel deze plek"),
    "copied": _("De link is gekopieerd."),
    "print": _("Print"),
    "export": _("Kaart als bestand"),
    "data": _("Gegevens"),
    "layer": _("Laag"),
    "qgis": _("Alle lagen, live in QGIS (project)"),
    "allOff": _("Zet eerst een laag aan."),
    "back": _("Terug naar de lijst"),
    "loading": _("Laden …"),
    "failed": _("Dat lukte niet."),
    "retry": _("Probeer opnieuw"),
    "nothingHere": _("Op deze plek is niets gepland."),
    "found": _("{0} gevonden"),
    "moreFound": _("Nog {0} laten zien"),
    "nothingFound": _("Niets gevonden. Probeer een straat, wijk of postcode."),
    "announce_one": _("{0} werk, {1}"),
    "announce": _("{0} werken, {1}"),
    "play": _("Afspelen"),
    "pause": _("Pauze"),
    "homes_one": _("{0} woning"),
    "homes": _("{0} woningen"),
    "noMap": _("Deze browser kan de kaart niet tekenen. De lijst werkt wel."),
    "more": _("en nog {0}; zoom in of kies een kortere periode"),
    "dashed": _("Gestreepte rand: nog niet vastgelegd"),
    "worksHere": _("Wat hier gebeurt, op volgorde"),
}
"""What the map says."""

FILES: Final = {
    "making": _("Bestand maken: {0} van {1}"),
    "finishing": _("Bestand afmaken …"),
    "starting": _("Bestand maken …"),
    "fetching": _("Bestand ophalen: {0}%"),
    "ready": _("{0} is klaar ({1})."),
    "stop": _("Stop"),
    "close": _("Sluit"),
    "failed": _("Dat lukte niet. Probeer het opnieuw."),
    "stopped": _("Gestopt; er is niets bewaard."),
    "title": _("Bestand"),
}
"""What is said while a file is made and fetched."""


def map_words() -> dict[str, Any]:
    """Return what the map says, in the language of the page."""
    return {**spoken(MAP), "months": str(MONTHS).split()}


def spoken(words: Mapping[str, Any]) -> dict[str, str]:
    """Return words in the language of the page."""
    return {name: str(text) for name, text in words.items()}
