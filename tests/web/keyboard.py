"""Using a page by its keys alone, as who holds no mouse does."""

from __future__ import annotations

from typing import Any


def tab_to(page: Any, name: str) -> None:
    """Press Tab until what is called ``name`` has the focus, and see that the focus shows."""
    names = []
    for _ in range(60):
        page.keyboard.press("Tab")
        names.append(
            page.evaluate("""() => {
            const e = document.activeElement;
            return (e.labels?.[0]?.innerText ?? e.getAttribute('aria-label') ?? e.innerText ?? '').trim();
        }""")
        )
        if names[-1].startswith(name):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(f"{name} was not reached: {names}")


def type_into(page: Any, name: str, text: str) -> None:
    tab_to(page, name)
    page.keyboard.type(text)


def press(page: Any, name: str) -> None:
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")
