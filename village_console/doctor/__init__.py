"""What the doctor finds: every part of a console is looked at, whatever the others are like."""
