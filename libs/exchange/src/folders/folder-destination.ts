import type { SpecialUse, TargetFolder, WellKnownFolder } from '@sterna/domain';

/** Where folders of a special use go; of a view of all messages only what no other folder has, which is archived. */
const byUse: Partial<Record<SpecialUse, WellKnownFolder>> = {
  inbox: 'inbox',
  sent: 'sentitems',
  drafts: 'drafts',
  trash: 'deleteditems',
  junk: 'junkemail',
  archive: 'archive',
  all: 'archive',
};

/**
 * The well-known folder that a source folder goes to or below, and the names below it. The nearest folder on the
 * path with a special use decides, then INBOX by its name (RFC 9051 section 5.1), then the root of the mailbox.
 */
export function destinationOf(
  path: readonly string[],
  useOf: (path: readonly string[]) => SpecialUse | null,
): TargetFolder {
  for (let length = path.length; length > 0; length -= 1) {
    const use = useOf(path.slice(0, length));
    const wellKnown = use === null ? undefined : byUse[use];
    if (wellKnown !== undefined) return { wellKnown, names: path.slice(length) };
  }
  if (path[0]?.toUpperCase() === 'INBOX') return { wellKnown: 'inbox', names: path.slice(1) };
  return { wellKnown: 'msgfolderroot', names: path };
}
