"""Reader of FHIR R4: bundles, single resources, ndjson and folders of them, to patient records."""

from adjuvant.sources.fhir.reader import read, stream

__all__ = ["read", "stream"]
