"""What the trials found, in one honest sentence that stands beside every finding."""

from __future__ import annotations

from adjuvant.citation import Citation

__all__ = ["TRIAL_EVIDENCE", "TRIAL_KEYS", "trial_evidence"]

TRIAL_EVIDENCE = (
    "The larger placebo-controlled trials of ketamine in cancer pain, and two small ones, found no "
    "difference from placebo; one of the larger found more adverse effects. A small crossover study "
    "of slow boluses and most uncontrolled reports found relief. People given a placebo improve too. "
    "This is why no finding here says more than what was seen."
)
"""For every report: shown whatever the finding, so that one patient's change is not read as proof."""

TRIAL_KEYS = (
    "hardy2012",
    "fallon2018",
    "salas2012",
    "ishizuka2007",
    "mercadante2000",
    "jackson2001",
    "kannan2002",
    "cheung2020",
)
"""Keys of the studies that the sentence rests on: two larger trials, two small ones, the crossover study at
the founding dose, and three of the uncontrolled reports. Hardy's trial found the harm."""


def trial_evidence() -> tuple[str, tuple[Citation, ...]]:
    """The sentence and the citations that it rests on, from the library."""
    from adjuvant.library import citation

    return TRIAL_EVIDENCE, tuple(citation(key) for key in TRIAL_KEYS)
