//! The plugin interface that this program was built with, known by a digest.

use sha2::{Digest, Sha256};

/// Its files by name, sorted.
const FILES: [(&str, &str); 4] = [
    ("metrics.wit", include_str!("../../../schemas/wit/1.0/metrics.wit")),
    ("reporting.wit", include_str!("../../../schemas/wit/1.0/reporting.wit")),
    ("types.wit", include_str!("../../../schemas/wit/1.0/types.wit")),
    ("workflow.wit", include_str!("../../../schemas/wit/1.0/workflow.wit")),
];

/// SHA-256 of what `sha256sum *.wit` prints in the folder of the interface.
pub fn interface_digest() -> [u8; 32] {
    let mut all = Sha256::new();
    for (name, text) in FILES {
        for byte in Sha256::digest(text) {
            all.update(format!("{byte:02x}"));
        }
        all.update(format!("  {name}\n"));
    }
    all.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_interface_is_in_the_digest() {
        let folder = fs_err::read_dir("../schemas/wit/1.0").unwrap();
        let mut names: Vec<String> = folder
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "SHA256SUMS")
            .collect();
        names.sort_unstable();
        assert_eq!(names, FILES.map(|(name, _)| name));
        assert_eq!(interface_digest(), interface_digest());
    }
}
