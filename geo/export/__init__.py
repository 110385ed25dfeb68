"""Layers as files that other programs open: streamed from the database, in memory only a batch at a time."""
