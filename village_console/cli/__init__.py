"""The command line: `declared.py` says what there is, and every command is a file of its own that is loaded when it is called."""
