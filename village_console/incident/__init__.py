"""災害のおわり: one person erased, the incident closed, kept for some days, anonymised; a drill wiped."""
