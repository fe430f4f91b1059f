"""What a practice has settled and decisions depend on: its time zone, working days, profile and policies."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aggregates.kernel.messages import Value

ISSUERS = ("physician", "physical therapist", "chiropractor")


class House(Value, frozen=True, kw_only=True):
    """A practice's own settings. `working_days` counts Monday as 0; local days begin at midnight in `timezone`."""

    practice: str
    timezone: str
    profile: str = "training"
    clearance_policy: str = "always"
    accepted_issuers: tuple[str, ...] = ISSUERS
    working_days: tuple[int, ...] = (0, 1, 2, 3, 4)
    holidays: tuple[date, ...] = ()

    def local(self, when: datetime) -> datetime:
        """The moment on the practice's wall clock."""
        return when.astimezone(ZoneInfo(self.timezone))

    def today(self, when: datetime) -> date:
        """The practice's calendar day."""
        return self.local(when).date()

    def end_of_day(self, when: datetime) -> datetime:
        """The last second of the practice's calendar day, UTC."""
        end = datetime.combine(self.today(when), time(23, 59, 59), ZoneInfo(self.timezone))
        return end.astimezone(UTC)

    def first_moment_after(self, day: date) -> datetime:
        """The moment at which *day* is over on the practice's calendar, UTC."""
        return datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(self.timezone)).astimezone(UTC)

    def days_later(self, when: datetime, days: int) -> datetime:
        """The same wall-clock time *days* calendar days later, UTC: a night of 23 or 25 hours is still one day."""
        return (self.local(when) + timedelta(days=days)).astimezone(UTC)

    def working_days_later(self, when: datetime, days: int) -> datetime:
        """The same wall-clock time on the *days*-th working day after *when*, UTC."""
        later = self.local(when)
        while days:
            later += timedelta(days=1)
            days -= self.works_on(later.date())
        return later.astimezone(UTC)

    def works_on(self, day: date) -> bool:
        """Whether the practice works on *day*."""
        return day.weekday() in self.working_days and day not in self.holidays


def months_later(day: date, months: int) -> date:
    """The same day of the month *months* later, or the last day of that month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
