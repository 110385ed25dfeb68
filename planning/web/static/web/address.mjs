/** The language of the page, and addresses in it. */

/** What a question to the service says, so that the answer speaks the page's language and not the browser's. */
export const spoken = () => ({ "Accept-Language": document.documentElement.lang });

/** @param {string} path of a page, as in Dutch: /kaart/ @returns {string} in the language of this page: /en/kaart/ */
export const inLanguage = (path) => (document.documentElement.dataset.home ?? "/") + path.slice(1);
