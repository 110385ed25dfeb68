"""Initiatives on the site: browse, read, hand in, and speak as a neighbour."""
