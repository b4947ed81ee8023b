import type { RepairNotes } from './converted-message.js';

/**
 * What XML 1.0 (section 2.2, Char) and so Exchange refuse: control characters but tab, line feed and carriage
 * return, and the noncharacters U+FFFE and U+FFFF. Unpaired surrogates are looked at apart.
 */

const refusedCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const refusedCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

const lineCharacters = /[\u0000-\u001f\u007f\u0085\u2028\u2029\ufffe\uffff]+/g;

const lineCharacter = /[\u0000-\u001f\u007f\u0085\u2028\u2029\ufffe\uffff]/;

/** A page break becomes a line break; what has no meaning in text becomes U+FFFD. */
function replacementOf(character: string): string {
  return character === '\f' || character === '\v' ? '\n' : '\ufffd';
}

/** Text of any length that JSON and XML can carry; notes `charactersReplaced` when it had to change. */
export function cleanText(text: string, repairs: RepairNotes): string {
  let clean = text;
  if (!clean.isWellFormed()) {
    clean = clean.toWellFormed();
    repairs.add('charactersReplaced');
  }
  if (refusedCharacter.test(clean)) {
    clean = clean.replace(refusedCharacters, replacementOf);
    repairs.add('charactersReplaced');
  }
  return clean;
}

/** One line: every run of line breaks and control characters becomes one space. */
export function cleanLine(text: string, repairs: RepairNotes): string {
  let clean = text;
  if (!clean.isWellFormed()) {
    clean = clean.toWellFormed();
    repairs.add('charactersReplaced');
  }
  if (lineCharacter.test(clean)) {
    if (refusedCharacter.test(clean)) repairs.add('charactersReplaced');
    clean = clean.replace(lineCharacters, ' ');
  }
  return clean.trim();
}
