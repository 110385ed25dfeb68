"""Examples for the OpenAPI document: made of its own schemas, so that every operation has one and none goes stale.

A value is looked up by the name of its field, first within its component; what has no word of its own here is the first
that its schema allows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

GEOMETRY: Final = {
    "type": "Polygon",
    "coordinates": [[[6.5401, 52.9945], [6.5407, 52.9945], [6.5407, 52.9949], [6.5401, 52.9949], [6.5401, 52.9945]]],
}
POINT: Final = {"type": "Point", "coordinates": [6.5404, 52.9947]}

VALUES: Final[dict[str, Any]] = {
    # Where and who.
    "name": "Sloop Stroom 2 tot en met 40",
    "slug": "de-lariks",
    "wijk": "de-lariks",
    "buurt": "de-lariks-west",
    "code": "BU01060403",
    "municipality_code": "GM0106",
    "municipality_name": "Assen",
    "year": 2019,
    "cbs_wijk_code": "WK010604",
    "cbs_wijk_name": "Lariks",
    "owner": "actium",
    "owner_name": "Actium",
    "organiser": "actium",
    "partner": "gemeente-assen",
    "sender": "actium",
    "sender_name": "Actium",
    "website": "https://www.actiumwonen.nl/",
    "email": "wijkvernieuwing@example.nl",
    "phone": "0592 123456",
    "address": "Stroom 12",
    "location": "BIC De Lariks, Stroom 12",
    "url": "/wijken/de-lariks/",
    "lon": 6.5404,
    "lat": 52.9947,
    "bbox": [6.5401, 52.9945, 6.5407, 52.9949],
    "geometry": GEOMETRY,
    "Wijk.name": "De Lariks",
    "Buurt.name": "De Lariks-West",
    "Organisation.name": "Actium",
    "Organisation.slug": "actium",
    "NamedArea.name": "De Lariks",
    "NamedArea.slug": "de-lariks",
    "WorkRow.wijk": "De Lariks",
    "WorkRow.buurt": "De Lariks-West",
    "CentreRow.wijk": "De Lariks",
    "slogan": "Samen maken we de wijk",
    "street": "Stroom",
    "number": 12,
    "addition": "",
    "postcode": "9403 KL",
    "city": "Assen",
    "text": "Stroom 12, 9403 KL Assen",
    # What and when.
    "id": 12,
    "work": 12,
    "works": [12, 15],
    "scenario": 4,
    "version": 3,
    "etag": '"12-3"',
    "kind": "demolition",
    "kind_label": "sloop",
    "status": "planned",
    "status_label": "gepland",
    "project": 7,
    "project_name": "Aar, Delft en Stroom",
    "programme": 2,
    "programme_name": "Vernieuwing De Lariks",
    "projects": [7],
    "planned_start": "2027-05-03",
    "planned_finish": "2027-11-01",
    "start": "2027-05-03",
    "finish": "2027-11-01",
    "old_start": "2027-01-04",
    "old_finish": "2027-07-05",
    "new_start": "2027-05-03",
    "new_finish": "2027-11-01",
    "from": "2027-01-01",
    "to": "2028-01-01",
    "month": "2027-05",
    "earliest_start": "2027-04-01",
    "latest_finish": "2027-12-31",
    "duration_days": 120,
    "duration": 120,
    "actual_start": None,
    "actual_finish": None,
    "embargo_until": None,
    "tenants_informed_on": "2026-10-01",
    "expires_on": "2027-02-01",
    "period_text": "mei tot en met oktober 2027",
    "dwellings": 48,
    "budget_eur": "1250000.00",
    "asked_eur": "2500.00",
    "granted_eur": "1500.00",
    "amount_eur": "1500.00",
    "hours": None,
    "consent_percentage": 74,
    "noise": 3,
    "source": "handmatig",
    "external_id": "A-2027-014",
    "updated_at": "2026-11-23T09:30:00Z",
    "Programme.name": "Vernieuwing De Lariks",
    "ProgrammeInput.name": "Vernieuwing De Lariks",
    "Project.name": "Aar, Delft en Stroom",
    "ProjectInput.name": "Aar, Delft en Stroom",
    "WorkRow.project": "Aar, Delft en Stroom",
    "predecessor": 12,
    "successor": 15,
    "minimum_lag_days": 14,
    "maximum_lag_days": 56,
    "minimum": 14,
    "maximum": 56,
    "reason": "De bouwstraat ligt er pas na de sloop.",
    # What the partners talk about.
    "rule": "building-before-surface",
    "title": "Straat na het bouwverkeer",
    "sentence": "De straat wordt aangelegd terwijl het bouwverkeer nog komt.",
    "severity": 3,
    "severity_label": "ernstig",
    "facts": {"metres": 12.5},
    "note": "Eerst slopen, dan de straat.",
    "message": "Zo ligt de grond 20 weken korter braak.",
    "why": "Begint op 3 mei, omdat de sloop ernaast op 1 mei klaar is.",
    "key": "building-before-surface:12:15",
    # Residents.
    "Initiative.title": "Boomgaard zoekt grond",
    "InitiativeInput.title": "Boomgaard zoekt grond",
    "InitiativeRow.title": "Boomgaard zoekt grond",
    "Initiative.slug": "boomgaard-zoekt-grond",
    "InitiativeRow.slug": "boomgaard-zoekt-grond",
    "summary": "Samen appels plukken.",
    "story": "Met twintig buren willen wij een boomgaard beginnen op grond die toch braak ligt.",
    "theme": "green",
    "InitiativeInput.state": "submitted",
    "InitiativeInput.geometry": POINT,
    "submitted_on": "2026-03-01",
    "support_radius_m": 150,
    "Centre.name": "BIC De Lariks",
    "CentreInput.name": "BIC De Lariks",
    "CentreInput.geometry": POINT,
    "CentreRow.name": "BIC De Lariks",
    "Centre.slug": "bic-de-lariks",
    "CentreInput.slug": "bic-de-lariks",
    "CentreRow.slug": "bic-de-lariks",
    "opening_hours": "maandag tot en met vrijdag van 9 tot 17 uur",
    "present": "De wijkbeheerder en de opbouwwerker",
    "centre": "bic-de-lariks",
    "Activity.title": "Samen koken",
    "ActivityInput.title": "Samen koken",
    "starts_at": "2027-01-12T18:30:00Z",
    "ends_at": "2027-01-12T20:30:00Z",
    "recurrence": "FREQ=WEEKLY;BYDAY=TU",
    "not_on": ["2027-02-23"],
    "Meeting.title": "Bewonersavond Stroom",
    "MeetingInput.title": "Bewonersavond Stroom",
    "MeetingInput.geometry": POINT,
    "description": "Wat er gebeurt, in een paar zinnen.",
    "label": "Stroom 12, 9403 KL Assen",
    # In words.
    "next": "https://buurt.example.nl/api/works/?page=2",
    "previous": None,
    "radius": 500.0,
    "exactness": "address",
    "wijk_slug": "de-lariks",
    "state_label": "gesteund",
    "theme_label": "groen en tuin",
    "Organisation.kind_label": "woningcorporatie",
    "Finding.kind_label": "botsing",
    "FindingRow.kind_label": "botsing",
    "FoundRow.kind_label": "botsing",
    "Proposal.state_label": "loopt",
    "SearchResult.state_label": "klaar",
    "Centre.state_label": "open",
    "CentreRow.state_label": "open",
    "origin_label": "een scenario",
    "visibility_label": "alle partners",
    "answer_label": "nog geen antwoord",
    "answer_reason": "",
    "close_reason": "",
    "closed_at": None,
    "reopened_because": "",
    "state_reason": "",
    "report": "",
    "detail": "buurt in De Lariks",
    "Place.title": "Aar, Delft en Stroom",
    "headline": ["Geen enkele volgorde breekt nog; de grond ligt 20 weken korter braak."],
    "sentences": ["Begint op 3 mei, omdat de sloop ernaast op 1 mei klaar is."],
    "columns": ["id", "version", "name", "kind", "status", "owner"],
    "may_change": ["actium"],
    "BoardAnswer.works": [[12, 3, "Sloop Stroom 2 tot en met 40", "demolition", "planned", "actium"]],
    "BoardAnswer.owners": [["actium", "Actium"]],
    "SearchInput.wijken": ["de-lariks"],
    "SearchInput.owners": ["actium"],
    "remaining": ["Begint binnen drie maanden en kan niet meer verschuiven."],
}
"""By field, or by component and field."""

CHANGED: Final = frozenset(
    {"planned_finish", "description", "summary", "title", "phone", "minimum_lag_days", "note", "reason"}
)
"""What becomes otherwise in examples of changes."""

PARAMETERS: Final[dict[str, Any]] = {
    "bbox": "6.53,52.98,6.56,53.00",
    "geometry": "POLYGON((6.53 52.98, 6.56 52.98, 6.56 53.00, 6.53 53.00, 6.53 52.98))",
    "radius": 500,
    "fields": ["name", "geometry"],
    "cursor": "*",
    "page": 1,
    "page_size": 100,
    "search": "Stroom",
    "q": "Stroom 12",
    "postcode": "9403KL",
    "number": "12",
    "zoom": 17,
    "kinds": "demolition,new_build",
    "with_findings": True,
    "after_demolition": True,
    "looks_for_place": True,
    "updated_since": "2026-11-01T00:00:00Z",
    "finding": 5,
    "initiative": 3,
    "reason": "Dubbel ingevoerd.",
    "histogram.from": "2027-01",
    "histogram.to": "2028-01",
    "slug": "de-lariks",
    "centres.slug": "bic-de-lariks",
    "initiatives.slug": "boomgaard-zoekt-grond",
    "organisations.slug": "actium",
    "buurten.slug": "de-lariks-west",
}
"""By parameter, or by tag and parameter; else the field's own word is taken."""


