import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startExchangeEmulator } from './emulator.js';

const usage = `Usage: exchange-emulator --state-dir DIR [options]      (or EMULATOR_STATE_DIR, EMULATOR_PORT, ...)
  --port N                https port of Graph and sign-in (a free one)
  --http-port N           http port of the administration (a free one)
  --host ADDRESS          address to listen on (127.0.0.1)
  --public-url URL        what clients call the https side
  --tenant ID  --client-id ID  --client-secret SECRET
  --token-lifetime N      seconds (3599)
  --mailboxes A,B         mailboxes to provision
  --auto-provision D,E    domains whose mailboxes come into being when asked for
  --max-message-bytes N   largest message (37748736)
  --latency-ms N          least time of a Graph request (0)
  --no-throttle           without limits of concurrency, requests and upload`;

const names = [
  'state-dir', 'port', 'http-port', 'host', 'public-url', 'tenant', 'client-id', 'client-secret', 'token-lifetime',
  'mailboxes', 'auto-provision', 'max-message-bytes', 'latency-ms',
]; // prettier-ignore

const { values } = parseArgs({
  options: {
    ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    'no-throttle': { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

const flags = new Map<string, unknown>(Object.entries(values));

/** Flags win over EMULATOR_... variables. */
const given = Object.fromEntries(
  [...names, 'no-throttle'].map((name) => [
    name,
    flags.get(name) ?? process.env[`EMULATOR_${name.replaceAll('-', '_').toUpperCase()}`],
  ]),
);

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== ''),
);
const number = z.coerce.number().int().min(0);
const schema = z.object({
  'state-dir': z.string(),
  port: number.optional(),
  'http-port': number.optional(),
  host: z.string().optional(),
  'public-url': z.url().optional(),
  tenant: z.string().optional(),
  'client-id': z.string().optional(),
  'client-secret': z.string().optional(),
  'token-lifetime': number.optional(),
  mailboxes: list.optional(),
  'auto-provision': list.optional(),
  'max-message-bytes': number.optional(),
  'latency-ms': number.optional(),
  'no-throttle': z.union([z.boolean(), z.stringbool()]).optional(),
});

/** Leaves out what was not given, so that the defaults apply. */
function present<Value>(name: string, value: Value | undefined): Record<string, Value> {
  return value === undefined ? {} : { [name]: value };
}

const parsed = schema.safeParse(given);
if (values.help === true || !parsed.success) {
  if (!parsed.success) console.error(z.prettifyError(parsed.error));
  console.error(usage);
  process.exit(values.help === true ? 0 : 2);
}
const config = parsed.data;
const unlimited = { concurrentRequests: null, requestsPer10Minutes: null, uploadBytesPer5Minutes: null };
const emulator = await startExchangeEmulator({
  stateDirectory: config['state-dir'],
  ...present('port', config.port),
  ...present('httpPort', config['http-port']),
  ...present('host', config.host),
  ...present('publicUrl', config['public-url']),
  ...present('tenant', config.tenant),
  ...present('clientId', config['client-id']),
  ...present('clientSecret', config['client-secret']),
  ...present('tokenLifetimeSeconds', config['token-lifetime']),
  ...present('mailboxes', config.mailboxes),
  ...present('autoProvisionDomains', config['auto-provision']),
  ...present('maxMessageBytes', config['max-message-bytes']),
  ...present('latencyMs', config['latency-ms']),
  ...(config['no-throttle'] === true ? { limits: unlimited } : {}),
});
const { graphUrl, authorityUrl, url, caPath, tenant, clientId } = emulator;
console.log(JSON.stringify({ graphUrl, authorityUrl, url, caPath, tenant, clientId }));

const stop = (): void => void emulator.close().then(() => process.exit(0));
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
