"""What is on the screen can be taken along as a file: from the map for its period, from a dossier for its wijk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio
import pytest

pytestmark = pytest.mark.browser


def taken(page: Any, title: str, folder: Path) -> Path:
    """Open the menu of files, take one, and return it."""
    page.locator(".files summary").click()
    with page.expect_download() as download:
        page.locator(".files").get_by_role("link", name=title).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_the_map_gives_the_works_of_its_month(page: Any, demo_site: str, tmp_path: Path) -> None:
    page.goto(demo_site + "/kaart/?m=2027-06")
    page.wait_for_selector("#lijst .rows button")
    shown = page.locator("#lijst .figures li strong").first.inner_text()
    frame = pd.read_excel(taken(page, "Excel", tmp_path))
    assert len(frame) == int(shown) > 0
    assert (frame["start"] < "2027-07-01").all()
    assert (frame["finish"] > "2027-06-01").all()


def test_a_dossier_gives_the_works_of_its_wijk(page: Any, demo_site: str, tmp_path: Path) -> None:
    page.goto(demo_site + "/wijken/kloosterveen/")
    frame = pyogrio.read_dataframe(taken(page, "GeoPackage", tmp_path), layer="works")
    assert len(frame) >= 10
    assert set(frame["wijk"]) == {"kloosterveen"}
