"""
Workbooks to be filled in: one a layer, in a new workspace.

`writing` makes the workspace, `sheets` lays out a layer's workbook, `rules` tells what each column
takes, `words` holds the instructions.
"""

from tieling_geo.template.writing import write_template

__all__ = ["write_template"]
