"""Home visits of each school, month by month, and how many households they reached.

The functions are those of `.tridem/wit/1.0/metrics.wit`. `componentize-py bindings` writes the types
down for your editor; the README says how.
"""

from datetime import date, timedelta

from wit_world import exports
from wit_world.exports.classify import (
    Classified,
    Description,
    Dimension,
    Distinct,
    Figure,
    Figure_Count,
    Figure_Distinct,
    Labels_Codes,
    Labels_Months,
    Measure,
    Measured,
    Table,
)
from wit_world.imports.types import Batch, Job, Text

EPOCH = date(1970, 1, 1)


def measure(id: str, label: Text, figure: Figure) -> Measure:
    """A measure with nothing but a figure."""
    return Measure(id, label, None, figure, scale=0, decimals=0, least=0, most=0)


def month(day: int) -> int:
    """The months from the year 0 to that of a day, which is counted from 1970-01-01."""
    found = EPOCH + timedelta(days=day)
    return found.year * 12 + found.month - 1


class Run:
    """What is looked for in a run, by the places that fields and codes have there."""

    def __init__(self, job: Job) -> None:
        contacts = next(dataset for dataset in job.datasets if dataset.name == "contacts")
        names = [field.name for field in contacts.fields]
        kinds = contacts.fields[names.index("kind")].codes
        letters = next(found for found in job.parameters if found.name == "letters")
        wanted = ["home-visit", "letter"] if letters.value.value else ["home-visit"]
        self.columns = [names.index(name) for name in ("school", "day", "kind", "attempt")]
        # A municipality may not have a code, and has it at a place of its own.
        self.meant = {kinds.index(code) for code in wanted if code in kinds}
        self.first = month(job.period.first)


class Classify(exports.Classify):
    def describe(self) -> Description:
        return Description(
            id="org.example.visits-python",
            version="0.1.0",
            dimensions=[
                Dimension("school", Text("Schule", "School"), Labels_Codes("school")),
                Dimension("month", Text("Monat", "Month"), Labels_Months()),
            ],
            measures=[
                measure("visits", Text("Hausbesuche", "Home visits"), Figure_Count("contacts")),
                measure(
                    "households",
                    Text("Erreichte Haushalte", "Households reached"),
                    Figure_Distinct(Distinct("contacts", "household")),
                ),
            ],
            tables=[
                Table(
                    "schools",
                    Text("Hausbesuche nach Schule", "Home visits by school"),
                    rows="school",
                    across=None,
                    measures=["visits", "households"],
                ),
                Table(
                    "months",
                    Text("Hausbesuche nach Monat", "Home visits by month"),
                    rows="school",
                    across="month",
                    measures=["visits"],
                ),
            ],
        )

    def begin(self, job: Job) -> None:
        # Each call gets an object of its own, so what is remembered stands beside the class.
        global run
        run = Run(job)

    def push(self, rows: Batch) -> Classified:
        values = (rows.columns[place].values.value for place in run.columns)
        school, day, kind, attempt = values
        # Bit `r % 64` of word `r / 64` stands for row `r`.
        counted = [0] * ((rows.rows + 63) // 64)
        for row in range(rows.rows):
            # An attempt is not a contact.
            if kind[row] in run.meant and not attempt[row]:
                counted[row // 64] |= 1 << (row % 64)
        months = [month(found) - run.first for found in day]
        return Classified([school, months], [Measured(counted, []), Measured(counted, [])])
