"""A receipt printer made of software: the bytes it takes, the paper it moves, the faults it has."""
