import { specialUses, type SpecialUse } from '@sterna/domain';
import { describe, expect, it } from 'vitest';
import { destinationOf } from './folder-destination.js';

const uses = new Map<string, SpecialUse>([
  ['Sent', 'sent'],
  ['INBOX.Trash', 'trash'],
  ['Views.Starred', 'flagged'],
  ['Archive', 'archive'],
]);
const destination = (...path: string[]): string => {
  const { wellKnown, names } = destinationOf(path, (each) => uses.get(each.join('.')) ?? null);
  return [wellKnown, ...names].join('/');
};

describe('where a source folder goes', () => {
  it.each([
    [['INBOX'], 'inbox'],
    [['Inbox', 'Work'], 'inbox/Work'],
    [['Sent'], 'sentitems'],
    [['Sent', '2019', 'Q1'], 'sentitems/2019/Q1'],
    [['INBOX', 'Trash', 'x'], 'deleteditems/x'],
    [['Views', 'Starred'], 'msgfolderroot/Views/Starred'],
    [['Archive', 'old'], 'archive/old'],
    [['Outbox'], 'msgfolderroot/Outbox'],
    [['sent'], 'msgfolderroot/sent'],
  ])('%j to %s', (path, expected) => {
    expect(destination(...path)).toBe(expected);
  });

  it('knows a place for every use', () => {
    for (const use of specialUses) {
      expect(destinationOf(['x'], () => use).names.length).toBeLessThanOrEqual(1);
    }
  });
});
