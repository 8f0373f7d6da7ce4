"""Tables, one family a file. Import from the file that names the family."""
