import { describe, expect, it } from 'vitest';
import { type CutOverFacts, cutOverSteps } from './cut-over-steps.js';
import { expectedExchangerOf, pointsToExchangeOnline } from './mail-exchangers.js';

const now = new Date('2026-03-10T12:00:00Z');
const users = { total: 3, active: 0, synced: 3, completed: 0, failed: 0, stopped: 0 };
const batch: CutOverFacts['batch'] = {
  name: 'IMAPBatch1',
  status: 'Synced',
  lastSyncedAt: '2026-03-10T10:00:00.000Z',
  completeAfter: null,
  users,
};
const domain = {
  domain: 'contoso.edu',
  mailboxes: 3,
  mailExchangers: [],
  expected: expectedExchangerOf('contoso.edu'),
  isSwitched: true,
  error: null,
};
const switched: CutOverFacts = {
  batch,
  domains: [domain],
  mxSwitchedAt: new Date('2026-03-07T10:00:00Z'),
  graceEndsAt: new Date('2026-03-10T10:00:00Z'),
  now,
};

const doneOf = (facts: CutOverFacts): string[] =>
  cutOverSteps(facts).flatMap(({ step, isDone }) => (isDone ? [step] : []));

describe('cutOverSteps', () => {
  it('is ready to complete when the last synchronisation is after the grace', () => {
    expect(doneOf(switched)).toEqual(['initialSync', 'mxRecords', 'grace', 'lastSync']);
  });

  it('wants a synchronisation after the grace', () => {
    const early = { ...batch, lastSyncedAt: '2026-03-10T09:59:59.000Z' };
    expect(doneOf({ ...switched, batch: early })).not.toContain('lastSync');
  });

  it('waits for the grace', () => {
    const facts = { ...switched, graceEndsAt: new Date('2026-03-10T12:00:01Z') };
    expect(doneOf(facts)).toEqual(['initialSync', 'mxRecords']);
  });

  it('names the domains that are to be switched, and where to', () => {
    const facts = {
      ...switched,
      domains: [{ ...domain, isSwitched: false }],
      mxSwitchedAt: null,
      graceEndsAt: null,
    };
    expect(doneOf(facts)).toEqual(['initialSync']);
    const advice = cutOverSteps(facts).find(({ step }) => step === 'mxRecords')?.advice;
    expect(advice).toContain('contoso.edu to contoso-edu.mail.protection.outlook.com');
  });

  it('names mailboxes that did not get through', () => {
    const [first] = cutOverSteps({ ...switched, batch: { ...batch, users: { ...users, failed: 1 } } });
    expect(first).toMatchObject({ step: 'initialSync', isDone: false });
    expect(first?.advice).toContain('1 have failed');
  });

  it('is done when the batch is Completed', () => {
    expect(doneOf({ ...switched, batch: { ...batch, status: 'Completed' } })).toContain('complete');
  });
});

describe('pointsToExchangeOnline', () => {
  it.each([
    [['contoso-edu.mail.protection.outlook.com'], true],
    [['contoso-edu.mail.protection.outlook.com.'], true],
    [['contoso-edu.o-v1.mx.microsoft'], true],
    [['contoso-edu.mail.protection.outlook.com', 'mail.contoso.edu'], false],
    [['mail.protection.outlook.com.contoso.edu'], false],
    [[], false],
  ])('%j: %s', (names, expected) => {
    expect(pointsToExchangeOnline(names.map((exchange) => ({ exchange, priority: 0 })))).toBe(expected);
  });
});
