import { describe, expect, it } from 'vitest';
import { estimateBatch, estimateMailbox } from './migration-estimate.js';

const load = { folders: 0, messages: 0, bytes: 0, largeMessages: 0, largeBytes: 0 };
const pace = { sourceRoundTripMs: 20, targetRoundTripMs: 200, sourceBytesPerDay: null };
const slow = { ...pace, sourceRoundTripMs: 5_000, targetRoundTripMs: 0 };
const instant = { ...pace, targetRoundTripMs: 0, sourceRoundTripMs: 0 };
const gmail = { ...pace, sourceBytesPerDay: 2_500_000_000 };

describe('the estimate for a mailbox', () => {
  it.each([
    ['nothing to move takes no time', {}, pace, 0, 'targetRequestLimit'],
    ['four requests at once share the round trips', { messages: 400 }, pace, 20, 'targetRoundTrips'],
    ['folders cost a request too', { folders: 100, messages: 300 }, pace, 20, 'targetRoundTrips'],
    ['10,000 requests wait for nothing', { messages: 10_000 }, instant, 0, 'targetRequestLimit'],
    ['the next one waits for ten minutes', { messages: 10_001 }, instant, 600, 'targetRequestLimit'],
    ['500,000 requests wait for 49 windows', { messages: 500_000 }, instant, 29_400, 'targetRequestLimit'],
    ['112.5 MB are 150 MB in base64', { bytes: 112_500_000 }, instant, 0, 'targetRequestLimit'],
    ['one more waits for five minutes', { bytes: 112_500_002 }, instant, 300, 'targetUploadLimit'],
    ['10 GB', { messages: 1_000, bytes: 10_000_000_000 }, instant, 26_400, 'targetUploadLimit'],
    [
      'a large message costs its pieces',
      { messages: 1, largeMessages: 1, largeBytes: 36_700_160 },
      pace,
      1,
      'targetRoundTrips',
    ],
    ['a slow source', { messages: 500, bytes: 4_194_304 }, slow, 20, 'sourceRoundTrips'],
    ['2.5 GB of Gmail', { bytes: 2_500_000_000 }, gmail, 6_600, 'targetUploadLimit'],
    ['20 GB of Gmail take a week', { bytes: 20_000_000_000 }, gmail, 604_800, 'sourceDailyLimit'],
  ] as const)('%s', (...[, changes, measured, seconds, boundBy]) => {
    expect(estimateMailbox({ ...load, ...changes }, measured)).toEqual({ seconds, boundBy });
  });
});

describe('the estimate for a batch', () => {
  it.each([
    ['no mailbox', { mailboxes: 0, sumSeconds: 0, longestSeconds: 0 }, 100, 0],
    ['mailboxes share the time', { mailboxes: 200, sumSeconds: 2_000, longestSeconds: 10 }, 100, 20],
    ['the longest decides', { mailboxes: 3, sumSeconds: 100, longestSeconds: 90 }, 100, 90],
    ['one at a time', { mailboxes: 3, sumSeconds: 100, longestSeconds: 90 }, 1, 100],
  ])('%s', (_, sum, atOnce, seconds) => {
    expect(estimateBatch(sum, atOnce)).toBe(seconds);
  });
});
