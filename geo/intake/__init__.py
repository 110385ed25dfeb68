"""Files of others, row by row: what every import shares.

Which file may be opened at all in ``gate``, files to rows in ``tables``, headers to fields in ``headers``, cells to
values in ``values`` and ``dates``, places in ``places``, and what is wrong with a row in ``problems``.
"""
