"""Documents on paper: typst sets them, as tagged PDF in the letter of the site."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from django.conf import settings
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FOLDER: Final = Path(__file__).parent
FONT: Final = "source-sans-3-latin-wght-normal.woff2"
WEIGHTS: Final = {"Regular": 400, "Bold": 700}


def typeset(name: str, data: dict[str, Any]) -> bytes:
    """Return the document ``<name>.typ`` filled with ``data``, as PDF that screen readers read (PDF/UA-1).

    What people wrote goes in as data, never as part of the source, so nothing in it is an instruction to typst.
    """
    return typst.compile(
        (FOLDER / f"{name}.typ").read_bytes(),
        font_paths=typst.Fonts(font_paths=[fonts()], include_system_fonts=False),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards="ua-1",
    )


@cache
def fonts() -> Path:
    """Return a folder with the site's letter as typst reads it: one file per weight, made once per process."""
    folder = Path(tempfile.mkdtemp(prefix="mijn-buurt-assen-fonts-"))
    source = Path(settings.NODE_MODULES) / "@fontsource-variable" / "source-sans-3" / "files" / FONT
    for style, weight in WEIGHTS.items():
        font = TTFont(source)
        font.flavor = None
        fixed = instantiateVariableFont(font, {"wght": weight})
        for number, text in {1: "Source Sans 3", 2: style, 4: f"Source Sans 3 {style}", 16: "", 17: ""}.items():
            for record in [record for record in fixed["name"].names if record.nameID == number]:
                if text:
                    record.string = text
                else:
                    fixed["name"].names.remove(record)
        fixed["OS/2"].usWeightClass = weight
        fixed.save(folder / f"SourceSans3-{style}.ttf")
    return folder
