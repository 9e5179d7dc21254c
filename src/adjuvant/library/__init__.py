"""All clinical numbers, as strict YAML with unit, citation and provenance, and their reader."""

from adjuvant.library.bibliography import citation, citations
from adjuvant.library.drugs import (
    drug_book,
    drug_words,
    ingredient,
    ingredient_by_omop,
    ingredient_by_rxnorm,
    is_opioid,
    opioid_names,
)
from adjuvant.library.facts import (
    Brand,
    KnownIngredient,
    KnownProduct,
    PlausibleLimit,
    ResponseRule,
    Scale,
    ScaleLevel,
    Setting,
)
from adjuvant.library.folder import digest
from adjuvant.library.instruments import scale, scale_by_loinc, scales
from adjuvant.library.medicines import product, products
from adjuvant.library.model import Band, ConversionFactor, ConversionTable, TablePlan
from adjuvant.library.plans import default_plan, named_pairs, plan, spread_plans
from adjuvant.library.routes import (
    FormPhrase,
    Route,
    canonical_form,
    canonical_route,
    form_phrases,
    route,
    route_group,
)
from adjuvant.library.rules import plausible_limit, plausible_limits, responses, setting, settings
from adjuvant.library.tables import load_table, table_keys

__all__ = [
    "Band",
    "Brand",
    "ConversionFactor",
    "ConversionTable",
    "FormPhrase",
    "KnownIngredient",
    "KnownProduct",
    "PlausibleLimit",
    "ResponseRule",
    "Route",
    "Scale",
    "ScaleLevel",
    "Setting",
    "TablePlan",
    "canonical_form",
    "canonical_route",
    "citation",
    "citations",
    "default_plan",
    "digest",
    "drug_book",
    "drug_words",
    "form_phrases",
    "ingredient",
    "ingredient_by_omop",
    "ingredient_by_rxnorm",
    "is_opioid",
    "load_table",
    "named_pairs",
    "opioid_names",
    "plan",
    "plausible_limit",
    "plausible_limits",
    "product",
    "products",
    "responses",
    "route",
    "route_group",
    "scale",
    "scale_by_loinc",
    "scales",
    "setting",
    "settings",
    "spread_plans",
    "table_keys",
]
