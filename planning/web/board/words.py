"""What the board's script says; it is given to the script, which holds no words of its own.

Values in braces are filled in by the script.
"""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from planning.works.kinds import WorkKind, WorkStatus
from planning.works.models import Dependency

MONTHS: Final = _("januari februari maart april mei juni juli augustus september oktober november december")
SHORT_MONTHS: Final = _("jan feb mrt apr mei jun jul aug sep okt nov dec")

BOARD: Final = {
    "today": _("vandaag"),
    "week": _("wk {n}"),
    "quarter": _("{n}e kw"),
    "weeks_one": _("{n} week"),
    "weeks": _("{n} weken"),
    "days_one": _("{n} dag"),
    "days": _("{n} dagen"),
    "working_days_one": _("{n} werkdag"),
    "working_days": _("{n} werkdagen"),
    "earlier": _("{span} eerder"),
    "later": _("{span} later"),
    "until": _("{first} – {last}"),
    "works_one": _("{n} werk"),
    "works": _("{n} werken"),
    "dwellings_one": _("{n} woning"),
    "dwellings": _("{n} woningen"),
    "fallow_one": _("{n} week braak"),
    "fallow": _("{n} weken braak"),
    "more_findings": _("{title} en nog {n}"),
    "pinned": _("vast"),
    "was": _("Was {period}:"),
    "kind": _("Soort"),
    "duration": _("Duur"),
    "taken": _(
        "{name} opgenomen: {period}. Pijltjes schuiven, Shift met pijltjes rekt, Enter zet neer, Escape zet terug."
    ),
    "put_down": _("Neergezet: {period}. Nog niet bewaard."),
    "put_back": _("Teruggezet."),
    "cannot_move": _("Dit werk kunt u hier niet verschuiven."),
    "undone": _("Ongedaan gemaakt."),
    "redone": _("Opnieuw gedaan."),
    "nothing_to_undo": _("Er is niets om ongedaan te maken."),
    "described": _("{name}, {kind} van {owner}, {period}, {status}"),
    "described_finding": _("bevinding: {title}"),
    "draft_mark": _("nog niet bewaard"),
    "empty": _("Geen enkel werk past bij deze keuze."),
    "empty_all": _("Er staan nog geen werken."),
    "empty_do": _("Alles laten zien"),
    "left_out_one": _(
        "Niet alles past op het bord: {n} werk is weggelaten. Kies een wijk, een partner of een periode."
    ),
    "left_out": _(
        "Niet alles past op het bord: {n} werken zijn weggelaten. Kies een wijk, een partner of een periode."
    ),
    "loading": _("Laden …"),
    "together": _("Kijkt mee:"),
    "updated": _("De planning is zojuist bijgewerkt."),
    "failed": _("Het bord kon niet geladen worden."),
    "offline": _("Geen verbinding. Wat u hier verandert, blijft op dit apparaat bewaard tot u weer verbinding hebt."),
    "retry": _("Probeer opnieuw"),
    "announce": _("{works}, {findings}"),
    "findings_one": _("{n} bevinding"),
    "findings": _("{n} bevindingen"),
    "no_findings": _("Bij deze keuze zit niets elkaar in de weg, en er zijn geen kansen gevonden."),
    "more": _("Nog {n} laten zien"),
    "new": _("nieuw"),
    "solved": _("opgelost"),
    "choose": _("Kies een werk in de tijdlijn of op de kaart."),
    "can_drag": _("Sleep een balk om te zien wat dat betekent; er wordt niets bewaard voordat u dat zegt."),
    "status": _("Status"),
    "place": _("Plek"),
    "project": _("Project"),
    "actual": _("Werkelijk"),
    "window": _("Venster"),
    "window_from": _("niet vóór {day}"),
    "window_to": _("klaar vóór {day}"),
    "actual_from": _("begonnen {day}"),
    "actual_to": _("klaar {day}"),
    "open_work": _("Open dit werk"),
    "on_map": _("Op de grote kaart"),
    "waits_for": _("Wacht op"),
    "followed_by": _("Hierop wacht"),
    "gap": _("{days} ertussen"),
    "gap_none": _("sluit aan"),
    "gap_short": _("{days} te kort"),
    "some": _("{first} +{n}"),
}
"""What it says of the plan."""

