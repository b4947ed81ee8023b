/**
 * The first value of each header field, unfolded (RFC 5322 section 2.2.3), names in lower case; encoded words
 * stay as they are. Lines that are no field are passed over.
 */
export function headerFieldsOf(block: Buffer): Map<string, string> {
  const fields = new Map<string, string>();
  const unfolded = block.toString('utf8').replace(/\r?\n(?=[ \t])/g, '');
  for (const line of unfolded.split(/\r?\n/)) {
    const match = /^([!-9;-~]+)[ \t]*:(.*)$/.exec(line);
    const name = match?.[1]?.toLowerCase();
    if (name === undefined || fields.has(name)) continue;
    const value = (match?.[2] ?? '').trim();
    if (value !== '') fields.set(name, value);
  }
  return fields;
}
