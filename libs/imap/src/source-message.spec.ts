import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerFieldsOf } from './header-fields.js';
import { fetchRanges, sequenceSet, type SourceMessageFacts } from './source-message.js';

const facts = (uid: number, statedBytes: number): SourceMessageFacts => ({
  uid,
  statedBytes,
  flags: [],
  internalDate: new Date(0),
  messageId: null,
  subject: null,
  sender: null,
  sentDate: null,
  gmailId: null,
  labels: [],
});

function expand(set: string): number[] {
  return set.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split(':').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

describe('a sequence set', () => {
  it('names exactly the UIDs, neighbours as ranges', () => {
    expect(sequenceSet([1, 2, 3, 7, 9, 10])).toBe('1:3,7,9:10');
    const uids = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 });
    fc.assert(
      fc.property(uids, (some) => {
        const ascending = [...some].sort((a, b) => a - b);
        expect(expand(sequenceSet(ascending))).toEqual(ascending);
      }),
    );
  });
});

describe('the ranges of a fetch', () => {
  it('hold every message but the large ones, once and in order, and stay within their bytes', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 60 });
    fc.assert(
      fc.property(sizes, (some) => {
        const messages = some.map((size, index) => facts(index + 1, size));
        const ranges = fetchRanges(messages, { rangeBytes: 100, rangeMessages: 5, maxInlineBytes: 90 });
        expect(ranges.flatMap((range) => range.messages.map((message) => message.uid))).toEqual(
          messages.filter((message) => message.statedBytes <= 90).map((message) => message.uid),
        );
        for (const range of ranges) {
          expect(range.messages.length).toBeLessThanOrEqual(5);
          expect(range.bytes).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});

describe('the fields of a header', () => {
  it('are unfolded, the first of a name counts, and what is no field is passed over', () => {
    const block = Buffer.from(
      'Message-ID:\r\n <a@b>\r\nnonsense\r\nSubject: one\r\n two\r\nsubject: other\r\nX:\r\n\r\n',
    );
    expect([...headerFieldsOf(block)]).toEqual([
      ['message-id', '<a@b>'],
      ['subject', 'one two'],
    ]);
  });
});
