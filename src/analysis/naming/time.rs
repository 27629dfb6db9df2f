//! Dates and times, as Java's `toString` writes those of `java.time`.

use crate::analysis::record::Record;
use crate::heap::ObjectIndex;
use crate::heap::values::Values;

const DAY: i64 = 86_400;

/// A date of the proleptic Gregorian calendar. The algorithm is that of "chrono-compatible low-level
/// date algorithms" by Howard Hinnant: eras of 400 years that begin in March.
fn date_of_day(day: i64) -> Option<(i64, i64, i64)> {
    let shifted = day.checked_add(719_468)?;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era.checked_mul(400)?.checked_add(year + i64::from(month <= 2))?;
    Some((year, month, day))
}

fn date(year: i64, month: i64, day: i64) -> String {
    let year = match year {
        0..=9999 => format!("{year:04}"),
        -9999..=-1 => format!("-{:04}", -year),
        10_000.. => format!("+{year}"),
        _ => year.to_string(),
    };
    format!("{year}-{month:02}-{day:02}")
}

/// Seconds and a fraction in three, six or nine digits, where there is any.
fn clock(hour: i64, minute: i64, second: i64, nano: i64) -> String {
    let mut text = format!("{hour:02}:{minute:02}");
    if second != 0 || nano != 0 {
        text.push_str(&format!(":{second:02}"));
    }
    if nano != 0 {
        text.push_str(&fraction(nano));
    }
    text
}

fn fraction(nano: i64) -> String {
    if nano % 1_000_000 == 0 {
        format!(".{:03}", nano / 1_000_000)
    } else if nano % 1_000 == 0 {
        format!(".{:06}", nano / 1_000)
    } else {
        format!(".{nano:09}")
    }
}

fn instant(seconds: i64, nano: i64) -> Option<String> {
    let (year, month, day) = date_of_day(seconds.div_euclid(DAY))?;
    let of_day = seconds.rem_euclid(DAY);
    let part = if nano == 0 { String::new() } else { fraction(nano) };
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    Some(format!("{}T{hour:02}:{minute:02}:{second:02}{part}Z", date(year, month, day)))
}

/// Milliseconds since 1970, as `java.util.Date` and calendars keep them.
pub(super) fn milliseconds(ms: i64) -> Option<String> {
    // 292 million years either way: the largest and smallest long say "not set".
    if ms == i64::MIN || ms == i64::MAX {
        return Some(format!("{ms} ms"));
    }
    instant(ms.div_euclid(1000), ms.rem_euclid(1000) * 1_000_000)
}

/// A `java.util.Date`, `java.sql.Timestamp` with its nanoseconds included.
pub(super) fn old_date(record: &Record<'_>) -> Option<String> {
    let ms = record.integer("fastTime")?;
    match record.integer("nanos") {
        Some(nanos) => instant(ms.div_euclid(1000), nanos.clamp(0, 999_999_999)),
        None => milliseconds(ms),
    }
}

/// A `java.time.Duration`.
fn duration(seconds: i64, nano: i64) -> String {
    if seconds == 0 && nano == 0 {
        return "PT0S".to_owned();
    }
    // The nanoseconds of a negative duration count back from the next second.
    let total = if seconds < 0 && nano > 0 { seconds + 1 } else { seconds };
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60);
    let mut text = "PT".to_owned();
    if hours != 0 {
        text.push_str(&format!("{hours}H"));
    }
    if minutes != 0 {
        text.push_str(&format!("{minutes}M"));
    }
    if rest == 0 && nano == 0 && text.len() > 2 {
        return text;
    }
    if seconds < 0 && nano > 0 && rest == 0 {
        text.push('-');
    }
    text.push_str(&rest.to_string());
    if nano > 0 {
        let part = if seconds < 0 { 1_000_000_000 - nano } else { nano };
        let digits = format!("{part:09}");
        text.push('.');
        text.push_str(digits.trim_end_matches('0'));
    }
    text.push('S');
    text
}

/// Objects within objects of `java.time` that are looked into: `ZonedDateTime` → `LocalDateTime` →
/// `LocalDate`.
const MAX_DEPTH: u32 = 4;

