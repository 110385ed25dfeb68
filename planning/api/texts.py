"""What operations do that are no plain reading and writing of a resource, in words for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

TITLE: Final = _("API van Mijn Buurt Assen")

ABOUT: Final = _(
    "Alles op de kaart is ook op te vragen door een programma: als JSON, en waar er een plek bij hoort als GeoJSON "
    "(RFC 7946) in WGS 84. Partners maken en wijzigen hier ook wat van hen is.\n\n"
    "**Wie bent u?** Zonder aanmelden ziet u wat openbaar is. Met een toegangssleutel van een organisatie "
    "(“Authorization: Bearer …”) ziet en doet een programma wat de sleutel zegt; een beheerder van de organisatie "
    "maakt hem. In de browser geldt wie is aangemeld.\n\n"
    "**Lijsten** komen in bladzijden: met “page” en “page_size”, of met “cursor” voor lange lijsten. Met “fields” "
    "komen alleen de velden die u noemt. Een parameter die er niet is, wordt geweigerd.\n\n"
    "**Wijzigen** gebeurt op de versie die u las: stuur de ETag mee als If-Match, of bij meer tegelijk elke “version”. "
    "Met een Idempotency-Key maakt dezelfde aanvraag niets dubbel. In “reason” staat waarom; dat blijft in de "
    "geschiedenis.\n\n"
    "**Fouten** komen als application/problem+json (RFC 9457), met bij elke waarde die niet klopt waar en waarom, in "
    "de taal van Accept-Language.\n\n"
    "**Versies**: elk antwoord heeft een kopregel API-Version. Wat verdwijnt, staat ten minste een half jaar eerder "
    "als “deprecated” in dit document en in het CHANGELOG."
)

OPERATIONS: Final[dict[str, tuple[Any, Any]]] = {
    "root": (_("Wat er is"), _("De adressen van alle lijsten en vragen.")),
    "overview": (
        _("Wat er in een periode gebeurt"),
        _("Aantallen voor de legenda, cijfers, en de lijsten naast de kaart."),
    ),
    "histogram": (
        _("Werken per maand"),
        _("Hoeveel werken er elke maand bezig zijn, voor de tijdbalk. Ten hoogste honderd jaar."),
    ),
    "place": (
        _("Alles op één plek"),
        _("Wat er op een aangeklikte plek is, of op de plek van een werk, bevinding of initiatief, in de tijd."),
    ),
    "search": (
        _("Zoeken"),
        _("Gebieden, straten, adressen, projecten, werken, initiatieven en centra, ook met een letter verkeerd."),
    ),
    "near": (
        _("Wat er in de buurt is"),
        _("Initiatieven, werken en centra rond een punt of adres, op afstand in meter."),
    ),
    "board": (
        _("Het planbord"),
        _("Werken onder kopjes, wat ze aan elkaar bindt, bevindingen, seizoenen en vrije dagen."),
    ),
    "board_work": (_("Waarom een werk dan staat"), _("Wat een werk op zijn plek in de tijd houdt, in zinnen.")),
    "board_changes": (
        _("Bewaar wat op het bord gewijzigd is"),
        _("Andere data van eigen werken en een andere volgorde, alles of niets. Beloofde data vragen “confirmed”."),
    ),
    "plan_check": (
        _("Wat andere data zouden doen"),
        _("Wat andere data in beweging zetten, breken en winnen, zonder iets te bewaren."),
    ),
    "plan_reschedule": (
        _("Geef eigen werken andere data, alle of geen"),
        _("Elke wijziging noemt de versie die gelezen is. Heeft iemand anders het werk intussen gewijzigd, dan wordt "
          "niets bewaard en staan beide versies in het antwoord."),
    ),
    "scenarios_create": (_("Maak een scenario"), _("Met andere data, of nog zonder.")),
    "scenarios_partial_update": (
        _("Wijzig een scenario"),
        _("Naam, wie het ziet, en data; met “drop” gaan werken eruit."),
    ),
    "scenarios_destroy": (_("Verwijder een scenario"), _("Voorstellen die eruit kwamen, blijven.")),
    "scenarios_outcome_retrieve": (
        _("Wat een scenario zou doen"),
        _("Bevindingen en cijfers, naast het plan zoals het nu is."),
    ),
    "scenarios_search_retrieve": (_("De laatste zoektocht"), _("Hoe ver hij is, en het beste tot nu toe.")),
    "scenarios_search_create": (
        _("Zoek een betere volgorde"),
        _("Loopt op de achtergrond; vraag steeds opnieuw hoe ver hij is. Wat is vastgezet, blijft staan."),
    ),
    "scenarios_search_stop_create": (_("Stop de zoektocht"), _("Het beste tot dan toe komt in het scenario.")),
    "proposals_create": (
        _("Stuur een voorstel"),
        _("Andere data aan de eigenaars van de werken; eigen werken tellen als akkoord."),
    ),
    "proposals_answer_create": (
        _("Beantwoord een voorstel"),
        _("Akkoord, niet akkoord of andere data, voor eigen werken. Waar ieder die van elkaar afhangt akkoord is, "
          "wordt het meteen doorgevoerd."),
    ),
    "proposals_counters_create": (
        _("Aanvaard een tegenvoorstel, of niet"),
        _("De afzender gaat akkoord, of vraagt met “refuse” en een reden toch de eerste data."),
    ),
    "proposals_withdraw_create": (_("Trek een voorstel in"), _("Wat al is doorgevoerd, blijft.")),
    "proposals_refresh_create": (
        _("Werk een voorstel bij"),
        _("Opnieuw gebaseerd op werken die intussen gewijzigd zijn; wie ervan afhangt, wordt opnieuw gevraagd."),
    ),
    "proposals_undo_create": (
        _("Neem terug wat van uzelf is doorgevoerd"),
        _("Alleen waar niemand het werk sindsdien wijzigde."),
    ),
}  # fmt: skip
"""Per operation: a few words, and what there is to know before one asks."""

TAGS: Final[dict[str, tuple[Any, Any]]] = {
    "api": (_("Begin"), _("Waar alles is.")),
    "overview": (_("Overzicht"), _("Wat de kaart naast zich laat zien: aantallen, cijfers en lijsten.")),
    "histogram": (_("Tijdbalk"), _("Hoeveel er elke maand gebeurt.")),
    "place": (_("Plek"), _("Wat er op één plek gebeurt, op volgorde van tijd.")),
    "search": (_("Zoeken"), _("Waar de kaart naartoe kan.")),
    "near": (_("In de buurt"), _("Wat bewoners rond hun adres vinden.")),
    "board": (_("Planbord"), _("Wat het planbord toont, en wat daar gewijzigd is.")),
    "plan": (_("Andere data"), _("Wat andere data doen, en ze bewaren voor eigen werken.")),
}
"""What groups of operations are called that are no resource, and what they are about."""
