import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertMessage } from './convert-message.js';
import type { ConvertedMessage } from './converted-message.js';

function convert(...lines: string[]): ConvertedMessage {
  return convertMessage(Buffer.from(lines.join('\r\n')));
}

function files(message: ConvertedMessage) {
  return message.attachments.flatMap((entry) => (entry.kind === 'file' ? [entry] : []));
}

describe('convertMessage', () => {
  it('reads the fields of a plain message', () => {
    const message = convert(
      'From: =?utf-8?q?Ren=C3=A9e?= <renee@example.com>',
      'To: a@example.com, Group: b@example.com, "C, D" <c@example.com>;',
      'Cc: d@example.com',
      'Subject: =?iso-8859-1?q?Caf=E9?= =?iso-8859-1?q?_au_lait?=',
      'Date: Tue, 24 Nov 2026 08:00:00 +0100',
      'Message-ID: <1@example.com>',
      'Importance: High',
      '',
      'Hello',
    );
    expect(message).toMatchObject({
      subject: 'Café au lait',
      internetMessageId: '<1@example.com>',
      from: { name: 'Renée', address: 'renee@example.com' },
      cc: [{ address: 'd@example.com' }],
      sentDate: new Date('2026-11-24T07:00:00Z'),
      importance: 'high',
      body: { contentType: 'text', content: 'Hello' },
      plainBody: null,
      attachments: [],
      repairs: [],
    });
    expect(message.to.map(({ address }) => address)).toEqual([
      'a@example.com',
      'b@example.com',
      'c@example.com',
    ]);
  });

  it('keeps both bodies, the shown picture and the attached file', () => {
    const message = convert(
      'Content-Type: multipart/mixed; boundary=m',
      '',
      '--m',
      'Content-Type: multipart/related; boundary=r',
      '',
      '--r',
      'Content-Type: multipart/alternative; boundary=a',
      '',
      '--a',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'plain',
      '--a',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      '<img src=3D"cid:p1@x">',
      '--a--',
      '--r',
      'Content-Type: image/png',
      'Content-ID: <p1@x>',
      'Content-Transfer-Encoding: base64',
      '',
      'iVBORw0K',
      'Ggo=',
      '--r--',
      '--m',
      'Content-Type: text/plain',
      "Content-Disposition: attachment; filename*=utf-8''%C3%A5r.txt",
      '',
      'file',
      '--m--',
    );
    expect(message.body).toEqual({ contentType: 'html', content: '<img src="cid:p1@x">' });
    expect(message.plainBody).toBe('plain');
    const [picture, file] = files(message);
    expect(picture).toMatchObject({
      contentType: 'image/png',
      contentId: 'p1@x',
      isInline: true,
      sizeBytes: 8,
    });
    expect(picture?.base64().toString()).toBe('iVBORw0KGgo=');
    expect(file).toMatchObject({ name: 'år.txt', isInline: false });
    expect(file?.decoded().toString()).toBe('file');
    expect(message.repairs).toEqual([]);
  });

  it('reads attached messages and keeps what lies too deep as a file', () => {
    const inner = ['Subject: inner', '', 'text'];
    const lines = ['Content-Type: message/rfc822', '', 'Content-Type: message/rfc822', '', ...inner];
    const outer = convert(...lines).attachments[0];
    expect(outer).toMatchObject({
      kind: 'message',
      message: { attachments: [{ message: { subject: 'inner' } }] },
    });
    const flat = convertMessage(Buffer.from(lines.join('\r\n')), { maxDepth: 1 });
    expect(flat.repairs).toContain('nestingLimited');
    const [deep] = flat.attachments;
    const last = deep?.kind === 'message' ? files(deep.message)[0] : undefined;
    expect(last?.decoded().toString()).toBe(inner.join('\r\n'));
  });

  it.each([
    ['a byte order mark', '\ufeffSubject: s\r\n\r\nb', 'leadingLinesRemoved'],
    ['an mbox line', 'From x@y Mon Jan  1 00:00:00 2001\nSubject: s\n\nb', 'leadingLinesRemoved'],
    ['a broken header line', 'Subject: s\r\nno field\r\nX-A: 1\r\n\r\nb', 'headerLineBroken'],
    ['a missing blank line', 'Subject: s\r\nb is here', 'headerEndMissing'],
  ])('mends %s', (_name, text, code) => {
    const message = convertMessage(Buffer.from(text));
    expect(message.subject).toBe('s');
    expect(message.body.content).toMatch(/^b/);
    expect(message.repairs).toEqual([code]);
  });

  it.each([
    [
      'raw Latin-1 in a header',
      Buffer.from('Subject: Caf\xe9\r\n\r\n', 'latin1'),
      'Café',
      'headerCharsetGuessed',
    ],
    ['raw UTF-8 in a header', Buffer.from('Subject: Café\r\n\r\n'), 'Café', null],
    ['an unknown charset in an encoded word', Buffer.from('Subject: =?x-none?q?abc?=\r\n\r\n'), 'abc', null],
  ])('reads %s', (_name, bytes, subject, code) => {
    const message = convertMessage(bytes);
    expect(message.subject).toBe(subject);
    expect(message.repairs.filter((repair) => repair === code)).toHaveLength(code === null ? 0 : 1);
  });

  it.each([
    ['us-ascii', Buffer.from('caf\xe9', 'latin1'), 'café', ['charsetGuessed']],
    ['iso-8859-1', Buffer.from('\x80', 'latin1'), '€', []],
    ['shift_jis', Buffer.from([0x83, 0x65]), 'テ', []],
    ['iso-2022-jp', Buffer.from('\x1b$B%F\x1b(B', 'latin1'), 'テ', []],
    ['koi8-r', Buffer.from([0xc1]), 'а', []],
    ['x-unheard-of', Buffer.from('é'), 'é', ['charsetGuessed']],
    ['utf-8', Buffer.from('a\0b'), 'a\ufffdb', ['charactersReplaced']],
  ])('reads text in %s', (charset, bytes, text, repairs) => {
    const head = Buffer.from(`Content-Type: text/plain; charset=${charset}\r\n\r\n`);
    const message = convertMessage(Buffer.concat([head, bytes]));
    expect(message.body.content).toBe(text);
    expect(message.repairs).toEqual(repairs);
  });

  it.each([
    [
      'names no boundary',
      ['Content-Type: multipart/mixed', '', '--x', '', 'a', '--x', '', 'b', '--x--'],
      'boundaryGuessed',
    ],
    [
      'is not closed',
      ['Content-Type: multipart/mixed; boundary=x', '', '--x', '', 'a', '--x', '', 'b'],
      'boundaryUnclosed',
    ],
    [
      'goes on behind its end',
      ['Content-Type: multipart/mixed; boundary=x', '', '--x', '', 'a', '--x--', '--x', '', 'b', '--x--'],
      'boundaryClosedEarly',
    ],
    ['has no boundary line', ['Content-Type: multipart/mixed; boundary=x', '', 'a', 'b'], 'boundaryMissing'],
  ])('keeps all of a multipart that %s', (_name, lines, code) => {
    const message = convert(...lines);
    expect(message.body.content).toMatch(/a[^]*b/);
    expect(message.repairs).toEqual([code]);
  });

  it('mends base64 that was joined or broken', () => {
    const attach = (body: string) =>
      files(convert('Content-Type: image/png', 'Content-Transfer-Encoding: base64', '', body))[0];
    expect(attach('YQ==YmM=')?.decoded().toString()).toBe('abc');
    expect(attach('YW!Jj')?.base64().toString()).toBe('YWJj');
    expect(attach('YWI')?.sizeBytes).toBe(2);
    expect(attach('YWJj\r\n\r\n')?.base64().toString()).toBe('YWJj');
  });

  it('loses no leaf of any tree of parts', () => {
    const leaf = fc.constantFrom('text/plain', 'text/html', 'image/png', 'text/calendar', 'application/pdf');
    const { tree } = fc.letrec<{ tree: Tree; node: Tree }>((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, leaf, tie('node')),
      node: fc.record({
        type: fc.constantFrom('mixed', 'alternative', 'related', 'digest-like'),
        children: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
      }),
    }));
    fc.assert(
      fc.property(tree, (root) => {
        const marks: string[] = [];
        const message = convertMessage(Buffer.from(render(root, marks)));
        const kept = [message.body.content, message.plainBody ?? ''].concat(
          files(message).map((file) => file.decoded().toString()),
        );
        for (const mark of marks) expect(kept.filter((text) => text.includes(mark))).not.toEqual([]);
      }),
    );
  });

  it('never throws, whatever the bytes', () => {
    const words = [
      '\r\n',
      '\n',
      '--b',
      '--',
      ' boundary=b',
      'Content-Type:',
      ' multipart/mixed;',
      '=?utf-8?b?',
      '?=',
      'Content-Transfer-Encoding: base64',
      'message/rfc822',
      '\0',
      '\xff',
      'Date:',
      'To:',
      '<',
      '>',
      '"',
      '(',
      ')',
      ',',
      '%',
    ];
    const bytes = fc
      .array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary' })))
      .map((parts) => Buffer.from(parts.join(''), 'latin1'));
    fc.assert(
      fc.property(bytes, (content) => {
        const message = convertMessage(content);
        expect(message.repairs).not.toContain('messageKeptAsFile');
        for (const file of files(message)) {
          expect(Buffer.from(file.base64().toString(), 'base64')).toEqual(Buffer.from(file.decoded()));
          expect(file.sizeBytes).toBe(file.decoded().length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** Makes each boundary another one. */
let boundaries = 0;

type Tree = string | { type: string; children: Tree[] };

/** A message of these parts, each leaf with a mark of its own that is added to `marks`. */
function render(node: Tree, marks: string[]): string {
  if (typeof node === 'string') {
    const mark = `<mark-${marks.length}->`;
    marks.push(mark);
    return `Content-Type: ${node}\r\n\r\n${mark}`;
  }
  const boundary = `b${marks.length}-${(boundaries += 1)}`;
  const parts = node.children.map((child) => `--${boundary}\r\n${render(child, marks)}\r\n`);
  return `Content-Type: multipart/${node.type}; boundary="${boundary}"\r\n\r\n${parts.join('')}--${boundary}--\r\n`;
}
