"""Which files may be opened at all: a stranger's file is looked at before any library reads it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final
from xml.parsers import expat

LARGEST_FILE: Final = 512 * 1024 * 1024
LARGEST_UNPACKED: Final = 1024 * 1024 * 1024
MOST_MEMBERS: Final = 200
LARGEST_RATIO: Final = 300
"""A member of an archive that unpacks to over this many times its size, and to over 50 MB, is no honest file."""

VECTOR_SUFFIXES: Final = {".gpkg", ".geojson", ".json", ".shp", ".zip", ".fgb"}
OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Where an .xls starts, and an .xlsx with a password."""

STARTS: Final = {".gpkg": (b"SQLite format 3\0",), ".fgb": (b"fgb",), ".shp": (b"\x00\x00\x27\x0a",)}
"""What a file of each kind begins with. GDAL goes by content, and some of its formats point at other files."""


class UnreadableFileError(Exception):
    """The file cannot be read; the message says in one Dutch sentence why, and what to do."""


def check_file(path: Path, largest: int = LARGEST_FILE) -> None:
    """Refuse what is not there, is empty, is too large (in bytes), is not what its name says, or unpacks to too much.

    Raises
    ------
    UnreadableFileError
        With what is wrong.
    """
    if not path.exists():
        raise UnreadableFileError(f"Het bestand {path} is er niet; controleer de naam.")
    if path.is_dir():
        return
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFileError(f"Het bestand {path.name} is leeg; vraag de afzender om het opnieuw te sturen.")
    if size > largest:
        raise UnreadableFileError(f"Het bestand {path.name} is groter dan {largest // 1024**2} MB; splits het op.")
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        start = file.read(4096)
    if suffix == ".xlsx" and start.startswith(OLD_OFFICE):
        raise UnreadableFileError(
            f"{path.name} is een oud Excel-bestand of heeft een wachtwoord; sla het op als xlsx zonder wachtwoord."
        )
    if suffix in {".zip", ".xlsx"}:
        _check_archive(path)
    elif suffix in VECTOR_SUFFIXES:
        _check_start(path, suffix, start)


def unreadable_map(path: Path) -> UnreadableFileError:
    """Return what is said of a map file that cannot be read."""
    return UnreadableFileError(
        f"{path.name} is niet te lezen als kaartbestand; stuur een GeoPackage, GeoJSON of shapefile (zip)."
    )


def vector_members(path: Path) -> list[str]:
    """Return the names of the vector files inside a zip: all its shapefiles, or the first file of another kind.

    Raises
    ------
    UnreadableFileError
        Where there is none, or one is not what its name says.
    """
    with zipfile.ZipFile(path) as archive:
        wanted = VECTOR_SUFFIXES - {".zip"}
        inside = [m.filename for m in archive.infolist() if Path(m.filename).suffix.lower() in wanted]
        if not inside:
            raise UnreadableFileError(f"In {path.name} zit geen shapefile, GeoPackage of GeoJSON; voeg die toe.")
        # A shapefile holds one kind of geometry, so works on lines and on surfaces come as two of them.
        shapefiles = [name for name in inside if name.lower().endswith(".shp")]
        members = shapefiles if inside[0] in shapefiles else inside[:1]
        for name in members:
            try:
                with archive.open(name) as member:
                    start = member.read(4096)
            except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
                raise UnreadableFileError(
                    f"{path.name} is beschadigd of heeft een wachtwoord; maak het opnieuw."
                ) from error
            _check_start(path, Path(name).suffix.lower(), start)
    return members


def _check_start(path: Path, suffix: str, start: bytes) -> None:
    if suffix in {".geojson", ".json"}:
        fits = start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
    else:
        fits = suffix not in STARTS or start.startswith(STARTS[suffix])
    if not fits:
        raise unreadable_map(path)


def _check_archive(path: Path) -> None:
    excel = path.suffix.lower() == ".xlsx"
    kind = "Excel-bestand" if excel else "zip-bestand"
    bad = UnreadableFileError(f"{path.name} is geen goed {kind}; sla het opnieuw op.")
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if any(Path(m.filename).is_absolute() or ".." in Path(m.filename).parts for m in members):
                raise UnreadableFileError(
                    f"{path.name} bevat bestanden buiten zijn eigen map; maak het zip-bestand opnieuw."
                )
            if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > LARGEST_UNPACKED:
                raise UnreadableFileError(f"{path.name} is uitgepakt te groot; stuur alleen de laag die nodig is.")
            if any(m.file_size > 50_000_000 and m.file_size > LARGEST_RATIO * m.compress_size for m in members):
                raise UnreadableFileError(f"{path.name} is uitgepakt onwaarschijnlijk groot; sla het opnieuw op.")
            if excel:
                _check_workbook(archive, members, bad)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise bad from error


def _check_workbook(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], bad: UnreadableFileError) -> None:
    if not any(m.filename == "xl/workbook.xml" for m in members):
        raise bad
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            with archive.open(member) as file:
                if declares_document_type(file.read(65_536)):
                    raise bad


class _RootReachedError(Exception):
    pass


def declares_document_type(start: bytes) -> bool:
    """Return whether XML declares a document type, as no spreadsheet does: entities hide in it.

    A prolog that has not ended within the given bytes counts as one.
    """
    declared = False
    parser = expat.ParserCreate()

    def on_doctype(*_: object) -> None:
        nonlocal declared
        declared = True
        raise _RootReachedError

    def on_element(*_: object) -> None:
        raise _RootReachedError

    parser.StartDoctypeDeclHandler = on_doctype
    parser.StartElementHandler = on_element
    try:
        parser.Parse(start, False)
    except _RootReachedError:
        return declared
    except expat.ExpatError:
        return False  # No XML at all: openpyxl will say so.
    return True
