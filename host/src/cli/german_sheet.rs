//! The German of `tridem sheet`, for [`german`](super::german).

/// The texts, as those of [`german`](super::german).
pub(super) const TEXTS: &[(&str, &str)] = &[
    ("sheet", "Blätter: Auswertungen, die überall gleich sind und kein Plugin brauchen"),
    ("sheet my-day", "Was an einem Tag und in der Woche danach zu tun ist; verlangt `--as`"),
    ("sheet my-day --day", "Der Tag; ohne Angabe heute"),
    (
        "sheet my-day --unseen",
        "Kinder des Programms nennen, mit denen es so viele Schultage lang keinen Kontakt gab",
    ),
    ("sheet my-day --warn", "Einwilligungen nennen, die in so vielen Tagen ablaufen"),
    (
        "sheet family",
        "Eine Familie: Kinder, Kontakte, Aufgaben und was vereinbart und vermittelt ist",
    ),
    ("sheet family <household>", "Das Kürzel des Haushalts"),
    (
        "sheet absences",
        "Wer an einer Schule wie viel gefehlt hat, mit Namen. Nur für die, die dort arbeiten; verlangt \
         `--as`",
    ),
    ("sheet absences --school", "Die Schulnummer"),
    ("sheet absences --year", "Das Schuljahr, zum Beispiel 2025/26; ohne Angabe dieses bis heute"),
    ("sheet absences --from", "Erster Tag"),
    ("sheet absences --until", "Letzter Tag, er zählt mit"),
    (
        "sheet absences --persistent",
        "Ab so viel Prozent der möglichen Einheiten heißt Fehlen anhaltend",
    ),
    (
        "sheet absences --severe",
        "Ab so viel Prozent der möglichen Einheiten heißt Fehlen erheblich",
    ),
    ("sheet absences --least-days", "Wer weniger Tage da war, wird nicht bewertet"),
    ("sheet gaps", "Die Lücken im System, die gemeldet sind, für die Lenkungsgruppe"),
    ("sheet gaps --year", "Gemeldet im Schuljahr, zum Beispiel 2025/26"),
    ("sheet gaps --from", "Gemeldet von diesem Tag an"),
    ("sheet gaps --until", "Gemeldet bis zu diesem Tag, er zählt mit"),
    (
        "sheet gaps --since",
        "Der Tag der letzten Sitzung; ohne Angabe der letzte, der bei einer Lücke festgehalten ist",
    ),
    (
        "sheet gaps --audience",
        "Für wen es bestimmt ist: Außerhalb der Verwaltung sind weniger als 5 Fälle unterdrückt, \
         innerhalb weniger als 3",
    ),
    ("sheet gaps --audience=public", "Alle außerhalb der Verwaltung"),
    ("sheet gaps --audience=administration", "Innerhalb der Verwaltung"),
    (
        "sheet gaps --audience=work",
        "Das Team, das die Daten sehen darf: genaue Zahlen, nicht zum Weitergeben",
    ),
    ("sheet posts", "Stellen nach Baustein, Team und Angebot, Förderungen, und was bald endet"),
    ("sheet posts --day", "Der Stichtag; ohne Angabe heute"),
    ("sheet posts --warn", "Stellen nennen, die in so vielen Tagen enden"),
    (
        "sheet figures",
        "Zahlen, die andere gemeldet haben, mit ihren Spannen, und was einander widerspricht",
    ),
    ("sheet figures --year", "Das Schuljahr, zum Beispiel 2025/26"),
    ("sheet figures --from", "Erster Tag"),
    ("sheet figures --until", "Letzter Tag, er zählt mit"),
    (
        "sheet figures --least",
        "Personenkontakte schätzen: So viele Menschen sind mindestens bei einer Beratung",
    ),
    (
        "sheet figures --most",
        "Personenkontakte schätzen: So viele Menschen sind höchstens bei einer Beratung",
    ),
    (
        "sheet data-protection",
        "Was von wem gespeichert ist, was Plugins lesen dürfen, was herausging und was über die Frist ist",
    ),
];

/// The same of `tridem report run`, also for the sheet of `audit seen`, for the options that say in which form and where to. A form that
/// reports learn has its German there.
pub(super) fn as_report(path: &str) -> Option<String> {
    let command = path.strip_prefix("sheet ").or_else(|| path.strip_prefix("audit "))?;
    let (_, option) =
        command.split_once(' ').filter(|(sheet, _)| !["list", "anchor"].contains(sheet))?;
    let is_output = option == "--out" || option.starts_with("--format");
    is_output.then(|| format!("report run {option}"))
}
