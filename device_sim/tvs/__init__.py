"""The twins of televisions: set-tops that speak the log of docs/wires.md section 3."""
