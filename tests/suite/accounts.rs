//! Accounts from outside: who is refused, how one signs in, what ends a session, and emergency access.

use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use crate::support::{Ran, Workspace};

const FIRST: &str = "zettel von der verwaltung";
const OWN: &str = "korrekt pferd batterie";
const OTHER: &str = "grünkohl wetter karte";

/// Records with accounts. Each person has a folder of their own for their session.
struct Town(Workspace);

impl Town {
    /// Two schools with a mediator each, a coordinator, a data protection officer and an administrator,
    /// all of whom have chosen their password and are signed in.
    fn new() -> Self {
        static MADE: OnceLock<Town> = OnceLock::new();
        let made = MADE.get_or_init(|| {
            let town = Self(Workspace::example());
            let workspace = &town.0;
            workspace.run(&["school", "add", "990002", "Schule Zwei", "--form", "02"]).success();
            workspace
                .run(&["person", "add", "bm9", "Noch Jemand", "--role", "mediation"])
                .success();
            workspace.say("person assign bm9 990002 --hours 10 --from 2025-08-01").success();
            town.add("chief", "administrator", OWN);
            town.with("chief", "login chief", &[("TRIDEM_PASSWORD", OWN)]).success();
            for (code, rest) in [
                ("m1", "mediator --practitioner bm1"),
                ("m9", "mediator --practitioner bm9"),
                ("coord", "coordinator"),
                ("dpo", "protection-officer"),
            ] {
                town.add(code, rest, FIRST);
                town.choose(code, FIRST, OWN).success();
            }
            town
        });
        let copy = made.0.copy();
        for code in ["chief", "m1", "m9", "coord", "dpo"] {
            let (from, to) = (made.0.path(code), copy.path(code));
            crate::support::copy_folder(&from, &to);
        }
        Self(copy)
    }

    /// Runs a line as the user of the machine who has somebody's folder.
    fn with(&self, who: &str, line: &str, variables: &[(&str, &str)]) -> Ran {
        let words: Vec<&str> = line.split_whitespace().collect();
        self.words(who, &words, variables)
    }

