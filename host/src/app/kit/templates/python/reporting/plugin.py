"""Finds contacts of unusual duration, and counts what was looked at in each school.

The functions are those of `.tridem/wit/1.0/reporting.wit`. `componentize-py bindings` writes the
types down for your editor; the README says how.
"""

from wit_world import exports
from wit_world.exports.compose import (
    Block,
    Block_Findings,
    Block_Heading,
    Block_Paragraph,
    Block_Table,
    Cell_Number,
    Check,
    Coded,
    Column,
    Description,
    Finding,
    Heading,
    Number,
    Row,
    Severity,
    Table,
    Words_Code,
    Words_Phrase,
)
from wit_world.imports.types import Batch, Job, Text

# Every word of the document stands here, before any row is seen. It is used by its place.
PHRASES = {
    "title": Text("Dauer der Kontakte", "Duration of contacts"),
    "seen": Text("Geprüfte Kontakte je Schule", "Contacts looked at, by school"),
    "contacts": Text("Kontakte", "Contacts"),
    "nothing": Text("Nichts Auffälliges.", "Nothing unusual."),
}
CHECKS = [
    Check(
        "none", Text("Ein Kontakt hat keine Dauer", "A contact took no time"), Severity.MISTAKE
    ),
    Check(
        "long", Text("Ein Kontakt dauerte sehr lange", "A contact took very long"), Severity.NOTE
    ),
]


def phrase(name: str) -> Words_Phrase:
    return Words_Phrase(list(PHRASES).index(name))


class Run:
    """What is looked for in a run, and what has been seen so far."""

    def __init__(self, job: Job) -> None:
        names = [dataset.name for dataset in job.datasets]
        self.dataset = names.index("contacts")
        fields = [field.name for field in job.datasets[self.dataset].fields]
        wanted = ("school", "attempt", "minutes", "contact_key")
        self.columns = [fields.index(name) for name in wanted]
        longest = next(found for found in job.parameters if found.name == "longest")
        self.longest = longest.value.value
        # For each school, how many contacts it has.
        self.seen: dict[int, int] = {}
        # The keys of what each check has found.
        self.found: list[list[int]] = [[] for _ in CHECKS]


class Compose(exports.Compose):
    def describe(self) -> Description:
        return Description("@ID@", "0.1.0", list(PHRASES.values()), [], CHECKS)

    def begin(self, job: Job) -> None:
        # Each call gets an object of its own, so what is remembered stands beside the class.
        global run
        run = Run(job)

    def push(self, rows: Batch) -> None:
        values = (rows.columns[place].values.value for place in run.columns)
        for school, attempt, minutes, key in zip(*values):
            run.seen[school] = run.seen.get(school, 0) + 1
            # Nobody was reached at an attempt, so it may take no time.
            if minutes <= 0 and not attempt:
                run.found[0].append(key)
            if minutes >= run.longest:
                run.found[1].append(key)

    def finish(self) -> list[Block]:
        school, _, _, contact_key = run.columns

        def row(code: int, contacts: int) -> Row:
            # A number without a base keeps the document inside the team.
            number = Number(value=contacts, scale=0, base=None)
            return Row(Words_Code(Coded(run.dataset, school, code)), [Cell_Number(number)])

        def findings(check: int) -> Block:
            keys = run.found[check]
            return Block_Findings([Finding(check, run.dataset, contact_key, key) for key in keys])

        rows = [row(code, contacts) for code, contacts in sorted(run.seen.items())]
        table = Table(phrase("seen"), [Column(phrase("contacts"), None)], rows)
        blocks = [Block_Heading(Heading(1, phrase("title"))), Block_Table(table)]
        if not any(run.found):
            blocks.append(Block_Paragraph(phrase("nothing")))
        return blocks + [findings(check) for check in range(len(CHECKS))]
