/** What others change appears by itself: a stream from the service, or asking now and then where no stream comes through. */

const ASK_EVERY_MS = 2_000;
const GIVE_UP_AFTER = 3;

/**
 * @param {string} page
 * @param {{change: (tables: Set<string>) => void, people: (people: {id: number, name: string, organisation: string}[]) => void, lost: (lost: boolean) => void}} tell
 */
export function listen(page, tell) {
  let failures = 0;
  let first = true;
  const source = new EventSource(`/planning/live/${page}/`);
  source.addEventListener("open", () => { failures = 0; tell.lost(false); });
  source.addEventListener("change", (event) => {
    const tables = new Set(JSON.parse(event.data).tables);
    // The first word of a stream is that anything may have changed before; a page that was just loaded knows it all.
    if (first && tables.size === 1 && tables.has("*")) { first = false; return; }
    first = false;
    tell.change(tables);
  });
  source.addEventListener("people", (event) => tell.people(JSON.parse(event.data).people));
  source.addEventListener("error", () => {
    failures += 1;
    if (source.readyState === EventSource.CLOSED || failures >= GIVE_UP_AFTER) {
      source.close();
      tell.lost(true);
      ask(tell);
    }
  });
  addEventListener("pagehide", () => source.close());
}

/** Without a stream: ask for the version of the data. */
async function ask(tell) {
  let known = null;
  for (;;) {
    if (!document.hidden) {
      try {
        const response = await fetch("/planning/live/stand/", { headers: { accept: "application/json" } });
        if (response.status === 403) return;
        const { version } = await response.json();
        if (known !== null && version !== known) tell.change(new Set(["*"]));
        known = version;
      } catch { /* offline: the page says so itself */ }
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}