EDITING: Final = {
    "start": _("Begin"),
    "last_day": _("Laatste dag"),
    "working_days_label": _("Werkdagen"),
    "pin": _("Vastzetten: schuift niet mee"),
    "put_this_back": _("Zet dit werk terug"),
    "of_another": _("Van {owner}: uw wijziging kan een voorstel worden, nooit zomaar bewaard."),
    "trying": _("Dit is een proef; laat los om het zo te laten staan."),
    "no_changes": _("Niets gewijzigd."),
    "own_changes_one": _("{n} wijziging van u"),
    "own_changes": _("{n} wijzigingen van u"),
    "other_changes_one": _("{n} van een ander"),
    "other_changes": _("{n} van anderen"),
    "tie_changes_one": _("{n} wijziging in de volgorde"),
    "tie_changes": _("{n} wijzigingen in de volgorde"),
    "followers_one": _("{n} werk schuift mee"),
    "followers": _("{n} werken schuiven mee"),
    "fresh_one": _("{n} nieuwe bevinding"),
    "fresh": _("{n} nieuwe bevindingen"),
    "gone_one": _("{n} bevinding opgelost"),
    "gone": _("{n} bevindingen opgelost"),
    "breaks_one": _("{n} volgorde klopt niet meer"),
    "breaks": _("{n} volgordes kloppen niet meer"),
    "less_fallow": _("{span} minder braak"),
    "more_fallow": _("{span} meer braak"),
    "steps": _("Stappen"),
    "undo": _("Ongedaan maken"),
    "redo": _("Opnieuw"),
    "drop": _("Alles terugzetten"),
    "propose": _("Maak voorstel ({n})"),
    "propose_title": _("Een voorstel maken"),
    "propose_said": _(
        "Dit wordt een scenario: er verandert nog niets. Daar kunt u het vergelijken en als voorstel naar de eigenaren"
        " sturen."
    ),
    "propose_why": _("De eigenaren lezen dit bij het voorstel."),
    "scenario_name": _("Andere data voor {name}"),
    "scenario_called": _("Naam van het scenario"),
    "make_scenario": _("Maak scenario"),
    "on_behalf": _("Namens"),
    "sequence": _("Zoek een betere volgorde"),
    "sequence_said": _(
        "De dienst zoekt andere data: eerst niets wat niet kan, dan zo kort mogelijk braak, dan de grond zo min"
        " mogelijk open, dan zo min mogelijk hinder. Wat toegezegd is of vaststaat, blijft. Er verandert nog niets."
    ),
    "sequence_name": _("Betere volgorde · {where}"),
    "may_move": _("Wat mag er schuiven"),
    "on_board_one": _("Alleen het werk op het bord"),
    "on_board": _("De {n} werken op het bord"),
    "only_own": _("Alleen onze eigen werken op het bord"),
    "everything": _("Alle werken van alle partners"),
    "search_for": _("Hoe lang zoeken"),
    "seconds_one": _("{n} seconde"),
    "seconds": _("{n} seconden"),
    "minutes_one": _("{n} minuut"),
    "minutes": _("{n} minuten"),
    "search_start": _("Begin met zoeken"),
    "search_stop": _("Stop met het beste tot nu toe"),
    "groups": _("groepen klaar: {done} van {all}"),
    "no_worker": _("Er is nu geen rekenaar; het zoeken begint zodra er een is."),
    "silent": _("De rekenaar is even stil; het zoeken wordt zo opnieuw opgepakt."),
    "take_over": _("Neem over als concept"),
    "open_scenario": _("Open het scenario"),
    "too_many": _("Dat zijn meer dan duizend werken; kies een wijk, of alle werken."),
    "save": _("Bewaar mijn werken ({n})"),
    "save_title": _("Mijn werken bewaren"),
    "others_stay_one": _("{n} werk van een ander schuift mee. Dat blijft concept; maak er een voorstel van."),
    "others_stay": _("{n} werken van anderen schuiven mee. Die blijven concept; maak er een voorstel van."),
    "brings": _("Dit brengt het met zich mee:"),
    "and_more": _("en nog {n}"),
    "why_change": _("Waarom"),
    "why_help": _("Dit komt in de geschiedenis van het werk; de andere partners lezen het mee."),
    "why_needed": _("Schrijf kort waarom het anders moet."),
    "confirm_one": _("Dit werk is toegezegd en verandert toch: {names}."),
    "confirm": _("Deze werken zijn toegezegd en veranderen toch: {names}."),
    "follows": _("schuift mee"),
    "saved": _("Bewaard. De bevindingen zijn bijgewerkt."),
    "conflict_title": _("Iemand anders was u voor"),
    "conflict_said": _("Er is nog niets bewaard, en niets van u is weg. Kies per werk wat er moet staan."),
    "changed_by": _("Gewijzigd door {who}, {when}. Reden: {why}."),
    "somebody": _("iemand anders"),
    "no_reason": _("niet gegeven"),
    "before_both": _("Toen u begon: {period}"),
    "mine": _("Mijn data:"),
    "theirs": _("Wat er nu staat:"),
    "also_changed": _("Ook gewijzigd: {fields}."),
    "go_on": _("Verder"),
    "cancel": _("Annuleren"),
    "close": _("Sluiten"),
    "cannot": _("Dat kan niet"),
    "add_tie": _("Volgorde toevoegen"),
    "remove_tie": _("Wacht niet meer op {name}"),
    "choose_work": _("Kies een werk"),
    "tie_title": _("Waar wacht {name} op?"),
    "tie_between": _("{second} wacht op {first}."),
    "tie_not_own": _("Alleen {owner} kan zeggen waar {name} op wacht."),
    "tie_type": _("Wat op wat"),
    "tie_minimum": _("Minste tussentijd"),
    "tie_maximum": _("Meeste tussentijd"),
    "tie_days": _("In werkdagen."),
    "tie_open": _("In werkdagen; leeg is onbegrensd."),
    "tie_reason": _("Waarom"),
    "tie_order": _("De meeste tussentijd is niet minder dan de minste."),
    "tie_known": _("Deze volgorde staat er al."),
    "tie_added": _("Toegevoegd; nog niet bewaard."),
    "circle": _("Zo wacht een werk op zichzelf: {works}."),
    "elsewhere": _("een werk dat hier niet staat"),
    "help": _("Toetsen"),
}
"""What it says of changes."""

