//! Signatures and keys of the stock tool, of our own, and what is neither.

use super::*;

/// What the tool signed: a throw-away key, made and used with minisign 0.11.
const TEXT: &[u8] = b"text that is signed\n";

const PUBLIC: &str = "untrusted comment: minisign public key 7D20642DBAD1EFDB
RWTb79G6LWQgfQmNbVqfkl8KzqATMcvxJiECWORVMIZv+9bxQ8EMSbTJ
";

/// Without a password, and so without a checksum.
const SECRET: &str = "untrusted comment: throw-away key
RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA2+/Rui1kIH030pEJK2HLSCfzX1OptrvHlS54QSYfT0X3l12EYJ/SjAmNbVqfkl8KzqATMcvxJiECWORVMIZv+9bxQ8EMSbTJAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
";

/// `minisign -S -l`, over the text itself.
const LEGACY: &str = "untrusted comment: signature from minisign secret key
RWTb79G6LWQgfTzZsophrrF12edZoqdfA2j1tdQuXKZZfQULMBPt4PqK0wRvZdgzVB3PhBJB+iESWx3TZvSoXkeUvZfmUT9CagE=
trusted comment: a trusted comment
IflEAr8DxgD1SOUN1Le5cmkMLvQqXle2T7H9sQ5q+7Y90gDhw+7Pbv+p1PLR1HMlhoEHkSdOS5HzlrZxpJwrAQ==
";

/// `minisign -S -H`, over the hash of the text.
const HASHED: &str = "untrusted comment: signature from minisign secret key
RUTb79G6LWQgfXr4ZfRhw+UM3q3+Owm5U8xWXMDwk5CkhxUnH7VvPkhdqls54fcg3EayUvy6fqwH4auq3Q84ugp26wdst+wLLAw=
trusted comment: a trusted comment
b8asG2rJyulx5gmvniSu+hO5ROzhpuzleq15/cWNa0KfMS0mM3DJyfcu4JRLZc0lgp91nN6QHHlqBoqFptXKDA==
";

/// Another throw-away key, protected by the tool with the password `secret words`.
const LOCKED: &str = "untrusted comment: minisign encrypted secret key
RWRTY0IyWE4ku1vpnXFk3uKrBqW7YG01K6T8UjheyU5oTC1LKsMAAAACAAAAAAAAAEAAAAAA7ChsCfpRnp1jYSzR26sIOBdkNmEDtHXXgQqmgeEw8d2xz/Nbpo34gUvMTiiYh/9waXrpkh8KjJ9XRt1gPVDDJbbAuOfiTnCrH6XXtERYghNjj58Ch7dTxq6vVtcjPccTeCQavPkdass=
";

fn public() -> PublicKey {
    read_public_key(PUBLIC).unwrap()
}

#[test]
fn signatures_of_the_tool_are_good_for_what_it_signed_and_nothing_else() {
    let key = public();
    assert_eq!(key.to_string(), "7D20642DBAD1EFDB");
    for signature in [LEGACY, HASHED] {
        let check = |text: &[u8], keys: &[PublicKey]| check_signature(text, signature, keys);
        assert_eq!(check(b"text that is signed", &[key]), FoundSignature::Broken(key.number));
        assert_eq!(check(TEXT, &[]), FoundSignature::Unknown(key.number));
        let mut other = key;
        other.bytes[0] ^= 1;
        assert_eq!(check(TEXT, &[other]), FoundSignature::Broken(key.number));
        let mut renumbered = key;
        renumbered.number[0] ^= 1;
        assert_eq!(check(TEXT, &[renumbered]), FoundSignature::Unknown(key.number));

        assert_eq!(check(TEXT, &[key]), FoundSignature::By(key));
        assert_eq!(check(TEXT, &[renumbered, other, key]), FoundSignature::By(key));
        let comment = "a trusted comment".to_owned();
        assert_eq!(read_signature(signature), Some((key.number, comment)));
    }
}

#[test]
fn what_the_tool_would_not_write_is_no_signature() {
    let lines: Vec<&str> = HASHED.lines().collect();
    let with = |place: usize, line: &str| {
        let mut lines = lines.clone();
        lines[place] = line;
        lines.join("\n") + "\n"
    };
    let short = &lines[3][..4];
    for wrong in [
        String::new(),
        "\n\n\n\n".into(),
        HASHED.trim_end().into(),
        format!("{HASHED}\n"),
        format!("{HASHED}more\n"),
        HASHED.replace('\n', "\r\n"),
        with(0, "comment: x"),
        with(0, &format!("{UNTRUSTED}{}", "x".repeat(20_000))),
        with(1, short),
        with(1, &format!(" {}", lines[1])),
        with(1, &format!("{}AAAA", lines[1])),
        with(1, lines[3]),
        with(1, &lines[1].replacen("RU", "RV", 1)),
        with(2, "untrusted comment: x"),
        with(2, &format!("{} ", lines[2])),
        // So short that its second half cannot be looked at.
        with(3, short),
        with(3, ""),
        with(3, &lines[3].replace("DA==", "DAAA")),
        // The same bytes, written with bits that mean nothing.
        with(3, &lines[3].replace("DA==", "DB==")),
        "\u{e4}".repeat(100),
    ] {
        let found = check_signature(TEXT, &wrong, &[public()]);
        assert_eq!(found, FoundSignature::Unreadable, "{wrong:?}");
        assert_eq!(read_signature(&wrong), None);
    }
}

