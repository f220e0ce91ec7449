"""Layouts of receipt paper."""
