"""The record store: patient records as partitioned Parquet tables with a manifest, read back exactly."""

from adjuvant.sources.store.check import Report, verify
from adjuvant.sources.store.export import export
from adjuvant.sources.store.manifest import MANIFEST, SCHEMA, Part, StoreInfo, StoreSource
from adjuvant.sources.store.part import TABLES, all_synthetic
from adjuvant.sources.store.reader import info, parts, patients, quality_of, read, stream
from adjuvant.sources.store.refresh import refresh
from adjuvant.sources.store.writer import Written, write, write_stream

__all__ = [
    "MANIFEST",
    "SCHEMA",
    "TABLES",
    "Part",
    "Report",
    "StoreInfo",
    "StoreSource",
    "Written",
    "all_synthetic",
    "export",
    "info",
    "parts",
    "patients",
    "quality_of",
    "read",
    "refresh",
    "stream",
    "verify",
    "write",
    "write_stream",
]
