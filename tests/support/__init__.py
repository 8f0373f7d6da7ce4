"""What tests share: people, a practice, browsers, servers, and programs that are killed."""

from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
