//! Every page of an encrypted database, decrypted: what somebody with the key finds who looks past the
//! program, in free pages and in the log too.
//!
//! `SQLCipher` encrypts each page with AES-256 in CBC mode; the last 80 bytes hold the initialization
//! vector of 16 bytes and a digest. Decrypting is written out here, so that no test trusts the library
//! that it tests.

use std::path::Path;

const PAGE: usize = 16_384;
const RESERVED: usize = 80;

/// The text of all pages of the database and of its log, one after the other.
pub(crate) fn decrypted(database: &Path, key: [u8; 32]) -> Vec<u8> {
    let cipher = Aes::new(key);
    let mut plain = Vec::new();
    let bytes = fs_err::read(database).unwrap();
    for (number, page) in bytes.chunks_exact(PAGE).enumerate() {
        plain.extend(decrypt(&cipher, page, number == 0));
    }
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    if let Ok(log) = fs_err::read(Path::new(&log))
        && log.len() > 32
    {
        for frame in log[32..].chunks_exact(24 + PAGE) {
            let number = u32::from_be_bytes(frame[..4].try_into().unwrap());
            plain.extend(decrypt(&cipher, &frame[24..], number == 1));
        }
    }
    plain
}

fn decrypt(cipher: &Aes, page: &[u8], is_first: bool) -> Vec<u8> {
    // The first page begins with the salt, in clear.
    let text = &page[if is_first { 16 } else { 0 }..PAGE - RESERVED];
    let mut before: [u8; 16] = page[PAGE - RESERVED..][..16].try_into().unwrap();
    let mut plain = Vec::with_capacity(text.len());
    for block in text.chunks_exact(16) {
        let block: [u8; 16] = block.try_into().unwrap();
        let open = cipher.decrypt(block);
        plain.extend(open.iter().zip(before).map(|(byte, other)| byte ^ other));
        before = block;
    }
    plain
}

/// The key in a file of 64 hexadecimal digits.
pub(crate) fn key_of(path: &Path) -> [u8; 32] {
    let text = fs_err::read_to_string(path).unwrap();
    let byte = |place: usize| u8::from_str_radix(&text.trim()[2 * place..][..2], 16).unwrap();
    std::array::from_fn(byte)
}

/// AES-256 (FIPS 197), only as far as decrypting needs it.
struct Aes {
    rounds: [[u8; 16]; 15],
    inverse: [u8; 256],
    /// What a byte in a row gives to each byte of its column: the product with 14, 9, 13 and 11, from
    /// its own row on.
    mixed: Box<[[u32; 256]; 4]>,
}

/// The product of two bytes as polynomials modulo x^8 + x^4 + x^3 + x + 1.
fn times(mut one: u8, mut other: u8) -> u8 {
    let mut product = 0;
    while other > 0 {
        if other & 1 == 1 {
            product ^= one;
        }
        one = (one << 1) ^ if one & 0x80 > 0 { 0x1B } else { 0 };
        other >>= 1;
    }
    product
}

fn substitutions() -> [u8; 256] {
    std::array::from_fn(|value| {
        let value = u8::try_from(value).unwrap();
        let inverse = (1..=255).find(|other| times(value, *other) == 1).unwrap_or(0);
        let turned = (1..5).fold(inverse, |sum, by| sum ^ inverse.rotate_left(by));
        turned ^ 0x63
    })
}

impl Aes {
    fn new(key: [u8; 32]) -> Self {
        let table = substitutions();
        let substitute = |word: [u8; 4]| word.map(|byte| table[usize::from(byte)]);
        let mut words: Vec<[u8; 4]> =
            key.chunks_exact(4).map(|word| word.try_into().unwrap()).collect();
        let mut constant = 1;
        for place in 8..60 {
            let mut word = words[place - 1];
            if place % 8 == 0 {
                word.rotate_left(1);
                word = substitute(word);
                word[0] ^= constant;
                constant = times(constant, 2);
            } else if place % 8 == 4 {
                word = substitute(word);
            }
            let before = words[place - 8];
            words.push(std::array::from_fn(|byte| word[byte] ^ before[byte]));
        }
        let rounds = std::array::from_fn(|round| {
            std::array::from_fn(|byte| words[4 * round + byte / 4][byte % 4])
        });
        let mut inverse = [0; 256];
        for (value, image) in (0..=255).zip(table) {
            inverse[usize::from(image)] = value;
        }
        let mixed = |row: usize, value: u8| {
            let factor = |of: usize| [14, 11, 13, 9][(row + 4 - of) % 4];
            u32::from_be_bytes(std::array::from_fn(|of| times(value, factor(of))))
        };
        let mixed = Box::new(std::array::from_fn(|row| {
            std::array::from_fn(|value| mixed(row, u8::try_from(value).unwrap()))
        }));
        Self { rounds, inverse, mixed }
    }

    fn decrypt(&self, block: [u8; 16]) -> [u8; 16] {
        let add = |state: [u8; 16], round: usize| -> [u8; 16] {
            std::array::from_fn(|byte| state[byte] ^ self.rounds[round][byte])
        };
        let mut state = add(block, 14);
        for round in (0..14).rev() {
            // Rows were shifted to the left: the byte of row r comes from r columns before.
            let shifted: [u8; 16] = std::array::from_fn(|byte| {
                let (column, row) = (byte / 4, byte % 4);
                state[(column + 4 - row) % 4 * 4 + row]
            });
            state = add(shifted.map(|byte| self.inverse[usize::from(byte)]), round);
            if round > 0 {
                for column in state.chunks_exact_mut(4) {
                    let mut sum = 0;
                    for (table, byte) in self.mixed.iter().zip(column.iter()) {
                        sum ^= table[usize::from(*byte)];
                    }
                    column.copy_from_slice(&sum.to_be_bytes());
                }
            }
        }
        state
    }
}

/// The example of FIPS 197, appendix C.3.
#[test]
fn the_standards_own_example_is_decrypted() {
    let key = std::array::from_fn(|byte| u8::try_from(byte).unwrap());
    let cipher = [
        0x8E, 0xA2, 0xB7, 0xCA, 0x51, 0x67, 0x45, 0xBF, 0xEA, 0xFC, 0x49, 0x90, 0x4B, 0x49, 0x60,
        0x89,
    ];
    let plain: [u8; 16] = std::array::from_fn(|byte| u8::try_from(byte * 0x11).unwrap());
    assert_eq!(Aes::new(key).decrypt(cipher), plain);
}
