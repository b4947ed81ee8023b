import { describe, expect, it } from 'vitest';
import { settleSpecialUses, useByAttribute, useByName } from './special-use.js';

describe('the special use of a folder', () => {
  it('is what the server states, in any letter case', () => {
    expect(useByAttribute(['\\HasNoChildren', '\\sent'])).toBe('sent');
    expect(useByAttribute(['\\HasNoChildren'])).toBeNull();
  });

  it.each([
    [['INBOX'], 'inbox'],
    [['inbox'], 'inbox'],
    [['Gesendete Objekte'], 'sent'],
    [['INBOX', 'Trash'], 'trash'],
    [['Spam'], 'junk'],
    [['Projects', 'Trash'], null],
    [['Sent 2016'], null],
  ])('by the name %j is %s', (path, use) => {
    expect(useByName(path)).toBe(use);
  });

  it('goes to one folder: the one with the attribute before one with the name', () => {
    const folders = [
      { path: ['Sent'], attributes: [] },
      { path: ['Gesendet'], attributes: ['\\Sent'] },
      { path: ['Drafts'], attributes: [] },
      { path: ['Entwürfe'], attributes: [] },
    ];
    expect(settleSpecialUses(folders)).toEqual([null, 'sent', 'drafts', null]);
  });
});