/// An object of a class of `java.time`; `name` is without the package.
pub(super) fn java_time(values: &Values<'_>, object: ObjectIndex, name: &str) -> Option<String> {
    within(values, object, name, MAX_DEPTH)
}

fn within(values: &Values<'_>, object: ObjectIndex, name: &str, depth: u32) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let record = Record::read(values, object);
    let number = |name| record.integer(name);
    let part = |field: &str| {
        let heap = values.heap();
        let inner = record.reference(field)?;
        let class = heap.classes.get(heap.objects.class(inner)).name.as_str();
        within(values, inner, class.strip_prefix("java.time.")?, depth)
    };
    Some(match name {
        "Instant" => instant(number("seconds")?, number("nanos")?.clamp(0, 999_999_999))?,
        "LocalDate" => date(number("year")?, number("month")?, number("day")?),
        "LocalTime" => {
            clock(number("hour")?, number("minute")?, number("second")?, number("nano")?)
        }
        "LocalDateTime" => format!("{}T{}", part("date")?, part("time")?),
        "OffsetDateTime" => format!("{}{}", part("dateTime")?, part("offset")?),
        "OffsetTime" => format!("{}{}", part("time")?, part("offset")?),
        "ZonedDateTime" => {
            let (time, offset, zone) = (part("dateTime")?, part("offset")?, part("zone")?);
            if zone == offset {
                format!("{time}{offset}")
            } else {
                format!("{time}{offset}[{zone}]")
            }
        }
        "ZoneOffset" | "ZoneRegion" => record.text("id", super::ROW_CHARS)?.0,
        "Duration" => duration(number("seconds")?, number("nanos")?.clamp(0, 999_999_999)),
        "Period" => period(number("years")?, number("months")?, number("days")?),
        "Year" => number("year")?.to_string(),
        "YearMonth" => {
            let whole = date(number("year")?, number("month")?, 1);
            whole.strip_suffix("-01")?.to_owned()
        }
        "MonthDay" => format!("--{:02}-{:02}", number("month")?, number("day")?),
        _ => return None,
    })
}

fn period(years: i64, months: i64, days: i64) -> String {
    let parts = [(years, 'Y'), (months, 'M'), (days, 'D')];
    let text: String =
        parts.iter().filter(|(n, _)| *n != 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if text.is_empty() { "P0D".to_owned() } else { format!("P{text}") }
}

#[cfg(test)]
mod tests {
    use super::{clock, date, date_of_day, duration, instant, milliseconds};

    #[test]
    fn days_become_dates() {
        for (day, expected) in [
            (0, (1970, 1, 1)),
            (-1, (1969, 12, 31)),
            (11_016, (2000, 2, 29)),
            (-719_528, (0, 1, 1)),
            (19_782, (2024, 2, 29)),
        ] {
            assert_eq!(date_of_day(day), Some(expected));
        }
        assert_eq!(date_of_day(i64::MAX), None);
        assert_eq!(date(-1, 12, 31), "-0001-12-31");
        assert_eq!(date(12_345, 1, 2), "+12345-01-02");
    }

    #[test]
    fn times_are_written_as_java_writes_them() {
        assert_eq!(clock(7, 5, 0, 0), "07:05");
        assert_eq!(clock(7, 5, 9, 120_000_000), "07:05:09.120");
        assert_eq!(instant(0, 1).unwrap(), "1970-01-01T00:00:00.000000001Z");
        assert_eq!(milliseconds(1_700_000_000_123).unwrap(), "2023-11-14T22:13:20.123Z");
        assert_eq!(milliseconds(-1).unwrap(), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn durations_are_written_as_java_writes_them() {
        for (seconds, nano, text) in [
            (0, 0, "PT0S"),
            (90, 0, "PT1M30S"),
            (3600, 0, "PT1H"),
            (0, 5_000_000, "PT0.005S"),
            (-1, 500_000_000, "PT-0.5S"),
            (-2, 500_000_000, "PT-1.5S"),
            (-90, 0, "PT-1M-30S"),
        ] {
            assert_eq!(duration(seconds, nano), text);
        }
    }
}
