/** What the legend leaves on, said in three ways: which rows of the list, which figures, and which records of a file. */

/** @param {Set<string>} off keys "owner:kind" and names of other layers */
function kindsOff(off) {
  /** @type {Map<string, string[]>} */
  const owners = new Map();
  for (const key of [...off].sort()) {
    const [owner, kind] = key.split(":");
    if (kind) owners.set(owner, [...(owners.get(owner) ?? []), kind]);
  }
  return owners;
}

/**
 * The overview without what the legend leaves out.
 * @param {any} data overview @param {Set<string>} off
 */
export function chosen(data, off) {
  const works = data.works.filter((work) => !off.has(`${work.owner}:${work.kind}`));
  const findings = data.findings.filter((finding) => !off.has(finding.kind));
  let total = 0;
  for (const [owner, { kinds }] of Object.entries(data.counts.owners)) for (const [kind, count] of Object.entries(kinds)) if (!off.has(`${owner}:${kind}`)) total += count;
  return {
    ...data, works, findings, works_total: total,
    initiatives_list: off.has("initiatives") ? [] : data.initiatives_list,
    centres_list: off.has("centres") ? [] : data.centres_list,
  };
}

/** @param {string} value */
const quoted = (value) => `'${value.replaceAll("'", "''")}'`;

/**
 * The question for a file of one layer that holds what the map shows of it; null where the legend leaves it out.
 * @param {string} layer @param {Set<string>} off @param {{from: string, to: string}} period dates, `to` the day after
 * @returns {URLSearchParams|null}
 */
export function fileQuery(layer, off, period) {
  const query = new URLSearchParams();
  const areas = ["wijken", "buurten"].includes(layer);
  if (off.has(areas ? "areas" : layer)) return null;
  if (["works", "findings", "initiatives", "meetings"].includes(layer)) {
    const last = new Date(new Date(period.to).getTime() - 86_400_000).toISOString().slice(0, 10);
    query.set("datetime", `${period.from}/${last}`);
  }
  if (layer === "works") {
    const parts = [...kindsOff(off)].map(([owner, kinds]) => `NOT (owner = ${quoted(owner)} AND kind IN (${kinds.map(quoted).join(", ")}))`);
    if (parts.length) query.set("filter", parts.join(" AND "));
  }
  if (layer === "findings") {
    const left = ["conflict", "opportunity"].filter((kind) => !off.has(kind));
    if (left.length === 0) return null;
    if (left.length === 1) query.set("kind", left[0]);
  }
  return query;
}
