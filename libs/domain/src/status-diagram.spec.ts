import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { batchStatuses, userStatuses } from './status.js';
import { drawBatchStatuses, drawUserStatuses, unusedUserStatuses } from './status-diagram.js';

const page = readFileSync(new URL('../../../docs/statuses.md', import.meta.url), 'utf8');
const drawn = [...page.matchAll(/```mermaid\n([\s\S]*?)\n```/g)].map((match) => match[1]);

describe('docs/statuses.md', () => {
  it('draws the changes that the code allows', () => {
    expect(drawn).toEqual([drawBatchStatuses(), drawUserStatuses()]);
  });

  it.each([...new Set([...batchStatuses, ...userStatuses])])('explains %s', (status) => {
    expect(page).toContain(`| \`${status}\``);
  });

  it.each(unusedUserStatuses)('says that %s is never set', (status) => {
    expect(page).toMatch(new RegExp(`\\| \`${status}\` +\\|[^|]*\\| Never`));
  });
});
