"""What public bodies look for in a repository: publiccode.yml as its standard wants it, and the licence it names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

BASE = Path(__file__).resolve().parent.parent
REQUIRED = {
    "publiccodeYmlVersion", "name", "platforms", "categories", "developmentStatus", "softwareType", "description",
    "legal", "maintenance", "localisation",
}  # fmt: skip
"""The standard's mandatory keys (schema.core, 0.4). ``url`` is one too, for who publishes the repository to fill in."""


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    return yaml.safe_load((BASE / "publiccode.yml").read_text("utf-8"))


def test_the_mandatory_keys_are_there_with_values_that_exist(said: dict[str, Any]) -> None:
    assert said.keys() >= REQUIRED
    assert said["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert said["softwareType"] == "standalone/web"
    assert said["maintenance"]["type"] in {"internal", "contract", "community", "none"}
    assert said["maintenance"]["contacts"][0]["name"]
    assert said["localisation"]["localisationReady"] in {True, False}
    assert "nl" in said["localisation"]["availableLanguages"]
    assert all(dependency["name"] for dependency in said["dependsOn"]["open"])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_descriptions_have_their_length(said: dict[str, Any], language: str) -> None:
    description = said["description"][language]
    assert len(description["shortDescription"]) <= 150
    assert 150 <= len(description["longDescription"]) <= 10_000
    assert 5 <= len(description["features"]) <= 20


def test_the_version_and_the_licence_are_those_of_the_package(said: dict[str, Any]) -> None:
    pyproject = (BASE / "pyproject.toml").read_text("utf-8")
    assert f'version = "{said["softwareVersion"]}"' in pyproject
    assert said["legal"]["license"] == "EUPL-1.2"
    assert 'license = "EUPL-1.2"' in pyproject
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in (BASE / "LICENSE").read_text("utf-8")
