"""Pictures to hand in: good ones, broken ones, and ones that were made to break something."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image
from PIL.TiffImagePlugin import IFDRational


def picture(width: int = 64, height: int = 48, kind: str = "JPEG", colour: str = "green", **options: object) -> bytes:
    """Return a plain picture."""
    target = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(target, kind, **options)
    return target.getvalue()


def with_location() -> bytes:
    """Return a JPEG that tells where, when and with what it was taken, lying on its side."""
    image = Image.new("RGB", (80, 40), "red")
    image.paste("blue", (0, 0, 40, 40))
    exif = Image.Exif()
    exif[0x0110] = "GeheimeCamera"
    exif[0x0112] = 6  # To be turned a quarter to the right.
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (IFDRational(52), IFDRational(59), IFDRational(30))
    gps[3], gps[4] = "E", (IFDRational(6), IFDRational(33), IFDRational(0))
    target = io.BytesIO()
    image.save(target, "JPEG", exif=exif, comment=b"Stroom 12", quality=95)
    return target.getvalue()


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """Return a small PNG that says it has 900 million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )
