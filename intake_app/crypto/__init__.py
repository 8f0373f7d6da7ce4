"""Keys and sealing. Knows bytes and strings; no questionnaire, no database, no web."""
