"""Works in the forms that planners' own programs read: a calendar, and a project file."""

from planning.works.exporting.declare import declare

__all__ = ["declare"]