    fn words(&self, who: &str, words: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = self.0.command(words);
        command.env("XDG_STATE_HOME", self.0.path(who)).envs(variables.iter().copied());
        let output = command.output().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    fn say(&self, who: &str, line: &str) -> Ran {
        self.with(who, line, &[])
    }

    fn login(&self, who: &str, password: &str) -> Ran {
        self.with(who, &format!("login {who}"), &[("TRIDEM_PASSWORD", password)])
    }

    fn choose(&self, who: &str, password: &str, new: &str) -> Ran {
        let variables = [("TRIDEM_PASSWORD", password), ("TRIDEM_NEW_PASSWORD", new)];
        self.with(who, &format!("login {who}"), &variables)
    }

    fn add(&self, code: &str, rest: &str, password: &str) {
        let line = format!("account add {code} --role {rest}");
        self.with("chief", &line, &[("TRIDEM_NEW_PASSWORD", password)]).success();
    }

    fn list(&self, who: &str, line: &str) -> Vec<serde_json::Value> {
        let ran = self.say(who, &format!("{line} --format json")).success();
        serde_json::from_str(&ran.stdout).unwrap()
    }
}

#[test]
fn with_the_first_account_nobody_works_without_signing_in_any_more() {
    let town = Town(Workspace::example());
    let add = |code: &str, role: &str, password: &str| {
        let line = format!("account add {code} --role {role}");
        town.with("chief", &line, &[("TRIDEM_NEW_PASSWORD", password)])
    };
    town.say("chief", "login chief").refused().saying(&["these records have no accounts"]);
    add("coord", "coordinator", OWN).refused().saying(&["the first account", "administrator"]);
    add("chief", "administrator", "kurz").refused().saying(&["at least 12 characters"]);
    add("chief", "administrator", "Passwort1234").refused().saying(&["guessed first"]);
    town.say("chief", "pupil list").success();
    let of_the_place = add("chief", "administrator", "Musterstadt-2026");
    of_the_place.refused().saying(&["guessed first"]);
    let made = add("chief", "administrator", OWN).success();
    for told in ["From now on nobody works here without signing in", "`--as` does not count"] {
        assert!(made.stderr.contains(told), "{}", made.stderr);
    }
    for line in ["pupil list", "contact list", "report list", "plugin list", "code list", "whoami"]
    {
        let ran = town.say("chief", line).refused();
        ran.saying(&["nobody is signed in", "tridem login CODE"]);
    }
    town.say("chief", "pupil list --as bm1").refused().saying(&["`--as` does not count"]);
    town.login("chief", OWN).success();
    town.say("chief", "pupil list --as bm1").refused().saying(&["`--as` does not count"]);
    // And who operates the program reads no records.
    town.say("chief", "pupil list").refused().saying(&["`chief` (administrator) may not do this"]);
    assert_eq!(town.list("chief", "account list").len(), 1);
}

#[test]
fn a_wrong_password_and_an_unknown_account_get_the_same_answer_and_have_to_wait_alike() {
    let town = Town::new();
    for code in ["m1", "nobody"] {
        let line = format!("login {code}");
        let mut answers: Vec<String> = (0..6)
            .map(|_| town.with("m1", &line, &[("TRIDEM_PASSWORD", OTHER)]).refused().stderr)
            .collect();
        assert!(answers.pop().unwrap().contains("too many tries have failed; wait a minute"));
        assert!(answers.iter().all(|answer| answer.contains("the code or the password is wrong")));
    }
    // The right one has to wait as well, until an administrator lets them in.
    town.login("m1", OWN).refused().saying(&["too many tries have failed"]);
    town.say("m1", "account unlock m1").refused().saying(&["may not do this"]);
    assert_eq!(town.say("chief", "account unlock m1").success().stdout, "Unlocked.\n");
    town.login("m1", OWN).success();
    let audit = town.list("chief", "audit list --limit 100");
    let of = |action: &str| audit.iter().filter(|entry| entry["action"] == action).count();
    assert_eq!((of("account.sign-in-fail"), of("account.lock"), of("account.unlock")), (5, 1, 1));
    let text = serde_json::to_string(&audit).unwrap();
    assert!(!text.contains("nobody") && !text.contains(OTHER));
}

#[test]
fn a_password_of_somebody_elses_choosing_opens_nothing() {
    let town = Town::new();
    town.add("lead", "lead", FIRST);
    town.login("lead", FIRST).refused().saying(&["you have to choose your own"]);
    town.choose("lead", FIRST, FIRST).refused().saying(&["the new password is the old one"]);
    town.say("lead", "whoami").refused().saying(&["nobody is signed in"]);
    town.choose("lead", FIRST, OWN).success();
    let told = town.say("lead", "whoami").success().stdout;
    assert!(told.starts_with("lead: programme lead. "), "{told}");
    town.login("lead", FIRST).refused();
}

#[test]
fn a_session_ends_with_signing_out_with_the_account_and_with_the_role() {
    let town = Town::new();
    let over = |who: &str| {
        town.say(who, "contact list").refused().saying(&["the session is over"]);
    };
    // A token of somebody's making is none.
    let made_up = [("TRIDEM_SESSION", &*"00".repeat(32))];
    town.with("m1", "contact list", &made_up).refused().saying(&["the session is over"]);
    let print = town.with("m1", "login m1 --print", &[("TRIDEM_PASSWORD", OWN)]).success();
    let token = print.stdout.trim();
    let by_variable = [("TRIDEM_SESSION", token)];
    town.with("elsewhere", "contact list", &by_variable).success();
    town.say("m1", "contact list").success();
    assert!(town.say("m1", "logout --everywhere").success().stdout.contains("sessions ended: 2"));
    town.with("elsewhere", "contact list", &by_variable).refused().saying(&["session is over"]);
    town.say("m1", "contact list").refused().saying(&["nobody is signed in"]);

    // Another role, in the middle of it.
    town.say("m9", "contact list").success();
    town.say("chief", "account role m9 lead").success();
    over("m9");
    town.login("m9", OWN).success();
    town.say("m9", "contact list").refused().saying(&["`m9` (programme lead) may not do this"]);
    town.say("chief", "account close m9").success();
    over("m9");
    town.login("m9", OWN).refused().saying(&["the code or the password is wrong"]);
    town.say("chief", "account close chief").refused().saying(&["the last administrator"]);
    // Whose code was somebody's is nobody else's.
    let again = [("TRIDEM_NEW_PASSWORD", FIRST)];
    let ran = town.with("chief", "account add m9 --role lead", &again).refused();
    ran.saying(&["there is already an account with the code `m9`"]);
}

#[test]
fn the_session_lies_in_the_folder_of_its_owner_and_never_among_the_records() {
    let town = Town::new();
    let token = |path: std::path::PathBuf| {
        let mut open = vec![path];
        let mut found = Vec::new();
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(fs_err::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else if path.ends_with("session") {
                found.push(path);
            }
        }
        found
    };
    assert_eq!(token(town.0.path("records")).len(), 0);
    let files = token(town.0.path("m1"));
    assert_eq!(files.len(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs_err::metadata(&files[0]).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs_err::set_permissions(&files[0], std::fs::Permissions::from_mode(0o644)).unwrap();
        town.say("m1", "contact list").refused().saying(&["can be read by others"]);
    }
    // Who has no folder keeps no session, and is told before a password is typed.
    let ran = town.0.run(&["login", "m1"]).refused();
    ran.saying(&["no folder of yours", "TRIDEM_SESSION"]);
}

/// The six digits of RFC 6238 for a secret in base 32, made without the program's own code.
fn code_at(secret: &str, at: u64) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bits, mut number, mut key) = (0, 0_u32, Vec::new());
    for letter in secret.chars() {
        number = number << 5 | u32::try_from(letters.find(letter).unwrap()).unwrap();
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            key.push(u8::try_from(number >> bits & 0xff).unwrap());
        }
    }
    let digest = sha1_hmac(&key, &(at / 30).to_be_bytes());
    let start = usize::from(digest[19] & 15);
    let part: [u8; 4] = digest[start..start + 4].try_into().unwrap();
    format!("{:06}", (u32::from_be_bytes(part) & 0x7fff_ffff) % 1_000_000)
}

