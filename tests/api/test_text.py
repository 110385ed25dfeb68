"""A text is searched for by an index, in every list that can be long."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from planning.api import filters
from planning.coordination.models import Finding
from planning.initiatives.models import Initiative
from planning.partners.visibility import Visibility
from planning.works.models import Project, Work
from tests import factories as make

pytestmark = pytest.mark.django_db
MANY = 300


@pytest.fixture
def many() -> None:
    """Some records, and a database that would rather do anything than read all of them, as it is with many."""
    owner, shape = make.make_organisation("actium"), make.box(0, 0, 40)
    words = [f"nummer {number} {'herinrichting van de straat ' * 8}" for number in range(MANY)]
    Work.objects.bulk_create(
        Work(
            name=f"Werk {number}", description=text, owner=owner, kind="street", status="planned", geometry=shape,
            planned_start="2027-01-01", planned_finish="2028-01-01", visibility=Visibility.PUBLIC,
            external_id=str(number),
        )
        for number, text in enumerate(words)
    )  # fmt: skip
    Project.objects.bulk_create(Project(name=f"Project {text}"[:100], description=text, owner=owner) for text in words)
    Finding.objects.bulk_create(
        Finding(
            key=str(number), rule="frost", kind="conflict", severity=1, sentence_nl=text, sentence_en=text,
            start="2027-01-01", finish="2027-02-01", geometry=shape, first_seen=now(), changed_at=now(),
        )
        for number, text in enumerate(words)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL enable_seqscan = off")


@pytest.mark.parametrize(
    ("model", "filterset", "indexes"),
    [
        (Work, filters.WorkFilter, {"work_name_text", "work_description_text"}),
        (Project, filters.ProjectFilter, {"project_name_text", "project_description_text"}),
        (Finding, filters.FindingFilter, {"finding_sentence_nl_text", "finding_sentence_en_text"}),
    ],
)
def test_a_text_is_found_by_an_index(many: None, model: Any, filterset: Any, indexes: set[str]) -> None:
    found = filterset({"search": "Nummer 123 H"}, model.objects.order_by()).qs
    plan = found.explain()
    assert all(name in plan for name in indexes), plan
    assert found.count() == 1


def test_every_column_that_a_long_list_searches_has_its_index() -> None:
    indexed = {index.name for model in (Work, Project, Finding, Initiative) for index in model._meta.indexes}
    for model, columns in (
        ("work", filters.WorkFilter.search_columns), ("project", filters.ProjectFilter.search_columns),
        ("finding", filters.FindingFilter.search_columns), ("initiative", filters.InitiativeFilter.search_columns),
    ):  # fmt: skip
        assert {f"{model}_{column}_text" for column in columns} <= indexed


def test_a_text_with_accents_and_signs_is_found_as_before(client: Client) -> None:
    make.make_work("street", name="Café 100% “Één”", visibility=Visibility.PUBLIC)
    for text, count in (("cafe 100%", 1), ("een", 1), ("CAFÉ", 1), ("cafe_", 0), ("c%e", 0)):
        assert client.get("/api/works/", {"search": text}).json()["count"] == count, text
