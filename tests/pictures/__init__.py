"""Pictures of every screen and printed paper of any commit, to lay two commits side by side.

`python -m tests.pictures --to FOLDER` takes them, `--beside A B` compares two folders. The parts
lean on what the app shows to the outside only: commands, addresses, names of form fields, visible
words and roles. So the same script works on commits whose modules, templates and styles differ.
"""
