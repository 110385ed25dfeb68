"""Import of works: a partner's own file, row by row, into the plan.

Words to fields in ``columns``, text to values in ``dates`` and ``values``, places in ``places``, files in
``reading``; ``run`` puts them together and keeps the result.
"""

from planning.works.importing.problems import Problem, Repair
from planning.works.importing.run import ImportReport, import_works

__all__ = ["ImportReport", "Problem", "Repair", "import_works"]
