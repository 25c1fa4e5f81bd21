// All checks. A check has a name that says what holds, and finds what does not hold: `find` is given
// an open page and what is known about it, and returns sentences.
import { breaksNoAccessibilityRule } from './checks/accessibility.mjs';
import { showsWhereTheFocusIs, stopsAtEverythingInOrder, targetsAreLargeEnough } from './checks/keyboard.mjs';
import { isValid } from './checks/markup.mjs';
import { fitsThePaper, makesAPdf } from './checks/paper.mjs';
import {
  hasAnOutline,
  leadsSomewhere,
  loadsNothingElse,
  saysItsLanguage,
  staysWithinTheScreen,
} from './checks/page.mjs';
import { haveWordsAndATable } from './checks/pictures.mjs';
import { haveCaptionsAndHeaders, readSignsAsWords, scrollInARegion } from './checks/tables.mjs';

export const atEachWidth = [
  breaksNoAccessibilityRule,
  loadsNothingElse,
  scrollInARegion,
  stopsAtEverythingInOrder,
  showsWhereTheFocusIs,
  targetsAreLargeEnough,
];

export const once = [
  isValid,
  saysItsLanguage,
  hasAnOutline,
  leadsSomewhere,
  staysWithinTheScreen,
  haveCaptionsAndHeaders,
  readSignsAsWords,
  haveWordsAndATable,
  fitsThePaper,
  makesAPdf,
];