/// Every letter of a signature is changed in turn: only the comment that nobody signed may differ.
#[test]
fn a_changed_letter_makes_another_signature() {
    let signed_from = HASHED.find('\n').unwrap();
    for place in 0..HASHED.len() {
        let mut bytes = HASHED.as_bytes().to_vec();
        bytes[place] ^= 1;
        let changed = String::from_utf8(bytes).unwrap();
        if check_signature(TEXT, &changed, &[public()]) == FoundSignature::By(public()) {
            assert!((UNTRUSTED.len()..signed_from).contains(&place), "{changed}");
        }
    }
}

#[test]
fn what_is_signed_here_is_good_and_never_twice_the_same() {
    let secret = read_secret_key(SECRET, None).unwrap();
    assert_eq!(secret.public().unwrap(), public());
    let sign = || secret.sign(TEXT, "tridem org.example.visits 1.2.3").unwrap();
    let (one, two) = (sign(), sign());
    assert_ne!(one, two);
    for signature in [one, two] {
        assert_eq!(check_signature(TEXT, &signature, &[public()]), FoundSignature::By(public()));
        assert_eq!(
            check_signature(b"other", &signature, &[public()]),
            FoundSignature::Broken(public().number)
        );
        let comment = "tridem org.example.visits 1.2.3".to_owned();
        assert_eq!(read_signature(&signature), Some((public().number, comment)));
    }
}

#[test]
fn new_keys_without_a_password_sign() {
    let keys = generate_keys(None).unwrap();
    assert!(!needs_password(&keys.secret).unwrap());
    assert_eq!(read_public_key(&keys.public).unwrap(), keys.key);
    assert_ne!(generate_keys(None).unwrap().key, keys.key);
    let signature = read_secret_key(&keys.secret, None).unwrap().sign(TEXT, "x").unwrap();
    assert_eq!(check_signature(TEXT, &signature, &[keys.key]), FoundSignature::By(keys.key));
    assert!(!format!("{keys:?}").contains(keys.secret.lines().nth(1).unwrap()));
}

#[test]
fn a_protected_key_opens_with_its_password_alone() {
    let keys = generate_keys(Some("secret words")).unwrap();
    assert!(needs_password(&keys.secret).unwrap());
    let open = |password| read_secret_key(&keys.secret, password);
    assert!(matches!(open(None), Err(Error::WrongPassword)));
    assert!(matches!(open(Some("secret word")), Err(Error::WrongPassword)));
    let key = open(Some("secret words")).unwrap();
    assert_eq!(key.public().unwrap(), keys.key);
    assert_eq!(format!("{key:?}"), "SecretKey(..)");
}

#[test]
#[ignore = "takes a gigabyte of memory and half a minute, as the tool wants it for its keys"]
fn a_key_that_the_tool_protected_opens_with_its_password() {
    assert!(needs_password(LOCKED).unwrap());
    let key = read_secret_key(LOCKED, Some("secret words")).unwrap();
    assert_eq!(key.public().unwrap().to_string(), "BF3E7D00EB371CC6");
}

#[test]
fn a_damaged_secret_key_signs_nothing() {
    let line = SECRET.lines().nth(1).unwrap();
    // The seed lies behind the number; what is made of it does not fit the public part any more.
    let place = SECRET.find(line).unwrap() + 90;
    let mut bytes = SECRET.as_bytes().to_vec();
    bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
    let damaged = read_secret_key(std::str::from_utf8(&bytes).unwrap(), None).unwrap();
    assert!(matches!(damaged.sign(TEXT, "x"), Err(Error::Signing(_))));
}

#[test]
fn only_a_key_is_a_key() {
    let line = PUBLIC.lines().nth(1).unwrap();
    assert_eq!(read_public_key(line).unwrap(), public());
    assert_eq!(read_public_key(&format!(" {line}\n")).unwrap(), public());
    let twice = format!("{PUBLIC}{line}\n");
    let other = format!("X{}", &line[1..]);
    for wrong in ["", "x", SECRET, LEGACY, &line[4..], &twice, &other, &"A".repeat(10_000)] {
        assert!(matches!(read_public_key(wrong), Err(Error::NotAKey { .. })), "{wrong}");
    }
    for wrong in ["", PUBLIC, LEGACY, "untrusted comment: x\nAAAA\n"] {
        assert!(matches!(read_secret_key(wrong, None), Err(Error::NotAKey { .. })), "{wrong}");
        assert!(needs_password(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn base64_has_one_form_for_the_same_bytes() {
    for (text, bytes) in [("AA==", &b"\0"[..]), ("+/8=", b"\xfb\xff"), ("TWFu", b"Man")] {
        assert_eq!(base64(text).as_deref(), Some(bytes), "{text}");
    }
    for wrong in ["", "=", "A", "AA", "AAA", "A===", "AB==", "AAB=", "AA=A", "AA-_", "AA==AA=="] {
        assert_eq!(base64(wrong), None, "{wrong}");
    }
}
