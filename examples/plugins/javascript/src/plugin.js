// Home visits of each school, month by month, and how many households they reached.
//
// The functions are those of `.tridem/wit/1.0/metrics.wit`. Numbers of 64 bits are BigInt, lists of
// numbers are typed arrays. An error that is thrown has to be an object with the words as `payload`.

/** What is looked for in a run, by the places that fields and codes have there. */
let run;

/** A text in the two languages of the reports. */
const text = (de, en) => ({ de, en });

/** A measure with nothing but a figure. */
const measure = (id, label, figure) => ({
  id, label, unit: undefined, figure, scale: 0, decimals: 0, least: 0n, most: 0n,
});

/** The rows that pass a test, as a bitmap: bit `r % 64` of word `r / 64` stands for row `r`. */
function rowsThat(rows, test) {
  const words = new BigUint64Array(Math.ceil(rows / 64));
  for (let row = 0; row < rows; row += 1) {
    if (test(row)) words[row >> 6] |= 1n << BigInt(row & 63);
  }
  return words;
}

/** The months from the year 0 to that of a day, which is counted from 1970-01-01. */
function month(day) {
  const date = new Date(day * 86_400_000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

export const classify = {
  describe() {
    return {
      id: 'org.example.visits-javascript',
      version: '0.1.0',
      dimensions: [
        { id: 'school', label: text('Schule', 'School'), labels: { tag: 'codes', val: 'school' } },
        { id: 'month', label: text('Monat', 'Month'), labels: { tag: 'months' } },
      ],
      measures: [
        measure('visits', text('Hausbesuche', 'Home visits'), { tag: 'count', val: 'contacts' }),
        measure('households', text('Erreichte Haushalte', 'Households reached'), {
          tag: 'distinct', val: { dataset: 'contacts', field: 'household' },
        }),
      ],
      tables: [
        {
          id: 'schools',
          title: text('Hausbesuche nach Schule', 'Home visits by school'),
          rows: 'school',
          across: undefined,
          measures: ['visits', 'households'],
        },
        {
          id: 'months',
          title: text('Hausbesuche nach Monat', 'Home visits by month'),
          rows: 'school',
          across: 'month',
          measures: ['visits'],
        },
      ],
    };
  },

  begin(job) {
    const { fields } = job.datasets.find((dataset) => dataset.name === 'contacts');
    const place = (name) => fields.findIndex((field) => field.name === name);
    // A municipality may not have a code, and has it at a place of its own. No row has -1.
    const kind = (code) => fields[place('kind')].codes.indexOf(code);
    const letters = job.parameters.find((parameter) => parameter.name === 'letters').value.val;
    run = {
      columns: ['school', 'day', 'kind', 'attempt'].map(place),
      homeVisit: kind('home-visit'),
      letter: letters ? kind('letter') : -1,
      first: month(job.period.first),
    };
  },

  push(batch) {
    const values = run.columns.map((place) => batch.columns[place].values.val);
    const [school, day, kind, attempt] = values;
    const isMeant = (row) => kind[row] === run.homeVisit || kind[row] === run.letter;
    // An attempt is not a contact.
    const counted = rowsThat(batch.rows, (row) => isMeant(row) && attempt[row] === 0);
    const none = new BigInt64Array(0);
    return {
      labels: [school, Uint16Array.from(day, (found) => month(found) - run.first)],
      measures: [{ counted, values: none }, { counted, values: none }],
    };
  },
};
