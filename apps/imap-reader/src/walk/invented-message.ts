import type { SourceMessageFacts } from '@sterna/imap';
import type { SharedOutcome } from '../pass/pass-output.js';

const subjectStart = 'retrieval using the imap4 protocol failed for the following message';
const sentence = /couldn'?t retrieve the following message/i;
/** The notice is a few lines; a mail that quotes one is usually longer, and has an address in From. */
const longestNotice = 16 * 1024;

export const inventedBySource: SharedOutcome = {
  outcome: 'failed',
  reason: 'inventedBySource',
  explanation:
    'The source server (Exchange) could not convert the message and returned a notice of its own in its place. Open the original with Outlook or Outlook on the web and save it by other means.',
};

/**
 * Whether a message is the notice that Exchange gives instead of one that it cannot convert: by its subject, its size
 * and its sentence together, so that a mail about such a notice stays a mail.
 */
export function isInventedMessage(facts: Pick<SourceMessageFacts, 'subject'>, content: Buffer): boolean {
  if (facts.subject === null || content.length > longestNotice) return false;
  if (!facts.subject.toLowerCase().startsWith(subjectStart)) return false;
  // quoted-printable may break the sentence with "=" at the end of a line
  return sentence.test(
    content
      .toString('latin1')
      .replace(/=\r?\n/g, '')
      .replace(/=27/g, "'"),
  );
}
