import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.js';
import { commands } from './commands.js';
import { UsageError } from './usage-error.js';

function parse(...args: string[]) {
  const line = parseCommandLine(commands, args);
  if (line.kind !== 'run') throw new Error('not a command to run');
  return line;
}

describe('the two spellings', () => {
  const plain = ['batch', 'create', 'B1', '--source-endpoint', 'E', '--csv', 'x.csv', '--auto-start'];
  it.each([
    ['plain', plain],
    ['plain with =', ['batch', 'create', '--name=B1', '--source-endpoint=E', '--csv=x.csv', '--auto-start']],
    [
      'cmdlet',
      ['New-MigrationBatch', '-Name', 'B1', '-SourceEndpoint', 'E', '-CSVData', 'x.csv', '-AutoStart'],
    ],
    [
      'cmdlet in lower case',
      ['new-migrationbatch', '-name', 'B1', '-sourceendpoint', 'E', '-csvdata', 'x.csv', '-autostart'],
    ],
    ['prefixes', ['New-MigrationBatch', '-Na', 'B1', '-So', 'E', '-CSV', 'x.csv', '-AutoS']],
    ['colons', ['New-MigrationBatch', '-Name:B1', '-SourceEndpoint:E', '-CSVData:x.csv', '-AutoStart:$true']],
  ])('mean the same: %s', (_, args) => {
    const { command, values } = parse(...args);
    expect(command.path).toEqual(['batch', 'create']);
    expect(['name', 'sourceEndpoint', 'csv'].map((name) => values.text(name))).toEqual(['B1', 'E', 'x.csv']);
    expect(values.flag('autoStart')).toBe(true);
  });

  it.each([
    '([System.IO.File]::ReadAllBytes("C:\\Users\\Administrator\\Desktop\\my mail (1).csv"))',
    "[IO.File]::ReadAllBytes('C:\\Users\\Administrator\\Desktop\\my mail (1).csv')",
    'C:\\Users\\Administrator\\Desktop\\my mail (1).csv',
  ])('take the file of -CSVData as PowerShell writes it: %s', (written) => {
    const { values } = parse('New-MigrationBatch', '-Name', 'B', '-SourceEndpoint', 'E', '-CSVData', written);
    expect(values.text('csv')).toBe('C:\\Users\\Administrator\\Desktop\\my mail (1).csv');
  });

  it.each([
    [
      ['get-migrationb', 'B'],
      ['batch', 'get'],
    ],
    [
      ['Get-MigrationUser', 'u'],
      ['user', 'get'],
    ],
    [
      ['Batch', 'Sta', 'B'],
      ['batch', 'start'],
    ],
    [
      ['b', 'start', 'B'],
      ['batch', 'start'],
    ],
    [
      ['batch', 'start', 'help'],
      ['batch', 'start'],
    ],
  ])('%j is the command %j', (args, path) => {
    expect(parse(...args).command.path).toEqual(path);
  });

  it('take a value that has a bar in it', () => {
    expect(parse('batch', 'get', 'a | b').values.text('name')).toBe('a | b');
  });

  it('name a user by the other parameters of Microsoft', () => {
    const { values } = parse('Get-MigrationUser', '-EmailAddress', 'a@contoso.edu');
    expect(values.text('emailAddress')).toBe('a@contoso.edu');
  });

  it('turn a switch off', () => {
    expect(parse('Remove-MigrationBatch', 'B', '-Confirm:$false').values.flag('confirm')).toBe(false);
    expect(parse(...plain.slice(0, -1), '--no-auto-start').values.flag('autoStart')).toBe(false);
  });

  it('read lists, unlimited and moments as Microsoft does', () => {
    const { values } = parse(
      ...plain,
      '--exclude-folders',
      '"Deleted Items", Junk Email',
      '--start-after',
      '2026-11-24T18:00',
    );
    expect(values.list('excludeFolders')).toEqual(['Deleted Items', 'Junk Email']);
    expect(values.text('startAfter')).toBe('2026-11-24T18:00:00.000Z');
    const endpoint = parse(
      'Set-MigrationEndpoint',
      'E',
      '-MaxConcurrentMigrations',
      'Unlimited',
      '-Security',
      'tls',
    );
    expect(endpoint.values.unlimited('maxConcurrentMigrations')).toBeNull();
    expect(endpoint.values.text('security')).toBe('Tls');
  });

  it('read a list that the shell has split after its comma', () => {
    const { values } = parse(
      'New-MigrationBatch',
      'B',
      '-ExcludeFolders',
      'A,',
      'B',
      '-CSVData',
      'x',
      '-SourceEndpoint',
      'E',
    );
    expect(values.list('excludeFolders')).toEqual(['A', 'B']);
  });
});

describe('the output', () => {
  it.each([
    ['--format-list', ['--format-list', 'EndpointType,Max*']],
    ['--format-list=', ['--format-list=EndpointType,Max*']],
    ["'|' Format-List", ['|', 'Format-List', 'EndpointType,Max*']],
    ["'|' fl", ['|', 'fl', 'EndpointType,Max*']],
    ['a pipe in one argument', ['| Format-List EndpointType,Max*']],
    ['a pipe without spaces', ['|fl EndpointType, Max*']],
    ['fields that the shell has split', ['|', 'Format-List', 'EndpointType,', 'Max*']],
    ['-Property', ['|', 'Format-List', '-Property', 'EndpointType,Max*']],
  ])('is chosen with %s', (_, args) => {
    expect(parse('Get-MigrationEndpoint', 'E', ...args).options.format).toEqual({
      kind: 'list',
      fields: ['EndpointType', 'Max*'],
    });
  });

  it('is JSON when asked for', () => {
    expect(parse('batch', 'list', '--output', 'json').options.output).toBe('json');
  });
});

describe('a line that is refused', () => {
  it.each([
    [['batch', 'fly'], '"batch fly" is not a command'],
    [['Get-Mailbox'], '"Get-Mailbox" is not a command'],
    [['Stop-Mig'], '"Stop-Mig" is ambiguous: it may be Stop-MigrationBatch, Stop-MigrationUser'],
    [['batch', 'st'], '"st" is ambiguous: it may be start, stop'],
    [['batch', 'start'], 'Missing: --name'],
    [['Start-MigrationBatch'], 'Missing: -Identity'],
    [['batch', 'start', 'a', 'b'], 'one argument too many'],
    [['batch', 'list', '--colour', 'red'], '--colour is not a parameter'],
    [
      ['New-MigrationEndpoint', '-Max', '3'],
      '-Max is ambiguous: it may be -MaxConcurrentMigrations, -MaxConcurrentIncrementalSyncs',
    ],
    [['server', 'test', 'h', '--port', 'imap'], '"imap" is not a whole number'],
    [['server', 'test', 'h', '--security', 'Tlss'], 'is not one of None, Ssl, Tls'],
    [['server', 'test', 'h', '--port'], '--port needs a value'],
    [['batch', 'list', '--output', 'xml'], '--output takes json or table'],
  ])('%j: %s', (args, message) => {
    expect(() => parseCommandLine(commands, args)).toThrow(UsageError);
    expect(() => parseCommandLine(commands, args)).toThrow(message);
  });
});

it('no two commands share a name, and no two parameters of a command a spelling', () => {
  const names = commands.flatMap(({ path, cmdlet }) => [
    path.join(' '),
    ...(cmdlet === undefined ? [] : [cmdlet]),
  ]);
  expect(new Set(names).size).toBe(names.length);
  for (const { parameters } of commands) {
    expect(new Set(parameters.map(({ name }) => name)).size).toBe(parameters.length);
  }
});
