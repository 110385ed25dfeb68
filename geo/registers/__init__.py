"""The government's registers: addresses of the BAG, road parts of NWB and BGT.

Files of any size, read in batches (``records``), checked row by row, copied beside the tables and merged in a few
statements: ``addresses`` and ``roads``.
"""
