"""Instances of the scheduling field: PSPLIB ``.sm`` (RCPSP) and ``.sch`` (RCPSP/max) files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import psplib

from planning.sequencing.scheduling.problem import Lag, SchedulingProblem

FORMATS = {".sm": "psplib", ".rcp": "patterson", ".sch": "rcpsp_max"}


class InstanceError(ValueError):
    """The file is no instance that can be solved here; the message says why."""


def read_instance(path: Path) -> SchedulingProblem:
    """Return the problem in a file of PSPLIB's RCPSP (``.sm``), Patterson's (``.rcp``) or RCPSP/max (``.sch``).

    Raises
    ------
    InstanceError
        Where the extension is another one, the file cannot be read, or an activity has several modes or uses a
        resource that is not renewable.
    """
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise InstanceError(f"{path.name}: unknown extension; use one of {', '.join(FORMATS)}")
    try:
        instance = psplib.parse(path, instance_format=kind)
    except FileNotFoundError:
        raise InstanceError(f"{path}: there is no such file") from None
    except (ValueError, IndexError, KeyError, StopIteration, UnicodeDecodeError, OSError) as error:
        raise InstanceError(f"{path.name}: not a readable {kind} file ({error})") from error
    renewable = [r for r, resource in enumerate(instance.resources) if resource.renewable]
    durations, demands, lags = [], [], []
    for number, activity in enumerate(instance.activities):
        if len(activity.modes) != 1:
            raise InstanceError(f"{path.name}: activity {number + 1} has {len(activity.modes)} modes, one is needed")
        mode = activity.modes[0]
        if any(mode.demands[r] for r in range(len(instance.resources)) if r not in renewable):
            raise InstanceError(f"{path.name}: activity {number + 1} uses a resource that is not renewable")
        durations.append(mode.duration)
        demands.append([mode.demands[r] for r in renewable])
        delays = activity.delays or [mode.duration] * len(activity.successors)
        lags += [Lag(number, after, delay) for after, delay in zip(activity.successors, delays, strict=True)]
    return SchedulingProblem(
        np.array(durations, np.int64),
        np.array(demands, np.int64).reshape(len(durations), len(renewable)),
        np.array([instance.resources[r].capacity for r in renewable], np.int64),
        lags,
    )
