"""Findings kept: detection over the database, written so that a finding stays itself when dates change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, transaction
from django.utils import timezone

from geo.models import Buurt
from planning.coordination import discussion
from planning.coordination.loading import load_plan, name_works
from planning.coordination.models import Finding, RuleSetting
from planning.sequencing import detection
from planning.sequencing.plan import PlaceType, Plan, to_date
from planning.sequencing.rules import make_rules, rule_types
from planning.sequencing.rules.base import Found, Lang, Rule, RuleKind

LOCK = 0x6D62615F66696E64
"""Key of the advisory lock under which findings are written: one writer at a time."""

BATCH = 1000

WEIGHED = ("severity", "start", "finish", "facts", "geometry")
"""What a partner weighed when it settled a finding; a change of one of these opens it again."""


@dataclass(frozen=True)
class SyncReport:
    """What a sync of the findings did; counts of findings."""

    found: int
    new: int
    changed: int
    reopened: int
    resolved: int


@dataclass(frozen=True)
class Detected:
    """What detection found: the plan with the names it needs, the rules, and the findings, worst first."""

    plan: Plan
    rules: dict[str, Rule]
    findings: list[Found]

    def sentence(self, found: Found, lang: Lang) -> str:
        """Return what its rule says of a finding."""
        return self.rules[found.rule].sentence(found, self.plan, lang)


def municipal_rules() -> list[Rule]:
    """Return the rules as the municipality set them; the default where nothing is set."""
    code = Buurt.objects.order_by("municipality_code").values_list("municipality_code", flat=True).first()
    # A setting of a rule that has gone must not stop every detection.
    settings = {
        setting.rule: setting.parameters if setting.enabled else None
        for setting in RuleSetting.objects.filter(municipality_code=code or "", rule__in=list(rule_types()))
    }
    return make_rules(settings)


def detect_findings(rules: Sequence[Rule] | None = None, today: dt.date | None = None) -> Detected:
    """Return what the rules find in the whole plan, without writing anything; a fixed number of queries."""
    rules = municipal_rules() if rules is None else rules
    plan = load_plan(detection.reaches(rules), detection.place_reaches(rules), today)
    findings = detection.detect(plan, rules)
    plan = name_works(plan, (work for found in findings for work in found.subjects))
    return Detected(plan, {rule.id: rule for rule in rules}, findings)


@transaction.atomic
def sync_findings(today: dt.date | None = None) -> SyncReport:
    """Detect over the whole plan, and bring the kept findings up to date."""
    lock_findings()
    return keep_findings(detect_findings(today=today))


def lock_findings() -> None:
    """Wait for whoever writes findings now, and keep others waiting until this transaction is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def keep_findings(detected: Detected, doubtful: Collection[str] | None = None) -> SyncReport:
    """Bring the kept findings up to date with what is found in the whole plan: add, change, reopen or resolve.

    A finding is known again by its rule and the works it is anchored to; one that did not change is not written.
    Called with the lock.

    Parameters
    ----------
    detected
        What is found now.
    doubtful
        Keys of findings about works that changed; None where any may have. Of another, words and place are as they
        were kept, and are not worked out again unless its rule finds something else.
    """
    subjects: dict[str, Found] = {}
    for found in detected.findings:
        subjects.setdefault(detection.identity(found, detected.plan), found)
    told, current = _told()
    looked_at = {
        key: found
        for key, found in subjects.items()
        if doubtful is None or key in doubtful or told.get(key) != _facts(found)
    }
    stored = Finding.objects.defer("mercator")
    if doubtful is not None:
        stored = stored.filter(key__in=list(looked_at))
    kept = {finding.key: finding for finding in stored}
    now = timezone.now()
    new: list[Finding] = []
    changed: list[Finding] = []
    unsettled: list[int] = []
    reopened = 0
    geometries = _geometries(detected.plan, looked_at)
    for key, found in looked_at.items():
        values = _values(found, detected) | {"geometry": geometries[key]}
        finding = kept.get(key)
        if finding is None:
            new.append(Finding(key=key, **values))
            continue
        before = {name: getattr(finding, name) for name in values}
        if before != values or finding.resolved_at is not None:
            reopened += finding.resolved_at is not None
            # Only another name for a work is nothing to talk about again.
            if finding.resolved_at is not None or any(before[name] != values[name] for name in WEIGHED):
                unsettled.append(finding.pk)
            for name, value in values.items():
                setattr(finding, name, value)
            finding.resolved_at, finding.changed_at = None, now
            changed.append(finding)
    gone = [pk for key, pk in current.items() if key not in subjects]
    _write(detected.plan, looked_at, new, changed)
    Finding.objects.filter(pk__in=gone).update(resolved_at=now, changed_at=now)
    discussion.reopen(unsettled)
    return SyncReport(len(subjects), len(new), len(changed), reopened, len(gone))


