"""Find GDAL and GEOS in the pyogrio and shapely wheels, so that GeoDjango needs no system packages."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path


def _package_dir(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ImportError(f"{name} is not installed; run: python3 manage.py up")
    return Path(spec.origin).parent


def _library(package: str, pattern: str) -> str:
    folder = _package_dir(package).parent / f"{package}.libs"
    found = sorted(folder.glob(pattern))
    if not found:
        raise ImportError(f"no {pattern} in {folder}; reinstall {package} from its wheel")
    return str(found[0])


def configure() -> tuple[str, str]:
    """Point GDAL and PROJ at the data of the wheel; return the paths of the GDAL and GEOS libraries.

    Raises
    ------
    ImportError
        Where a wheel is missing or was built without its libraries.
    """
    pyogrio = _package_dir("pyogrio")
    os.environ["GDAL_DATA"] = str(pyogrio / "gdal_data")
    os.environ["PROJ_DATA"] = os.environ["PROJ_LIB"] = str(pyogrio / "proj_data")
    return _library("pyogrio", "libgdal*"), _library("shapely", "libgeos_c*")
