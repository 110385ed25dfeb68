/** The page's own words, in Dutch and English. */

const WORDS = {
  nl: {
    areas: "Gebieden", wijkenBuurten: "Wijken en buurten", residents: "Bewoners", initiatives: "Initiatieven",
    centres: "Buurtcentra", meetings: "Bewonersavonden", tuning: "Afstemming", conflict: "Botsingen", opportunity: "Kansen",
    addresses: "Adressen (dichtbij)", streets: "Straten", basemap: "Achtergrondkaart (PDOK)", opacity: "Dekking", works: "Werken",
    inMonth: (m) => `In ${m}`, inPeriod: (a, b) => `Van ${a} tot en met ${b}`, noWorks: "In deze periode zijn er geen werken.",
    noFindings: "Niets zit elkaar in de weg.", findings: "Botsingen en kansen", demolished: "woningen gesloopt", built: "nieuw", renovated: "gerenoveerd",
    fallow: "weken braak", dossier: "Open dossier", share: "Deel deze kaart", sharePlace: "Deel deze plek", copied: "De link is gekopieerd.",
    print: "Print", export: "Kaart als bestand", data: "Gegevens", layer: "Laag", qgis: "Alle lagen, live in QGIS (project)", allOff: "Zet eerst een laag aan.", back: "Terug naar de lijst", loading: "Laden …",
    failed: "Dat lukte niet.", retry: "Probeer opnieuw", nothingHere: "Op deze plek is niets gepland.", found: (n) => `${n} gevonden`,
    nothingFound: "Niets gevonden. Probeer een straat, wijk of postcode.", announce: (n, m) => `${n} werken, ${m}`, play: "Afspelen", pause: "Pauze",
    homes: (n) => `${n} woningen`, noMap: "Deze browser kan de kaart niet tekenen. De lijst werkt wel.", more: (n) => `en nog ${n}; zoom in of kies een kortere periode`,
    dashed: "Gestreepte rand: nog niet vastgelegd", worksHere: "Wat hier gebeurt, op volgorde",
  },
  en: {
    areas: "Areas", wijkenBuurten: "Districts and neighbourhoods", residents: "Residents", initiatives: "Initiatives",
    centres: "Community centres", meetings: "Residents' meetings", tuning: "Coordination", conflict: "Clashes", opportunity: "Chances",
    addresses: "Addresses (close up)", streets: "Streets", basemap: "Background map (PDOK)", opacity: "Opacity", works: "Works",
    inMonth: (m) => `In ${m}`, inPeriod: (a, b) => `From ${a} to ${b}`, noWorks: "No works in this period.",
    noFindings: "Nothing stands in another's way.", findings: "Clashes and chances", demolished: "homes demolished", built: "new", renovated: "renovated",
    fallow: "weeks fallow", dossier: "Open dossier", share: "Share this map", sharePlace: "Share this place", copied: "The link was copied.",
    print: "Print", export: "Map as a file", data: "Data", layer: "Layer", qgis: "All layers, live in QGIS (project)", allOff: "Switch a layer on first.", back: "Back to the list", loading: "Loading …",
    failed: "That did not work.", retry: "Try again", nothingHere: "Nothing is planned at this place.", found: (n) => `${n} found`,
    nothingFound: "Nothing found. Try a street, district or postcode.", announce: (n, m) => `${n} works, ${m}`, play: "Play", pause: "Pause",
    homes: (n) => `${n} homes`, noMap: "This browser cannot draw the map. The list works.", more: (n) => `and ${n} more; zoom in or choose a shorter period`,
    dashed: "Dashed outline: not committed yet", worksHere: "What happens here, in order",
  },
};

/** @param {string} language */
export const words = (language) => WORDS[language.startsWith("en") ? "en" : "nl"];
