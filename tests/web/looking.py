"""What a page must be for everybody, asked of the browser itself: the one home of axe, of what fits, and of focus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_RUN_AXE = """async tags => {
    const found = await axe.run(document, {
        runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'], preload: false,
    });
    const first = (nodes) => nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ');
    return found.violations.map(({ id, nodes }) => `${id}: ${first(nodes)}`);
}"""

_STICKS_OUT = """() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const out = [...document.querySelectorAll('body *')].filter((e) => {
        const box = e.getBoundingClientRect();
        return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1);
    });
    const first = out.slice(0, 4).map((e) => e.outerHTML.slice(0, 140));
    return [`${document.documentElement.scrollWidth} wide in ${innerWidth}`, ...first];
}"""

_CUT_OFF = """() => [...document.querySelectorAll('body *')].filter((e) => {
    const s = getComputedStyle(e);
    if (s.overflowX === 'visible' || s.clipPath !== 'none') return false;
    if (e.matches('.visually-hidden, [title], input, textarea, select')) return false;
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility()) return false;
    const cuts = (axis) => ['hidden', 'clip'].includes(axis);
    return (cuts(s.overflowX) && e.scrollWidth > e.clientWidth + 1)
        || (cuts(s.overflowY) && e.scrollHeight > e.clientHeight + 2);
}).slice(0, 4).map((e) => e.outerHTML.slice(0, 140))"""

_UNLISTED = """() => {
    const maps = [...document.querySelectorAll('.maplibregl-map, .ol-viewport, .small-map, .moment-map')];
    return maps.filter((map) => {
        const named = map.closest('[aria-details]');
        const list = named && document.getElementById(named.getAttribute('aria-details'));
        const says = list?.checkVisibility() && (list.innerText.trim() || list.matches('input'));
        return !(named?.getAttribute('aria-label') && says);
    }).map((map) => map.outerHTML.slice(0, 140));
}"""

_MOVES = """() => {
    const moving = (s) => [s.transitionDuration, s.animationName === 'none' ? '0s' : s.animationDuration]
        .some((list) => list.split(', ').some((time) => parseFloat(time) > 0.001));
    return [...document.querySelectorAll('*')]
        .filter((e) => [null, '::before', '::after'].some((part) => moving(getComputedStyle(e, part))))
        .slice(0, 4).map((e) => e.outerHTML.slice(0, 120));
}"""

_STOPS = """() => {
    const groups = new Set();
    const all = document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]');
    return [...all].filter((e) => {
        if (e.tabIndex < 0 || e.disabled || !e.checkVisibility({ visibilityProperty: true })) return false;
        if (e.type !== 'radio' || !e.form) return true;
        // One stop a group: what is chosen, or the first.
        const group = [...e.form.querySelectorAll(`input[type=radio][name="${e.name}"]`)];
        return e === (group.find((r) => r.checked) ?? group[0]) && !groups.has(e.name) && groups.add(e.name);
    }).length;
}"""

_FOCUSED = """() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const shows = (node) => {
        const s = getComputedStyle(node);
        return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1) || s.boxShadow !== 'none';
    };
    e.dataset.seen ??= String(document.querySelectorAll('[data-seen]').length);
    const before = document.querySelector(`[data-seen="${Number(e.dataset.seen) - 1}"]`);
    const box = e.getBoundingClientRect();
    return {
        at: Number(e.dataset.seen), text: e.outerHTML.slice(0, 120),
        shows: shows(e) || (e.parentElement && e.matches('input') && shows(e.parentElement)),
        inOrder: !before || Boolean(before.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING),
        inSight: box.width > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
    };
}"""


def violations(page: Any) -> list[str]:
    """Return what axe finds: WCAG 2.2 A and AA, and its best practices; each rule with the first places."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(_RUN_AXE, TAGS)


def sticks_out(page: Any) -> list[str]:
    """Return what makes the page scroll sideways; nothing where it fits."""
    return page.evaluate(_STICKS_OUT)


def cut_off(page: Any) -> list[str]:
    """Return the texts of which a part cannot be seen, and that no title says in full."""
    return page.evaluate(_CUT_OFF)


def unlisted(page: Any) -> list[str]:
    """Return the maps without a name, or whose ``aria-details`` does not lead to a list with the same in words."""
    for _ in range(50):
        # A list may still be fetched.
        if not page.evaluate(_UNLISTED):
            break
        page.wait_for_timeout(100)
    return page.evaluate(_UNLISTED)


@contextmanager
def text_twice_as_large(page: Any) -> Iterator[None]:
    """As somebody has it who set the browser's own letter to 32 pixels."""
    browser = page.context.new_cdp_session(page)
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
    yield
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": 16}})
    browser.detach()


def looked_at(page: Any) -> Iterator[str]:
    """Yield what is wrong with the page as it stands: wide and light, with text twice as large, narrow and dark."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    yield from (f"light, 1280: {fault}" for fault in violations(page))
    yield from (f"map without its list: {fault}" for fault in unlisted(page))
    with text_twice_as_large(page):
        yield from (f"text 200 %: {fault}" for fault in sticks_out(page) + cut_off(page))
    page.set_viewport_size({"width": 640, "height": 450})
    yield from (f"zoom 200 %: {fault}" for fault in sticks_out(page))
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    yield from (f"dark, 320: {fault}" for fault in violations(page))
    yield from (f"320: {fault}" for fault in sticks_out(page))
    yield from (f"moves: {fault}" for fault in moves(page))


def moves(page: Any) -> list[str]:
    """Return what has a transition or an animation."""
    return page.evaluate(_MOVES)


def by_tab(page: Any, most: int = 60) -> list[str]:
    """Go through the page by Tab; return what is wrong: out of order, focus that does not show, stops left out."""
    wrong = []
    stops = min(page.evaluate(_STOPS), most)
    reached = 0
    # A date has a stop for its day, month and year.
    for _ in range(4 * stops):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        if focused is None or focused["at"] < reached - 1 or reached == stops:
            break
        if focused["at"] == reached - 1:
            continue
        reached += 1
        for fault, fine in (("not in order", "inOrder"), ("focus not seen", "shows"), ("out of sight", "inSight")):
            if not focused[fine]:
                wrong.append(f"{fault}: {focused['text']}")
        if reached == 1 and 'class="skip"' not in focused["text"]:
            wrong.append(f"first is not the skip link: {focused['text']}")
    if reached < stops:
        wrong.append(f"{reached} of {stops} stops reached")
    return wrong
