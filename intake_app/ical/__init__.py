"""Other people's calendars: fetched with care, read in a process of its own.

Knows no database and no web page.
"""
