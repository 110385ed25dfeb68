/** Questions of which only the newest of each kind matters. */

/**
 * A keeper of questions: each new one of a kind stops the older one, whose answer is then null.
 * @returns {<T>(kind: string, ask: (signal: AbortSignal) => Promise<T>) => Promise<T | null>}
 */
export function onlyNewest() {
  /** @type {Map<string, AbortController>} */
  const open = new Map();
  return async (kind, ask) => {
    open.get(kind)?.abort();
    const controller = new AbortController();
    open.set(kind, controller);
    try {
      return await ask(controller.signal);
    } catch (error) {
      if (/** @type {Error} */ (error).name === "AbortError") return null;
      throw error;
    } finally {
      if (open.get(kind) === controller) open.delete(kind);
    }
  };
}
