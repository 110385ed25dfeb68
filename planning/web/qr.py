"""Square codes as SVG: one path, drawn by the page itself."""

from __future__ import annotations

from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4
"""Empty modules around a code, as the standard asks (ISO/IEC 18004)."""


@dataclass(frozen=True)
class QrPath:
    """A code as an SVG path in a square of ``size`` modules."""

    path: str
    size: int


def qr_path(text: str) -> QrPath:
    """Return the square code of ``text``; it can be read with a seventh of it damaged."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return QrPath(path, len(rows))


def qr_svg(text: str) -> str:
    """Return the square code of ``text`` as a picture of its own, for a document."""
    code = qr_path(text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {code.size} {code.size}"><path d="{code.path}"/></svg>'
    )