FIGURES: Final = {
    "hard": _("kan niet"),
    "conflicts": _("andere botsingen"),
    "fallow_weeks": _("weken braak"),
    "opened_again": _("grond vaker open"),
    "nuisance_address": _("hinder, zwaarste adres"),
    "moved": _("werken schuiven"),
}
"""What the figures of a plan are called, in the order they are shown."""

KEYS: Final = (
    ("↑ ↓", _("vorig of volgend werk; Page Up en Page Down gaan tien verder")),
    ("← →", _("de tijdlijn verschuiven")),
    ("+ −", _("dichterbij of verder weg; met de muis: Ctrl en het wiel")),
    ("Enter", _("het gekozen werk opnemen, en weer neerzetten")),
    ("← →", _("het opgenomen werk een dag eerder of later")),
    ("↑ ↓", _("een week eerder of later; Page Up en Page Down: vier weken")),
    ("Shift ← →", _("het einde verschuiven: korter of langer")),
    ("Escape", _("terugzetten; daarna: niets meer gekozen")),
    ("Ctrl Z", _("ongedaan maken; met Shift: opnieuw")),
    ("?", _("deze uitleg")),
)
"""The keys of the board and what they do."""

SEASONS: Final = {
    "breeding-season": _("broedseizoen"),
    "planting-season": _("buiten het plantseizoen"),
    "frost": _("vorst"),
    "building-holiday": _("bouwvak"),
}
"""What people call the times that rules close."""


def board_words() -> dict[str, Any]:
    """Return all words, in the language of the page."""
    return {
        "months": str(MONTHS).split(),
        "short_months": str(SHORT_MONTHS).split(),
        "kinds": {kind.value: str(kind.label) for kind in WorkKind},
        "statuses": {status.value: str(status.label) for status in WorkStatus},
        "figures": {name: str(text) for name, text in FIGURES.items()},
        "seasons": {rule: str(name) for rule, name in SEASONS.items()},
        "dependency_types": {kind.value: str(kind.label) for kind in Dependency.Type},
        "keys": [(keys, str(meaning)) for keys, meaning in KEYS],
        **{name: str(text) for name, text in (BOARD | EDITING).items()},
    }
