"""The application that the server runs."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planning.settings")
django.setup(set_prefix=False)

from planning.one_thread import OneThreadHandler  # noqa: E402 -- Django must be set up first

application = OneThreadHandler()
