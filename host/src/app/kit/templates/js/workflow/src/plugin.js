// Proposes a call where the last contact with a family was long ago, and an invitation where calls
// came to nothing.
//
// The functions are those of `.tridem/wit/1.0/workflow.wit`. An error that is thrown has to be an
// object with the words as `payload`.

/** What is looked for in a run, by the places that fields have there. */
let run;

/** A text in the two languages of the reports. */
const text = (de, en) => ({ de, en });

/** From how many attempts on a letter is the better way. */
const MANY = 3;

// The places of steps and reasons in the description.
const CALL = 0;
const INVITE = 1;
const LONG_AGO = 0;
const IN_VAIN = 1;

/** Whether a row has a value: bit `r % 64` of word `r / 64`; no words where every row has one. */
const isPresent = (column, row) =>
  column.present.length === 0 || ((column.present[row >> 6] >> BigInt(row & 63)) & 1n) === 1n;

export const propose = {
  // Every word on the list stands here, before any row is seen.
  describe() {
    return {
      id: '@ID@',
      version: '0.1.0',
      steps: [
        {
          id: 'call',
          label: text('Familie anrufen', 'Call the family'),
          holds: 'month',
          templates: [],
        },
        {
          id: 'invite',
          label: text('Familie einladen', 'Invite the family'),
          holds: 'half-year',
          templates: ['invitation'],
        },
      ],
      reasons: [
        text('Der letzte Kontakt ist lange her', 'The last contact was long ago'),
        text('Niemand war zu erreichen', 'Nobody could be reached'),
      ],
    };
  },

  begin(job) {
    const { fields } = job.datasets.find((dataset) => dataset.name === 'cases');
    const place = (name) => fields.findIndex((field) => field.name === name);
    const days = job.parameters.find((parameter) => parameter.name === 'days').value.val;
    run = {
      asOf: job.asOf,
      days: Number(days),
      daysSinceContact: place('days_since_contact'),
      attempts: place('attempts'),
    };
  },

  // Looks at the state of each case; run again, it says the same.
  push(batch) {
    const since = batch.columns[run.daysSinceContact];
    const attempts = batch.columns[run.attempts];
    const proposals = [];
    for (let row = 0; row < batch.rows; row += 1) {
      if (attempts.values.val[row] >= MANY) {
        proposals.push({
          row,
          step: INVITE,
          template: 0,
          due: run.asOf + 7,
          reason: IN_VAIN,
          because: Uint32Array.of(run.attempts),
          priority: 'high',
        });
      } else if (isPresent(since, row) && since.values.val[row] >= run.days) {
        proposals.push({
          row,
          step: CALL,
          template: undefined,
          due: run.asOf,
          reason: LONG_AGO,
          because: Uint32Array.of(run.daysSinceContact),
          priority: 'normal',
        });
      }
    }
    return proposals;
  },
};
