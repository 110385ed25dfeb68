"""Photos of residents: judged by their content, made anew, smaller, and without where and when they were taken."""

from __future__ import annotations

import io
import struct
import warnings
from dataclasses import dataclass
from typing import BinaryIO, Final

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from planning.initiatives.models import Initiative, Photo, Submission
from planning.initiatives.refusals import RefusedError

MOST_PHOTOS: Final = 4
LARGEST_BYTES: Final = 12 * 1024 * 1024
MOST_PIXELS: Final = {"JPEG": 110_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
"""What we are willing to open. A JPEG is read at an eighth of its size; the others take 4 bytes a pixel."""

LONGEST_SIDE: Final = 1600
THUMBNAIL_SIDE: Final = 480
QUALITY: Final = 82

_UNREADABLE: Final = (OSError, SyntaxError, ValueError, EOFError, OverflowError, struct.error, MemoryError)
"""What Pillow raises on files that are broken, or made to break it."""


@dataclass(frozen=True)
class Developed:
    """A photo as we keep it: JPEG, with a small one beside it."""

    image: bytes
    thumbnail: bytes
    width: int
    height: int


def develop(file: BinaryIO) -> Developed:
    """Make a photo anew from what somebody sent; nothing of the file itself is kept.

    Raises
    ------
    RefusedError
        Where it is no photo that we read, or too large.
    """
    data = file.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise RefusedError(
            _("Een foto mag hoogstens %(most)s MB zijn.") % {"most": LARGEST_BYTES // 1024 // 1024}, "photos"
        )
    try:
        with warnings.catch_warnings():
            # We set limits of our own, before anything is decoded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=tuple(MOST_PIXELS)) as opened:
                return _developed(opened)
    except (*_UNREADABLE, Image.DecompressionBombError) as error:
        raise RefusedError(
            _("Dit bestand is geen foto die we kunnen lezen. Kies een foto als JPG, PNG of WebP."), "photos"
        ) from error


def _developed(opened: Image.Image) -> Developed:
    width, height = opened.size
    if width * height > MOST_PIXELS.get(opened.format or "", 0):
        raise RefusedError(_("Deze foto heeft te veel beeldpunten. Maak hem kleiner en kies hem opnieuw."), "photos")
    if opened.format == "JPEG":
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    # The orientation stands in what is thrown away, so it is applied first.
    upright = ImageOps.exif_transpose(opened)
    plain = _on_white(upright)
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    small = plain.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return Developed(_jpeg(plain), _jpeg(small), plain.width, plain.height)


def _on_white(image: Image.Image) -> Image.Image:
    """Return a new picture of only pixels: nothing that came with the file comes along."""
    canvas = Image.new("RGB", image.size, "white")
    if image.mode in ("RGBA", "LA", "PA", "P"):
        with_alpha = image.convert("RGBA")
        canvas.paste(with_alpha, mask=with_alpha.getchannel("A"))
    else:
        canvas.paste(image.convert("RGB"))
    return canvas


def _jpeg(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return target.getvalue()


def keep(
    photos: list[Developed],
    *,
    submission: Submission | None = None,
    initiative: Initiative | None = None,
    public: bool = False,
) -> None:
    """Keep photos with an idea or an initiative, in their order."""
    Photo.objects.bulk_create(
        Photo(
            submission=submission,
            initiative=initiative,
            place=place,
            image=photo.image,
            thumbnail=photo.thumbnail,
            width=photo.width,
            height=photo.height,
            public=public,
        )
        for place, photo in enumerate(photos, 1)
    )