class Examples:
    """Makes examples for the schemas of one document."""

    def __init__(self, components: dict[str, Any]) -> None:
        self.components = components

    def of(self, schema: dict[str, Any], component: str = "", name: str = "") -> Any:
        """Return an example that ``schema`` allows, for the field ``name`` of ``component``."""
        if reference := schema.get("$ref"):
            component = reference.rpartition("/")[2]
            if component == "Geometry":
                return VALUES.get(f"{_plain(name)}.geometry", GEOMETRY)
            return self.of(self.components[component], component)
        known = f"{_plain(component)}.{name}"
        for key in (known, name):
            if key in VALUES and _allows(schema, VALUES[key]):
                return VALUES[key]
        return self._made(schema, component, name)

    def _made(self, schema: dict[str, Any], component: str, name: str) -> Any:
        for word in ("oneOf", "anyOf", "allOf"):
            if word in schema:
                return self.of(schema[word][0], component, name)
        for word in ("const", "default"):
            if schema.get(word) is not None:
                return schema[word]
        for word in ("examples", "enum"):
            if schema.get(word):
                return schema[word][0]
        kinds = schema.get("type", "object")
        kind = kinds[0] if isinstance(kinds, list) else kinds
        least = max(1, schema.get("minimum", 1))
        makers: dict[str, Callable[[], Any]] = {
            "object": lambda: self._object(schema, component),
            "array": lambda: self._array(schema, component),
            "integer": lambda: int(least),
            "number": lambda: float(least),
            "boolean": lambda: False,
            "string": lambda: _text(schema),
        }
        return makers[kind]() if kind in makers else None

    def _partial(self, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
        """Return what stands in an example of a change: who it is, and a little that becomes otherwise."""
        return {name: inner for name, inner in properties.items() if name in CHANGED or name in required}

    def _array(self, schema: dict[str, Any], component: str) -> list[Any]:
        return [self.of(schema.get("items") or {"type": "string"}, component)] * schema.get("minItems", 1)

    def _object(self, schema: dict[str, Any], component: str) -> dict[str, Any]:
        properties = schema.get("properties", {})
        if component != _plain(component) and "geometry" not in properties:
            properties = self._partial(properties, schema.get("required", []))
        elif component != _plain(component):
            properties = {name: inner for name, inner in properties.items() if name != "geometry"}
        if "geometry" in properties:
            # A place belongs to what stands beside it.
            return {
                name: VALUES.get(f"{_plain(component)}.geometry", GEOMETRY)
                if name == "geometry"
                else self.of(inner, component, "" if name == "properties" else name)
                for name, inner in properties.items()
            }
        return {name: self.of(inner, component, name) for name, inner in properties.items()}


def _plain(component: str) -> str:
    return component.removeprefix("Patched").removeprefix("Changed")


def _text(schema: dict[str, Any]) -> str:
    return {
        "date": "2027-05-03", "date-time": "2026-11-23T09:30:00Z", "uri": "https://example.nl/",
        "decimal": "12.50", "email": "iemand@example.nl", "uuid": "8e03978e-40d5-43dd-bc93-6894a57f9324",
    }.get(schema.get("format", ""), "tekst"[: schema.get("maxLength", 5)])  # fmt: skip


def _allows(schema: dict[str, Any], value: Any) -> bool:
    """Whether a value looks as the schema wants it; the tests judge it in full."""
    kinds = schema.get("type")
    if not schema:
        return True
    kinds = kinds if isinstance(kinds, list) else [kinds]
    found = {
        bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object",
        type(None): "null",
    }[type(value)]  # fmt: skip
    fits = found in kinds or (found == "integer" and "number" in kinds)
    if isinstance(value, list) and fits:
        return all(_allows(schema.get("items", {}), each) for each in value)
    if "const" in schema:
        return bool(value == schema["const"])
    formed = schema.get("format") not in ("date", "date-time") or len(str(value)) >= 10 or value is None
    return fits and formed and ("enum" not in schema or value in schema["enum"])
