"""The project itself: its management commands."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Management commands of the service."""

    name = "planning"
    label = "planning"
