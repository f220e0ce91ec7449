"""Plays a village for `village_console`: people, cards, televisions, paper. Shares no code with it, only wires."""
