"""The demonstration of Assen: loaded through the same importers that users use."""
