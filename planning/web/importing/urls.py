"""Addresses of the import of works, below ``/planning/importeren/``."""

from django.urls import path

from planning.web.importing import columns, keeping, preview, tiles, upload

urlpatterns = [
    path("", upload.upload, name="import"),
    path("<int:pk>/", preview.preview, name="import-preview"),
    path("<int:pk>/kolommen/", columns.columns, name="import-columns"),
    path("<int:pk>/rij/<int:number>/", preview.mend, name="import-mend"),
    path("<int:pk>/zelfde-fout/", preview.mend_alike, name="import-mend-alike"),
    path("<int:pk>/controleren/", preview.check_again, name="import-check"),
    path("<int:pk>/voortgang/", preview.progress, name="import-progress"),
    path("<int:pk>/tegels/<str:layer>/<str:z>/<str:x>/<str:y>.mvt", tiles.tile, name="import-tile"),
    path("<int:pk>/bewaren/", keeping.keep, name="import-keep"),
    path("<int:pk>/weggooien/", upload.discard, name="import-discard"),
    path("gedaan/<int:pk>/", keeping.kept, name="import-kept"),
    path("gedaan/<int:pk>/terugdraaien/", keeping.undo, name="import-undo"),
]
