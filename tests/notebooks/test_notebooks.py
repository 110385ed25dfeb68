"""The notebooks run on the live demonstration, and say what they should."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"

pytestmark = pytest.mark.notebook


def said(name: str, url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a notebook on the database at ``url`` and return all that its cells said."""
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("PATH", os.environ["PATH"])
    notebook = nbformat.read(FOLDER / name, as_version=4)
    NotebookClient(notebook, timeout=180, resources={"metadata": {"path": str(FOLDER)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "\n".join(str(o.get("text") or o.get("data", {}).get("text/html") or o.get("data")) for o in outputs)


def test_the_layered_map_tells_of_all_wijken(demo_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = said("01_lagenkaart.ipynb", demo_url, monkeypatch)
    for expected in ("Oude Molenbuurt", "Pittelo-Marsdijk", "organisaties", "Gemeente Assen", "&lt;html lang="):
        assert expected in text


def test_the_order_of_works_tells_of_the_fallow_ground(demo_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = said("02_volgorde.ipynb", demo_url, monkeypatch)
    assert "Langst braak: Sloop Aar / Delft / Stroom - 228 weken" in text
    assert "Straat vóór de bouw" in text
    assert "Herinrichting Stroom en Delft (Gemeente Assen) begint op 18 mei 2027" in text
    assert "●●●" in text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("03_hinder.ipynb", ["werken geven hinder", "Het zwaarst:", "buurten op de kaart", "grens", "sloop"]),
        ("04_braak.ipynb", ["Langst braak: Sloop", "weken braak", "koppels van een initiatief", "Boomgaard voor de buurt"]),
        ("05_draagvlak.ipynb", ["initiatieven in 5 wijken", "kwam verder", "kansen om een idee mee te nemen"]),
    ],
)  # fmt: skip
def test_stories_by_the_python_client_alone(
    name: str, expected: list[str], demo_site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They read the served demonstration as anybody on another machine would, without the database."""
    monkeypatch.setenv("MIJN_BUURT", demo_site)
    text = said(name, "postgis://nergens/", monkeypatch)
    for part in expected:
        assert part in text


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda p: p.name)
def test_notebooks_are_kept_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells)
