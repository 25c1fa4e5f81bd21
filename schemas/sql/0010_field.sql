-- 0010: the records around contacts and absences, as `schemas/records.toml` describes them.
--
-- A table has the columns of its form, in order. Test: `every_form_has_its_table`. There is no column
-- for ethnicity, religion or nationality here either.

-- What a record was before it was changed: the values of its form's fields as JSON, as they are in an
-- import file. `form` is its name.
CREATE TABLE entry_version (
  form   TEXT NOT NULL,
  record INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number >= 1),
  at     INTEGER NOT NULL,
  by     TEXT NOT NULL CHECK (by <> ''),   -- as in the audit
  reason TEXT NOT NULL,
  before TEXT NOT NULL CHECK (json_valid(before)),
  PRIMARY KEY (form, record, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE provider (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  name TEXT NOT NULL CHECK (name <> ''),
  kind INTEGER NOT NULL,   -- provider-kind
  first_day INTEGER NOT NULL,
  last_day INTEGER,
  recorded_at INTEGER NOT NULL,
  CHECK (last_day >= first_day)
) STRICT;
CREATE INDEX provider_when ON provider (first_day);

CREATE TABLE team (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  name TEXT NOT NULL CHECK (name <> ''),
  provider INTEGER NOT NULL REFERENCES provider (key),
  service INTEGER NOT NULL,   -- service
  place TEXT CHECK (place <> ''),
  first_day INTEGER NOT NULL,
  last_day INTEGER,
  recorded_at INTEGER NOT NULL,
  CHECK (last_day >= first_day)
) STRICT;
CREATE INDEX team_when ON team (first_day);
CREATE INDEX team_provider ON team (provider);

CREATE TABLE site (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  name TEXT NOT NULL CHECK (name <> ''),
  team INTEGER REFERENCES team (key),
  place TEXT CHECK (place <> ''),
  first_day INTEGER NOT NULL,
  last_day INTEGER,
  recorded_at INTEGER NOT NULL,
  CHECK (last_day >= first_day)
) STRICT;
CREATE INDEX site_when ON site (first_day);
CREATE INDEX site_team ON site (team);

CREATE TABLE funding (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  name TEXT NOT NULL CHECK (name <> ''),
  funder TEXT NOT NULL CHECK (funder <> ''),
  amount INTEGER CHECK (amount BETWEEN 0 AND 100000000000),   -- cents
  first_day INTEGER NOT NULL,
  last_day INTEGER,
  recorded_at INTEGER NOT NULL,
  CHECK (last_day >= first_day)
) STRICT;
CREATE INDEX funding_when ON funding (first_day);

CREATE TABLE post (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  team INTEGER NOT NULL REFERENCES team (key),
  building_block INTEGER,   -- building-block
  role INTEGER NOT NULL,   -- role
  fte INTEGER NOT NULL CHECK (fte BETWEEN 1 AND 5000),   -- hundredths
  state INTEGER NOT NULL,   -- post-state
  heads INTEGER NOT NULL CHECK (heads BETWEEN 0 AND 50),
  funding INTEGER REFERENCES funding (key),
  passed_on_to INTEGER REFERENCES provider (key),
  first_day INTEGER NOT NULL,
  last_day INTEGER,
  recorded_at INTEGER NOT NULL,
  CHECK (last_day >= first_day)
) STRICT;
CREATE INDEX post_when ON post (first_day);
CREATE INDEX post_team ON post (team);
CREATE INDEX post_funding ON post (funding);
CREATE INDEX post_passed_on_to ON post (passed_on_to);

CREATE TABLE support_case (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  pupil INTEGER REFERENCES pupil (key),
  household INTEGER REFERENCES household (key),
  team INTEGER REFERENCES team (key),
  lead INTEGER REFERENCES practitioner (key),
  eligibility INTEGER NOT NULL,   -- eligibility
  topics INTEGER NOT NULL,   -- set of topic
  opened INTEGER NOT NULL,
  closed INTEGER,
  ending INTEGER,   -- case-ending
  recorded_at INTEGER NOT NULL,
  CHECK (pupil IS NOT NULL OR household IS NOT NULL),
  CHECK (closed >= opened)
) STRICT;
CREATE INDEX support_case_when ON support_case (opened);
CREATE INDEX support_case_pupil ON support_case (pupil);
CREATE INDEX support_case_household ON support_case (household);
CREATE INDEX support_case_team ON support_case (team);

CREATE TABLE goal (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  support_case INTEGER NOT NULL REFERENCES support_case (key),
  title TEXT NOT NULL CHECK (title <> ''),
  topic INTEGER NOT NULL,   -- topic
  baseline INTEGER NOT NULL CHECK (baseline BETWEEN 0 AND 10),
  target INTEGER NOT NULL CHECK (target BETWEEN 0 AND 10),
  reached INTEGER CHECK (reached BETWEEN 0 AND 10),
  state INTEGER NOT NULL,   -- goal-state
  agreed INTEGER NOT NULL,
  review INTEGER,
  recorded_at INTEGER NOT NULL,
  CHECK (review >= agreed)
) STRICT;
CREATE INDEX goal_when ON goal (agreed);
CREATE INDEX goal_support_case ON goal (support_case);

CREATE TABLE case_action (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  support_case INTEGER NOT NULL REFERENCES support_case (key),
  goal INTEGER REFERENCES goal (key),
  title TEXT NOT NULL CHECK (title <> ''),
  responsible INTEGER REFERENCES practitioner (key),
  state INTEGER NOT NULL,   -- action-state
  agreed INTEGER NOT NULL,
  due INTEGER,
  done INTEGER,
  recorded_at INTEGER NOT NULL,
  CHECK (done >= agreed)
) STRICT;
CREATE INDEX case_action_when ON case_action (agreed);
CREATE INDEX case_action_support_case ON case_action (support_case);
CREATE INDEX case_action_goal ON case_action (goal);

CREATE TABLE referral (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  support_case INTEGER NOT NULL REFERENCES support_case (key),
  target INTEGER NOT NULL,   -- referral-target
  day INTEGER NOT NULL,
  state INTEGER NOT NULL,   -- referral-state
  state_day INTEGER,
  recorded_at INTEGER NOT NULL,
  CHECK (state_day >= day)
) STRICT;
CREATE INDEX referral_when ON referral (day);
CREATE INDEX referral_support_case ON referral (support_case);

CREATE TABLE ladder_event (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  pupil INTEGER NOT NULL REFERENCES pupil (key),
  step INTEGER NOT NULL,   -- ladder-step
  day INTEGER NOT NULL,
  authority INTEGER,   -- authority
  parents_heard INTEGER CHECK (parents_heard IN (0, 1)),
  pupil_heard INTEGER CHECK (pupil_heard IN (0, 1)),
  review INTEGER,
  recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX ladder_event_when ON ladder_event (day);
CREATE INDEX ladder_event_pupil ON ladder_event (pupil);

CREATE TABLE transition (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  pupil INTEGER NOT NULL REFERENCES pupil (key),
  leaving INTEGER NOT NULL,
  recommendation INTEGER,   -- recommendation
  state INTEGER NOT NULL,   -- transition-state
  target_form INTEGER,   -- school-form
  target_school TEXT CHECK (target_school <> ''),
  after_05 INTEGER,   -- still-there
  after_06 INTEGER,   -- still-there
  recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX transition_when ON transition (leaving);
CREATE INDEX transition_pupil ON transition (pupil);

CREATE TABLE gap (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  title TEXT NOT NULL CHECK (title <> ''),
  area INTEGER NOT NULL,   -- gap-area
  raised INTEGER NOT NULL,
  team INTEGER REFERENCES team (key),
  evidence INTEGER NOT NULL CHECK (evidence BETWEEN 0 AND 10000),
  status INTEGER NOT NULL,   -- gap-status
  steering_day INTEGER,
  decision TEXT CHECK (decision <> ''),
  responsible TEXT CHECK (responsible <> ''),
  recorded_at INTEGER NOT NULL,
  CHECK (steering_day >= raised)
) STRICT;
CREATE INDEX gap_when ON gap (raised);
CREATE INDEX gap_team ON gap (team);

CREATE TABLE group_activity (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  school INTEGER REFERENCES school (key),
  site INTEGER REFERENCES site (key),
  team INTEGER REFERENCES team (key),
  service INTEGER NOT NULL,   -- service
  kind INTEGER NOT NULL,   -- activity-kind
  day INTEGER NOT NULL,
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 1440),
  persons INTEGER NOT NULL CHECK (persons BETWEEN 0 AND 500),
  topics INTEGER NOT NULL,   -- set of topic
  value_kind INTEGER,   -- value-kind
  recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX group_activity_when ON group_activity (day);
CREATE INDEX group_activity_site ON group_activity (site);
CREATE INDEX group_activity_team ON group_activity (team);

CREATE TABLE interpreter_budget (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  name TEXT NOT NULL CHECK (name <> ''),
  service INTEGER NOT NULL,   -- service
  amount INTEGER NOT NULL CHECK (amount BETWEEN 0 AND 100000000000),   -- cents
  first_day INTEGER NOT NULL,
  last_day INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  CHECK (last_day >= first_day)
) STRICT;
CREATE INDEX interpreter_budget_when ON interpreter_budget (first_day);

CREATE TABLE interpreting (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  support_case INTEGER NOT NULL REFERENCES support_case (key),
  budget INTEGER NOT NULL REFERENCES interpreter_budget (key),
  day INTEGER NOT NULL,
  language INTEGER NOT NULL,   -- language
  mode INTEGER NOT NULL,   -- interpreting-mode
  outcome INTEGER NOT NULL,   -- interpreting-outcome
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 1440),
  cost INTEGER NOT NULL CHECK (cost BETWEEN 0 AND 100000000000),   -- cents
  recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX interpreting_when ON interpreting (day);
CREATE INDEX interpreting_support_case ON interpreting (support_case);
CREATE INDEX interpreting_budget ON interpreting (budget);

CREATE TABLE consent (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  pupil INTEGER REFERENCES pupil (key),
  household INTEGER REFERENCES household (key),
  purpose INTEGER NOT NULL,   -- consent-purpose
  recipient TEXT NOT NULL CHECK (recipient <> ''),
  state INTEGER NOT NULL,   -- consent
  explained_in INTEGER,   -- language
  given INTEGER NOT NULL,
  expires INTEGER,
  withdrawn INTEGER,
  recorded_at INTEGER NOT NULL,
  CHECK (pupil IS NOT NULL OR household IS NOT NULL),
  CHECK (expires >= given),
  CHECK (withdrawn >= given)
) STRICT;
CREATE INDEX consent_when ON consent (given);
CREATE INDEX consent_pupil ON consent (pupil);
CREATE INDEX consent_household ON consent (household);

CREATE TABLE consultation (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  service INTEGER NOT NULL,   -- service
  team INTEGER REFERENCES team (key),
  site INTEGER REFERENCES site (key),
  day INTEGER NOT NULL,
  kind INTEGER,   -- consultation
  topics INTEGER NOT NULL,   -- set of topic
  minutes INTEGER CHECK (minutes BETWEEN 0 AND 1440),
  persons INTEGER NOT NULL CHECK (persons BETWEEN 0 AND 500),
  value_kind INTEGER,   -- value-kind
  eligibility INTEGER,   -- eligibility
  language INTEGER,   -- language
  interpreter INTEGER CHECK (interpreter IN (0, 1)),
  referred_to INTEGER,   -- referral-target
  support_case INTEGER REFERENCES support_case (key),
  recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX consultation_when ON consultation (day);
CREATE INDEX consultation_team ON consultation (team);
CREATE INDEX consultation_site ON consultation (site);
CREATE INDEX consultation_support_case ON consultation (support_case);

CREATE TABLE material (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  title TEXT NOT NULL CHECK (title <> ''),
  languages INTEGER NOT NULL,   -- set of language
  topic INTEGER,   -- topic
  copies INTEGER NOT NULL CHECK (copies BETWEEN 0 AND 100000),
  team INTEGER REFERENCES team (key),
  day INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX material_when ON material (day);
CREATE INDEX material_team ON material (team);

CREATE TABLE reported_figure (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  title TEXT NOT NULL CHECK (title <> ''),
  service INTEGER NOT NULL,   -- service
  unit INTEGER NOT NULL,   -- figure-unit
  low INTEGER NOT NULL CHECK (low BETWEEN 0 AND 100000000),
  high INTEGER CHECK (high BETWEEN 0 AND 100000000),
  value_kind INTEGER NOT NULL,   -- value-kind
  source TEXT NOT NULL CHECK (source <> ''),
  contradicts INTEGER REFERENCES reported_figure (key),
  first_day INTEGER NOT NULL,
  last_day INTEGER,
  recorded_at INTEGER NOT NULL,
  CHECK (high >= low),
  CHECK (last_day >= first_day)
) STRICT;
CREATE INDEX reported_figure_when ON reported_figure (first_day);
CREATE INDEX reported_figure_contradicts ON reported_figure (contradicts);

-- Records that were begun with an earlier version lack the code lists of this step. New ones get
-- all lists after the last step, so nothing is added while there is no municipality.
INSERT OR IGNORE INTO code (list, place, code, de, en)
SELECT column1, column2, column3, column4, column5
FROM (VALUES
  ('provider-kind', 0, 'municipality', 'Kommune', 'municipality'),
  ('provider-kind', 1, 'district', 'Kreis', 'district'),
  ('provider-kind', 2, 'welfare', 'Wohlfahrtsverband', 'welfare organisation'),
  ('provider-kind', 3, 'association', 'Verein', 'association'),
  ('provider-kind', 4, 'other', 'sonstiger Träger', 'other provider'),
  ('service', 0, 'school-mediation', 'Bildungsmediation an Schulen', 'education mediation at schools'),
  ('service', 1, 'case-management', 'Case-Management', 'case management'),
  ('service', 2, 'culture-mediation', 'Sprach- und Kulturmittlung', 'language and culture mediation'),
  ('service', 3, 'neighbourhood', 'Quartiersarbeit', 'neighbourhood work'),
  ('service', 4, 'school-entry', 'Beratung zum Schuleinstieg', 'school entry consultation'),
  ('service', 5, 'conflict', 'Konfliktvermittlung', 'conflict mediation'),
  ('service', 6, 'immigration-office', 'Stellen bei der Ausländerbehörde', 'posts at the immigration authority'),
  ('service', 7, 'coordination', 'Koordination', 'coordination'),
  ('building-block', 0, '1', 'Baustein I: Koordination', 'building block I: coordination'),
  ('building-block', 1, '2', 'Baustein II: Case-Management', 'building block II: case management'),
  ('building-block', 2, '3', 'Baustein III: Ausländer- und Einbürgerungsbehörde', 'building block III: immigration and naturalisation authority'),
  ('post-state', 0, 'planned', 'geplant', 'planned'),
  ('post-state', 1, 'vacant', 'unbesetzt', 'vacant'),
  ('post-state', 2, 'filled', 'besetzt', 'filled'),
  ('value-kind', 0, 'counted', 'gezählt', 'counted'),
  ('value-kind', 1, 'estimated', 'geschätzt', 'estimated'),
  ('value-kind', 2, 'withheld', 'unterdrückt', 'withheld'),
  ('value-kind', 3, 'not-collected', 'nicht erhoben', 'not collected'),
  ('eligibility', 0, 'newly-arrived', 'neu zugewandert', 'newly arrived'),
  ('eligibility', 1, 'comparable', 'in vergleichbarer Lage', 'in a comparable situation'),
  ('case-ending', 0, 'completed', 'abgeschlossen', 'completed'),
  ('case-ending', 1, 'handed-over', 'übergeben', 'handed over'),
  ('case-ending', 2, 'moved', 'verzogen', 'moved away'),
  ('case-ending', 3, 'broken-off', 'abgebrochen', 'broken off'),
  ('case-ending', 4, 'other', 'anders', 'otherwise'),
  ('goal-state', 0, 'open', 'offen', 'open'),
  ('goal-state', 1, 'partly-reached', 'teilweise erreicht', 'partly reached'),
  ('goal-state', 2, 'reached', 'erreicht', 'reached'),
  ('goal-state', 3, 'given-up', 'aufgegeben', 'given up'),
  ('action-state', 0, 'open', 'offen', 'open'),
  ('action-state', 1, 'done', 'erledigt', 'done'),
  ('action-state', 2, 'dropped', 'entfallen', 'dropped'),
  ('referral-target', 0, 'youth-office', 'Jugendamt', 'youth office'),
  ('referral-target', 1, 'school-psychology', 'Schulpsychologischer Dienst', 'school psychology service'),
  ('referral-target', 2, 'health-service', 'Gesundheitsdienst', 'health service'),
  ('referral-target', 3, 'job-centre', 'Jobcenter', 'job centre'),
  ('referral-target', 4, 'immigration-office', 'Ausländerbehörde', 'immigration authority'),
  ('referral-target', 5, 'language-course', 'Sprachkurs', 'language course'),
  ('referral-target', 6, 'housing-office', 'Wohnungsamt', 'housing office'),
  ('referral-target', 7, 'recognition-advice', 'Anerkennungsberatung', 'advice on recognition'),
  ('referral-target', 8, 'migration-advice', 'Migrationsberatung', 'migration advice'),
  ('referral-target', 9, 'school-entry', 'Beratung zum Schuleinstieg', 'school entry consultation'),
  ('referral-target', 10, 'other', 'anderes Angebot', 'another service'),
  ('referral-state', 0, 'offered', 'angeboten', 'offered'),
  ('referral-state', 1, 'accepted', 'angenommen', 'accepted'),
  ('referral-state', 2, 'arrived', 'angekommen', 'arrived'),
  ('referral-state', 3, 'declined', 'abgelehnt', 'declined'),
  ('referral-state', 4, 'unknown', 'unbekannt', 'unknown'),
  ('ladder-step', 0, 'information', 'Information', 'information'),
  ('ladder-step', 1, 'educational-measure', 'erzieherische Einwirkung', 'educational measure'),
  ('ladder-step', 2, 'disciplinary-measure', 'Ordnungsmaßnahme', 'disciplinary measure'),
  ('ladder-step', 3, 'written-demand', 'schriftliche Aufforderung', 'written demand'),
  ('ladder-step', 4, 'hearing', 'Anhörung', 'hearing'),
  ('ladder-step', 5, 'absence-report', 'Versäumnisanzeige', 'absence report'),
  ('ladder-step', 6, 'fine', 'Bußgeld', 'fine'),
  ('ladder-step', 7, 'enforcement', 'Zuführung', 'enforcement'),
  ('authority', 0, 'school-office', 'Schulamt', 'school office'),
  ('authority', 1, 'district-government', 'Bezirksregierung', 'district government'),
  ('recommendation', 0, 'hauptschule', 'Hauptschule', 'Hauptschule'),
  ('recommendation', 1, 'realschule', 'Realschule', 'Realschule'),
  ('recommendation', 2, 'realschule-limited', 'Realschule, mit Einschränkung Gymnasium', 'Realschule, with reservations for Gymnasium'),
  ('recommendation', 3, 'gymnasium', 'Gymnasium', 'Gymnasium'),
  ('recommendation', 4, 'none', 'keine Empfehlung', 'no recommendation'),
  ('transition-state', 0, 'open', 'offen', 'open'),
  ('transition-state', 1, 'applied', 'angemeldet', 'applied'),
  ('transition-state', 2, 'confirmed', 'Platz bestätigt', 'place confirmed'),
  ('transition-state', 3, 'refused', 'abgelehnt', 'refused'),
  ('transition-state', 4, 'left-town', 'weggezogen', 'left town'),
  ('still-there', 0, 'yes', 'ja', 'yes'),
  ('still-there', 1, 'no', 'nein', 'no'),
  ('still-there', 2, 'unknown', 'nicht bekannt', 'not known'),
  ('gap-area', 0, 'interface', 'Schnittstelle', 'interface'),
  ('gap-area', 1, 'competence', 'Zuständigkeit', 'competence'),
  ('gap-area', 2, 'missing-offer', 'Angebot fehlt', 'missing offer'),
  ('gap-area', 3, 'access', 'Zugang', 'access'),
  ('gap-area', 4, 'language', 'Sprache', 'language'),
  ('gap-area', 5, 'law', 'Recht', 'law'),
  ('gap-area', 6, 'data', 'Daten', 'data'),
  ('gap-status', 0, 'reported', 'gemeldet', 'reported'),
  ('gap-status', 1, 'examined', 'geprüft', 'examined'),
  ('gap-status', 2, 'in-steering-group', 'in Lenkungsgruppe', 'in steering group'),
  ('gap-status', 3, 'decided', 'beschlossen', 'decided'),
  ('gap-status', 4, 'fixed', 'behoben', 'fixed'),
  ('gap-status', 5, 'not-feasible', 'nicht umsetzbar', 'not feasible'),
  ('activity-kind', 0, 'parent-cafe', 'Elterncafé', 'parent café'),
  ('activity-kind', 1, 'group', 'Gruppenangebot', 'group'),
  ('activity-kind', 2, 'training', 'Fortbildung', 'training'),
  ('activity-kind', 3, 'interview', 'Interview', 'interview'),
  ('activity-kind', 4, 'event', 'Veranstaltung', 'event'),
  ('interpreting-mode', 0, 'on-site', 'vor Ort', 'on site'),
  ('interpreting-mode', 1, 'phone', 'Telefon', 'phone'),
  ('interpreting-mode', 2, 'video', 'Video', 'video'),
  ('interpreting-outcome', 0, 'took-place', 'stattgefunden', 'took place'),
  ('interpreting-outcome', 1, 'cancelled', 'abgesagt', 'cancelled'),
  ('interpreting-outcome', 2, 'nobody-found', 'niemand gefunden', 'nobody found'),
  ('consent', 0, 'granted', 'erteilt', 'granted'),
  ('consent', 1, 'refused', 'verweigert', 'refused'),
  ('consent', 2, 'withdrawn', 'widerrufen', 'withdrawn'),
  ('consent', 3, 'expired', 'abgelaufen', 'expired'),
  ('consent', 4, 'not-needed', 'nicht erforderlich', 'not needed'),
  ('consent-purpose', 0, 'support', 'Begleitung der Familie', 'support of the family'),
  ('consent-purpose', 1, 'case-conference', 'Fallkonferenz', 'case conference'),
  ('consent-purpose', 2, 'referral', 'Verweis an ein anderes Angebot', 'referral to another service'),
  ('consent-purpose', 3, 'transition', 'Übergang an eine andere Schule', 'transition to another school'),
  ('consent-purpose', 4, 'interpreting', 'Dolmetschen', 'interpreting'),
  ('figure-unit', 0, 'consultations', 'Beratungen', 'consultations'),
  ('figure-unit', 1, 'person-contacts', 'Personenkontakte', 'person-contacts'),
  ('figure-unit', 2, 'appointments-a-day', 'Termine je Arbeitstag', 'appointments a working day'),
  ('figure-unit', 3, 'staff', 'Beschäftigte', 'staff'),
  ('figure-unit', 4, 'posts', 'Stellen', 'posts'),
  ('figure-unit', 5, 'interviews', 'Interviews', 'interviews'),
  ('figure-unit', 6, 'schools', 'Schulen', 'schools'),
  ('figure-unit', 7, 'percent', 'Prozent', 'per cent')
)
WHERE EXISTS (SELECT 1 FROM municipality);
