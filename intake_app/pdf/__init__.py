"""The signed PDF, made out of plain data. Knows no web and no database."""
