import libmime from 'libmime';
import type { RepairNotes } from './converted-message.js';
import { decodeLine } from './header-words.js';

/** A field such as Content-Type: a word and its parameters by name in lower case (RFC 2045 section 5.1). */
export interface ParameterField {
  value: string;
  parameters: ReadonlyMap<string, string>;
}

const nothing: ParameterField = { value: '', parameters: new Map() };

/**
 * Reads a field with parameters: comments dropped, continued and charset-tagged parameters joined and decoded
 * (RFC 2231), encoded words in the others decoded although RFC 2047 forbids them there, because mail is full of them.
 */
export function readParameters(raw: string | undefined, repairs: RepairNotes): ParameterField {
  if (raw === undefined || raw === '') return nothing;
  const parsed = libmime.parseHeaderValue(raw, { stripComments: true });
  const parameters = new Map<string, string>();
  for (const [name, value] of Object.entries(parsed.params)) {
    parameters.set(name, parsed.decodedParams.includes(name) ? value : decodeLine(value, repairs));
  }
  return { value: parsed.value.trim().toLowerCase(), parameters };
}
