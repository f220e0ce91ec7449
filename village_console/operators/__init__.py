"""Operators (係員): who works at a console, signs in and out, hands over. Reception never waits for any of it."""
