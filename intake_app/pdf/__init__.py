"""The paper: a signed PDF out of plain data. Knows no web and no database."""