fn sha1_hmac(key: &[u8], text: &[u8]) -> [u8; 20] {
    let pad = |byte: u8| {
        let mut block = [byte; 64];
        block.iter_mut().zip(key).for_each(|(one, other)| *one ^= other);
        block.to_vec()
    };
    let inner = sha1(&[&pad(0x36), text].concat());
    sha1(&[pad(0x5c), inner.to_vec()].concat())
}

#[expect(clippy::many_single_char_names, reason = "the names of RFC 3174")]
fn sha1(text: &[u8]) -> [u8; 20] {
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    let mut padded = [text, &[0x80]].concat();
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((text.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks_exact(64) {
        let mut words: Vec<u32> = block
            .chunks_exact(4)
            .map(|four| u32::from_be_bytes(four.try_into().unwrap()))
            .collect();
        for place in 16..80 {
            let mixed = words[place - 3] ^ words[place - 8] ^ words[place - 14] ^ words[place - 16];
            words.push(mixed.rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (place, word) in words.iter().enumerate() {
            let (f, k) = match place / 20 {
                0 => ((b & c) | (!b & d), 0x5a82_7999),
                1 => (b ^ c ^ d, 0x6ed9_eba1),
                2 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc_u32),
                _ => (b ^ c ^ d, 0xca62_c1d6),
            };
            let next = a.rotate_left(5).wrapping_add(f).wrapping_add(e).wrapping_add(k);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next.wrapping_add(*word));
        }
        for (kept, new) in state.iter_mut().zip([a, b, c, d, e]) {
            *kept = kept.wrapping_add(new);
        }
    }
    let mut out = [0; 20];
    out.chunks_exact_mut(4)
        .zip(state)
        .for_each(|(four, word)| four.copy_from_slice(&word.to_be_bytes()));
    out
}

#[test]
fn a_second_factor_is_asked_for_and_each_code_works_once() {
    // Of RFC 6238, appendix B, and RFC 3174.
    assert_eq!(code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59), "287082");
    let town = Town::new();
    let shown = town.say("m1", "account totp begin").success().stdout;
    let secret = shown.lines().next().unwrap().strip_prefix("Secret: ").unwrap().to_owned();
    assert!(shown.contains(&format!("otpauth://totp/Tridem:m1?secret={secret}")));
    town.say("m1", "account totp confirm 12345").refused().saying(&["one-time code is wrong"]);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let code = code_at(&secret, now);
    let spare = town.say("m1", &format!("account totp confirm {code}")).success().stdout;
    let spare: Vec<&str> = spare.lines().collect();
    assert_eq!(spare.len(), 10);

    let login = |code: &str| {
        let line = format!("login m1 --one-time-code {code}");
        town.with("m1", &line, &[("TRIDEM_PASSWORD", OWN)])
    };
    town.login("m1", OWN).refused().saying(&["asks for a one-time code"]);
    login(&code).refused().saying(&["was used before"]);
    login("000000").refused();
    login(&code_at(&secret, now + 30)).success();
    login(&code_at(&secret, now + 30)).refused().saying(&["was used before"]);
    assert!(login(spare[0]).success().stderr.contains("9 spare codes are left"));
    login(spare[0]).refused();
    let accounts = town.list("chief", "account list");
    let own = accounts.iter().find(|account| account["code"] == "m1").unwrap();
    assert_eq!(own["second_factor"], "yes");
    town.say("chief", "account totp remove m1").success();
    town.login("m1", OWN).success();
}

#[test]
fn passwords_are_changed_by_their_owners_and_reset_by_administrators() {
    let town = Town::new();
    let change = |old: &str, new: &str| {
        let variables = [("TRIDEM_PASSWORD", old), ("TRIDEM_NEW_PASSWORD", new)];
        town.with("m1", "account password", &variables)
    };
    change(OTHER, FIRST).refused().saying(&["the code or the password is wrong"]);
    change(OWN, OWN).refused().saying(&["the new password is the old one"]);
    change(OWN, "m1m1m1m1m1m1").refused().saying(&["guessed first"]);
    change(OWN, OTHER).success();
    town.say("m1", "contact list").refused().saying(&["the session is over"]);
    town.login("m1", OWN).refused();
    town.login("m1", OTHER).success();

    let reset = [("TRIDEM_NEW_PASSWORD", FIRST)];
    town.with("m1", "account password m9", &reset).refused().saying(&["may not do this"]);
    town.with("chief", "account password m1", &reset).success();
    town.say("m1", "contact list").refused().saying(&["the session is over"]);
    town.login("m1", FIRST).refused().saying(&["you have to choose your own"]);
    let file = town.0.file("new.txt", OWN);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs_err::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let line = format!("login m1 --new-password-file {file}");
    town.with("m1", &line, &[("TRIDEM_PASSWORD", FIRST)]).success();
    town.say("m1", "contact list").success();
}

#[test]
fn the_last_administrator_comes_back_with_the_key_and_data_protection_sees_it() {
    let town = Town::new();
    let new = [("TRIDEM_NEW_PASSWORD", OTHER)];
    town.with("chief", "account recover m1", &new)
        .refused()
        .saying(&["only the account of an admin"]);
    town.with("chief", "account recover chief --as bm1", &new).refused();
    // Without the key of the records there is no way.
    let key = town.0.path("records/tridem.key");
    let away = town.0.path("key");
    fs_err::rename(&key, &away).unwrap();
    town.with("chief", "account recover chief", &new).refused().saying(&["no database key"]);
    fs_err::rename(&away, &key).unwrap();
    town.with("chief", "account recover chief", &new).success();
    town.say("chief", "account list").refused().saying(&["the session is over"]);
    town.login("chief", OWN).refused();
    town.login("chief", OTHER).success();
    let accounts = town.list("dpo", "account list");
    let chief = accounts.iter().find(|account| account["code"] == "chief").unwrap();
    assert!(chief["recovered"].as_str().is_some_and(|at| at.ends_with("UTC")), "{chief}");
    let audit = town.list("dpo", "audit list --action account.recover");
    assert_eq!((audit.len(), &audit[0]["actor"]), (1, &"account:tester".into()));
}

#[test]
fn an_emergency_access_is_opened_with_a_reason_used_in_sight_of_all_and_over() {
    let town = Town::new();
    let open = |who: &str, reason: &str, hours: &str| {
        let words =
            ["emergency", "open", "--school", "990001", "--reason", reason, "--hours", hours];
        town.words(who, &words, &[])
    };
    town.say("m9", "pupil show p1").refused().saying(&["there is no pupil"]);
    town.say("m9", "pupil list --emergency 990001").refused().saying(&["no open emergency access"]);
    open("dpo", "x", "1").refused().saying(&["may not do this"]);
    open("m1", "x", "1").refused().saying(&["without an emergency access"]);
    open("m9", "", "1").refused().saying(&["the reason of an emergency access is one line"]);
    open("m9", "x", "73").refused().saying(&["1 to 72 hours"]);
    let reason = "Polizei fragt nach der Anschrift";
    let opened = open("m9", reason, "2").success().stdout;
    let id = opened.trim().rsplit(' ').next().unwrap().to_owned();

    // Not by itself: who reads under it says so.
    town.say("m9", "pupil show p1").refused();
    let seen = town.say("m9", "pupil show p1 --emergency 990001").success();
    assert!(seen.stdout.contains("Alex"));
    let contacts = town.list("m9", "contact list --emergency 990001");
    let contact = contacts[0]["id"].as_str().unwrap();
    town.say("m9", &format!("contact show {contact} --emergency 990001")).success();
    for line in [
        "household add h9 Neu --emergency 990001",
        "export contacts --emergency 990001",
        "account list --emergency 990001",
    ] {
        let ran = town.say("m9", line).refused();
        ran.saying(&["under an emergency access records are read and nothing else"]);
    }

    // The people of the school, coordinators and data protection officers see it; others do not.
    for who in ["m1", "coord", "dpo"] {
        let list = town.list(who, "emergency list");
        assert_eq!(list.len(), 1, "{who}");
        assert_eq!((&list[0]["account"], &list[0]["state"]), (&"m9".into(), &"open".into()));
        assert_eq!(list[0]["reason"], reason);
    }
    assert_eq!(town.list("m9", "emergency list").len(), 0);
    town.say("chief", "emergency list").refused().saying(&["may not do this"]);
    let day = town.say("m1", "sheet my-day").success().stdout;
    assert!(day.contains("Emergency access: `m9`") && day.contains(reason), "{day}");
    let day = town.say("m9", "sheet my-day").success().stdout;
    assert!(!day.contains("Emergency access"), "{day}");

    town.say("m1", &format!("emergency close {id}")).refused().saying(&["of yours"]);
    town.say("m9", &format!("emergency close {id}")).success();
    town.say("m9", "pupil show p1 --emergency 990001")
        .refused()
        .saying(&["no open emergency access"]);
    assert_eq!(town.list("dpo", "emergency list")[0]["state"], "over");

    // Opened, used each time, closed; and no word of the reason.
    let audit = town.list("dpo", "audit list --limit 1000 --actor bm9");
    let of = |action: &str| audit.iter().filter(|entry| entry["action"] == action).count();
    assert_eq!((of("emergency.open"), of("emergency.use"), of("emergency.close")), (1, 6, 1));
    let all = serde_json::to_string(&town.list("dpo", "audit list --limit 1000")).unwrap();
    assert!(!all.contains("Polizei"));
}

#[test]
fn nothing_of_passwords_and_tokens_lies_in_clear_on_the_disk() {
    let town = Town::new();
    let print = town.with("m1", "login m1 --print", &[("TRIDEM_PASSWORD", OWN)]).success();
    let token = print.stdout.trim().to_owned();
    let digest = Sha256::digest(OWN);
    for entry in fs_err::read_dir(town.0.path("records")).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_file() {
            continue;
        }
        let bytes = fs_err::read(&path).unwrap();
        for secret in [OWN.as_bytes(), token.as_bytes(), &digest[..]] {
            let is_there = bytes.windows(secret.len()).any(|part| part == secret);
            assert!(!is_there, "{}", path.display());
        }
    }
}

#[test]
fn a_german_is_told_in_german_what_to_do() {
    let town = Town(Town::new().0.in_german());
    town.say("nobody", "contact list").refused().saying(&[
        "diese Daten haben Konten, und niemand ist angemeldet",
        "melden Sie sich an mit `tridem login KÜRZEL`",
    ]);
    town.login("m1", OTHER).refused().saying(&["das Kürzel oder das Passwort stimmt nicht"]);
    let told = town.say("m1", "whoami").success().stdout;
    assert!(told.starts_with("m1: Mediation, Fachkraft bm1. "), "{told}");
}