def _told() -> tuple[dict[str, tuple[object, ...]], dict[str, int]]:
    """Return what the kept findings that are not resolved say, and their identities, both by key."""
    columns = ("key", "pk", "severity", "start", "finish", "facts")
    rows = list(Finding.objects.filter(resolved_at=None).order_by().values_list(*columns))
    return {key: tuple(facts) for key, _pk, *facts in rows}, {key: pk for key, pk, *_facts in rows}


def _facts(found: Found) -> tuple[object, ...]:
    return int(found.severity), to_date(found.start), to_date(found.finish), dict(found.facts)


def _values(found: Found, detected: Detected) -> dict[str, object]:
    rule = detected.rules[found.rule]
    works = detected.plan.works
    wijken = [int(works.wijk[i]) for i in found.subjects if works.wijk[i] >= 0]
    return {
        "rule": found.rule,
        "kind": Finding.Kind.OPPORTUNITY if rule.kind is RuleKind.OPPORTUNITY else Finding.Kind.CONFLICT,
        "severity": int(found.severity),
        "start": to_date(found.start),
        "finish": to_date(found.finish),
        "sentence_nl": detected.sentence(found, Lang.NL),
        "sentence_en": detected.sentence(found, Lang.EN),
        "facts": dict(found.facts),
        "wijk_id": wijken[0] if wijken else None,
    }


def _write(plan: Plan, subjects: dict[str, Found], new: list[Finding], changed: list[Finding]) -> None:
    """Write new and changed findings with their works and places."""
    Finding.objects.bulk_create(new, batch_size=BATCH)
    if changed:
        names = ["rule", "kind", "severity", "start", "finish", "sentence_nl", "sentence_en", "facts", "wijk",
                 "geometry", "resolved_at", "changed_at"]  # fmt: skip
        Finding.objects.bulk_update(changed, names, batch_size=BATCH)
    _link(plan, {f.pk: subjects[f.key] for f in [*new, *changed]}, {f.pk for f in changed})


def _link(plan: Plan, subjects: dict[int, Found], before: set[int]) -> None:
    """Tie findings to their works, initiatives and meetings, replacing what was tied before."""
    works_of, initiatives_of = Finding.works.through, Finding.initiatives.through
    meetings_of = Finding.meetings.through
    for through in (works_of, initiatives_of, meetings_of):
        through._default_manager.filter(finding_id__in=before).delete()
    works_of._default_manager.bulk_create(
        [
            works_of(finding_id=pk, work_id=int(plan.works.id[w]))
            for pk, found in subjects.items()
            for w in found.subjects
        ],
        batch_size=BATCH,
    )
    places = plan.places

    def of_type(kind: PlaceType) -> list[tuple[int, int]]:
        return [
            (pk, int(places.id[p])) for pk, found in subjects.items() for p in found.places if places.type[p] == kind
        ]

    initiatives_of._default_manager.bulk_create(
        [initiatives_of(finding_id=pk, initiative_id=i) for pk, i in of_type(PlaceType.INITIATIVE)], batch_size=BATCH
    )
    meetings_of._default_manager.bulk_create(
        [meetings_of(finding_id=pk, meeting_id=m) for pk, m in of_type(PlaceType.MEETING)], batch_size=BATCH
    )


def _geometries(plan: Plan, subjects: dict[str, Found]) -> dict[str, GEOSGeometry]:
    """Return where each finding lies: the ground its works share, else the ground of them all; one statement."""
    if not subjects:
        return {}
    keys, works = [], []
    for key, found in subjects.items():
        for w in found.subjects:
            keys.append(key)
            works.append(int(plan.works.id[w]))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH parts AS (
                SELECT f.key, w.ground, f.nr
                FROM unnest(%s::text[], %s::bigint[]) WITH ORDINALITY AS f(key, work, nr)
                JOIN works_work w ON w.id = f.work
            ), pairs AS (
                SELECT key, count(*) AS n, ST_Union(ground) AS every,
                    (array_agg(ground ORDER BY nr))[1] AS first, (array_agg(ground ORDER BY nr))[2] AS second
                FROM parts GROUP BY key
            ), placed AS (
                SELECT key, every,
                    CASE WHEN n = 2 THEN ST_CollectionExtract(ST_Intersection(first, second), 3) END AS shared
                FROM pairs
            )
            SELECT key, ST_AsEWKB(
                CASE WHEN shared IS NULL OR ST_IsEmpty(shared) OR NOT ST_IsValid(shared) THEN ST_MakeValid(every)
                ELSE shared END)
            FROM placed
            """,
            [keys, works],
        )
        return {key: GEOSGeometry(memoryview(bytes(ewkb))) for key, ewkb in cursor.fetchall()}
