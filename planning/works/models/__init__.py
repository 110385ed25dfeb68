"""WHAT and WHEN: programmes, projects and works of the partners, and the files they bring them in."""

from planning.works.models.dependencies import Dependency
from planning.works.models.imports import ImportMapping, RowOutcome, WorkImport, WorkImportDraft, WorkImportRow
from planning.works.models.works import (
    LINE_HALF_WIDTH_M,
    External,
    Programme,
    Project,
    Work,
    WorkQuerySet,
)

__all__ = [
    "LINE_HALF_WIDTH_M",
    "Dependency",
    "External",
    "ImportMapping",
    "Programme",
    "Project",
    "RowOutcome",
    "Work",
    "WorkImport",
    "WorkImportDraft",
    "WorkImportRow",
    "WorkQuerySet",
]
