"""What every export has in common: what is written, for whom, in which form, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db.models import QuerySet
from django.utils.functional import Promise

from geo.export.batches import stream
from geo.layers import Layer
from geo.ogc.systems import RD, System

Report = Callable[[int], None]
"""Is told after each batch how many records have been read; may raise to stop the export."""


def nobody(count: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Format:
    """One form of file.

    Parameters
    ----------
    extension, title, media
        Of its name, for people, and for browsers.
    write
        Writes an export and returns the path of the file; a batch of records is in memory at a time.
    system
        In which coordinates it comes where nothing else is asked.
    table
        Whether it opens in a spreadsheet, which has no geometry of its own and may take text for a formula.
    """

    extension: str
    title: str | Promise
    media: str
    write: Callable[[Export], Path]
    system: System = RD
    table: bool = False


@dataclass(frozen=True)
class Export:
    """One file to be made.

    Parameters
    ----------
    records
        What goes in, already filtered to what ``viewer`` may see.
    layer, viewer, form
        Whose attributes, seen by whom, in which form.
    folder
        Where the file and all that is needed on the way go; empty.
    asked_system
        The coordinates that were asked for; those of the form where None.
    site
        Address of the service with a slash at the end, for links and lasting identities; empty where none is known.
    report
        See ``Report``.
    """

    records: QuerySet[Any]
    layer: Layer
    viewer: Any
    form: Format
    folder: Path
    asked_system: System | None = None
    site: str = ""
    report: Report = nobody

    @property
    def system(self) -> System:
        """Return the coordinates of the file."""
        return self.asked_system or self.form.system

    @property
    def path(self) -> Path:
        """Return where the file goes."""
        return self.folder / f"{self.layer.id}.{self.form.extension}"

    def stream(self) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """Return the columns and the records in batches; see ``geo.export.batches.stream``."""
        schema, batches = stream(
            self.records, self.layer, self.viewer, self.system, for_spreadsheet=self.form.table
        )  # fmt: skip
        return schema, self._reported(batches)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the records one by one, as ``stream`` has them."""
        _, batches = self.stream()
        for batch in batches:
            yield from batch.to_pylist()

    def _reported(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        count = 0
        for batch in batches:
            yield batch
            count += batch.num_rows
            self.report(count)
