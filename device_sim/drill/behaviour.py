"""What people of a scenario tend to do: be away, go, stay, take the card, leave the television on."""

from enum import StrEnum
from typing import Annotated

import msgspec

from device_sim.population.town import Share, Table

Minutes = Annotated[float, msgspec.Meta(ge=0, le=600)]
Hour = Annotated[int, msgspec.Meta(ge=0, le=24)]
Age = Annotated[int, msgspec.Meta(ge=0, le=120)]


class Home(StrEnum):
    """What kind of home decides about leaving; the first that fits: children, alone, elderly, adults."""

    CHILDREN = "children"
    """Somebody under 16 is at home, with a grown-up."""
    ALONE = "alone"
    """One person is at home."""
    ELDERLY = "elderly"
    """Everybody at home is 65 or older."""
    ADULTS = "adults"


class AwayRow(Table, frozen=True, kw_only=True):
    """How many of an age are not at home when the order is given, though the household is."""

    from_age: Age
    share: Share


class Choice(Table, frozen=True, kw_only=True):
    """Where the homes of one kind go; the three add up to 1."""

    home: Home
    shelter: Share
    relatives: Share
    """Relatives, friends, their own car: safe, and unknown to the desk."""
    stay: Share


class StartDelay(Table, frozen=True, kw_only=True):
    """Minutes between the order and the door: log-normal, drawn again where it is beyond the limits."""

    median_minutes: Annotated[float, msgspec.Meta(gt=0)]
    spread: Annotated[float, msgspec.Meta(gt=0, le=2)]
    """Standard deviation of the logarithm."""
    least_minutes: Annotated[float, msgspec.Meta(ge=1)]
    most_minutes: Minutes


class Travel(Table, frozen=True, kw_only=True):
    """The way from a settlement to the shelter S1; minutes as [shortest, longest]."""

    settlement: str
    walk_share: Share
    walk_minutes: tuple[Minutes, Minutes]
    drive_minutes: tuple[Minutes, Minutes]
    """With getting into the car and finding a place for it."""


class ViewingHours(Table, frozen=True, kw_only=True):
    """How likely a TV is on while somebody is at home, by the age of the oldest person at home."""

    from_hour: Hour
    until_hour: Hour
    """Not included."""
    under_30: Share
    from_30: Share
    from_65: Share

    def share_at(self, age: int) -> float:
        """The share for an age in years."""
        return self.from_65 if age >= 65 else self.from_30 if age >= 30 else self.under_30


class Behaviour(Table, frozen=True, kw_only=True):
    """How the village behaves; shares are assumptions unless the scenario names a source."""

    whole_household_away_share: Share
    away: tuple[AwayRow, ...]
    choice: tuple[Choice, ...]
    one_stays_behind_share: Share
    """Of homes that go to the shelter with two grown-ups or more: the oldest will not leave."""
    two_parts_share: Share
    """Of homes that go to the shelter with two grown-ups or more: some come later."""
    second_part_later_minutes: tuple[Minutes, Minutes]
    away_comes_to_shelter_share: Share
    """Of grown-ups who were not at home: they come to the shelter from where they are."""
    start_delay: StartDelay
    travel: tuple[Travel, ...]
    card_in_hand_share: Share
    """Of card holders aged 15 and older who leave home or are out."""
    child_card_in_hand_share: Share
    tv_on: tuple[ViewingHours, ...]
    tv_switched_before_order_share: Share
    """Homes with people, that turn it on or off in the last minutes before the order."""
    tv_on_in_empty_home_share: Share
    """Homes that were empty before the order, with the TV running."""
    tv_left_on_share: Share
    """Homes that everybody leaves after the order, with the TV running."""
    tv_switched_on_after_order_share: Share
    """Homes with people and the TV off, that turn it on to learn more."""
    tv_switched_off_while_staying_share: Share
    """Homes with people who stay and the TV on: off again before the end."""
    tv_zaps_per_hour: Annotated[float, msgspec.Meta(ge=0, le=60)]
    """Changes of channel in front of a running TV."""

    def away_share(self, age: int) -> float:
        """How likely somebody of this age is out while the household is at home."""
        return next((row.share for row in reversed(self.away) if age >= row.from_age), 0.0)

    def choice_of(self, home: Home) -> Choice:
        """Where homes of this kind go."""
        return next(row for row in self.choice if row.home is home)

    def travel_from(self, settlement: str) -> Travel:
        """The way from a settlement."""
        return next(row for row in self.travel if row.settlement == settlement)

    def viewing_at(self, hour: int) -> ViewingHours:
        """The row of an hour of the day."""
        return next(row for row in self.tv_on if row.from_hour <= hour < row.until_hour)

    def longest_minutes(self) -> float:
        """From the order to the last arrival that can be."""
        ways = (max(way.walk_minutes[1] * (way.walk_share > 0), way.drive_minutes[1]) for way in self.travel)
        return self.start_delay.most_minutes + max(ways, default=0.0)
