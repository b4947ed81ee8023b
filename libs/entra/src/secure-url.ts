const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** An address to which secrets and tokens may be sent: https, or this very machine. Null for any other. */
export function readSecureUrl(text: string): URL | null {
  const url = URL.parse(text);
  if (url?.protocol === 'https:') return url;
  return url?.protocol === 'http:' && loopback.has(url.hostname) ? url : null;
}
