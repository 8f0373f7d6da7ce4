"""The version of the app: Settings, `doctor` and the manifest of a backup say it.

It stands here only.
"""

__version__ = "0.2.0.dev0"
