import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CsvItem } from './csv-item.js';
import { parseMigrationCsv } from './migration-csv.js';

async function collect(items: AsyncIterable<CsvItem>): Promise<CsvItem[]> {
  const collected: CsvItem[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

function read(source: string | Buffer, allowUnknownColumns = false): Promise<CsvItem[]> {
  const bytes = typeof source === 'string' ? Buffer.from(source) : source;
  return collect(parseMigrationCsv(bytes, { allowUnknownColumns }));
}

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const header = 'EmailAddress,UserName,Password\n';
const terry = {
  kind: 'row',
  emailAddress: 'terry@contoso.edu',
  userName: 'terry',
  password: 'p',
  userRoot: '',
};

describe('a file that is accepted', () => {
  const text = 'EmailAddress,UserName,Password\r\nterry@contoso.edu,terry,p\r\n';
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with BOM', Buffer.from(`\uFEFF${text}`)],
    [
      'UTF-16 little endian with BOM and tabs, as Excel writes "Unicode text"',
      Buffer.from(`\uFEFF${text.replaceAll(',', '\t')}`, 'utf16le'),
    ],
    ['UTF-16 little endian with BOM', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16 big endian with BOM', utf16be(`\uFEFF${text}`)],
    ['UTF-16 without BOM', Buffer.from(text, 'utf16le')],
    ['semicolons', Buffer.from(text.replaceAll(',', ';'))],
    ['LF', Buffer.from(text.replaceAll('\r\n', '\n'))],
    ['no line end at the end', Buffer.from(text.trimEnd())],
    [
      'a header in another letter case',
      Buffer.from(text.replace('EmailAddress,UserName', 'EMAILADDRESS, username')),
    ],
  ])('may be %s', async (_, bytes) => {
    expect(await read(bytes)).toEqual([{ ...terry, line: 2 }]);
  });

  it('keeps commas, quotation marks and spaces of a quoted password', async () => {
    const items = await read(`${header}terry@contoso.edu,terry," a,""b;"\n`);
    expect(items).toEqual([{ ...terry, line: 2, password: ' a,"b;' }]);
  });

  it('has its columns in any order, UserRoot included', async () => {
    const items = await read(
      'Password,UserRoot,UserName,EmailAddress\np,/users/terry,terry,terry@contoso.edu\n',
    );
    expect(items).toEqual([{ ...terry, line: 2, userRoot: '/users/terry' }]);
  });

  it('counts lines over blank lines and rows without any value', async () => {
    const items = await read(`\n${header}\n,,\nterry@contoso.edu,terry,p\n`);
    expect(items).toEqual([{ ...terry, line: 5 }]);
  });

  it('may have unknown columns when they are allowed', async () => {
    const items = await read('EmailAddress,UserName,Password,Note\nterry@contoso.edu,terry,p,x\n', true);
    expect(items).toEqual([{ ...terry, line: 2 }]);
  });
});

describe('a file that is rejected', () => {
  it.each([
    ['empty', '', 'fileEmpty', [1, 1]],
    ['without rows', header, 'fileEmpty', [2, 1]],
    ['without Password', 'EmailAddress,UserName\na@b.se,a\n', 'columnMissing', [1, 1]],
    [
      'with an unknown column',
      'EmailAddress,UserName,Password,Note\na@b.se,a,p,x\n',
      'columnUnknown',
      [1, 4],
    ],
    [
      'with a column twice',
      'EmailAddress,UserName,Password,username\na@b.se,a,p,x\n',
      'columnDuplicate',
      [1, 4],
    ],
    ['with a row too short', `${header}a@b.se,a\n`, 'columnCountDiffers', [2, 3]],
    ['with a row too long', `${header}a@b.se,a,p\nb@b.se,b,p,q\n`, 'columnCountDiffers', [3, 4]],
    ['with a quote that is never closed', `${header}a@b.se,a,"p\n`, 'quoteInvalid', [2, 3]],
  ])('is %s', async (_, text, code, [line, column]) => {
    expect((await read(text)).at(-1)).toMatchObject({ kind: 'fileFault', code, line, column });
  });

  it('is not Unicode, and the line is named', async () => {
    const bytes = Buffer.from(`${header}a@b.se,a,p\nb@b.se,b,p\xe5ss\n`, 'latin1');
    expect(await read(bytes)).toMatchObject([{ code: 'encodingInvalid', line: 3 }]);
  });

  it('is larger than 10 MB', async () => {
    const row = `a@b.se,a,${'p'.repeat(1024)}\n`;
    const items = await read(header + row.repeat(10 * 1024));
    expect(items.at(-1)).toMatchObject({ kind: 'fileFault', code: 'fileTooLarge' });
  });

  it('has more than 50,000 rows', async () => {
    const rows = Array.from({ length: 50_001 }, (_, index) => `u${index}@b.se,u,p\n`).join('');
    const items = await read(header + rows);
    expect(items.at(-1)).toMatchObject({ kind: 'fileFault', code: 'tooManyRows', line: 50_002 });
    expect(items).toHaveLength(50_001);
  });
});

describe('a row that is faulty', () => {
  it.each([
    [',a,p', 'emailAddressEmpty'],
    ['no-at-sign,a,p', 'emailAddressInvalid'],
    ['a@localhost,a,p', 'emailAddressInvalid'],
    ['a..b@b.se,a,p', 'emailAddressInvalid'],
    ['a@b.se,,p', 'userNameEmpty'],
    ['a@b.se, a,p', 'userNameInvalid'],
    ['a@b.se,a,', 'passwordEmpty'],
    ['a@b.se,a,"p\nq"', 'passwordInvalid'],
    ['GOOD@b.se,a,p', 'emailAddressDuplicate'],
  ])('%j is %s and the others go on', async (row, code) => {
    const items = await read(`${header}good@b.se,g,p\n${row}\nlast@b.se,l,p\n`);
    expect(items.map((item) => item.kind)).toEqual(['row', 'rowFault', 'row']);
    expect(items[1]).toMatchObject({ line: 3, code });
  });
});

it('a row may leave Password empty where its endpoint needs none, and is else held to the same rules', async () => {
  const text = `${header}terry@contoso.edu,terry,\nann@contoso.edu,,\nbob@contoso.edu,bob,"p\nq"\n`;
  const items = await collect(parseMigrationCsv(Buffer.from(text), { allowEmptyPasswords: true }));
  expect(items[0]).toEqual({ ...terry, line: 2, password: '' });
  expect(items.slice(1)).toMatchObject([{ code: 'userNameEmpty' }, { code: 'passwordInvalid' }]);
});

it('reads back any values that were quoted by RFC 4180, in chunks of any size', async () => {
  const value = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((text) => !/\p{Cc}|^\s|\s$|\uFEFF/u.test(text));
  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ userName: value, password: value }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(',', ';'),
      async (rows, size, delimiter) => {
        const lines = rows.map(({ userName, password }, index) => [
          `u${index}@b.se`,
          quote(userName),
          quote(password),
        ]);
        const text = [['EmailAddress', 'UserName', 'Password'], ...lines]
          .map((cells) => cells.join(delimiter))
          .join('\r\n');
        const bytes = Buffer.from(text);
        const chunks = async function* (): AsyncGenerator<Buffer> {
          for (let at = 0; at < bytes.length; at += size)
            yield await Promise.resolve(bytes.subarray(at, at + size));
        };
        const items = await collect(parseMigrationCsv(chunks()));
        expect(items).toMatchObject(rows);
      },
    ),
    { numRuns: 60 },
  );
});
