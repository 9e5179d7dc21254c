"""No clinical number stands in code: it is a YAML value with unit, citation and provenance.

A number in these packages is either structural (a count, an index, a power of ten, a length of time in another unit)
or it belongs into the library. The scan cannot know what a number means, so it knows what is plainly structural and
refuses the rest; what is structural in a way that it cannot see stands in ALLOWED, with the reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from fractions import Fraction

import pytest

CLINICAL = {"record", "opioids", "symptoms", "outcomes", "protocol", "plan", "alerts", "pk", "design"}
# Of the reports the folders whose pages are made of levels; other reports print what an outcome or a plan says.
FOLDERS = ("reports/levels/", "reports/schedules/")
# Figures are drawn here: a bare number is a place on paper. A number in a text or an exact one is looked at all the same.
DRAWN = {"reports/levels/figure.py", "reports/schedules/picture.py"}

# Counting, percent, powers of ten, and how many of a smaller unit of time are in a larger one.
STRUCTURAL = {Fraction(n) for n in (0, 1, 2, 24, 60, 100, 1000, 1440, 3600, 86400, 10**6, 10**9)}
# Arguments that configure the program and never touch a patient.
SETTINGS = {"maxsize", "indent", "maxsplit", "ndigits", "stacklevel", "width", "digest_size"}
EXACT_NUMBERS = {"Decimal", "Fraction", "Rational", "mpq"}
MEASURED = re.compile(r"[<>=~ ]*([-+]?\d[\d_]*(?:\.\d+)?(?:e[-+]?\d+)?)\s*([^\d\s].*)?", re.IGNORECASE)
TIME_UNITS = {"s", "min", "h", "d", "hour", "hours", "minutes", "seconds", "day", "days"}
MEASURES = re.compile(
    r"(mg|ug|mcg|ng|g|kg|mL|ml|L|MME|MEDD|%|\{\w+\}|\[\w+\])([./].+)?|s|min|h|d|hours?|minutes|seconds|days?"
)

# module -> {the literal as written: why it is no clinical number}
ALLOWED: dict[str, dict[str, str]] = {
    "record/near_names.py": {
        "4": "letters of the shortest word that a spelling is looked for of",
        "0.8": "how alike two spellings must be before a person is asked; nothing is decided by it",
    },
    "protocol/compare.py": {
        "5": "days that a table and a figure show; no dose depends on it",
    },
    "protocol/dosing.py": {
        "7": "one past the most decimals at which a charted dose is held against what was worked out",
    },
    "protocol/regimen.py": {
        "7": "days of a week: a dose by the week is on as many of them at most",
    },
    "plan/figures.py": {
        "4": "decimals at which a figure that goes on is shown rounded, and marked so",
    },
    "pk/bands.py": {
        "0.05": "lower of the quantiles that a forecast shows",
        "0.5": "the median, which a forecast holds beside its two ends",
        "0.95": "upper of the quantiles that a forecast shows",
    },
    "pk/closed_form.py": {
        "4000": "patients whose levels are worked out together, by the size of the processor's cache",
    },
    "pk/compiled.py": {
        "2000000": "levels from which on importing numba takes no longer than NumPy does for them",
        "256": "patients for whom a thread of their own is worth starting",
        "128": "patients whose curves are worked out together, by the size of the processor's cache",
        "2048": "the same where levels are counted",
        "3": "widths of time in a plan: to the first time, to the next, to the next edge",
    },
    "pk/counting.py": {"2000000": "levels that are in memory at once where no curve is stored"},
    "pk/estimation.py": {"4": "share of a spread under which levels said nothing of a figure; words alone"},
    "pk/drawing.py": {"8192": "patients whose figures are in memory at once"},
    "pk/gradients.py": {
        "8": "weights of a central difference over five points",
        "12": "the same: they are twelfths",
    },
    "pk/kernels.py": {
        "512": "steps of a recursion after which it starts anew, so that rounding does not add up",
        "63": "bits of a double without its sign",
        "9218868437227405312": "the bits of the exponent of a double",
        "0.5": "from where on expm1 keeps more digits than exp",
    },
    "pk/level_function.py": {"6": "halvings kept ready for figures beyond those of the typical patient"},
    "pk/mode_kernels.py": {
        "64": "patients whose eigenvalues are worked out together",
        "30": "rounds of rotations at most",
        "54": "bits, one more than a double has, below which an element changes nothing",
    },
    "pk/quantiles.py": {"52": "bits of a double after its exponent"},
    "pk/population.py": {
        "0.05": "lower of the quantiles that a band shows unless told otherwise",
        "0.5": "the median, which a band shows unless told otherwise",
        "0.95": "upper of the quantiles that a band shows unless told otherwise",
    },
    "pk/exponential.py": {
        "256": "patients whose exponentials are in memory at once",
        "12": "digits in which two steps of time must agree to count as one",
        "20": "terms of the series of the exponential of a matrix",
    },
    "pk/target.py": {
        "10": "parts of an interval at which levels are held, and how much finer the whole is checked",
    },
    "outcomes/single_case/dependence.py": {"3": "readings of which two can be like the one before"},
    "outcomes/single_case/estimate.py": {"0.95": "how sure an interval is; no threshold rests on it"},
    "outcomes/single_case/kendall.py": {
        "3": "what Fisher's z takes off the readings",
        "5": "in the variance of Kendall's S, n (n - 1)(2 n + 5) over 18",
        "9": "in the part of that variance that triple ties make",
        "18": "in the variance of Kendall's S, n (n - 1)(2 n + 5) over 18",
    },
    "outcomes/single_case/magnitude.py": {
        "3": "in the correction for few readings, 1 less 3 over (4 m - 5)",
        "4": "in the correction for few readings, 1 less 3 over (4 m - 5)",
        "5": "in the correction for few readings, 1 less 3 over (4 m - 5)",
    },
    "outcomes/single_case/regression.py": {
        "1e-06": "how near to 1 an autocorrelation is looked for",
        "200": "points of the grid on which the likeliest autocorrelation is looked for",
        "1e-12": "how near to the peak of the likelihood the search ends",
    },
    "outcomes/single_case/trend.py": {
        "3": "readings from which on a rank correlation with time says anything"
    },
    "design/compare.py": {
        "5.0": "minutes between looks at a level; changes of a dose are looked at besides",
    },
    "design/measures.py": {
        "5.0": "minutes between looks at a level; changes of a dose are looked at besides",
        "200": "times at which a figure shows quantiles",
        "250": "patients whose curves are held at once",
        "0.5": "minutes after a change at which a level is first looked at; the median too",
        "14": "looks at a level soon after a change",
        "0.05": "lower of the quantiles that are shown",
        "0.95": "upper of the quantiles that are shown",
        "1.959963984540054": "the normal deviate of a 95 % interval, by mathematics alone",
    },
    "design/next_steps.py": {
        "241": "times at which a step is looked at, besides the ends of doses",
        "0.05": "lower of the quantiles that are shown",
        "0.5": "the median, which is shown beside its two ends",
        "0.95": "upper of the quantiles that are shown",
    },
    "design/question.py": {
        "5": "days taken of a course without an end unless a question says; it is said beside the answer",
    },
    "design/schedule.py": {
        "366": "days over which a schedule is looked at, at most",
        "7": "days past the length of a course in which its last single dose may still run",
    },
    "design/search.py": {
        "10.0": "minutes between looks at a level; changes of a dose are looked at besides",
        "250": "patients whose curves are held at once",
    },
    "design/space.py": {"120": "minutes under which a length of time is written in minutes and not in hours"},
    "design/strict.py": {"15": "digits on one side of the point of a number that anybody means"},
    "design/wire.py": {"4": "columns of a table that stay empty where there is no chance"},
    "reports/levels/drawings.py": {"400": "points of a curve in a figure"},
    "reports/levels/given.py": {"12": "doses that a page lists; JSON has them all"},
    "reports/levels/held.py": {
        "2000": "draws of what levels leave open, for the ends of an interval",
        "0.05": "lower of the quantiles that are shown",
        "0.5": "the median, which is shown beside its two ends",
        "0.95": "upper of the quantiles that are shown",
        "3": "a column of figures, which ends at the right",
        "4": "a column of figures, which ends at the right",
        "5": "a column of figures, which ends at the right",
        "6": "a column of figures, which ends at the right",
    },
    "reports/levels/pages.py": {
        "1970": "year of the date of a document that has none",
        "3": "columns before those of the figures",
    },
    "reports/levels/parts.py": {
        "9.95": "from where on a level is shown without decimals",
        "0.05": "under which a level is shown as under 0.1",
    },
    "reports/schedules/content.py": {
        "3": "a column of figures, which ends at the right",
        "4": "a column of figures, which ends at the right",
        "5": "a column of figures, which ends at the right",
    },
    "reports/schedules/html.py": {"6.0": "space around a figure on a page"},
    "reports/schedules/pdf.py": {"1970": "year of the date of a document that has none"},
    "reports/schedules/searched.py": {"40": "schedules that a table shows; the CSV has them all"},
    "reports/schedules/study.py": {
        "10.0": "minutes between looks at a level; changes of a dose are looked at besides",
        "20": "patients that are drawn where only the typical one is shown",
    },
    "reports/schedules/words.py": {
        "0.0005": "under which a share is shown as under 0.1 %",
        "0.9995": "over which a share is shown as over 99.9 %",
    },
    "opioids/vector_sums.py": {
        "20": "bits after the point of the coarse whole numbers",
        "62": "bits after the point of the fine ones",
        "42": "bits before the point that both leave free",
    },
}


def structural_places(tree: ast.Module) -> set[int]:
    """Identities of constants whose place says that they are structural: indices, powers of ten, `len(x) == 3`."""
    found: set[int] = set()

    def keep(node: ast.AST | None) -> None:
        found.update(
            id(inner) for inner in ast.walk(node) if isinstance(inner, ast.Constant)
        ) if node else None

    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            keep(node.slice)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            if isinstance(node.left, ast.Constant) and node.left.value == 10:
                keep(node)
        elif isinstance(node, ast.Compare) and any(
            isinstance(side, ast.Call) and ast.unparse(side.func) == "len"
            for side in (node.left, *node.comparators)
        ):
            keep(node)
        elif isinstance(node, ast.keyword) and node.arg in SETTINGS:
            keep(node.value)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "round":
            for argument in node.args[1:]:
                keep(argument)
    return found


def clinical_text(text: str) -> bool:
    """Whether the whole of `text` is a number with a unit that is more than `1 h` or `24 h`."""
    match = MEASURED.fullmatch(text.strip())
    if not match or not match[2] or not MEASURES.fullmatch(match[2].strip()):
        return False
    number = Fraction(match[1].replace("_", ""))
    return number not in (STRUCTURAL if match[2].strip() in TIME_UNITS else {Fraction(0), Fraction(1)})


def clinical_literals(tree: ast.Module, prose: set[int] = frozenset()) -> Iterator[tuple[int, str]]:  # type: ignore[assignment]
    """Each literal of `tree` that looks like a clinical number, as line and source text; `prose` is passed over."""
    safe = structural_places(tree) | prose
    exact: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in EXACT_NUMBERS:
            exact |= {id(argument) for argument in node.args}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in safe or isinstance(node.value, bool):
            continue
        value = node.value
        if isinstance(value, int | float):
            finite = value == value and abs(value) != float("inf")
            if finite and Fraction(str(value)) not in STRUCTURAL:
                yield node.lineno, ast.unparse(node)
        elif isinstance(value, str):
            bare = re.fullmatch(r"\s*[-+]?[\d_.]+(e[-+]?\d+)?(/\d+)?\s*", value, re.IGNORECASE)
            if id(node) in exact and bare:
                if Fraction(value.strip()) not in STRUCTURAL:
                    yield node.lineno, ast.unparse(node)
            elif clinical_text(value):
                yield node.lineno, ast.unparse(node)


@pytest.mark.hazard("H-026")
def test_no_clinical_number_stands_in_code(modules) -> None:
    found = [
        f"{module.path}:{line}: {literal}"
        for module in modules
        if module.package in CLINICAL or module.path.startswith(FOLDERS)
        for line, literal in clinical_literals(module.tree, module.docstrings())
        if literal not in ALLOWED.get(module.path, {})
        and not (module.path in DRAWN and not literal.startswith(("'", '"')))
    ]
    assert not found, "give these a unit, a citation and a provenance in the library:\n" + "\n".join(found)


def test_every_exemption_is_still_needed_and_has_a_reason(modules) -> None:
    present = {
        (module.path, literal)
        for module in modules
        for _, literal in clinical_literals(module.tree, module.docstrings())
    }
    for path, literals in ALLOWED.items():
        for literal, reason in literals.items():
            assert (path, literal) in present, f"{path}: {literal} no longer stands there; drop the exemption"
            assert len(reason.split()) >= 4, (
                f"{path}: {literal}: say in a sentence why it is no clinical number"
            )


def test_every_figure_that_is_drawn_is_still_a_module_of_the_folders(modules) -> None:
    assert {module.path for module in modules} >= DRAWN and all(path.startswith(FOLDERS) for path in DRAWN)


@pytest.mark.parametrize(
    "code",
    [
        "factor = 2.4",
        "if score >= 4: pass",
        "FENTANYL = Decimal('2.4')",
        "ratio = Fraction(3, 10)",
        "ratio = fractions.Fraction('1/3')",
        "limit = Quantity.parse('20 mg')",
        "ceiling = '0.5 mg/kg/h'",
        "worst = 10",
        "window = timedelta(hours=72)",
        "window = '72 h'",
        "bands = {20: 4, 40: 8}",
        "drop = -30",
    ],
)
def test_the_scan_sees_a_clinical_number_in_whatever_dress(code: str) -> None:
    assert list(clinical_literals(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "first, third = rows[0], rows[3]",
        "percent = 100 * part / whole",
        "per_day = per_hour * 24",
        "scale = 10 ** -3",
        "if len(parts) == 3: pass",
        "day = timedelta(days=1)",
        "unit = parse('mg/h')",
        "text = f'{dose:.3f} mg'",
        "nothing = Decimal('0')",
        "again = lru_cache(maxsize=4096)",
        "rounded = round(value, 4)",
        "code = '7804'",
        "version = 'CDC 2016'",
        "one_hour = '1 h'",
    ],
)
def test_the_scan_leaves_structure_alone(code: str) -> None:
    assert not list(clinical_literals(ast.parse(code)))
