import type { DetailedPeerCertificate, PeerCertificate, TLSSocket } from 'node:tls';

/** The certificate of a server as an administrator looks at it; names are those of X.509, times are ISO 8601. */
export interface CertificateReport {
  protocol: string;
  subject: string;
  issuer: string;
  validFrom: string;
  validTo: string;
  /** From the certificate of the server to the last one that it sent or that is known here. */
  chain: string[];
  /** Whether it leads to an authority that is trusted here, is valid today, and is for this host name. */
  isTrusted: boolean;
}

/** Describes what a server showed, trusted or not. */
export function describeCertificate(socket: TLSSocket): CertificateReport {
  const certificate = socket.getPeerCertificate(true);
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    validFrom: new Date(certificate.valid_from).toISOString(),
    validTo: new Date(certificate.valid_to).toISOString(),
    chain: chainOf(certificate),
    isTrusted: socket.authorized,
  };
}

/** Node has no issuer where it was not sent, though it declares one. */
interface Issued extends PeerCertificate {
  issuerCertificate?: Issued;
}

function chainOf(leaf: Issued): string[] {
  const chain: string[] = [];
  const seen = new Set<string>();
  // a self-signed certificate is its own issuer
  for (let next: Issued | undefined = leaf; next !== undefined; next = next.issuerCertificate) {
    if (seen.has(next.fingerprint256)) break;
    seen.add(next.fingerprint256);
    chain.push(nameOf(next.subject));
  }
  return chain;
}

function nameOf(name: DetailedPeerCertificate['subject']): string {
  const shown: unknown = name.CN;
  return typeof shown === 'string' ? shown : JSON.stringify(name);
}

/** Why a certificate is not trusted, in a code of OpenSSL or Node. */
export class CertificateRefused extends Error {
  readonly code: string;
  readonly advice: string;

  constructor(code: string, problem: string, advice: string) {
    super(problem);
    this.code = code;
    this.advice = advice;
  }
}

/** @throws CertificateRefused when the certificate is not trusted for this host */
export function requireTrusted(socket: TLSSocket, remoteServer: string): void {
  if (socket.authorized) return;
  // Node declares an Error and gives the code of one as text
  const code = String(socket.authorizationError);
  const certificate = socket.getPeerCertificate(true);
  const [problem, advice] = explain(code, certificate, remoteServer);
  throw new CertificateRefused(code, problem, advice);
}

const acceptAny = 'or set AcceptUntrustedCertificates, if the way to the server is safe';

function explain(code: string, certificate: DetailedPeerCertificate, host: string): [string, string] {
  const { valid_from: from, valid_to: to } = certificate;
  const issuer = nameOf(certificate.issuer);
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return [`the certificate expired on ${to}`, `renew it on the server, ${acceptAny}`];
    case 'CERT_NOT_YET_VALID':
      return [`the certificate is valid only from ${from}`, `check the clocks of both sides, ${acceptAny}`];
    case 'ERR_TLS_CERT_ALTNAME_INVALID': {
      const names = namesOf(certificate);
      return [
        `the certificate is for ${names}, not for ${host}`,
        `use a name of the certificate as RemoteServer, ${acceptAny}`,
      ];
    }
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return ['the certificate is self-signed', `give the certificate itself as CaCertificate, ${acceptAny}`];
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return [
        'the chain ends at an authority that is not trusted here',
        `give the certificate of that authority as CaCertificate, ${acceptAny}`,
      ];
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return [
        `the certificate of its issuer ${issuer} was not sent and is not known here`,
        `let the server send the whole chain, give the certificate of the issuer as CaCertificate, ${acceptAny}`,
      ];
    default:
      return [
        `the certificate is not trusted (${code})`,
        `give the certificate of its authority as CaCertificate, ${acceptAny}`,
      ];
  }
}

function namesOf(certificate: DetailedPeerCertificate): string {
  const names = (certificate.subjectaltname ?? '')
    .split(', ')
    .filter((entry) => entry !== '')
    .map((entry) => entry.replace(/^(DNS|IP Address):/u, ''));
  return names.length > 0 ? names.join(', ') : nameOf(certificate.subject);
}
