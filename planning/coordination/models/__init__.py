"""What the partners agree on together: findings, scenarios, proposals, and what happened."""

from planning.coordination.models.discussion import Assessment, Assignment, Remark
from planning.coordination.models.findings import Finding, FindingQuerySet
from planning.coordination.models.following import Follow, Follower
from planning.coordination.models.happenings import Happening
from planning.coordination.models.limits import Crew, RuleSetting, YearBudget
from planning.coordination.models.looking import Looking
from planning.coordination.models.notices import Delivery, Feed, NoticeSettings, Webhook
from planning.coordination.models.proposals import Proposal, ProposalItem, ProposalPart, ProposalQuerySet
from planning.coordination.models.scenarios import Scenario, ScenarioDate, ScenarioQuerySet, SequenceSearch
from planning.coordination.models.steering import SteeringReport

__all__ = [
    "Assessment",
    "Assignment",
    "Crew",
    "Delivery",
    "Feed",
    "Finding",
    "FindingQuerySet",
    "Follow",
    "Follower",
    "Happening",
    "Looking",
    "NoticeSettings",
    "Proposal",
    "ProposalItem",
    "ProposalPart",
    "ProposalQuerySet",
    "Remark",
    "RuleSetting",
    "Scenario",
    "ScenarioDate",
    "ScenarioQuerySet",
    "SequenceSearch",
    "SteeringReport",
    "Webhook",
    "YearBudget",
]
