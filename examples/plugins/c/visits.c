// Home visits of each school, month by month, and how many households they reached.
//
// The functions are those of `schemas/wit/1.0/metrics.wit`; `wit-bindgen c` writes `metrics_plugin.h`.
// What is returned belongs to the host afterwards: it is freed by `metrics_plugin.c`, so every text
// and list is made with `malloc`.

#include <stdlib.h>
#include <string.h>

#include "metrics_plugin.h"

typedef exports_tridem_plugin_classify_description_t description_t;
typedef exports_tridem_plugin_classify_dimension_t dimension_t;
typedef exports_tridem_plugin_classify_figure_t figure_t;
typedef exports_tridem_plugin_classify_measure_t measure_t;
typedef exports_tridem_plugin_classify_measured_t measured_t;
typedef exports_tridem_plugin_classify_table_t table_t;
typedef exports_tridem_plugin_classify_text_t text_t;
typedef metrics_plugin_string_t string_t;

enum { SCHOOL, DAY, KIND, ATTEMPT, FIELDS };
static const char *const NAMES[FIELDS] = {"school", "day", "kind", "attempt"};

// No row has this code.
static const int32_t NO_CODE = -1;

// What is looked for in a run, by the places that fields and codes have there.
static struct {
  size_t columns[FIELDS];
  int32_t home_visit, letter, first_month;
} run;

static string_t string(const char *words) {
  string_t made;
  metrics_plugin_string_dup(&made, words);
  return made;
}

static text_t text(const char *de, const char *en) {
  return (text_t){.de = string(de), .en = string(en)};
}

static bool is(const string_t *found, const char *words) {
  return found->len == strlen(words) && memcmp(found->ptr, words, found->len) == 0;
}

// The months from the year 0 to that of a day, which is counted from 1970-01-01. After
// "chrono-Compatible Low-Level Date Algorithms" by Howard Hinnant; years begin in March.
static int32_t month(int32_t day) {
  int64_t shifted = (int64_t)day + 719468;
  int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  int64_t of_era = shifted - era * 146097;
  int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  int64_t march = (5 * of_year + 2) / 153;
  return (int32_t)((era * 400 + year) * 12 + march + 2);
}

static dimension_t dimension(const char *id, text_t label, uint8_t tag) {
  dimension_t made = {.id = string(id), .label = label, .labels.tag = tag};
  if (tag == EXPORTS_TRIDEM_PLUGIN_CLASSIFY_LABELS_CODES) made.labels.val.codes = string(id);
  return made;
}

static measure_t measure(const char *id, text_t label, figure_t figure) {
  return (measure_t){.id = string(id), .label = label, .figure = figure};
}

static table_t table(const char *id, text_t title, const char *across, const char *const *measures,
                     size_t count) {
  table_t made = {.id = string(id), .title = title, .rows = string("school")};
  if (across) made.across = (metrics_plugin_option_string_t){true, string(across)};
  made.measures.len = count;
  made.measures.ptr = malloc(count * sizeof(string_t));
  for (size_t place = 0; place < count; place++) made.measures.ptr[place] = string(measures[place]);
  return made;
}

void exports_tridem_plugin_classify_describe(description_t *ret) {
  *ret = (description_t){.id = string("org.example.visits-c"), .version = string("0.1.0")};

  ret->dimensions.len = 2;
  ret->dimensions.ptr = malloc(2 * sizeof(dimension_t));
  ret->dimensions.ptr[0] = dimension("school", text("Schule", "School"),
                                     EXPORTS_TRIDEM_PLUGIN_CLASSIFY_LABELS_CODES);
  ret->dimensions.ptr[1] =
      dimension("month", text("Monat", "Month"), EXPORTS_TRIDEM_PLUGIN_CLASSIFY_LABELS_MONTHS);

  figure_t count = {.tag = EXPORTS_TRIDEM_PLUGIN_CLASSIFY_FIGURE_COUNT};
  count.val.count = string("contacts");
  figure_t distinct = {.tag = EXPORTS_TRIDEM_PLUGIN_CLASSIFY_FIGURE_DISTINCT};
  distinct.val.distinct.dataset = string("contacts");
  distinct.val.distinct.field = string("household");
  ret->measures.len = 2;
  ret->measures.ptr = malloc(2 * sizeof(measure_t));
  ret->measures.ptr[0] = measure("visits", text("Hausbesuche", "Home visits"), count);
  ret->measures.ptr[1] =
      measure("households", text("Erreichte Haushalte", "Households reached"), distinct);

  static const char *const MEASURES[] = {"visits", "households"};
  ret->tables.len = 2;
  ret->tables.ptr = malloc(2 * sizeof(table_t));
  ret->tables.ptr[0] = table("schools", text("Hausbesuche nach Schule", "Home visits by school"),
                             NULL, MEASURES, 2);
  ret->tables.ptr[1] = table("months", text("Hausbesuche nach Monat", "Home visits by month"),
                             "month", MEASURES, 1);
}

