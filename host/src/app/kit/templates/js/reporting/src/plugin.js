// Finds contacts of unusual duration, and counts what was looked at in each school.
//
// The functions are those of `.tridem/wit/1.0/reporting.wit`. Numbers of 64 bits are BigInt, lists of
// numbers are typed arrays. An error that is thrown has to be an object with the words as `payload`.

/** What is looked for in a run, and what has been seen so far. */
let run;

/** A text in the two languages of the reports. */
const text = (de, en) => ({ de, en });

// Every word of the document stands here, before any row is seen. It is used by its place.
const PHRASES = {
  title: text('Dauer der Kontakte', 'Duration of contacts'),
  seen: text('Geprüfte Kontakte je Schule', 'Contacts looked at, by school'),
  contacts: text('Kontakte', 'Contacts'),
  nothing: text('Nichts Auffälliges.', 'Nothing unusual.'),
};
const CHECKS = [
  { id: 'none', title: text('Ein Kontakt hat keine Dauer', 'A contact took no time'), severity: 'mistake' },
  { id: 'long', title: text('Ein Kontakt dauerte sehr lange', 'A contact took very long'), severity: 'note' },
];

const phrase = (name) => ({ tag: 'phrase', val: Object.keys(PHRASES).indexOf(name) });

/** A whole number. Without a base it keeps the document inside the team. */
const number = (value) => ({ tag: 'number', val: { value: BigInt(value), scale: 0, base: undefined } });

export const compose = {
  describe() {
    return {
      id: '@ID@',
      version: '0.1.0',
      phrases: Object.values(PHRASES),
      passages: [],
      checks: CHECKS,
    };
  },

  begin(job) {
    const dataset = job.datasets.findIndex((found) => found.name === 'contacts');
    const { fields } = job.datasets[dataset];
    const place = (name) => fields.findIndex((field) => field.name === name);
    const longest = job.parameters.find((parameter) => parameter.name === 'longest').value.val;
    run = {
      dataset,
      columns: ['school', 'attempt', 'minutes', 'contact_key'].map(place),
      longest: Number(longest),
      // For each school, how many contacts it has.
      seen: new Map(),
      // The keys of what each check has found.
      found: [[], []],
    };
  },

  push(batch) {
    const values = run.columns.map((place) => batch.columns[place].values.val);
    const [school, attempt, minutes, key] = values;
    for (let row = 0; row < batch.rows; row += 1) {
      run.seen.set(school[row], (run.seen.get(school[row]) ?? 0) + 1);
      // Nobody was reached at an attempt, so it may take no time.
      if (minutes[row] <= 0 && attempt[row] === 0) run.found[0].push(key[row]);
      if (minutes[row] >= run.longest) run.found[1].push(key[row]);
    }
  },

  finish() {
    const [school, , , key] = run.columns;
    const { dataset } = run;
    const schools = [...run.seen].sort(([one], [other]) => one - other);
    const table = {
      caption: phrase('seen'),
      columns: [{ label: phrase('contacts'), unit: undefined }],
      rows: schools.map(([code, contacts]) => ({
        label: { tag: 'code', val: { dataset, field: school, code } },
        cells: [number(contacts)],
      })),
    };
    const nothing = run.found.every((keys) => keys.length === 0);
    const findings = run.found.map((keys, check) => ({
      tag: 'findings',
      val: keys.map((found) => ({ check, dataset, field: key, key: found })),
    }));
    return [
      { tag: 'heading', val: { level: 1, words: phrase('title') } },
      { tag: 'table', val: table },
      ...(nothing ? [{ tag: 'paragraph', val: phrase('nothing') }] : []),
      ...findings,
    ];
  },
};
