import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.js';

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function linesOf(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  write(
    createLogger({ service: 'test' }, { write: (line: string) => lines.push(recordOf(JSON.parse(line))) }),
  );
  return lines;
}

describe('a log line', () => {
  it('carries its service and what was bound to it', () => {
    const [line] = linesOf((logger) => logger.child({ tenantId: 'contoso' }).info('started'));
    expect(line).toMatchObject({ service: 'test', tenantId: 'contoso', level: 'info', msg: 'started' });
  });

  it.each(['password', 'clientSecret', 'token', 'subject'])('never shows a %s', (name) => {
    const [line] = linesOf((logger) => logger.info({ [name]: 'hidden', inner: { [name]: 'hidden' } }, 'x'));
    expect(JSON.stringify(line)).not.toContain('hidden');
  });

  it('shows of an error only its name, message, code and cause', () => {
    const error = Object.assign(new Error('refused', { cause: new Error('why') }), {
      code: 'E1',
      request: 'hidden',
    });
    const [line] = linesOf((logger) => logger.error({ error }, 'x'));
    expect(line?.['error']).toMatchObject({ message: 'refused', code: 'E1', cause: 'why' });
    expect(JSON.stringify(line)).not.toContain('hidden');
  });
});
