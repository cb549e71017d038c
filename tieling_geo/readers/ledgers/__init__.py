"""Tables of cells as ledgers: the sheet, the header, the rows, and where each feature is."""
