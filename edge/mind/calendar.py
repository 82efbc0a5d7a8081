"""The day of the year, from seconds since 1970: the mind has no clock and no time zones."""

from __future__ import annotations

Day = tuple[int, int]
"""Month, and day of the month."""

_DAY_S = 86_400


def day(wall: float) -> Day:
    """The date in UTC; a season's edges need no more.

    Howard Hinnant's civil-from-days: years are counted from March, so that a leap day comes last.
    """
    days = int(wall // _DAY_S) + 719_468
    of_era = days % 146_097
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    return (month + 3 if month < 10 else month - 9, of_year - (153 * month + 2) // 5 + 1)


def within(wall: float, first: Day, last: Day) -> bool:
    """Whether the date lies in this stretch of the year, which may cross New Year."""
    today = day(wall)
    return first <= today <= last if first <= last else today >= first or today <= last
