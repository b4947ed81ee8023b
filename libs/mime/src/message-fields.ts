import type { Importance } from './converted-message.js';

const importanceWords: ReadonlyMap<string, Importance> = new Map([
  ['high', 'high'],
  ['urgent', 'high'],
  ['highest', 'high'],
  ['low', 'low'],
  ['lowest', 'low'],
  ['non-urgent', 'low'],
  ['normal', 'normal'],
]);

/** X-Priority counts from 1 (highest) to 5 (lowest), often with the word behind it: "1 (Highest)". */
function importanceOf(value: string): Importance | null {
  const level = /^\s*(\d)/.exec(value)?.[1];
  if (level === undefined) return importanceWords.get(value.trim().toLowerCase()) ?? null;
  const number = Number(level);
  if (number === 3) return 'normal';
  return number < 3 ? 'high' : 'low';
}

/** The first of the fields that says something: Importance (RFC 2156 section 5.3.4), X-Priority, its copies, Priority. */
export function readImportance(first: (name: string) => string | undefined): Importance {
  for (const name of ['importance', 'x-priority', 'x-msmail-priority', 'priority']) {
    const value = first(name);
    const importance = value === undefined ? null : importanceOf(value);
    if (importance !== null) return importance;
  }
  return 'normal';
}

/** What stands between the first angle brackets, or all where there are none. */
function bracketed(raw: string): string {
  const open = raw.indexOf('<');
  const close = raw.indexOf('>', open + 1);
  return open >= 0 && close > open ? raw.slice(open + 1, close).trim() : raw.replace(/[<>]+/g, '').trim();
}

/**
 * Message-ID with angle brackets (RFC 5322 section 3.6.4); null when there is none. Blanks, which it should not
 * have, are kept: answers name it as it was.
 */
export function readMessageId(raw: string | undefined): string | null {
  const id = bracketed(raw ?? '').replace(/\s+/g, ' ');
  return id === '' ? null : `<${id}>`;
}

/** Content-ID without angle brackets, as links of HTML name it; null when there is none. */
export function readContentId(raw: string | undefined): string | null {
  const id = bracketed(raw ?? '').replace(/\s+/g, '');
  return id === '' ? null : id;
}
