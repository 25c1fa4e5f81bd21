//! For tests: every page of the encrypted file and of its log in the clear, also those that are
//! free, so that a test can look for what must be gone.
//!
//! Written from the description of the file format and not with `SQLCipher`, whose own export gives
//! what is stored and leaves out what lies about. AES is the plain algorithm of FIPS 197.

use std::path::Path;

/// What a page ends with: the initial vector and an HMAC of 64 bytes.
const RESERVED: usize = 80;
const PAGE: usize = 16_384;
const SALT: usize = 16;
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// The bytes of all pages of the database at `path`, and of all frames of its log.
pub(super) fn in_the_clear(path: &Path, key: [u8; 32]) -> Vec<u8> {
    let cipher = Aes::new(key);
    let mut found = Vec::new();
    for (number, page) in fs_err::read(path).unwrap().chunks_exact(PAGE).enumerate() {
        found.extend(cipher.page(page, number == 0));
    }
    let log = fs_err::read(path.with_extension("tridem-wal")).unwrap_or_default();
    let frames = log.get(LOG_HEADER..).unwrap_or_default();
    for frame in frames.chunks_exact(FRAME_HEADER + PAGE) {
        let is_first = frame[..4] == 1_u32.to_be_bytes();
        found.extend(cipher.page(&frame[FRAME_HEADER..], is_first));
    }
    found
}

pub(super) fn has(bytes: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(bytes).contains(text)
}

struct Aes {
    inverse: [u8; 256],
    /// Products with 14, 11, 13 and 9.
    products: [[u8; 256]; 4],
    rounds: [[u8; 16]; 15],
}

impl Aes {
    fn new(key: [u8; 32]) -> Self {
        let sbox = substitution();
        let mut inverse = [0; 256];
        for (value, found) in (0..=255_u8).zip(sbox) {
            inverse[usize::from(found)] = value;
        }
        let mut words: Vec<[u8; 4]> =
            key.chunks_exact(4).map(|word| word.try_into().unwrap()).collect();
        let mut constant = 1;
        for place in 8..60 {
            let mut word = words[place - 1];
            if place % 8 == 0 {
                word.rotate_left(1);
            }
            if place % 4 == 0 {
                word = word.map(|byte| sbox[usize::from(byte)]);
            }
            if place % 8 == 0 {
                word[0] ^= constant;
                constant = times(constant, 2);
            }
            let before = words[place - 8];
            words.push(std::array::from_fn(|byte| before[byte] ^ word[byte]));
        }
        let rounds = std::array::from_fn(|round| {
            words[4 * round..4 * round + 4].concat().try_into().unwrap()
        });
        let products = [14, 11, 13, 9]
            .map(|factor| std::array::from_fn(|value| times(u8::try_from(value).unwrap(), factor)));
        Self { inverse, products, rounds }
    }

    /// A page without what it ends with; of the first one also without the salt.
    fn page(&self, page: &[u8], is_first: bool) -> Vec<u8> {
        let end = PAGE - RESERVED;
        let start = if is_first { SALT } else { 0 };
        let mut before: [u8; 16] = page[end..end + 16].try_into().unwrap();
        let mut clear = Vec::with_capacity(end);
        for block in page[start..end].chunks_exact(16) {
            let block: [u8; 16] = block.try_into().unwrap();
            let opened = self.block(block);
            clear.extend(opened.iter().zip(before).map(|(one, other)| one ^ other));
            before = block;
        }
        clear
    }

    fn block(&self, mut state: [u8; 16]) -> [u8; 16] {
        let add = |state: &mut [u8; 16], round: usize| {
            for (byte, key) in state.iter_mut().zip(self.rounds[round]) {
                *byte ^= key;
            }
        };
        add(&mut state, 14);
        for round in (0..14).rev() {
            // Row r of the square, which is stored column by column, moves right by r.
            let shifted: [u8; 16] = std::array::from_fn(|place| {
                let (column, row) = (place / 4, place % 4);
                state[4 * ((column + 4 - row) % 4) + row]
            });
            state = shifted.map(|byte| self.inverse[usize::from(byte)]);
            add(&mut state, round);
            if round > 0 {
                for column in state.chunks_exact_mut(4) {
                    let old = [column[0], column[1], column[2], column[3]];
                    for (row, byte) in column.iter_mut().enumerate() {
                        *byte = (0..4).fold(0, |sum, step| {
                            sum ^ self.products[step][usize::from(old[(row + step) % 4])]
                        });
                    }
                }
            }
        }
        state
    }
}

/// The product in the field of AES.
fn times(mut one: u8, mut other: u8) -> u8 {
    let mut product = 0;
    while other > 0 {
        if other & 1 == 1 {
            product ^= one;
        }
        one = (one << 1) ^ if one & 0x80 == 0 { 0 } else { 0x1b };
        other >>= 1;
    }
    product
}

/// The inverse in the field, then a fixed mixture of its bits.
fn substitution() -> [u8; 256] {
    std::array::from_fn(|value| {
        let value = u8::try_from(value).unwrap();
        let inverse = (1..=255_u8).find(|other| times(value, *other) == 1).unwrap_or(0);
        (0..5).fold(0x63, |mixed, turn| mixed ^ inverse.rotate_left(turn))
    })
}

/// Appendix C.3 of FIPS 197.
#[test]
fn a_block_is_deciphered_as_in_the_standard() {
    let aes = Aes::new(std::array::from_fn(|place| u8::try_from(place).unwrap()));
    let cipher = [
        0x8e, 0xa2, 0xb7, 0xca, 0x51, 0x67, 0x45, 0xbf, 0xea, 0xfc, 0x49, 0x90, 0x4b, 0x49, 0x60,
        0x89,
    ];
    let expected = std::array::from_fn(|place| u8::try_from(place * 0x11).unwrap());
    assert_eq!(aes.block(cipher), expected);
}
