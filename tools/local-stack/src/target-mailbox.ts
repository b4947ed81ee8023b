import { z } from 'zod';

const attachment = z.object({
  kind: z.string().optional(),
  name: z.string().nullish(),
  sha256: z.string().nullish(),
  size: z.number(),
  isInline: z.boolean(),
});

const targetMessage = z.object({
  id: z.string(),
  folderPath: z.array(z.string()),
  internetMessageId: z.string().nullish(),
  subject: z.string().nullish(),
  from: z.string().nullish(),
  receivedDateTime: z.string(),
  isRead: z.boolean(),
  isDraft: z.boolean(),
  flag: z.string().nullish(),
  categories: z.array(z.string()).optional(),
  body: z.string().nullish(),
  attachments: z.array(attachment),
});

/** One message as the emulator received it. */
export type TargetMessage = z.infer<typeof targetMessage>;

/** Reads what arrived in a mailbox of the Exchange emulator; `url` is the emulator's administration address. */
export async function readTargetMailbox(url: string, emailAddress: string): Promise<TargetMessage[]> {
  const response = await fetch(`${url}/_emulator/mailboxes/${encodeURIComponent(emailAddress)}/messages`);
  if (!response.ok) throw new Error(`${emailAddress}: the emulator answered ${response.status}`);
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => targetMessage.parse(JSON.parse(line)));
}
