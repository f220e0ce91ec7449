"""書類: what this console hands over on A4 - from the rows to a paper, and from a paper to a fact and a printer."""
