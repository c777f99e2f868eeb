"""The models known by name, and whether a line is wholly the name of one."""

from crawler.extract.models.matching import LabelMatch, match_label, match_line, may_name_model
from crawler.extract.models.table import BUILT_IN, Model, Models, fold_name, in_use, read_rows, using

__all__ = [
    "BUILT_IN",
    "LabelMatch",
    "Model",
    "Models",
    "fold_name",
    "in_use",
    "match_label",
    "match_line",
    "may_name_model",
    "read_rows",
    "using",
]
