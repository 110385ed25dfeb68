"""Which column means what: headers as people write them, against the words that a kind of record knows."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from geo.intake.problems import ImportRefusedError

SHAPEFILE_NAME: Final = 10
"""Letters that the name of a column in a shapefile has at most."""


def normal(header: object) -> str:
    """Return a header without case, accents, units between brackets and punctuation: "Budget (€)" is "budget"."""
    text = re.sub(r"\(.*?\)|\[.*?\]", " ", "" if header is None else str(header))
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", text))


@dataclass(frozen=True)
class Vocabulary:
    """The fields of a kind of record, with the headers that mean them.

    Parameters
    ----------
    headers
        Field to the headers that mean it, as ``normal`` writes them.
    weak
        Headers that give way where another column says the same more plainly: GDAL adds an id of its own.
    example
        Headers to name where a file has none, in Dutch.
    """

    headers: Mapping[str, tuple[str, ...]]
    weak: frozenset[str]
    example: str

    @cached_property
    def _by_header(self) -> dict[str, str]:
        by_name = {name.replace("_", " "): name for name in self.headers}
        return {header: name for name, headers in self.headers.items() for header in headers} | by_name

    def label(self, name: str) -> str:
        """Return what a field is called where the file has no column for it."""
        return self.headers[name][0].capitalize() if name in self.headers else name

    def meaning(self, header: str) -> str | None:
        """Return the field that a header means by itself, or None.

        Of exactly ten letters it may be one that a shapefile cut off: "external_i".
        """
        word = normal(header)
        if word in self._by_header or len(header) != SHAPEFILE_NAME:
            return self._by_header.get(word)
        whole = {name for known, name in self._by_header.items() if known.startswith(word)}
        return whole.pop() if len(whole) == 1 else None

    def match(
        self, headers: Iterable[str], mapping: Mapping[str, str] | None = None
    ) -> tuple[dict[str, str], list[str]]:
        """Return field to header, and the headers that mean nothing to us.

        Parameters
        ----------
        headers
            As they stand in the file.
        mapping
            Header to field, which goes before what headers mean by themselves; an empty field leaves a column out.

        Raises
        ------
        ImportRefusedError
            Where two columns mean one field, or the mapping names a column or a field that is not there.
        """
        headers = list(headers)
        mapping = dict(mapping or {})
        self._check_mapping(mapping, headers)
        matched: dict[str, str] = {}
        unknown: list[str] = []
        for header, name in mapping.items():
            if name in matched:
                raise self._double(name, matched[name], header)
            if name:
                matched[name] = header
        stated = set(matched)
        for header in headers:
            if header in mapping:
                continue
            meant = self.meaning(header)
            if meant is None or meant in stated:
                unknown.append(header)
            elif meant not in matched or normal(matched[meant]) in self.weak:
                unknown += [matched[meant]] if meant in matched else []
                matched[meant] = header
            elif normal(header) in self.weak:
                unknown.append(header)
            else:
                raise self._double(meant, matched[meant], header)
        return matched, unknown

    def suggest(self, headers: Iterable[str], mapping: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return header to field for every column, empty where none fits; what ``match`` would refuse stays empty."""
        headers = list(headers)
        known = {h: name for h, name in (mapping or {}).items() if h in headers and (not name or name in self.headers)}
        chosen: dict[str, str] = {}
        for header in headers:
            try:
                self.match([*chosen, header], {h: known[h] for h in (*chosen, header) if h in known})
            except ImportRefusedError:
                known[header] = ""
            chosen[header] = ""
        matched, _ = self.match(headers, known)
        return chosen | {header: name for name, header in matched.items()}

    def _double(self, name: str, first: str, second: str) -> ImportRefusedError:
        return ImportRefusedError(
            f"De kolommen “{first}” en “{second}” betekenen allebei {self.label(name)}; verwijder er één of geef een"
            " mapping."
        )

    def _check_mapping(self, mapping: Mapping[str, str], headers: list[str]) -> None:
        absent = sorted(set(mapping) - set(headers))
        if absent:
            raise ImportRefusedError(
                f"De mapping noemt kolom “{absent[0]}”, maar het bestand heeft: {', '.join(headers)}."
            )
        strange = sorted({name for name in mapping.values() if name} - set(self.headers))
        if strange:
            raise ImportRefusedError(
                f"De mapping noemt veld “{strange[0]}”; de velden zijn: {', '.join(self.headers)}."
            )


def read_mapping(path: Path) -> dict[str, str]:
    """Return a mapping of headers to fields from a JSON file.

    Raises
    ------
    ImportRefusedError
        Where it is not a JSON object of texts.
    """
    try:
        mapping = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ImportRefusedError(f"De mapping {path.name} is geen leesbaar JSON-bestand.") from error
    if not isinstance(mapping, dict) or not all(isinstance(v, str) for v in mapping.values()):
        raise ImportRefusedError(f'De mapping {path.name} moet zijn als {{"kolom in het bestand": "veld"}}.')
    return mapping
