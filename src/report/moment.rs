//! Points in time as text.

/// `2026-02-28T09:05:00Z` of milliseconds since 1970; `None` for 0, which dumps write when they do
/// not know, and for what no calendar has.
pub(super) fn utc(milliseconds: u64) -> Option<String> {
    let seconds = milliseconds / 1000;
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // The last day of the year 9999.
    if milliseconds == 0 || days > 2_932_896 {
        return None;
    }
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

/// Year, month and day of a number of days since 1970. Years are counted from March on, so that the
/// day that some have and others lack is the last one.
fn civil(days: u64) -> (u64, u64, u64) {
    /// From 1 March of the year 0 to 1970.
    const BEFORE: u64 = 719_468;
    const FOUR_CENTURIES: u64 = 146_097;
    let (era, day) = ((days + BEFORE) / FOUR_CENTURIES, (days + BEFORE) % FOUR_CENTURIES);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Months from March on have 31, 30, 31, 30, 31 days, and then again.
    let month = (5 * day + 2) / 153;
    let in_month = day - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + later, month, in_month)
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn moments_are_those_of_the_calendar() {
        for (seconds, text) in [
            (1, "1970-01-01T00:00:01Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_164_799, "2024-02-28T23:59:59Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_709_251_200, "2024-03-01T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(utc(seconds * 1000).as_deref(), Some(text));
        }
        assert_eq!(utc(0), None);
        assert_eq!(utc(u64::MAX), None);
    }
}
