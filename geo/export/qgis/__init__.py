"""Styles and project files for QGIS.

Its formats (QML, QGS) have no written standard; what is written here is what QGIS 3.22 writes itself, without what it
fills in by default, and a test has QGIS read it back.
"""
