//! What the program advises when something went wrong, in either language.

use crate::domain::{Lang, LifeRefusal, PluginState};

use super::error::{Error, Resting};
use super::grant_words;

impl Error {
    /// One thing the person can do next; `None` where there is nothing to advise.
    #[expect(clippy::too_many_lines, reason = "one line for each thing that can go wrong")]
    pub fn hint(&self, lang: Lang) -> Option<String> {
        let say = |de: &str, en: &str| Some(lang.pick(de, en).to_owned());
        match self {
            Self::NotAReport { .. } => say(
                "`tridem report show ID --format json --out DATEI` schreibt eine solche Datei",
                "`tridem report show ID --format json --out FILE` writes such a file",
            ),
            Self::PortTaken(_) => say(
                "nennen Sie mit `--port` einen anderen, oder 0 für einen freien",
                "name another one with `--port`, or 0 for any that is free",
            ),
            Self::ServedAlready(_) => say(
                "benutzen Sie den Server, der schon läuft, oder beenden Sie ihn mit Strg+C",
                "use the server that is running, or stop it with Ctrl+C",
            ),
            Self::BadHost(_) => say(
                "zum Beispiel `--lan 192.168.1.20` oder `--lan tridem.schulamt.example`",
                "for example `--lan 192.168.1.20` or `--lan tridem.schools.example`",
            ),
            Self::NotForTerminal => say(
                "schreiben Sie sie mit `--out DATEI` in eine Datei",
                "write it to a file with `--out FILE`",
            ),
            Self::PackageNotInstalled { .. } => say(
                "installieren Sie genau dieses Paket mit `tridem plugin install DATEI`",
                "install that very package with `tridem plugin install FILE`",
            ),
            Self::NotThere(dir) => {
                let dir = dir.display();
                Some(lang.pick(
                    format!("anlegen mit `tridem --dir {dir} init --municipality NAME`, oder `--dir` auf den richtigen Ordner setzen"),
                    format!("make them with `tridem --dir {dir} init --municipality NAME`, or name the right folder with `--dir`"),
                ))
            }
            Self::AlreadyThere(_) | Self::NotADemo(_) => say(
                "nennen Sie mit `--dir` einen anderen Ordner",
                "name another folder with `--dir`",
            ),
            Self::NotEmpty(_) => say(
                "nennen Sie mit `--dir` einen neuen Ordner; nur der Schlüssel darf schon darin liegen",
                "name a new folder with `--dir`; only the key may lie in it already",
            ),
            Self::WrongPassphrase(_) => say(
                "achten Sie auf die Tastaturbelegung und die Feststelltaste; sie wird nirgends aufgehoben",
                "mind the keyboard layout and the caps lock; it is kept nowhere",
            ),
            Self::NoDerivation(_) => say(
                "wenn ein Schlüssel dazugehört, nennen Sie ihn mit `--key-file`; sonst spielen Sie \
                 eine Sicherung zurück, sie enthält die fehlende Datei `tridem.kdf`",
                "if a key belongs to it, name it with `--key-file`; if not, restore a backup, which \
                 carries the missing file `tridem.kdf`",
            ),
            Self::NoPassphrase(_) => say(
                "setzen Sie die Variable `TRIDEM_PASSPHRASE`, oder nennen Sie mit `--passphrase-file` \
                 eine Datei",
                "set the variable `TRIDEM_PASSPHRASE`, or name a file with `--passphrase-file`",
            ),
            Self::PassphrasesDiffer => say("es wurde nichts angelegt", "nothing was made"),
            Self::TwoKeys => say(
                "lassen Sie `--passphrase` weg, oder `--key-file` und die Variable `TRIDEM_KEY`",
                "leave `--passphrase` out, or `--key-file` and the variable `TRIDEM_KEY`",
            ),
            Self::NoWorkingVersion(_) => say(
                "nehmen Sie `--audience administration` oder `--audience public`",
                "use `--audience administration` or `--audience public`",
            ),
            Self::NotWatchable(_) => say(
                "ein Wort besteht aus Buchstaben, mit `*` höchstens am Ende; Arten sind `origin`, `health` und \
                 `crime`; alle zeigt `tridem word list`",
                "a word is made of letters, with `*` at most at its end; kinds are `origin`, `health` and \
                 `crime`; `tridem word list` shows all",
            ),
            Self::NotAllowed(denied) => Some(denied.hint().get(lang).to_owned()),
            Self::OperatorOnly(_) => say("lassen Sie `--as` weg", "leave `--as` out"),
            Self::NoPeriod => say(
                "geben Sie `--year 2025/26` oder `--from` und `--until` an",
                "give `--year 2025/26`, or `--from` and `--until`",
            ),
            Self::Mistakes(_) => say("es wurde nichts gespeichert", "nothing was saved"),
            Self::ImportedBefore { .. } => say(
                "wenn es doch noch einmal sein soll: `--again`",
                "to take it in once more all the same: `--again`",
            ),
            Self::NoSuchPractitioner(_) => say(
                "alle Kürzel zeigt `tridem person list`",
                "`tridem person list` shows all codes",
            ),
            Self::NoSuchSchool(_) => say(
                "alle Schulen zeigt `tridem school list`",
                "`tridem school list` shows all schools",
            ),
            Self::NoSuchAbsence(_) => {
                say("die Ids zeigt `tridem absence list`", "`tridem absence list` shows the ids")
            }
            Self::NoSuchLand(_) => say(
                "mitgeliefert sind NW und NI; für ein anderes Land nehmen Sie eine eigene Datei",
                "NW and NI come with the program; for another Land take a file of your own",
            ),
            Self::NoSuchContact(_) => {
                say("die Ids zeigt `tridem contact list`", "`tridem contact list` shows the ids")
            }
            Self::NoSuchReport(_) => {
                say("die Ids zeigt `tridem report list`", "`tridem report list` shows the ids")
            }
            Self::NoSuchList(_) => {
                say("alle Listen zeigt `tridem code list`", "`tridem code list` shows all lists")
            }
            Self::NoSuchDataset(_) => say(
                "alle Datensätze zeigt `tridem plugin dictionary`",
                "`tridem plugin dictionary` shows all datasets",
            ),
            Self::BadCode(_) => say(
                "ein Code besteht aus höchstens 40 Kleinbuchstaben, Ziffern und Bindestrichen",
                "a code is made of at most 40 lower-case letters, digits and hyphens",
            ),
            Self::InsideSchool(_) => say(
                "nennen Sie mit `--as KÜRZEL` jemanden, der dort arbeitet",
                "name somebody who works there with `--as CODE`",
            ),
            Self::NobodysNote | Self::NobodysDay => {
                say("sagen Sie mit `--as KÜRZEL`, wer Sie sind", "say who you are with `--as CODE`")
            }
            Self::NoSuchPlugin(_) => say(
                "installierte zeigt `tridem plugin list`",
                "`tridem plugin list` shows those installed",
            ),
            Self::ReportsNothing { plugin } => Some(lang.pick(
                format!("seine Vorschläge holt `tridem task propose {plugin}`"),
                format!("`tridem task propose {plugin}` gets what it proposes"),
            )),
            Self::SeveralVersions { id, versions } => {
                let version = versions.first().cloned().unwrap_or_default();
                Some(lang.pick(
                    format!("schreiben Sie `{id}@{version}`"),
                    format!("write `{id}@{version}`"),
                ))
            }
            Self::NotRequested { plugin, .. } => Some(lang.pick(
                format!("worum es bittet, zeigt `tridem plugin inspect {plugin}`"),
                format!("`tridem plugin inspect {plugin}` shows what it asks for"),
            )),
            Self::NotGranted { plugin, fields } => {
                let fields = fields.join(" ");
                Some(lang.pick(
                    format!("erlauben mit `tridem plugin grant {plugin} {fields}`"),
                    format!("to allow it, run `tridem plugin grant {plugin} {fields}`"),
                ))
            }
            Self::GrantExpired { .. }
            | Self::OutsideGrant { .. }
            | Self::NoSchoolGranted(_)
            | Self::CoarseNotNamed(_)
            | Self::NoCoarserForm { .. }
            | Self::GrantIsOver(_) => grant_words::hint(self, lang),
            Self::NotInService(resting) => Some(resting.hint(lang)),
            Self::Life { id, version, refusal: LifeRefusal::NeedsAgain, is_monitor, .. } => {
                let command = if *is_monitor { "monitor" } else { "enable" };
                Some(lang.pick(
                    format!("wenn es trotzdem laufen soll: `tridem plugin {command} {id}@{version} --again`"),
                    format!("if it is to run all the same: `tridem plugin {command} {id}@{version} --again`"),
                ))
            }
            Self::Life { id, refusal: LifeRefusal::Idle(_), .. } => Some(lang.pick(
                format!("wie die Versionen stehen, zeigt `tridem plugin list`; entfernen: `tridem plugin remove {id}`"),
                format!("`tridem plugin list` shows how the versions stand; to remove it: `tridem plugin remove {id}`"),
            )),
            Self::Downgrade { id, to, .. } => Some(lang.pick(
                format!("wenn das so sein soll: `tridem plugin enable {id}@{to} --downgrade`"),
                format!("if that is meant: `tridem plugin enable {id}@{to} --downgrade`"),
            )),
            Self::NoPrevious(id) => Some(lang.pick(
                format!("eine bestimmte Version: `tridem plugin enable {id}@VERSION`"),
                format!("for a certain version: `tridem plugin enable {id}@VERSION`"),
            )),
            Self::Quarantined { id, .. } => Some(lang.pick(
                format!("was geschah, sagt `tridem plugin runs {id}`; zur Version davor führt `tridem plugin rollback {id}`"),
                format!("`tridem plugin runs {id}` says what happened; `tridem plugin rollback {id}` goes back to the version before"),
            )),
            Self::NoSuchRun(_) => say(
                "die Läufe zeigt `tridem plugin runs`, die Berichte `tridem report list`",
                "`tridem plugin runs` shows the runs, `tridem report list` the reports",
            ),
            Self::PackageChanged(id) => Some(lang.pick(
                format!("entfernen mit `tridem plugin remove {id}` und neu installieren"),
                format!("remove it with `tridem plugin remove {id}` and install it again"),
            )),
            Self::Untrusted { verdict, is_development, .. } => {
                Some(super::trust::advice(verdict, *is_development).get(lang).to_owned())
            }
            Self::NoSuchKey(_) => say(
                "anerkannte Schlüssel zeigt `tridem plugin trust list`",
                "`tridem plugin trust list` shows the trusted keys",
            ),
            Self::BadPrefix(_) => say(
                "nennen Sie mindestens zwei Teile, zum Beispiel `org.example.`",
                "give at least two parts, such as `org.example.`",
            ),
            Self::NoPassword(_) => say(
                "nennen Sie mit `--password-file` eine Datei, oder machen Sie den Schlüssel mit \
                 `--no-password`",
                "name a file with `--password-file`, or make the key with `--no-password`",
            ),
            Self::Store(error) => lang.pick(error.german_hint(), error.hint()),
            Self::Record { error, .. } => lang
                .pick(error.german_hint(), error.hint())
                .or_else(|| say("es wurde nichts gespeichert", "nothing was saved")),
            Self::Plugin(error) => lang.pick(error.german_hint(), error.hint()),
            Self::Report(error) => lang.pick(error.german_hint(), error.hint()),
            Self::Compose(error) => lang.pick(error.german_hint(), error.hint()),
            Self::Publish(error) => error.hint(lang),
            Self::Render(error) => lang.pick(error.german_hint(), error.hint()),
            Self::Kit(error) => error.hint(lang),
            Self::Entry(error) => error.hint(lang),
            Self::Account(error) => error.hint(lang),
            Self::Anchor(error) => error.hint(lang),
            Self::Rights(error) => error.hint(lang),
            Self::Task(error) => error.hint(lang),
            Self::Erasure(error) => error.hint(lang),
            Self::Recovery(error) => error.hint(lang),
            Self::Import(error) => error.hint(lang),
            _ => None,
        }
    }
}

impl Resting {
    /// What can be done about a version that does not run.
    fn hint(&self, lang: Lang) -> String {
        let (id, full) = (&self.id, format!("{}@{}", self.id, self.version));
        let mut hint = if self.state == PluginState::Quarantined {
            lang.pick(
                format!("was geschah, sagt `tridem plugin runs {id}`; trotzdem einschalten: `tridem plugin enable {full} --again`"),
                format!("`tridem plugin runs {id}` says what happened; to switch it on all the same: `tridem plugin enable {full} --again`"),
            )
        } else {
            lang.pick(
                format!("einschalten mit `tridem plugin enable {full}`, oder erst ansehen mit `tridem plugin monitor {full}`"),
                format!("switch it on with `tridem plugin enable {full}`, or watch it first with `tridem plugin monitor {full}`"),
            )
        };
        if self.rollback {
            hint += &lang.pick(
                format!("; zur Version davor: `tridem plugin rollback {id}`"),
                format!("; to the version before: `tridem plugin rollback {id}`"),
            );
        }
        hint
    }
}
