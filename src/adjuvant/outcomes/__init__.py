"""What a course was followed by: courses, windows, response definitions and the verdict for one patient."""

from adjuvant.outcomes.answer import outcome_json, reported_json
from adjuvant.outcomes.cochanges import also_changed
from adjuvant.outcomes.courses import (
    CourseSearch,
    SetAside,
    declared_course,
    find_courses,
    pseudo_course,
    search_courses,
)
from adjuvant.outcomes.definitions import DEFINITIONS
from adjuvant.outcomes.evaluate import evaluate
from adjuvant.outcomes.evidence import TRIAL_EVIDENCE, trial_evidence
from adjuvant.outcomes.facts import BeforeAfter, ResponseFacts
from adjuvant.outcomes.model import (
    Course,
    CourseKind,
    CourseOutcome,
    DrugChange,
    DrugStop,
    OpioidSummary,
    PainSummary,
    PlanChange,
    ReportedOutcome,
    ResponseAnswer,
    Verdict,
    WindowPain,
    Windows,
)
from adjuvant.outcomes.pain import PRIMARY_RULE
from adjuvant.outcomes.reported import REPORTED_KEYS, evaluate_reported
from adjuvant.outcomes.responses import answer, answer_all
from adjuvant.outcomes.windows import windows_for

__all__ = [
    "DEFINITIONS",
    "PRIMARY_RULE",
    "REPORTED_KEYS",
    "TRIAL_EVIDENCE",
    "BeforeAfter",
    "Course",
    "CourseKind",
    "CourseOutcome",
    "CourseSearch",
    "DrugChange",
    "DrugStop",
    "OpioidSummary",
    "PainSummary",
    "PlanChange",
    "ReportedOutcome",
    "ResponseAnswer",
    "ResponseFacts",
    "SetAside",
    "Verdict",
    "WindowPain",
    "Windows",
    "also_changed",
    "answer",
    "answer_all",
    "declared_course",
    "evaluate",
    "evaluate_reported",
    "find_courses",
    "outcome_json",
    "pseudo_course",
    "reported_json",
    "search_courses",
    "trial_evidence",
    "windows_for",
]
