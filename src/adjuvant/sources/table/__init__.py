"""The table reader: any medication chart and flowsheet as CSV, with a small mapping file that declares it."""

from adjuvant.sources.table.mapping import MappingFile, TableMapping, load_mapping
from adjuvant.sources.table.reader import read, stream
from adjuvant.sources.table.template import write_template

__all__ = ["MappingFile", "TableMapping", "load_mapping", "read", "stream", "write_template"]
