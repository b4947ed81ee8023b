import { describe, expect, it } from 'vitest';
import { isInventedMessage } from './invented-message.js';

const subject = 'Retrieval using the IMAP4 protocol failed for the following message: 4711';
const notice = (body: string): Buffer => Buffer.from(`Subject: ${subject}\r\n\r\n${body}\r\n`);

describe('isInventedMessage', () => {
  it.each([
    ["The server couldn't retrieve the following message:"],
    ["The server couldn't retri=\r\neve the following message:"],
    ['The server couldn=27t retrieve the following message:'],
  ])('knows the notice of Exchange: %j', (body) => {
    expect(isInventedMessage({ subject }, notice(body))).toBe(true);
  });

  it('takes an answer to it, a mail of that subject and a long mail for mail', () => {
    const body = "The server couldn't retrieve the following message:";
    expect(isInventedMessage({ subject: `Re: ${subject}` }, notice(body))).toBe(false);
    expect(isInventedMessage({ subject }, notice('What does that mean?'))).toBe(false);
    expect(isInventedMessage({ subject }, notice(body + 'x'.repeat(20_000)))).toBe(false);
    expect(isInventedMessage({ subject: null }, notice(body))).toBe(false);
  });
});
