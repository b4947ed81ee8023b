import { describe, expect, it } from 'vitest';
import { type FilterValue, matches, parseFilter } from './filter.js';
import { GraphError } from './graph-error.js';

const entity: Record<string, FilterValue> = {
  subject: "Don't",
  isRead: false,
  count: 3,
  receivedDateTime: new Date('2020-01-02T00:00:00Z'),
};
const properties = new Map([['string {8ecce264-6880-4ebe-992f-8888d2eeaa1d} name Key', 'Value']]);
const isMatch = (filter: string): boolean =>
  matches(parseFilter(filter), {
    property: (name) => entity[name] ?? null,
    extendedProperty: (id) => properties.get(id) ?? null,
  });
const named = "ep/id eq 'String {8ECCE264-6880-4EBE-992F-8888D2EEAA1D} Name Key'";

describe('a filter', () => {
  it.each([
    ["subject eq 'don''t'", true],
    ["subject ne 'x' and isRead eq false", true],
    ['isRead eq true or count gt 2', true],
    ['not (count le 3)', false],
    ['receivedDateTime ge 2020-01-01T00:00:00Z', true],
    ['receivedDateTime lt 2020-01-02', false],
    ["startswith(subject,'don')", true],
    [`singleValueExtendedProperties/Any(ep: ${named} and ep/value eq 'VALUE')`, true],
    [`singleValueExtendedProperties/any(ep:${named} and ep/value ne null)`, true],
    [`singleValueExtendedProperties/Any(ep: ${named} and ep/value eq 'other')`, false],
    [`singleValueExtendedProperties/Any(ep: ${named.replace('Key', 'KEY')} and ep/value eq 'Value')`, false],
  ])('%s gives %s', (filter, expected) => {
    expect(isMatch(filter)).toBe(expected);
  });

  it.each(['subject eq', "subject like 'x'", '(isRead eq true', "subject eq 'x' 'y'", 'subject eq x', '§'])(
    'refuses %s',
    (filter) => {
      expect(() => parseFilter(filter)).toThrow(GraphError);
    },
  );
});
