import type { Parameter } from './command-table.js';
import { readTimeSpan, readTimeZone } from './time-value.js';
import { UsageError } from './usage-error.js';

export type ParameterValue = string | number | boolean | null | string[];

/** Reads `$true`, `$false`, `true` and `false`. */
export function readSwitch(text: string, written: string): boolean {
  const value = text.toLowerCase().replace(/^\$/, '');
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw new UsageError(`${written}: "${text}" is neither $true nor $false.`);
}

function readInteger(text: string, written: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new UsageError(`${written}: "${text}" is not a whole number.`);
}

/** Turns the text of a value into what the parameter takes. @throws UsageError */
export function readValue(parameter: Parameter, text: string, written: string): ParameterValue {
  switch (parameter.kind) {
    case 'switch':
      return readSwitch(text, written);
    case 'integer':
      return readInteger(text, written);
    case 'unlimited':
      return text.toLowerCase() === 'unlimited' ? null : readInteger(text, written);
    case 'moment':
      // read when the time zone is known
      return text;
    case 'timespan':
      return readTimeSpan(text, written);
    case 'timezone':
      return readTimeZone(text);
    case 'list':
      return text
        .split(',')
        .map((item) => item.trim().replace(/^(["'])(.*)\1$/, '$2'))
        .filter((item) => item !== '');
    case 'file':
      return readPath(text);
    case 'text':
      return readChoice(parameter, text, written);
  }
}

/** A path, or PowerShell's expression that reads the bytes of one, as Microsoft's examples have it. */
function readPath(text: string): string {
  const expression = /^\(?\s*\[(?:System\.)?IO\.File\]::ReadAllBytes\(\s*(["'])(.+)\1\s*\)\s*\)?$/i;
  return expression.exec(text)?.[2] ?? text;
}

function readChoice({ choices }: Parameter, text: string, written: string): string {
  if (choices === undefined) return text;
  const choice = choices.find((known) => known.toLowerCase() === text.toLowerCase());
  if (choice !== undefined) return choice;
  throw new UsageError(`${written}: "${text}" is not one of ${choices.join(', ')}.`);
}
