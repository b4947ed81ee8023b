import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame, InvalidEnvelopeError } from './envelope-frame.js';
import type { MessageEnvelope } from './content-envelopes.js';

const message: MessageEnvelope = {
  type: 'message',
  version: 1,
  tenantId: 'contoso',
  passId: 'p1',
  passNumber: 3,
  attempt: 1,
  folderId: 'f1',
  uidValidity: 4294967295,
  uid: 4294967295,
  flags: ['\\Seen', '$Forwarded'],
  internalDate: '2024-02-29T12:00:00Z',
  sizeBytes: 4,
  fingerprint: '0011223344556677',
};

describe('an envelope in its frame', () => {
  it('comes out as it went in, its content untouched', () => {
    const content = Buffer.from([0, 255, 10, 13]);
    const decoded = decodeFrame(encodeFrame(message, content));
    expect(decoded.envelope).toEqual(message);
    expect(decoded.content.equals(content)).toBe(true);
  });

  it('still reads what version 1 wrote', () => {
    const golden =
      '000000f57b22747970' +
      Buffer.from(
        'e":"message","version":1,"tenantId":"contoso","passId":"p1","passNumber":3,"attempt":1,"folderId":"f1",' +
          '"uidValidity":7,"uid":9,"flags":["\\\\Seen"],"internalDate":"2024-02-29T12:00:00Z","sizeBytes":2,' +
          '"fingerprint":"0011223344556677"}',
      ).toString('hex') +
      '4142';
    const bytes = Buffer.from(golden, 'hex');
    bytes.writeUInt32BE(bytes.length - 4 - 2);
    expect(decodeFrame(bytes)).toMatchObject({ envelope: { uid: 9 }, content: Buffer.from('AB') });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a header longer than the frame', Buffer.from([0, 0, 1, 0, 123])],
    ['a header that is no JSON', Buffer.from([0, 0, 0, 1, 123])],
    [
      'an envelope that nobody knows',
      Buffer.concat([Buffer.from([0, 0, 0, 13]), Buffer.from('{"type":"no"}')]),
    ],
  ])('refuses %s', (_name, frame) => {
    expect(() => decodeFrame(frame)).toThrow(InvalidEnvelopeError);
  });

  it('does not let an envelope out that breaks the contract', () => {
    expect(() => encodeFrame({ ...message, uid: 0 })).toThrow(/uid/);
  });
});
