//! What Linux tells of a process (proc(5)).

use std::path::Path;

/// The most memory that a process was given so far, in KiB: `VmHWM` in `/proc/PID/status`.
pub(crate) fn peak_resident_kib(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim_end().parse().ok()
}

/// How long a thread was on a processor, in nanoseconds: the first number in its `schedstat`.
pub(crate) fn time_on_processor(schedstat: &str) -> Option<u64> {
    schedstat.split_ascii_whitespace().next()?.parse().ok()
}

/// [`peak_resident_kib`] of a process that runs.
pub(crate) fn peak_resident_kib_of(pid: u32) -> Option<u64> {
    peak_resident_kib(&std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
}

/// How long the threads that a process has now were on a processor, in nanoseconds. Those that have ended are not in it.
pub(crate) fn time_on_processor_of(pid: u32) -> Option<u64> {
    let threads = Path::new("/proc").join(pid.to_string()).join("task");
    let mut sum = 0_u64;
    for thread in std::fs::read_dir(threads).ok()? {
        // A thread that has ended meanwhile is left out like those before it.
        if let Ok(text) = std::fs::read_to_string(thread.ok()?.path().join("schedstat")) {
            sum = sum.saturating_add(time_on_processor(&text)?);
        }
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_of_the_memory_is_found_among_the_rest() {
        let status = "Name:\tbootstrap\nVmPeak:\t  120000 kB\nVmHWM:\t    7424 kB\nVmRSS:\t    7000 kB\n";
        assert_eq!(peak_resident_kib(status), Some(7424));
        assert_eq!(peak_resident_kib("Name:\tkthreadd\n"), None);
        assert_eq!(peak_resident_kib("VmHWM:\tmuch\n"), None);
    }

    #[test]
    fn time_on_the_processor_is_the_first_number() {
        assert_eq!(time_on_processor("2047000 1200 17\n"), Some(2_047_000));
        assert_eq!(time_on_processor(""), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_taken_time_and_memory() {
        let pid = std::process::id();
        assert!(time_on_processor_of(pid).is_some_and(|time| time > 0));
        assert!(peak_resident_kib_of(pid).is_some_and(|peak| peak > 0));
    }
}
