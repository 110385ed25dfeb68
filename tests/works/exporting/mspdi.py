"""The order in which MS Project's schema wants elements (mspdi_pj12.xsd; Active, Manual… came with Project 2010).

MS Project itself refuses a file in which one stands out of place, and says nothing about why.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

NAMESPACE = "{http://schemas.microsoft.com/project}"

ORDER = {
    "Project": """
        SaveVersion UID Name Title Subject Category Company Manager Author CreationDate Revision LastSaved
        ScheduleFromStart StartDate FinishDate FYStartDate CriticalSlackLimit CurrencyDigits CurrencySymbol
        CurrencyCode CurrencySymbolPosition CalendarUID DefaultStartTime DefaultFinishTime MinutesPerDay
        MinutesPerWeek DaysPerMonth DefaultTaskType DefaultFixedCostAccrual DefaultStandardRate
        DefaultOvertimeRate DurationFormat WorkFormat EditableActualCosts HonorConstraints EarnedValueMethod
        InsertedProjectsLikeSummary MultipleCriticalPaths NewTasksEffortDriven NewTasksEstimated
        SplitsInProgressTasks SpreadActualCost SpreadPercentComplete TaskUpdatesResource FiscalYearStart
        WeekStartDay MoveCompletedEndsBack MoveRemainingStartsBack MoveRemainingStartsForward
        MoveCompletedEndsForward BaselineForEarnedValue AutoAddNewResourcesAndTasks StatusDate CurrentDate
        MicrosoftProjectServerURL Autolink NewTaskStartDate NewTasksAreManual DefaultTaskEVMethod
        ProjectExternallyEdited ExtendedCreationDate ActualsInSync RemoveFileProperties AdminProject
        OutlineCodes WBSMasks ExtendedAttributes Calendars Tasks Resources Assignments""",
    "Calendar": "UID GUID Name IsBaseCalendar IsBaselineCalendar BaseCalendarUID WeekDays Exceptions WorkWeeks",
    "WeekDay": "DayType DayWorking TimePeriod WorkingTimes",
    "WorkingTime": "FromTime ToTime",
    "TimePeriod": "FromDate ToDate",
    "Exception": """
        EnteredByOccurrences TimePeriod Occurrences Name Type Period DaysOfWeek MonthItem MonthPosition Month
        MonthDay DayWorking WorkingTimes""",
    "Task": """
        UID GUID ID Name Active Manual Type IsNull CreateDate Contact WBS WBSLevel OutlineNumber OutlineLevel
        Priority Start Finish Duration ManualStart ManualFinish ManualDuration DurationFormat Work Stop Resume
        ResumeValid EffortDriven Recurring OverAllocated Estimated Milestone Summary DisplayAsSummary Critical
        IsSubproject IsSubprojectReadOnly SubprojectName ExternalTask ExternalTaskProject EarlyStart EarlyFinish
        LateStart LateFinish StartVariance FinishVariance WorkVariance FreeSlack TotalSlack StartSlack
        FinishSlack FixedCost FixedCostAccrual PercentComplete PercentWorkComplete Cost OvertimeCost
        OvertimeWork ActualStart ActualFinish ActualDuration ActualCost ActualOvertimeCost ActualWork
        ActualOvertimeWork RegularWork RemainingDuration RemainingCost RemainingWork RemainingOvertimeCost
        RemainingOvertimeWork ACWP CV ConstraintType CalendarUID ConstraintDate Deadline LevelAssignments
        LevelingCanSplit LevelingDelay LevelingDelayFormat PreLeveledStart PreLeveledFinish Hyperlink
        HyperlinkAddress HyperlinkSubAddress IgnoreResourceCalendar Notes HideBar Rollup BCWS BCWP
        PhysicalPercentComplete EarnedValueMethod PredecessorLink ActualWorkProtected
        ActualOvertimeWorkProtected ExtendedAttribute Baseline OutlineCode IsPublished StatusManager
        CommitmentStart CommitmentFinish CommitmentType TimephasedData""",
    "PredecessorLink": "PredecessorUID Type CrossProject CrossProjectName LinkLag LagFormat",
    "Resource": """
        UID GUID ID Name Type IsNull Initials Phonetics NTAccount MaterialLabel Code Group WorkGroup
        EmailAddress Hyperlink HyperlinkAddress HyperlinkSubAddress MaxUnits PeakUnits OverAllocated
        AvailableFrom AvailableTo Start Finish CanLevel AccrueAt Work RegularWork OvertimeWork ActualWork
        RemainingWork ActualOvertimeWork RemainingOvertimeWork PercentWorkComplete StandardRate
        StandardRateFormat Cost OvertimeRate OvertimeRateFormat OvertimeCost CostPerUse ActualCost
        ActualOvertimeCost RemainingCost RemainingOvertimeCost WorkVariance CostVariance SV CV ACWP CalendarUID
        Notes""",
    "Assignment": """
        UID GUID TaskUID ResourceUID PercentWorkComplete ActualCost ActualFinish ActualOvertimeCost
        ActualOvertimeWork ActualStart ActualWork ACWP Confirmed Cost CostRateTable CostVariance CV Delay Finish
        FinishVariance Hyperlink HyperlinkAddress HyperlinkSubAddress WorkVariance HasFixedRateUnits
        FixedMaterial LevelingDelay LevelingDelayFormat LinkedFields Milestone Notes Overallocated OvertimeCost
        OvertimeWork PeakUnits RegularWork RemainingCost RemainingOvertimeCost RemainingOvertimeWork
        RemainingWork ResponsePending Start Stop Resume StartVariance Summary SV Units UpdateNeeded VAC Work
        WorkContour""",
}  # fmt: skip
COLLECTIONS = {
    "Calendars": "Calendar", "WeekDays": "WeekDay", "WorkingTimes": "WorkingTime", "Exceptions": "Exception",
    "Tasks": "Task", "Resources": "Resource", "Assignments": "Assignment",
}  # fmt: skip


def out_of_place(element: ET.Element) -> list[str]:
    """Return what does not stand where the schema wants it, anywhere below ``element``."""
    name = element.tag.removeprefix(NAMESPACE)
    children = [child.tag.removeprefix(NAMESPACE) for child in element]
    wrong = []
    if name in COLLECTIONS:
        wrong += [f"{name}/{child}" for child in children if child != COLLECTIONS[name]]
    elif children:
        order = ORDER[name].split()
        wrong += [f"{name}/{child} unknown" for child in children if child not in order]
        places = [order.index(child) for child in children if child in order]
        wrong += [f"{name}: {children}"] if places != sorted(places) else []
    return wrong + [each for child in element for each in out_of_place(child)]