// The place of a code in a field's list. A municipality may not have it.
static int32_t code(const tridem_plugin_types_field_t *field, const char *wanted) {
  for (size_t place = 0; place < field->codes.len; place++)
    if (is(&field->codes.ptr[place], wanted)) return (int32_t)place;
  return NO_CODE;
}

bool exports_tridem_plugin_classify_begin(exports_tridem_plugin_classify_job_t *job,
                                          string_t *err) {
  const tridem_plugin_types_dataset_t *contacts = NULL;
  for (size_t place = 0; place < job->datasets.len; place++)
    if (is(&job->datasets.ptr[place].name, "contacts")) contacts = &job->datasets.ptr[place];
  bool letters = false, done = contacts != NULL;
  for (size_t wanted = 0; done && wanted < FIELDS; wanted++) {
    size_t place = 0;
    while (place < contacts->fields.len && !is(&contacts->fields.ptr[place].name, NAMES[wanted]))
      place++;
    done = place < contacts->fields.len;
    run.columns[wanted] = place;
  }
  for (size_t place = 0; place < job->parameters.len; place++)
    if (is(&job->parameters.ptr[place].name, "letters"))
      letters = job->parameters.ptr[place].value.val.flag;
  if (done) {
    const tridem_plugin_types_field_t *kind = &contacts->fields.ptr[run.columns[KIND]];
    run.home_visit = code(kind, "home-visit");
    run.letter = letters ? code(kind, "letter") : NO_CODE;
    run.first_month = month(job->period.first);
  } else {
    *err = string("school, day, kind and attempt of contacts have to be granted");
  }
  exports_tridem_plugin_classify_job_free(job);
  return done;
}

bool exports_tridem_plugin_classify_push(exports_tridem_plugin_classify_batch_t *rows,
                                         exports_tridem_plugin_classify_classified_t *ret,
                                         string_t *err) {
  (void)err;
  const tridem_plugin_types_column_t *columns = rows->columns.ptr;
  const uint16_t *school = columns[run.columns[SCHOOL]].values.val.codes.ptr;
  const int32_t *day = columns[run.columns[DAY]].values.val.integers.ptr;
  const uint16_t *kind = columns[run.columns[KIND]].values.val.codes.ptr;
  const uint8_t *attempt = columns[run.columns[ATTEMPT]].values.val.flags.ptr;
  size_t count = rows->rows, words = (count + 63) / 64;

  ret->labels.len = 2;
  ret->labels.ptr = malloc(2 * sizeof(metrics_plugin_list_u16_t));
  for (size_t place = 0; place < 2; place++)
    ret->labels.ptr[place] =
        (metrics_plugin_list_u16_t){.ptr = malloc(count * sizeof(uint16_t)), .len = count};
  memcpy(ret->labels.ptr[0].ptr, school, count * sizeof(uint16_t));
  for (size_t row = 0; row < count; row++)
    ret->labels.ptr[1].ptr[row] = (uint16_t)(month(day[row]) - run.first_month);

  ret->measures.len = 2;
  ret->measures.ptr = malloc(2 * sizeof(measured_t));
  for (size_t place = 0; place < 2; place++) {
    // Bit `r % 64` of word `r / 64` stands for row `r`. Neither measure has values.
    uint64_t *counted = calloc(words, sizeof(uint64_t));
    for (size_t row = 0; row < count; row++) {
      bool is_meant = kind[row] == run.home_visit || kind[row] == run.letter;
      // An attempt is not a contact.
      if (is_meant && !attempt[row]) counted[row / 64] |= (uint64_t)1 << (row % 64);
    }
    ret->measures.ptr[place] = (measured_t){.counted = {.ptr = counted, .len = words}};
  }
  exports_tridem_plugin_classify_batch_free(rows);
  return true;
}
