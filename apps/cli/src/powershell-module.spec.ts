import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { Language, type Node, Parser } from 'web-tree-sitter';
import { z } from 'zod';
import { parametersOf, spellingOf } from './command-line.js';
import { commands } from './commands.js';

const directory = new URL('../../../tools/powershell/Sterna/', import.meta.url);
const sources = new Map(
  readdirSync(directory).map((name) => [name, readFileSync(new URL(name, directory), 'utf8')]),
);
const module = [...sources].flatMap(([name, text]) => (name.endsWith('.ps1') ? [text] : [])).join('\n');
const manifest = sources.get('Sterna.psd1') ?? '';
const document = z
  .object({
    paths: z.record(z.string(), z.record(z.string(), z.unknown())),
    components: z.object({
      schemas: z.record(
        z.string(),
        z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() }),
      ),
    }),
  })
  .parse(JSON.parse(readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8')));

const { resolve } = createRequire(import.meta.url);
await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(resolve('tree-sitter-powershell/tree-sitter-powershell.wasm')));

function parse(source: string): Node {
  const tree = parser.parse(source);
  if (tree === null) throw new Error('the parser gave up');
  return tree.rootNode;
}

/** The places that are not PowerShell. */
function errorsIn(source: string): string[] {
  return parse(source)
    .descendantsOfType('ERROR')
    .map((node) => `line ${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`);
}

/** The text of each function by its name. */
const functions = new Map(
  parse(module)
    .descendantsOfType('function_statement')
    .map((node) => [
      node
        .descendantsOfType('function_name')
        .map(({ text }) => text)
        .join(),
      node.text,
    ]),
);

/** The parameters that a function declares, without the $, and their aliases. */
function parametersIn(text: string): string[] {
  return parse(text)
    .descendantsOfType('script_parameter')
    .flatMap((node) => [
      ...node.children.filter(({ type }) => type === 'variable').map((name) => name.text.slice(1)),
      ...[...node.text.matchAll(/\[Alias\(([^)]*)\)\]/g)].flatMap(([, names = '']) =>
        [...names.matchAll(/'(\w+)'/g)].map((match) => match[1] ?? ''),
      ),
    ]);
}

/** Microsoft's common parameters come from CmdletBinding; these are the command line's own. */
const notInModule = new Set(['WhatIf', 'Confirm', 'Format', 'File']);

const schema = z.looseObject({
  $ref: z.string().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});

/** The names of the fields that a schema has in any of its forms. */
function fieldsOf(value: unknown): string[] {
  const { $ref, anyOf = [], oneOf = [], properties = {} } = schema.parse(value);
  const referred = $ref === undefined ? undefined : document.components.schemas[$ref.split('/').at(-1) ?? ''];
  const below = [...anyOf, ...oneOf, ...(referred === undefined ? [] : [referred])].flatMap(fieldsOf);
  return [...Object.keys(properties), ...below];
}

/** The fields of the JSON body of a request below /v1/tenants/{tenantId}. */
function fieldsOfRequest(method: string, path: string): Set<string> {
  const known = Object.entries(document.paths).find(
    ([name]) => name.replace('/v1/tenants/{tenantId}', '').replace(/\{\w+\}/g, '{}') === path,
  );
  const operation = z
    .object({ requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) }) })
    .parse(known?.[1][method]);
  return new Set(fieldsOf(operation.requestBody.content['application/json']?.schema));
}

/** Of functions that make a part of a body, or send it on more than one way. */
const fieldsElsewhere: Record<string, ReadonlySet<string>> = {
  'New-MigrationBatch': fieldsOfRequest('post', '/batches'),
  'ConvertTo-SternaEndpoint': fieldsOfRequest('post', '/endpoints').intersection(
    fieldsOfRequest('patch', '/endpoints/{}'),
  ),
  'ConvertTo-SternaOAuth': new Set(fieldsOf(document.components.schemas['EndpointOAuthSettings'])),
};

describe('the PowerShell module', () => {
  it.each([...sources])('%s can be parsed', (_, source) => {
    expect(errorsIn(source)).toEqual([]);
  });

  const cmdlets = commands.filter(({ cmdlet }) => cmdlet !== undefined);
  it.each(cmdlets.map((command) => [command.cmdlet ?? '', command] as const))(
    'has %s with its parameters',
    (name, command) => {
      const wanted = parametersOf(command, 'cmdlet')
        .map((parameter) => spellingOf(parameter, 'cmdlet').slice(1))
        .filter((parameter) => !notInModule.has(parameter));
      const text = functions.get(name);
      const found = parametersIn(text ?? '').map((parameter) => parameter.toLowerCase());
      expect(wanted.filter((parameter) => !found.includes(parameter.toLowerCase()))).toEqual([]);
      expect(manifest).toContain(`'${name}'`);
      if (command.changes === true) expect(text).toContain('$PSCmdlet.ShouldProcess(');
    },
  );

  it('sends only requests that the API has', () => {
    const requests = [
      ...module.matchAll(/-Method (\w+) -Path (?:'([^']+)'|\(Get-SternaPath (\w+) \$\w+ ?([\w-]*)\))/g),
    ];
    expect(requests.length).toBeGreaterThan(20);
    const unknown = requests
      .map(([, method = '', path, collection = '', action = '']) => {
        const resource = path ?? `/${collection}/{}${action === '' ? '' : `/${action}`}`;
        return { method: method.toLowerCase(), path: `/v1/tenants/{}${resource}` };
      })
      .filter(({ method, path }) => {
        const known = Object.entries(document.paths).find(
          ([name]) => name.replace(/\{\w+\}/g, '{}') === path,
        );
        return known?.[1][method] === undefined;
      });
    expect(unknown).toEqual([]);
  });

  const withBody = [...functions].filter(([, text]) => text.includes('$names = @{'));
  it.each(withBody)('%s sends only fields that its request has', (name, text) => {
    const names = /\$names = @\{(.*?)\}/s.exec(text)?.[1] ?? '';
    const sent = [...names.matchAll(/\w+ = '(\w+)'/g)].map(([, field = '']) => field);
    const request = /-Method (Post|Patch) -Path (?:'([^']+)'|\(Get-SternaPath (\w+) \$\w+\)) -Body/.exec(
      text,
    );
    const [, method = '', path, collection = ''] = request ?? [];
    const fields =
      fieldsElsewhere[name] ?? fieldsOfRequest(method.toLowerCase(), path ?? `/${collection}/{}`);
    expect(sent.length).toBeGreaterThan(1);
    expect(sent.filter((field) => !fields.has(field))).toEqual([]);
  });

  it.each([
    ['ConvertTo-MigrationEndpoint', 'Endpoint'],
    ['ConvertTo-MigrationBatch', 'Batch'],
    ['ConvertTo-MigrationUser', 'User'],
    ['ConvertTo-SkippedItem', 'MissedMessage'],
  ])('%s reads properties that %s has', (name, schema) => {
    const known = Object.keys(document.components.schemas[schema]?.properties ?? {});
    const read = new Set(
      [...(functions.get(name) ?? '').matchAll(/\$_\.(\w+)/g)].map((match) => match[1] ?? ''),
    );
    expect(read.size).toBeGreaterThan(5);
    expect([...read].filter((property) => !known.includes(property))).toEqual([]);
  });
});
