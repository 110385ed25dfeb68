"""Import of works: a partner's own file, row by row, into the plan.

Headers in ``columns``, words in ``values``, a row in ``rows``, rows against the plan in ``checking``, into the plan in
``keeping``. ``run`` does a whole file at once, ``drafts`` in steps that a person looks at, ``undoing`` takes an import
back. What every import shares stands in ``geo.intake``.
"""

from geo.intake.problems import Problem, Repair
from planning.works.importing.run import ImportReport, Vanished, import_works

__all__ = ["ImportReport", "Problem", "Repair", "Vanished", "import_works"]
