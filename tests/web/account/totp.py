"""What an app on a telephone does: a code from a secret and the time (RFC 6238)."""

from __future__ import annotations

import base64
import hmac
import struct
import time


def code(secret: str, ahead: int = 0) -> str:
    """Return the code of now, or of so many steps of 30 s ahead."""
    counter = struct.pack(">Q", int(time.time()) // 30 + ahead)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"
