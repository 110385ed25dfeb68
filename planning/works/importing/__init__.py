"""Import of works: a partner's own file, row by row, into the plan.

Headers in ``columns``, words in ``values``, a row in ``rows``; ``run`` puts them together and keeps the result. What
every import shares stands in ``geo.intake``.
"""

from geo.intake.problems import Problem, Repair
from planning.works.importing.run import ImportReport, import_works

__all__ = ["ImportReport", "Problem", "Repair", "import_works"]
