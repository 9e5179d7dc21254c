"""The record store: patient records as a folder of Parquet tables with a manifest, read back exactly."""

from adjuvant.sources.store.manifest import MANIFEST, SCHEMA, StoreInfo, StoreSource
from adjuvant.sources.store.reader import TABLES, info, patients, read
from adjuvant.sources.store.writer import write

__all__ = ["MANIFEST", "SCHEMA", "TABLES", "StoreInfo", "StoreSource", "info", "patients", "read", "write"]
