"""Proposes a call where the last contact with a family was long ago, and an invitation where calls
came to nothing.

The functions are those of `.tridem/wit/1.0/workflow.wit`. `componentize-py bindings` writes the types
down for your editor; the README says how.
"""

from wit_world import exports
from wit_world.exports.propose import Description, Holds, Priority, Proposal, Step
from wit_world.imports.types import Batch, Column, Job, Text

# From how many attempts on a letter is the better way.
MANY = 3

# The places of steps and reasons in the description.
CALL, INVITE = 0, 1
LONG_AGO, IN_VAIN = 0, 1


def is_present(column: Column, row: int) -> bool:
    """Whether a row has a value: bit `r % 64` of word `r / 64`; no words where every row has one."""
    return not column.present or column.present[row // 64] >> (row % 64) & 1 == 1


class Run:
    """What is looked for in a run, by the places that fields have there."""

    def __init__(self, job: Job) -> None:
        cases = next(dataset for dataset in job.datasets if dataset.name == "cases")
        names = [field.name for field in cases.fields]
        self.as_of = job.as_of
        self.days = next(found for found in job.parameters if found.name == "days").value.value
        self.days_since_contact = names.index("days_since_contact")
        self.attempts = names.index("attempts")


class Propose(exports.Propose):
    def describe(self) -> Description:
        """Every word on the list stands here, before any row is seen."""
        return Description(
            id="@ID@",
            version="0.1.0",
            steps=[
                Step("call", Text("Familie anrufen", "Call the family"), Holds.MONTH, []),
                Step(
                    "invite",
                    Text("Familie einladen", "Invite the family"),
                    Holds.HALF_YEAR,
                    ["invitation"],
                ),
            ],
            reasons=[
                Text("Der letzte Kontakt ist lange her", "The last contact was long ago"),
                Text("Niemand war zu erreichen", "Nobody could be reached"),
            ],
        )

    def begin(self, job: Job) -> None:
        # Each call gets an object of its own, so what is remembered stands beside the class.
        global run
        run = Run(job)

    def push(self, rows: Batch) -> list[Proposal]:
        """Looks at the state of each case; run again, it says the same."""
        since, attempts = rows.columns[run.days_since_contact], rows.columns[run.attempts]
        proposals = []
        for row in range(rows.rows):
            if attempts.values.value[row] >= MANY:
                proposals.append(
                    Proposal(
                        row=row,
                        step=INVITE,
                        template=0,
                        due=run.as_of + 7,
                        reason=IN_VAIN,
                        because=[run.attempts],
                        priority=Priority.HIGH,
                    )
                )
            elif is_present(since, row) and since.values.value[row] >= run.days:
                proposals.append(
                    Proposal(
                        row=row,
                        step=CALL,
                        template=None,
                        due=run.as_of,
                        reason=LONG_AGO,
                        because=[run.days_since_contact],
                        priority=Priority.NORMAL,
                    )
                )
        return proposals
