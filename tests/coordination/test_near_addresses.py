"""Nuisance of addresses near works: one far date costs nothing."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from planning.coordination.near_addresses import near_addresses
from planning.coordination.present import whole_plan
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_work_that_ends_in_the_year_9999_is_counted_as_far_as_plans_go() -> None:
    make.make_address(at=make.point(10, 10))
    make.make_work("street", "2027-03-01", "9999-12-31", noise=5)
    plan = whole_plan(dt.date(2027, 1, 4)).plan
    assert np.array_equal(near_addresses(plan).peaks(plan), [5])
