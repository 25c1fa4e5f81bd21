//! Every sentence of the plugin: its steps and its reasons.

use tridem_sdk::workflow::{Holds, Step, Steps};

/// A step of which a decision holds for a half-year.
fn step(de: &'static str, en: &'static str) -> Step {
    Step::new((de, en), Holds::HalfYear)
}

/// What comes before, beside and after the steps of the law.
pub(crate) fn around_the_law(steps: Steps) -> Steps {
    steps
        .step(
            "support",
            step(
                "Mit der Familie sprechen und Unterstützung vereinbaren",
                "Talk with the family and agree on support",
            ),
        )
        .step("birthday", step("Geburtstag des Kindes klären", "Find out the child's birthday"))
        .step(
            "authority",
            step(
                "Klären, welche Schulaufsicht zuständig ist",
                "Find out which school authority is in charge",
            ),
        )
        .step(
            "review",
            step(
                "Mit der Schule prüfen, was der letzte Schritt bewirkt hat",
                "Review with the school what the last step has achieved",
            ),
        )
}

/// The steps of the law, in its order.
pub(crate) fn of_the_law(steps: Steps) -> Steps {
    steps
        .step(
            "educational-measure",
            step(
                "Mit der Schule besprechen: erzieherische Einwirkung",
                "Talk over with the school: educational measure",
            ),
        )
        .step(
            "disciplinary-measure",
            step(
                "Mit der Schule besprechen: Ordnungsmaßnahme",
                "Talk over with the school: disciplinary measure",
            ),
        )
        .step(
            "written-demand",
            step(
                "Mit der Schule besprechen: schriftliche Aufforderung",
                "Talk over with the school: written demand",
            ),
        )
        .step(
            "hearing-parents",
            step(
                "Mit der Schule besprechen: Anhörung der Eltern",
                "Talk over with the school: hearing of the parents",
            ),
        )
        .step(
            "hearing-parents-and-pupil",
            step(
                "Mit der Schule besprechen: Anhörung der Eltern und des Kindes",
                "Talk over with the school: hearing of the parents and the child",
            ),
        )
        .step(
            "report-school-office",
            step(
                "Mit der Schule besprechen: Versäumnisanzeige an das Schulamt",
                "Talk over with the school: absence report to the school office",
            ),
        )
        .step(
            "report-district-government",
            step(
                "Mit der Schule besprechen: Versäumnisanzeige an die Bezirksregierung",
                "Talk over with the school: absence report to the district government",
            ),
        )
}

/// Why something is proposed.
pub(crate) fn reasons(steps: Steps) -> Steps {
    steps
        .reason(
            "no-support",
            (
                "Es fehlt unentschuldigt, und bisher ist zu wenig Unterstützung festgehalten. Sie kommt vor jeder Aufforderung.",
                "School is missed without excuse, and too little support is on record so far. It comes before any demand.",
            ),
        )
        .reason(
            "goes-on",
            (
                "Das Kind fehlt weiter unentschuldigt. Ob und wie es weitergeht, entscheidet die Schule.",
                "The child goes on missing school without excuse. Whether and how to go on is for the school to decide.",
            ),
        )
        .reason(
            "age-unknown",
            (
                "Ab 14 Jahren ist auch das Kind anzuhören, und sein Geburtstag fehlt.",
                "From the age of 14 the child has to be heard too, and the birthday is missing.",
            ),
        )
        .reason(
            "form-unknown",
            (
                "Zu dieser Schulform ist nicht bekannt, an wen die Versäumnisanzeige geht.",
                "For this school form it is not known where the absence report goes.",
            ),
        )
        .reason(
            "review-due",
            (
                "Der letzte Schritt der Schule ist zu überprüfen.",
                "The school's last step is due for review.",
            ),
        )
}
