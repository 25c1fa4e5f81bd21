//! What a plugin may use up, at most.

use std::time::Duration;

use crate::domain::Limits;

/// One mebibyte.
const MIB: u64 = 1 << 20;

/// The limits that the operator sets for every plugin. A manifest may lower them, never raise them.
///
/// Fuel is the deterministic limit: about one unit for each WebAssembly instruction, so that the
/// same plugin on the same data uses the same amount on every machine. The clock is the backstop
/// for slow machines and for the few instructions that take long, such as filling memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperatorLimits {
    /// Bytes of a package, packed and also unpacked, and of a component.
    pub package_bytes: u64,
    /// Bytes of all memories and tables of an instance together.
    pub memory_bytes: u64,
    /// Time in one call.
    pub call: Duration,
    /// Time in all calls of a run together. Time that the host spends between them is not counted.
    pub run: Duration,
    /// Bytes that one call may return, as they lie in the host's memory.
    pub output_bytes: usize,
    /// Bytes that a composed document may have. The largest table that the interface allows, 10,000
    /// rows of 32 cells, takes 12 MiB of it.
    pub document_bytes: usize,
    /// Fuel of a run before its first row, and of `describe`. 5,000,000,000 is a few seconds.
    pub fuel: u64,
    /// Fuel that each row adds. 10,000 is some thirty times what an interpreted language such as
    /// Python needs for a row, and a thousand times what a compiled one does.
    pub fuel_per_row: u64,
    /// Handles to resources that may be open at once.
    pub handles: usize,
}

impl Default for OperatorLimits {
    fn default() -> Self {
        Self {
            package_bytes: 32 * MIB,
            memory_bytes: 64 * MIB,
            call: Duration::from_secs(10),
            run: Duration::from_mins(2),
            output_bytes: 8 << 20,
            document_bytes: 32 << 20,
            fuel: 5_000_000_000,
            fuel_per_row: 10_000,
            handles: 10_000,
        }
    }
}

impl OperatorLimits {
    /// These limits, or those of the manifest where they are lower.
    #[must_use]
    pub fn lowered_by(self, limits: &Limits) -> Self {
        let memory = limits.memory_mib.map_or(u64::MAX, |mib| u64::from(mib) * MIB);
        let run = limits.run_seconds.map_or(Duration::MAX, |s| Duration::from_secs(s.into()));
        Self {
            memory_bytes: self.memory_bytes.min(memory),
            run: self.run.min(run),
            call: self.call.min(run),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_lowers_limits_and_never_raises_them() {
        let operator = OperatorLimits::default();
        let greedy = Limits { memory_mib: Some(4_096), run_seconds: Some(3_600) };
        assert_eq!(operator.lowered_by(&greedy), operator);
        let modest = Limits { memory_mib: Some(16), run_seconds: Some(5) };
        let lowered = operator.lowered_by(&modest);
        assert_eq!(lowered.memory_bytes, 16 * 1024 * 1024);
        assert_eq!(lowered.run, Duration::from_secs(5));
        assert_eq!(lowered.call, Duration::from_secs(5));
        assert_eq!(lowered.fuel, operator.fuel);
    }
}
