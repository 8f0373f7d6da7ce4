"""Settings of gunicorn for the tests that kill a server."""
