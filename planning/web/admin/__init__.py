"""The admin: every model, for who may change it.

It stands here, above the apps, because saving a work also brings the findings up to date.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from planning.web.admin import coordination, dependencies, initiatives, limits, partners, sign_in, tokens, works

__all__ = ["coordination", "dependencies", "initiatives", "limits", "partners", "sign_in", "tokens", "works"]

admin.site.site_header = _("Mijn Buurt Assen – beheer")
admin.site.site_title = _("Mijn Buurt Assen – beheer")
admin.site.index_title = _("Beheer")
