import { isIP } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';

/** Versions of TLS, the oldest first, by OpenSSL's names. */
export const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
export type TlsVersion = (typeof tlsVersions)[number];

/** How far a server is to be trusted. */
export interface TlsSettings {
  acceptUntrustedCertificates: boolean;
  /** PEM of a certificate authority to trust besides the system's. */
  caCertificate: string | null;
  /** SHA-256 of the server's own certificate, 64 hex digits: this one and no other, whoever signed it. */
  certificateFingerprint?: string | null;
  /** TLSv1.2 unless given; RFC 8996 deprecates what is older. */
  minimumTlsVersion?: TlsVersion;
}

/** Node's options for TLS with a server: the certificate is checked against the host name unless the settings say otherwise. */
export function tlsOptionsOf(settings: TlsSettings): ConnectionOptions {
  const { acceptUntrustedCertificates, caCertificate, minimumTlsVersion = 'TLSv1.2' } = settings;
  const isOld = minimumTlsVersion === 'TLSv1' || minimumTlsVersion === 'TLSv1.1';
  return {
    // a pinned certificate is compared by checkPin, and nothing else about it counts
    rejectUnauthorized: !acceptUntrustedCertificates && pinOf(settings) === null,
    minVersion: minimumTlsVersion,
    ...(caCertificate === null ? {} : { ca: [caCertificate] }),
    // OpenSSL 3 refuses the signatures of TLS 1.0 and 1.1 above this level
    ...(isOld ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
  };
}

/** The name for SNI, which an IP address is not (RFC 6066 section 3). */
export function serverNameOf(host: string): { servername: string } | Record<string, never> {
  return isIP(host) === 0 ? { servername: host } : {};
}

/** A fingerprint as OpenSSL, browsers and this project write it, as 64 lower-case hex digits; null for none. */
function pinOf({ certificateFingerprint }: TlsSettings): string | null {
  return certificateFingerprint?.replaceAll(/[^0-9A-Fa-f]/g, '').toLowerCase() ?? null;
}

/** What is wrong with the certificate of a connection whose handshake is done: null when it is the pinned one. */
export function checkPin(settings: TlsSettings, socket: TLSSocket): Error | null {
  const pin = pinOf(settings);
  if (pin === null) return null;
  const shown = socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase();
  if (shown === pin) return null;
  return Object.assign(
    new Error(`the server shows a certificate with the SHA-256 fingerprint ${shown}, expected was ${pin}`),
    { code: 'CERT_PIN_MISMATCH' },
  );
}
