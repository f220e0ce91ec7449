"""A seeded village: households, names, cards, televisions, and the files a town would give."""

from device_sim.population.people import Card, Household, Resident, Sex, Television
from device_sim.population.town import Shelter, Town, read_shelters
from device_sim.population.village import Village

__all__ = ["Card", "Household", "Resident", "Sex", "Shelter", "Television", "Town", "Village", "read_shelters"]
