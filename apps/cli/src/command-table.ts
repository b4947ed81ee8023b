import type { SternaClient } from '@sterna/api-client';

/**
 * What a parameter takes. `switch` needs no value; `unlimited` is a number or the word; `file` is a path; `timespan`
 * becomes milliseconds; `moment` without a zone is in that of the command's `timezone` parameter, else UTC.
 */
export type ParameterKind =
  'text' | 'integer' | 'unlimited' | 'switch' | 'list' | 'file' | 'moment' | 'timespan' | 'timezone';

export interface Parameter {
  /** camelCase: `--kebab-case` in plain commands, `-PascalCase` in cmdlets. */
  name: string;
  /** Microsoft's name where it is another one. */
  cmdletName?: string;
  kind: ParameterKind;
  help: string;
  isRequired?: boolean;
  /** May stand without its name, as the first (0) or second (1) argument. */
  position?: number;
  choices?: readonly string[];
  /** Only in this spelling. */
  only?: 'plain' | 'cmdlet';
}

/** Values as they were given, by the parameter's name; a parameter that was not given is absent. */
export class CommandValues {
  private readonly values: ReadonlyMap<string, string | number | boolean | null | string[]>;

  constructor(values: ReadonlyMap<string, string | number | boolean | null | string[]>) {
    this.values = values;
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  text(name: string): string | undefined {
    const value = this.values.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  /** Of a parameter that the table requires. */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new Error(`The table does not require the parameter ${name}.`);
    return value;
  }

  integer(name: string): number | undefined {
    const value = this.values.get(name);
    return typeof value === 'number' ? value : undefined;
  }

  /** null is unlimited. */
  unlimited(name: string): number | null | undefined {
    const value = this.values.get(name);
    return typeof value === 'number' || value === null ? value : undefined;
  }

  /** null takes it away. */
  moment(name: string): string | null | undefined {
    const value = this.values.get(name);
    return typeof value === 'string' || value === null ? value : undefined;
  }

  flag(name: string): boolean | undefined {
    const value = this.values.get(name);
    return typeof value === 'boolean' ? value : undefined;
  }

  list(name: string): string[] | undefined {
    const value = this.values.get(name);
    return Array.isArray(value) ? value : undefined;
  }
}

export type Cell = string | number | boolean | null | string[];

/** One object with Microsoft's property names. */
export type OutputRecord = Readonly<Record<string, Cell>>;

export interface CommandResult {
  records: OutputRecord[];
  /** The columns of the table; a single record without them is shown as a list. */
  columns?: readonly string[];
  /** What --output json prints. */
  json: unknown;
  /** Lines before the table. */
  notes?: string[];
  /** Lines after the table. */
  after?: string[];
  /** Printed as it is instead of a table. */
  text?: string;
  exitCode?: number;
}

export interface CommandContext {
  client: SternaClient;
  values: CommandValues;
  output: 'table' | 'json';
  /** "default" unless the command line chose a list or a table. */
  format: 'default' | 'list' | 'table';
  stdout: NodeJS.WriteStream;
  signal: AbortSignal;
}

export interface Command {
  /** For instance ['batch', 'create']. */
  path: readonly [string, string];
  /** Microsoft's name of it. */
  cmdlet?: string;
  summary: string;
  parameters: readonly Parameter[];
  /** Whether it changes something: it has -WhatIf and -Confirm then. */
  changes?: boolean;
  /** What -WhatIf shows instead of the plain sentence. */
  preview?(context: CommandContext): Promise<CommandResult>;
  run(context: CommandContext): Promise<CommandResult>;
}
