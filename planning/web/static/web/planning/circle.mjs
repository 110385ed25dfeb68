/** A dependency that would make a work wait for itself. */

/**
 * The works of the circle that a new dependency closes, from its successor to its predecessor; null where it closes none.
 * @param {{predecessor: number, successor: number}[]} dependencies @param {number} predecessor @param {number} successor
 * @returns {number[]|null}
 */
export function circleWith(dependencies, predecessor, successor) {
  if (predecessor === successor) return [predecessor];
  /** @type {Map<number, number[]>} */
  const next = new Map();
  for (const dependency of dependencies) {
    const list = next.get(dependency.predecessor);
    if (list) list.push(dependency.successor); else next.set(dependency.predecessor, [dependency.successor]);
  }
  /** @type {Map<number, number>} by which work each was reached; breadth first, so the circle shown is the shortest */
  const from = new Map([[successor, successor]]);
  const waiting = [successor];
  for (const work of waiting) {
    if (work === predecessor) return path(from, successor, predecessor);
    for (const other of next.get(work) ?? []) if (!from.has(other)) { from.set(other, work); waiting.push(other); }
  }
  return null;
}

/** @param {Map<number, number>} from @param {number} first @param {number} last */
function path(from, first, last) {
  const found = [last];
  while (found[0] !== first) found.unshift(/** @type {number} */ (from.get(found[0])));
  return found;
}
