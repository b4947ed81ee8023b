import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const days = 397;
const renewBeforeMs = 30 * 24 * 3600 * 1000;

/** The server's key and certificate, and the file of the authority that clients have to trust. */
export interface ServerCertificate {
  key: string;
  certificate: string;
  caPath: string;
}

/**
 * A certificate for localhost, 127.0.0.1 and ::1 (and `extraNames`), signed by an authority of its own; both are
 * made with the openssl command in `directory`, and kept there while they are valid.
 */
export async function ensureCertificate(
  directory: string,
  extraNames: readonly string[],
): Promise<ServerCertificate> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = (name: string): string => join(directory, name);
  const names = ['localhost', ...extraNames];
  if (!(await isUsable(file('server.pem'), names))) await make(directory, names);
  return {
    key: await readFile(file('server.key'), 'utf8'),
    certificate: await readFile(file('server.pem'), 'utf8'),
    caPath: file('ca.pem'),
  };
}

async function isUsable(path: string, names: readonly string[]): Promise<boolean> {
  try {
    const certificate = new X509Certificate(await readFile(path));
    const isValid = Date.parse(certificate.validTo) - renewBeforeMs > Date.now();
    return isValid && names.every((name) => certificate.checkHost(name) !== undefined);
  } catch {
    return false;
  }
}

async function make(directory: string, names: readonly string[]): Promise<void> {
  const openssl = async (...options: string[]): Promise<void> => {
    try {
      await run('openssl', options, { cwd: directory });
    } catch (cause) {
      throw new Error(
        `openssl ${options[0] ?? ''} failed in ${directory}; is the openssl command installed?`,
        { cause },
      );
    }
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const alternatives = [...names.map((name) => `DNS:${name}`), 'IP:127.0.0.1', 'IP:::1'].join(',');
  await writeFile(
    join(directory, 'server.ext'),
    `subjectAltName=${alternatives}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n`,
  );
  await openssl(
    'req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', String(days),
    '-subj', '/CN=Exchange emulator authority', '-addext', 'keyUsage=critical,keyCertSign',
  ); // prettier-ignore
  await openssl('req', ...newKey, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost');
  await openssl(
    'x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial',
    '-out', 'server.pem', '-days', String(days), '-extfile', 'server.ext',
  ); // prettier-ignore
}
